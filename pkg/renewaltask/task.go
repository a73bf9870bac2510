package renewaltask

import (
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// Month is a natural month in Beijing, such as 2026-12.
type Month string

const monthForm = "2006-01"

// MonthOf gives the month of a date.
func MonthOf(day calendar.Date) Month { return Month(day.String()[:len(monthForm)]) }

// first gives the month's first day.
func (m Month) first() calendar.Date {
	day, _ := calendar.ParseDate(string(m) + "-01") // zero for what is no month
	return day
}

// plus gives the month n months later.
func (m Month) plus(n int) Month { return MonthOf(m.first().AddMonths(n, 1)) }

// generated gives when the month's tasks are generated, UTC.
func (m Month) generated() time.Time { return m.first().At(generationHour, generationMinute) }

// ID names a task among those of one partner: the month and the order.
type ID string

func idOf(month Month, order subscription.OrderID) ID { return ID(string(month) + "-" + string(order)) }

// parts reads an id. ok is false for what is none.
func (id ID) parts() (month Month, order subscription.OrderID, ok bool) {
	const n = len(monthForm)
	if !table.IsID(string(id)) || len(id) < n+2 || id[n] != '-' {
		return "", "", false
	}
	month = Month(id[:n])
	return month, subscription.OrderID(id[n+1:]), !month.first().IsZero()
}

// Task is one order of a customer that expires in a month. Times are business time, UTC.
type Task struct {
	table.Head
	Row       `dynamodbav:"row"`
	Lines     []Line    `dynamodbav:"lines"`
	Refreshed time.Time `dynamodbav:"looked,omitempty"` // when Renewed was found
	Ended     time.Time `dynamodbav:"ended,omitempty"`
	Records   int       `dynamodbav:"records,omitempty"` // of handling, so far
}

// Row is what lists show of a task, and all that their index carries.
type Row struct {
	Month       Month                `dynamodbav:"month"`
	Order       subscription.OrderID `dynamodbav:"ord"`
	Customer    auth.PartyID         `dynamodbav:"cust"`
	Partner     auth.PartyID         `dynamodbav:"ptnr"`           // whose customer it is
	Distributor auth.PartyID         `dynamodbav:"dist,omitempty"` // who handles the task, when the partner is a reseller
	State       State                `dynamodbav:"st"`
	Ending      Ending               `dynamodbav:"why,omitempty"` // why it ended
	Expiry      calendar.Date        `dynamodbav:"exp"`           // of the line that expires first
	Expiring    money.Fen            `dynamodbav:"paid"`          // for the lines
	Renewed     money.Fen            `dynamodbav:"back,omitempty"`
	Services    []string             `dynamodbav:"svc"`  // service type codes of the lines, each once
	Products    []string             `dynamodbav:"prod"` // of the lines, each once
	Service     string               `dynamodbav:"svcn,omitempty"`
	Intention   Intention            `dynamodbav:"intent,omitempty"` // as it was last recorded
	Handled     time.Time            `dynamodbav:"handled,omitempty"`
	Created     time.Time            `dynamodbav:"at"`
}

// Line is what of an order expires in the task's month: one resource, and what was paid for the term that ends.
type Line struct {
	Resource subscription.ID `dynamodbav:"res"`
	Name     string          `dynamodbav:"name,omitempty"`
	Product  string          `dynamodbav:"prod"`
	Service  string          `dynamodbav:"svc"`
	Expiry   calendar.Date   `dynamodbav:"exp"`
	Paid     money.Fen       `dynamodbav:"paid"`
}

// ID gives the task's name.
func (r Row) ID() ID { return idOf(r.Month, r.Order) }

// handler gives the partner that handles the task.
func (r Row) handler() auth.PartyID {
	if r.Distributor != "" {
		return r.Distributor
	}
	return r.Partner
}

// Tab is one of the two lists of who handles tasks.
type Tab string

// The tabs. Source: DOMAIN.md 15.
const (
	Own       Tab = "OWN"       // my customers
	Resellers Tab = "RESELLERS" // resellers' customers, for a distributor
)

func (r Row) tab() Tab {
	if r.Distributor != "" {
		return Resellers
	}
	return Own
}

// matches reports whether a task is of a product, by its id or its service type.
func (r Row) matches(product string) bool {
	for _, name := range append(r.Services[:len(r.Services):len(r.Services)], r.Products...) {
		if strings.EqualFold(name, product) {
			return true
		}
	}
	return false
}
