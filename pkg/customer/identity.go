package customer

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// The kinds of identity that customers register with.
const (
	byName     = "name"
	byEmail    = "email"
	byMobile   = "mobile"
	byPlatform = "platform" // a partner's platform's id of the customer
)

// identity is a name, address or number that customers registered with: one customer, but for a phone number, which may have several.
type identity struct {
	table.Head
	Party     auth.PartyID `dynamodbav:"party"`
	Customers int          `dynamodbav:"customers"`
}

// holder reads who registered with something, and nobody when nobody did.
func (s *Service) holder(ctx context.Context, kind, value string) (identity, error) {
	var i identity
	err := s.Table.Get(ctx, identityKey(kind, value), &i)
	if absent(err) {
		return identity{}, nil
	}
	return i, err
}

// room gives how many more customers may register with something.
func (i identity) room(kind string) int {
	if kind == byMobile {
		return max(0, perMobile-i.Customers)
	}
	return max(0, 1-i.Customers)
}

// register appends to tx that a customer registers with something; an empty value is none. Error: ErrTaken.
func (s *Service) register(ctx context.Context, tx *table.Tx, kind, field, value string, customer auth.PartyID) error {
	if value == "" {
		return nil
	}
	old, err := s.holder(ctx, kind, value)
	if err != nil {
		return err
	}
	if old.room(kind) == 0 {
		return ErrTaken.Saying("%q is in use; choose another", value).In(field)
	}
	next := old
	next.Party, next.Customers = customer, old.Customers+1
	if old.Ver == 0 {
		next.Head = identityKey(kind, value).Head()
		tx.Create(&next)
		return nil
	}
	tx.Replace(&old, &next)
	return nil
}

var (
	accountName = pattern(`^[a-zA-Z_-][a-zA-Z0-9_-]{4,31}$`)
	chinaMobile = pattern(`^1[0-9]{10}$`)
	fullMobile  = pattern(`^[0-9]{4}-[0-9]+$`)
	mailAddress = pattern(`^` + plain + `@` + plain + `\.` + plain + `$`)
)

// plain is text of a mail address without what makes it a list, or gives a name besides: one address is to be known again however it comes.
const plain = `[^@\s[:cntrl:]<>()\[\],;:"\\]+`

// pattern compiles a regular expression when it is first used: most starts of a function need none.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// checkName refuses what is no login name. Source: SDK CreateSubCustomer.
func checkName(field, name string) error {
	switch {
	case !accountName().MatchString(name):
		return problem.Invalid(field, "%q is not 5 to 32 letters, digits, underscores and hyphens that start with no digit", name)
	case strings.HasPrefix(name, "op_"), strings.HasPrefix(name, "shadow_"):
		return problem.Invalid(field, "%q starts with op_ or shadow_, which names of customers do not", name)
	}
	return nil
}

// checkMobile refuses what is no phone number of China. Source: SDK CreateSubCustomer.
func checkMobile(field, number string) error {
	if !chinaMobile().MatchString(number) {
		return problem.Invalid(field, "%q is no phone number of China such as 13800000000", number)
	}
	return nil
}

// checkPassword refuses a password that is too weak. Source: SDK CreateSubCustomer.
func checkPassword(password, name, mobile string) error {
	lower := strings.ToLower(password)
	switch {
	case len(password) < minPassword || len(password) > maxPassword:
		return problem.Invalid("password", "it has %d characters, and %d to %d are right", len(password), minPassword, maxPassword)
	case classes(password) < minClasses:
		return problem.Invalid("password", "it has to mix %d of capital letters, small letters, digits and other characters", minClasses)
	case name != "" && (lower == strings.ToLower(name) || lower == reversed(strings.ToLower(name))):
		return problem.Invalid("password", "it is the account's name or its reverse")
	case mobile != "" && strings.Contains(password, mobile):
		return problem.Invalid("password", "it has the phone number in it")
	}
	return nil
}

// classes counts the classes of characters of a password.
func classes(password string) int {
	var upper, lower, digit, other int
	for _, c := range password {
		switch {
		case unicode.IsUpper(c):
			upper = 1
		case unicode.IsLower(c):
			lower = 1
		case unicode.IsDigit(c):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}

func reversed(text string) string {
	letters := []rune(text)
	for i, j := 0, len(letters)-1; i < j; i, j = i+1, j-1 {
		letters[i], letters[j] = letters[j], letters[i]
	}
	return string(letters)
}
