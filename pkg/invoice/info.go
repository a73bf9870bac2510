package invoice

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"partnercenter/pkg/foundation/problem"
)

// TitleType is whose title an invoice bears.
type TitleType string

// The title types. Special VAT invoices are for enterprises alone. Source: DOMAIN.md 9.
const (
	Personal   TitleType = "PERSONAL"
	Enterprise TitleType = "ENTERPRISE"
)

// Info is what stands on an invoice of who is invoiced (发票信息), and where it goes.
type Info struct {
	TitleType   TitleType `dynamodbav:"type" json:"title_type" enum:"PERSONAL,ENTERPRISE"`
	Title       string    `dynamodbav:"title" json:"title" maxLength:"128" doc:"The verified name of the account"`
	TaxpayerID  string    `dynamodbav:"tax,omitempty" json:"taxpayer_id,omitempty" maxLength:"20" doc:"15, 17, 18 or 20 digits and capital letters"`
	Address     string    `dynamodbav:"addr,omitempty" json:"registered_address,omitempty" maxLength:"256"`
	Phone       string    `dynamodbav:"tel,omitempty" json:"registered_phone,omitempty" maxLength:"32"`
	Bank        string    `dynamodbav:"bank,omitempty" json:"bank_name,omitempty" maxLength:"128"`
	BankAccount string    `dynamodbav:"acct,omitempty" json:"bank_account,omitempty" maxLength:"34"`
	Email       string    `dynamodbav:"mail,omitempty" json:"email,omitempty" maxLength:"254" doc:"Where electronic invoices go"`
	Recipient   Recipient `dynamodbav:"to,omitempty" json:"recipient,omitempty" doc:"Where paper invoices go"`
}

// Recipient is who gets paper, and where.
type Recipient struct {
	Name     string `dynamodbav:"name,omitempty" json:"name,omitempty" maxLength:"64"`
	Phone    string `dynamodbav:"tel,omitempty" json:"phone,omitempty" maxLength:"32"`
	Address  string `dynamodbav:"addr,omitempty" json:"address,omitempty" maxLength:"256"`
	Postcode string `dynamodbav:"zip,omitempty" json:"postcode,omitempty" maxLength:"10"`
}

// ErrInfo: invoice info that is not complete or not right; the message has all that is wrong. ASSUMED code.
var ErrInfo = problem.New(http.StatusBadRequest, "CBC.99001141", "the invoice info is not right")

// taxpayerLengths are how long a taxpayer's id may be. ASSUMED
var taxpayerLengths = []int{15, 17, 18, 20}

// fault is what is wrong with a field.
type fault struct{ field, says string }

// Check refuses invoice info that is not complete or not right, and says everything that is wrong with it at once. verified is the account's
// verified name, which the title equals; empty when it is not verified.
// Source: DOMAIN.md 9.
func (i Info) Check(verified string) error {
	faults := i.titleFaults(verified)
	if i.TitleType == Enterprise {
		faults = append(faults, i.enterpriseFaults()...)
	}
	if i.Email == "" && i.Recipient.Address == "" {
		faults = append(faults, fault{"email", "name an e-mail address for electronic invoices, or a recipient for paper"})
	}
	if i.Email != "" && !isEmail(i.Email) {
		faults = append(faults, fault{"email", "it is no e-mail address"})
	}
	if r := i.Recipient; r != (Recipient{}) && (r.Name == "" || r.Address == "" || !isPhone(r.Phone)) {
		faults = append(faults, fault{"recipient", "paper needs a name, a phone number and an address"})
	}
	if len(faults) == 0 {
		return nil
	}
	says := make([]string, len(faults))
	for n, f := range faults {
		says[n] = f.field + ": " + f.says
	}
	return ErrInfo.Saying("%s", strings.Join(says, "; ")).In(faults[0].field)
}

func (i Info) titleFaults(verified string) (faults []fault) {
	if i.TitleType != Personal && i.TitleType != Enterprise {
		faults = append(faults, fault{"title_type", "it is PERSONAL or ENTERPRISE"})
	}
	switch {
	case verified == "":
		faults = append(faults, fault{"title", "the account is not verified by real name; verify it first"})
	case i.Title != verified:
		faults = append(faults, fault{"title", "it is the account's verified name and no other"})
	}
	return faults
}

func (i Info) enterpriseFaults() (faults []fault) {
	if !isTaxpayerID(i.TaxpayerID) {
		faults = append(faults, fault{"taxpayer_id", "it has 15, 17, 18 or 20 digits and capital letters"})
	}
	if !isText(i.Address, 4) {
		faults = append(faults, fault{"registered_address", "an enterprise names its registered address"})
	}
	if !isPhone(i.Phone) {
		faults = append(faults, fault{"registered_phone", "it has 7 to 20 digits, perhaps with hyphens"})
	}
	if !isText(i.Bank, 2) {
		faults = append(faults, fault{"bank_name", "an enterprise names its bank"})
	}
	if !isBankAccount(i.BankAccount) {
		faults = append(faults, fault{"bank_account", "it has 8 to 34 digits, perhaps with spaces or hyphens"})
	}
	return faults
}

// isTaxpayerID holds for ids of taxpayers. Source: DOMAIN.md 9; the lengths are ASSUMED.
func isTaxpayerID(text string) bool {
	for _, n := range taxpayerLengths {
		if len(text) == n {
			return strings.Trim(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
		}
	}
	return false
}

// isText holds for text of some characters without white space around it and without control characters.
func isText(text string, least int) bool {
	return utf8.RuneCountInString(text) >= least && strings.TrimSpace(text) == text &&
		strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0
}

func isPhone(text string) bool {
	n := len(strings.ReplaceAll(strings.TrimPrefix(text, "+"), "-", ""))
	return n >= 7 && n <= 20 && digits(strings.ReplaceAll(strings.TrimPrefix(text, "+"), "-", ""))
}

func isBankAccount(text string) bool {
	plain := strings.NewReplacer(" ", "", "-", "").Replace(text)
	return digits(plain) && len(plain) >= 8 && len(plain) <= 34
}

// isEmail holds for text that can be an e-mail address.
func isEmail(text string) bool {
	name, host, ok := strings.Cut(text, "@")
	return ok && name != "" && strings.Contains(strings.Trim(host, "."), ".") && !strings.ContainsAny(text, " \t\r\n,;<>\"") &&
		!strings.Contains(host, "@")
}
