package specialist

import (
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

// AccountID names a personal account, as the identity platform does.
type AccountID string

// Account is a personal account: what the identity platform says of it, and whom it is bound to. Times are business time, UTC.
type Account struct {
	table.Head
	ID         AccountID     `dynamodbav:"id"`
	Name       string        `dynamodbav:"name"`             // by which it signs in
	Person     string        `dynamodbav:"person,omitempty"` // the real name
	Mobile     string        `dynamodbav:"mobile,omitempty"` // with its country code, such as +8613800000000
	Email      string        `dynamodbav:"email,omitempty"`
	Locale     notify.Locale `dynamodbav:"locale,omitempty"`
	Enterprise bool          `dynamodbav:"ent,omitempty"`   // authenticated as an enterprise
	OfPartner  bool          `dynamodbav:"ofptr,omitempty"` // is a partner account itself
	Set        time.Time     `dynamodbav:"set"`             // when the platform said so

	Partner      auth.PartyID `dynamodbav:"ptnr,omitempty"`   // whom it is bound to
	Bindings     []Binding    `dynamodbav:"past,omitempty"`   // oldest first, the present one last
	Certificates int          `dynamodbav:"certs,omitempty"`  // how many it holds
	Synced       time.Time    `dynamodbav:"synced,omitempty"` // when the talent platform last told its certificates
}

// Binding is a time for which an account belonged to a partner.
type Binding struct {
	Partner auth.PartyID `dynamodbav:"ptnr"`
	From    time.Time    `dynamodbav:"from"`
	To      time.Time    `dynamodbav:"to,omitempty"` // zero while it lasts
}

// Bars says all that keeps an account from being bound to a partner, at once; nothing when it can be.
// Source: DOMAIN.md 13, "Personal HUAWEI ID conditions". That the third partner within a year may be the inviting one too is ASSUMED.
func (a Account) Bars(partner auth.PartyID, now time.Time) []string {
	var why []string
	add := func(holds bool, text string) {
		if holds {
			why = append(why, text)
		}
	}
	add(a.Enterprise, "the account is authenticated as an enterprise; a personal account is needed")
	add(a.OfPartner, "the account is a partner account itself; a personal account is needed")
	add(a.Partner != "" && a.Partner != partner, "the account is associated with another partner; it has to be unbound there first")
	add(a.partnersSince(yearBefore(now)) >= partnersPerYear, "the account was associated with 3 partners within the past year")
	return why
}

// yearBefore gives the instant a year ago, by the Beijing date.
func yearBefore(now time.Time) time.Time {
	today := calendar.DateOf(now)
	return today.AddMonths(-monthsOfYear, today.Day).Start().Add(now.Sub(today.Start()))
}

// partnersSince counts the partners that the account was bound to after an instant.
func (a Account) partnersSince(since time.Time) int {
	var partners []auth.PartyID
	for _, b := range a.Bindings {
		if (b.To.IsZero() || b.To.After(since)) && !slices.Contains(partners, b.Partner) {
			partners = append(partners, b.Partner)
		}
	}
	return len(partners)
}

// bound gives the account as it is bound to a partner from now on. Bindings that no rule looks at any more are dropped.
func (a Account) bound(partner auth.PartyID, now time.Time) Account {
	since := yearBefore(now)
	kept := slices.DeleteFunc(slices.Clone(a.Bindings), func(b Binding) bool { return !b.To.IsZero() && !b.To.After(since) })
	a.Partner, a.Bindings = partner, append(kept, Binding{Partner: partner, From: now})
	return a
}

// unbound gives the account as it belongs to nobody from now on.
func (a Account) unbound(now time.Time) Account {
	a.Bindings = slices.Clone(a.Bindings)
	if n := len(a.Bindings); n > 0 {
		a.Bindings[n-1].To = now
	}
	a.Partner = ""
	return a
}

// owner gives whose audit trail an account's events are in.
func (a Account) owner() string {
	if a.Partner != "" {
		return string(a.Partner)
	}
	return string(a.ID)
}

// address gives where the person is told.
func (a Account) address() notify.Address {
	return notify.Address{Email: a.Email, Mobile: a.Mobile, Locale: notify.LocaleOf(string(a.Locale))}
}

// The ways by which an account is found.
const (
	byMobile = "mobile"
	byEmail  = "email"
	byName   = "name"
)

// contacts gives by what the account is found.
func (a Account) contacts() map[string]string {
	all := map[string]string{}
	for way, value := range map[string]string{byMobile: a.Mobile, byEmail: a.Email, byName: a.Name} {
		if value != "" {
			all[way] = value
		}
	}
	return all
}

// China is the country code that a phone number without one has.
const china = "+86"

// numberOf gives a phone number with its country code. ok is false for what is none.
func numberOf(text string) (number string, ok bool) {
	number = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(text)
	if international, is := strings.CutPrefix(number, "00"); is {
		number = "+" + international
	}
	if !strings.HasPrefix(number, "+") {
		number = china + number
	}
	digits := number[1:]
	const fewest, most = 7, 15 // Source: ITU-T E.164
	return number, len(digits) >= fewest && len(digits) <= most && strings.Trim(digits, "0123456789") == ""
}
