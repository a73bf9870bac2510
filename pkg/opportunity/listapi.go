package opportunity

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// OwnFilter is what a partner's opportunities are asked for by. It is exported for the schema of the operations alone.
type OwnFilter struct {
	Origin          string `query:"origin" enum:"PO,HO" doc:"Both when absent"`
	State           string `query:"state" enum:"DRAFT,AUDITING,AUDIT_REJECTED,VERIFYING,VERIFY_REJECTED,VERIFIED,SHARED,ACCEPTED,REJECTED,IN_PROGRESS,DELIVERED,LOST,CANCELLED"`
	CustomerCompany string `query:"customer_company" maxLength:"128" doc:"A part of the name"`
}

func (f OwnFilter) matches(r Row) bool {
	return (f.State == "" || f.State == string(r.State)) && contains(r.Company, f.CustomerCompany)
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

type listOpportunitiesInput struct {
	rest.QueryPaging
	OwnFilter
}

type opportunitiesOutput struct {
	rest.CountHeader
	Body struct {
		Opportunities []RowBody `json:"opportunities"`
		TotalCount    int       `json:"total_count"`
		Marker        string    `json:"marker,omitempty"`
	}
}

// list lists the opportunities that the caller sees.
func (s *Service) list(ctx context.Context, in *listOpportunitiesInput) (*opportunitiesOutput, error) {
	caller := rest.Caller(ctx)
	reader := party.ReaderOf(caller)
	page, err := rest.List(ctx, s.Table, ownQuery(caller, in.OwnFilter), in.Paging(), func(o *Opportunity) bool {
		return looks(reader, o.Row) && in.matches(o.Row)
	})
	if err != nil {
		return nil, err
	}
	return listed(page), nil
}

func listed(page rest.Page[*Opportunity]) *opportunitiesOutput {
	out := &opportunitiesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Opportunities = page.Total, page.Marker, []RowBody{}
	for _, o := range page.Items {
		out.Body.Opportunities = append(out.Body.Opportunities, o.body())
	}
	return out
}

func ownQuery(caller auth.Principal, f OwnFilter) table.Query {
	prefix := headPrefix
	if f.Origin != "" {
		prefix += prefixOf(Origin(f.Origin))
	}
	return table.Query{PK: ownerKey(caller.Party), Prefix: prefix, Descending: true, Scope: scopeOf("opportunities", caller, f)}
}

// scopeOf binds a marker to who asked for what.
func scopeOf(what string, caller auth.Principal, filter any) string {
	filters, err := json.Marshal(filter)
	if err != nil {
		panic(err) // a struct of texts
	}
	return what + " " + caller.Masked() + " " + string(filters)
}

// QueueFilter is what the vendor asks by. It is exported for the schema of the operations alone.
type QueueFilter struct {
	State           string `query:"state" enum:"AUDITING,AUDIT_REJECTED,VERIFYING,VERIFY_REJECTED,VERIFIED,SHARED,ACCEPTED,REJECTED,IN_PROGRESS,DELIVERED,LOST,CANCELLED" doc:"Those to audit and to verify when absent"`
	PartnerID       string `query:"partner_id" maxLength:"64"`
	CustomerCompany string `query:"customer_company" maxLength:"128" doc:"A part of the name"`
	Escalated       string `query:"escalated" enum:"true,false" doc:"Whether an audit lasts too long"`
	SubmittedFrom   string `query:"submitted_from" maxLength:"7" doc:"Month such as 2026-12 in which the first was submitted; 11 months before the last when absent; of what waits to be audited or verified, the very first"`
	SubmittedTo     string `query:"submitted_to" maxLength:"7" doc:"Month of the last; this one when absent"`
}

func (f QueueFilter) matches(r Row) bool {
	switch {
	case f.PartnerID != "" && f.PartnerID != string(r.Partner),
		f.Escalated != "" && (f.Escalated == "true") != r.Escalated:
		return false
	}
	return contains(r.Company, f.CustomerCompany)
}

// span is from which month to which something was submitted, each by its first day.
type span struct{ from, to calendar.Date }

func (m span) has(at time.Time) bool {
	day := calendar.DateOf(at)
	return !day.Before(m.from) && day.Before(m.to.AddMonths(1, 1))
}

// span gives the months of submission that are asked for; of what waits, all when none is. Error: CBC.0100.
func (f QueueFilter) span(waits bool, today calendar.Date) (m span, err error) {
	if m.to, err = monthIn("submitted_to", f.SubmittedTo, today); err != nil {
		return m, err
	}
	first := m.to.AddMonths(1-queueMonths, 1)
	if waits {
		first = calendar.Date{Year: min(queueSince, m.to.Year), Month: time.January, Day: 1}
	}
	if m.from, err = monthIn("submitted_from", f.SubmittedFrom, first); err != nil {
		return m, err
	}
	switch {
	case m.from.After(m.to):
		return m, problem.Invalid("submitted_from", "%.7s is behind %.7s", m.from, m.to)
	case !waits && m.from.AddMonths(queueMonths-1, 1).Before(m.to):
		return m, problem.Invalid("submitted_from", "from %.7s to %.7s are too many months; ask for 1 to %d", m.from, m.to, queueMonths)
	}
	return m, nil
}

// parts gives the partitions that list what was submitted within m and is in one of some states: those of each month or year together.
func (m span) parts(states []State) [][]string {
	if states[0].Waits() {
		m.from.Year, m.from.Month = max(m.from.Year, queueSince), time.January
	}
	var all [][]string
	for at := m.from; !at.After(m.to); {
		var together []string
		for _, state := range states {
			together = append(together, queueOf(state, at))
		}
		all = append(all, together)
		if states[0].Waits() {
			at.Year++
		} else {
			at = at.AddMonths(1, 1)
		}
	}
	return all
}

// monthIn reads a month as its first day; the month of a day when it is absent. Error: CBC.0100.
func monthIn(field, value string, absent calendar.Date) (calendar.Date, error) {
	if value == "" {
		absent.Day = 1
		return absent, nil
	}
	first, err := calendar.ParseDate(value + "-01")
	if err != nil {
		return first, problem.Invalid(field, "%.10q is no month such as 2026-12", value)
	}
	return first, nil
}

type queueInput struct {
	rest.QueryPaging
	QueueFilter
}

// queue lists the opportunities of all partners by when they were submitted, the oldest first.
func (s *Service) queue(ctx context.Context, in *queueInput) (*opportunitiesOutput, error) {
	states := []State{State(in.State)}
	if in.State == "" {
		states = []State{Auditing, Verifying}
	}
	within, err := in.span(states[0].Waits(), calendar.DateOf(s.Clock.Now()))
	if err != nil {
		return nil, err
	}
	paging := in.Paging()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	q := table.Query{
		Index: table.Listed, After: paging.Marker, Page: int32(paging.Size()/len(states) + 1),
		Scope: scopeOf("opportunity queue", rest.Caller(ctx), in.QueueFilter),
	}
	wanted := func(o *Opportunity) bool { return within.has(o.Submitted) && in.matches(o.Row) }
	page, err := rest.Collect(rest.Only(s.through(ctx, q, within.parts(states)), wanted), paging)
	if err == nil && page.More {
		last := page.Items[len(page.Items)-1]
		q.PK = last.G1PK
		page.Marker, err = s.Table.Marker(ctx, q, last)
	}
	if err != nil {
		return nil, err
	}
	return listed(page), nil
}
