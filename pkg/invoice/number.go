package invoice

import (
	"strings"

	"partnercenter/pkg/foundation/problem"
)

// Kind is a kind of VAT invoice.
type Kind string

// The kinds. A partner's invoices are special ones alone; the vendor's may be ordinary. Source: DOMAIN.md 7, 9.
const (
	SpecialPaper       Kind = "SPECIAL_PAPER"
	SpecialElectronic  Kind = "SPECIAL_ELECTRONIC"
	OrdinaryPaper      Kind = "ORDINARY_PAPER"
	OrdinaryElectronic Kind = "ORDINARY_ELECTRONIC"
)

// Special holds for special VAT invoices.
func (k Kind) Special() bool { return k == SpecialPaper || k == SpecialElectronic }

// Paper holds for invoices on paper.
func (k Kind) Paper() bool { return k == SpecialPaper || k == OrdinaryPaper }

// The digits of invoices: one of the old kind has a code and a number, a fully digitalized one a number alone. Source: the State Taxation
// Administration's invoice formats. ASSUMED
const (
	oldNumber     = 8
	oldCode       = 10
	oldCodeLong   = 12
	digitalNumber = 20
)

// checkNumber refuses what is no number of an invoice with its code.
func checkNumber(number, code string) error {
	switch {
	case !digits(number) || len(number) != oldNumber && len(number) != digitalNumber:
		return problem.Invalid("invoice_no", "%.40q is not the %d digits of an invoice with a code, or the %d of a digital one", number, oldNumber, digitalNumber)
	case len(number) == digitalNumber && code != "":
		return problem.Invalid("invoice_code", "a digital invoice, whose number has %d digits, has no code", digitalNumber)
	case len(number) == oldNumber && (!digits(code) || len(code) != oldCode && len(code) != oldCodeLong):
		return problem.Invalid("invoice_code", "%.40q is not the %d or %d digits of an invoice code", code, oldCode, oldCodeLong)
	}
	return nil
}

// digits holds for text of digits alone.
func digits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
