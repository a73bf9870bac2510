package opportunity

import (
	"context"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Kind is the kind of export that a file of opportunities is.
const Kind = "opportunities"

// The parameters of an export: whose scope it has, and the filter.
const (
	paramManager = "manager"
	paramOrigin  = "origin"
	paramState   = "state"
	paramCompany = "company"
)

// Producer makes files of opportunities.
func Producer(env *function.Env) export.Producer { return New(env).file }

type opportunityExportInput struct {
	Body struct {
		Origin          string `json:"origin,omitempty" enum:"PO,HO" doc:"Both when absent"`
		State           string `json:"state,omitempty" enum:"DRAFT,AUDITING,AUDIT_REJECTED,VERIFYING,VERIFY_REJECTED,VERIFIED,SHARED,ACCEPTED,REJECTED,IN_PROGRESS,DELIVERED,LOST,CANCELLED"`
		CustomerCompany string `json:"customer_company,omitempty" maxLength:"128" doc:"A part of the name"`
	}
}

// ask asks for a file of the opportunities that the caller sees.
func ask(x *export.Exports, ctx context.Context, in *opportunityExportInput) (*export.Output, error) {
	reader := party.ReaderOf(rest.Caller(ctx))
	e, err := x.Ask(ctx, Kind, map[string]string{
		paramManager: string(reader.Manager), paramOrigin: in.Body.Origin, paramState: in.Body.State, paramCompany: in.Body.CustomerCompany,
	})
	return &export.Output{Body: export.Show(e)}, err
}

// columns are those of a file of opportunities.
var columns = []string{
	"opportunity_id", "origin", "state", "opportunity_name", "customer_company", "customer_region", "customer_industry", "amount", "expected_order_date",
	"offerings", "cloud_services", "contact_name", "contact_phone", "contact_email", "reason_category", "reason", "created_at", "submitted_at",
	"state_since", "deadline",
}

const atOnce = 100 // opportunities whose contents are read together

// file makes the file of an export. The company's and the contact's names, phone numbers and addresses are masked, and the company's name wherever
// else it stands.
// Source: DOMAIN.md 0, "Export tasks".
func (s *Service) file(ctx context.Context, e export.Export) (*export.Sheet, error) {
	f := OwnFilter{Origin: e.Params[paramOrigin], State: e.Params[paramState], CustomerCompany: e.Params[paramCompany]}
	reader := party.Reader{Party: e.Owner, Manager: auth.UserID(e.Params[paramManager])}
	q := ownQuery(auth.Principal{Party: e.Owner}, f)
	q.Strong = true
	var wanted []Opportunity
	for o, err := range table.All[Opportunity](ctx, s.Table, q) {
		if err != nil {
			return nil, err
		}
		if looks(reader, o.Row) && f.matches(o.Row) {
			wanted = append(wanted, *o)
		}
	}
	sheet := export.NewSheet(columns...)
	for some := range slices.Chunk(wanted, atOnce) {
		if err := s.rows(ctx, sheet, some); err != nil {
			return nil, err
		}
	}
	return sheet, nil
}

func (s *Service) rows(ctx context.Context, sheet *export.Sheet, some []Opportunity) error {
	keys := make([]table.Key, len(some))
	for i, o := range some {
		keys[i] = contentKey(o.Partner, o.ID)
	}
	contents, err := table.GetAll[Content](ctx, s.Table, keys)
	if err != nil {
		return err
	}
	for i, o := range some {
		c, there := contents[keys[i]]
		if !there { // deleted meanwhile
			continue
		}
		if err := sheet.Row(o.cells(*c)...); err != nil {
			return err
		}
	}
	return nil
}

func (o Opportunity) cells(c Content) []string {
	offerings := make([]string, len(o.Offerings))
	for i, offering := range o.Offerings {
		offerings[i] = offering.Name
	}
	contact, why := c.Contact.masked(), o.Why.ForPartner()
	masked := func(text string) string { return maskCompany(text, o.Company) }
	return []string{
		string(o.ID), string(o.Origin), string(o.State), masked(o.Name), export.MaskName(o.Company), masked(c.Region), masked(c.Industry),
		o.Amount.String(), o.Expected.String(), masked(strings.Join(offerings, "; ")), strings.Join(o.Services, "; "), contact.Name, contact.Phone,
		masked(contact.Email), string(why.Reason), masked(why.Text), instant(o.Created), instant(o.Submitted), instant(o.Entered), instant(o.Deadline),
	}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
