package performance

import (
	"slices"
	"strings"

	"partnercenter/pkg/foundation/problem"
)

// ColumnMap says under which names a source's bills have what an import needs. Which maps there are is configuration: see Sources.
type ColumnMap struct {
	Amount, Currency           string // what is charged, unrounded
	PeriodStart, PeriodEnd     string // the billing period, UTC
	ChargeStart                string // when it was consumed, UTC
	Category, Account, Service string // ChargeCategory; whose sub-account; the service's name

	Instrument string // what it was paid with; without a column everything is paid in cash

	// What may be missing or NULL.
	ServiceCategory, Resource, ResourceName, Region, Sku, Quantity, Unit, ListCost, Pricing string

	Known []string // further columns, which are part of a line's identity and of nothing else
}

// required are the columns that every file of the source has.
func (m ColumnMap) required() []string {
	names := []string{m.Amount, m.Currency, m.PeriodStart, m.PeriodEnd, m.ChargeStart, m.Category, m.Account, m.Service}
	if m.Instrument != "" {
		names = append(names, m.Instrument)
	}
	return names
}

func (m ColumnMap) optional() []string {
	return append([]string{m.ServiceCategory, m.Resource, m.ResourceName, m.Region, m.Sku, m.Quantity, m.Unit, m.ListCost, m.Pricing}, m.Known...)
}

// customPrefix starts the names of columns that FOCUS leaves to providers. Source: FOCUS 1.0, "Custom Columns".
const customPrefix = "x_"

// check refuses a header that lacks a column, has one twice, or has one that the source does not know: a misspelt column would be ignored.
func (m ColumnMap) check(header []string) error {
	var wrong []string
	for _, name := range m.required() {
		if !slices.Contains(header, name) {
			wrong = append(wrong, "column "+quoted(name)+" is missing")
		}
	}
	known := append(m.required(), m.optional()...)
	for i, name := range header {
		switch {
		case slices.Contains(header[:i], name):
			wrong = append(wrong, "column "+quoted(name)+" is there twice")
		case !slices.Contains(known, name) && (!strings.HasPrefix(name, customPrefix) || formula(name)):
			wrong = append(wrong, "column "+quoted(name)+" is unknown")
		}
	}
	if len(wrong) > 0 {
		return problem.Invalid("header", "%s", strings.Join(wrong, "; "))
	}
	return nil
}

const longestQuote = 64

func quoted(text string) string {
	if len(text) > longestQuote {
		text = strings.ToValidUTF8(text[:longestQuote], "") + "…"
	}
	return `"` + text + `"`
}

// formula holds for a name that a spreadsheet would run.
func formula(name string) bool { return name != "" && strings.ContainsRune("=+-@\t\r", rune(name[0])) }
