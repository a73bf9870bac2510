package performance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/problem"
)

// Record is one line of a provider's bill as far as it can be judged without knowing anybody.
type Record struct {
	At         time.Time // when it was consumed, UTC
	Account    string    // sub-account
	Category   Category
	Instrument Instrument
	Amount     Exact

	Service, ServiceCategory            string // names
	Resource, ResourceName, Region, Sku string
	Quantity, ListCost                  Exact // "" when there is none
	Unit, Pricing                       string
}

// reader gives a line's cells by name.
type reader struct {
	header []string
	cells  []string
}

// get gives a cell; NULL and a column that is not there are empty.
func (r reader) get(column string) string {
	at := slices.Index(r.header, column)
	if at < 0 || column == "" || r.cells[at] == null {
		return ""
	}
	return r.cells[at]
}

// need gives a cell that must have a value. Error: CBC.0100.
func (r reader) need(column string) (string, error) {
	text := strings.TrimSpace(r.get(column))
	if text == "" {
		return "", problem.Invalid(column, "there is no value; %s is not one", null)
	}
	return text, nil
}

// Parse reads a line of a bill of a month. Errors: CBC.0100 on the column: a value is missing, is none, is of another currency, or lies outside the
// month.
func (m ColumnMap) Parse(header, cells []string, month Month) (Record, error) {
	r := reader{header, cells}
	if err := m.ofMonth(r, month); err != nil {
		return Record{}, err
	}
	rec, err := m.charge(r, month)
	if err != nil {
		return rec, err
	}
	if rec.Account, err = r.need(m.Account); err != nil {
		return rec, err
	}
	if rec.Service, err = r.need(m.Service); err != nil {
		return rec, err
	}
	rec.Instrument = Cash
	if m.Instrument != "" {
		paid, err := r.need(m.Instrument)
		if err != nil {
			return rec, err
		}
		if rec.Instrument = Instrument(paid); !slices.Contains(Instruments(), rec.Instrument) {
			return rec, problem.Invalid(m.Instrument, "%.40q is none of %s", paid, listed(Instruments()))
		}
	}
	return rec, m.describe(r, &rec)
}

func listed[T ~string](all []T) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = string(one)
	}
	return strings.Join(texts, ", ")
}

// ofMonth refuses a line of another currency or billing period.
func (m ColumnMap) ofMonth(r reader, month Month) error {
	currency, err := r.need(m.Currency)
	if err != nil {
		return err
	}
	if currency != Currency {
		return problem.Invalid(m.Currency, "%.16q is another currency than %s", currency, Currency)
	}
	from, to := month.utc()
	for _, bound := range []struct {
		column string
		want   time.Time
	}{{m.PeriodStart, from}, {m.PeriodEnd, to}} {
		at, err := r.instant(bound.column)
		if err != nil {
			return err
		}
		if !at.Equal(bound.want) {
			return problem.Invalid(bound.column, "%s is not %s: the line is of another billing period than %s",
				at.Format(time.RFC3339), bound.want.Format(time.RFC3339), month)
		}
	}
	return nil
}

// charge reads what is charged, and when it was consumed.
func (m ColumnMap) charge(r reader, month Month) (Record, error) {
	rec := Record{}
	amount, err := r.need(m.Amount)
	if err != nil {
		return rec, err
	}
	if rec.Amount, err = ParseExact(amount); err != nil {
		return rec, problem.Invalid(m.Amount, "%v", err)
	}
	if rec.At, err = r.instant(m.ChargeStart); err != nil {
		return rec, err
	}
	if from, to := month.utc(); rec.At.Before(from) || !rec.At.Before(to) {
		return rec, problem.Invalid(m.ChargeStart, "%s is outside %s", rec.At.Format(time.RFC3339), month)
	}
	category, err := r.need(m.Category)
	if err != nil {
		return rec, err
	}
	if rec.Category = Category(category); !slices.Contains(categories(), rec.Category) {
		return rec, problem.Invalid(m.Category, "%.40q is none of %s", category, listed(categories()))
	}
	return rec, nil
}

// categories are those that a bill may have.
func categories() []Category { return []Category{Usage, Purchase, Tax, Credit, Adjustment} }

// describe reads what a line is of, as far as it says.
func (m ColumnMap) describe(r reader, rec *Record) error {
	rec.ServiceCategory, rec.Region, rec.Sku = r.get(m.ServiceCategory), r.get(m.Region), r.get(m.Sku)
	rec.Resource, rec.ResourceName, rec.Unit, rec.Pricing = r.get(m.Resource), r.get(m.ResourceName), r.get(m.Unit), r.get(m.Pricing)
	for _, number := range []struct {
		column string
		into   *Exact
	}{{m.Quantity, &rec.Quantity}, {m.ListCost, &rec.ListCost}} {
		text := r.get(number.column)
		if text == "" {
			continue
		}
		var err error
		if *number.into, err = ParseExact(text); err != nil {
			return problem.Invalid(number.column, "%v", err)
		}
	}
	return nil
}

// instant reads a time, which FOCUS has in UTC: 2026-11-18T23:00:00Z, or without its letters, as providers write it.
func (r reader) instant(column string) (time.Time, error) {
	text, err := r.need(column)
	if err != nil {
		return time.Time{}, err
	}
	for _, form := range []string{"2006-01-02T15:04:05Z", "2006-01-02 15:04:05"} {
		if at, err := time.Parse(form, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, problem.Invalid(column, "%.40q is not a UTC time such as 2026-11-18T23:00:00Z", text)
}

// codeOf gives the code of a service or resource type of a name, as the portfolio's import has it: hws.service.type.amazon-cloudfront.
func codeOf(prefix, name string) string {
	var b strings.Builder
	gap := false
	for _, c := range strings.ToLower(name) {
		if c < 'a' || c > 'z' {
			if c < '0' || c > '9' {
				gap = b.Len() > 0
				continue
			}
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(c)
	}
	if b.Len() == 0 {
		return prefix + fmt.Sprintf("%x", name)[:min(longestCode-len(prefix), 2*len(name))]
	}
	return prefix + b.String()[:min(longestCode-len(prefix), b.Len())]
}

const (
	servicePrefix  = "hws.service.type."
	resourcePrefix = "hws.resource.type."
	longestCode    = 64
)
