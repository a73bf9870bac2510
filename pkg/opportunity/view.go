package opportunity

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// RowBody is an opportunity in a list. It is exported for the schema of the operations alone.
type RowBody struct {
	OpportunityID       string        `json:"opportunity_id"`
	Origin              Origin        `json:"origin" enum:"PO,HO" doc:"PO: a partner's, shared to the vendor; HO: the vendor's, shared to a partner"`
	PartnerID           string        `json:"partner_id"`
	State               State         `json:"state" enum:"DRAFT,AUDITING,AUDIT_REJECTED,VERIFYING,VERIFY_REJECTED,VERIFIED,SHARED,ACCEPTED,REJECTED,IN_PROGRESS,DELIVERED,LOST,CANCELLED"`
	StateSince          rest.Instant  `json:"state_since"`
	Deadline            *rest.Instant `json:"deadline,omitempty" doc:"Until when something must happen: behind the last working day in China"`
	DeadlineProvisional bool          `json:"deadline_provisional,omitempty" doc:"The calendar of working days is not published that far"`
	Escalated           bool          `json:"escalated,omitempty" doc:"The audit lasts longer than it should"`
	ReasonCategory      Reason        `json:"reason_category,omitempty" enum:"INCOMPLETE,INVALID,NOT_REAL,TRADED,UNRELATED,DUPLICATE,PUBLIC_TENDER,COMPLIANCE,OVERDUE"`
	OpportunityName     string        `json:"opportunity_name"`
	CustomerCompany     string        `json:"customer_company"`
	Amount              rest.Amount   `json:"amount"`
	ExpectedOrderDate   string        `json:"expected_order_date,omitempty"`
	UserID              string        `json:"user_id,omitempty" doc:"Who made the PO, or answered the HO"`
	CreatedAt           rest.Instant  `json:"created_at"`
	SubmittedAt         *rest.Instant `json:"submitted_at,omitempty" doc:"Or shared"`
}

func (r Row) body() RowBody {
	b := RowBody{
		OpportunityID: string(r.ID), Origin: r.Origin, PartnerID: string(r.Partner), State: r.State, StateSince: rest.Instant(r.Entered),
		DeadlineProvisional: r.Provisional, Escalated: r.Escalated, ReasonCategory: r.Reason, OpportunityName: r.Name, CustomerCompany: r.Company,
		Amount: rest.Amount(r.Amount), ExpectedOrderDate: r.Expected.String(), UserID: string(r.User), CreatedAt: rest.Instant(r.Created),
	}
	if !r.Deadline.IsZero() {
		at := rest.Instant(r.Deadline)
		b.Deadline = &at
	}
	if !r.Submitted.IsZero() {
		at := rest.Instant(r.Submitted)
		b.SubmittedAt = &at
	}
	return b
}

// RecordBody is a step of an opportunity on the wire. It is exported for the schema of the operations alone.
type RecordBody struct {
	Step           Event        `json:"step" enum:"SUBMIT,ACCEPT,REJECT,PROGRESS,DELIVERED,SHARE,AUDIT_PASS,AUDIT_REJECT,VERIFY_PASS,VERIFY_REJECT,LOST,CANCEL,ESCALATE,VERIFY_OVERDUE,ANSWER_OVERDUE"`
	State          State        `json:"state" enum:"DRAFT,AUDITING,AUDIT_REJECTED,VERIFYING,VERIFY_REJECTED,VERIFIED,SHARED,ACCEPTED,REJECTED,IN_PROGRESS,DELIVERED,LOST,CANCELLED" doc:"Behind it"`
	ReasonCategory Reason       `json:"reason_category,omitempty"`
	Reason         string       `json:"reason,omitempty"`
	Note           string       `json:"note,omitempty"`
	Stage          Stage        `json:"stage,omitempty" enum:"SOLUTION,POC,QUOTATION,CONTRACT,DELIVERY"`
	Side           Side         `json:"side" enum:"PARTNER,VENDOR,SYSTEM"`
	By             string       `json:"by,omitempty" doc:"Who of one's own side"`
	At             rest.Instant `json:"at"`
}

// DetailBody is an opportunity in full. It is exported for the schema of the operations alone.
type DetailBody struct {
	RowBody
	CustomerRegion      string       `json:"customer_region"`
	CustomerIndustry    string       `json:"customer_industry"`
	Description         string       `json:"description"`
	Budget              string       `json:"budget"`
	Authority           string       `json:"authority"`
	Need                string       `json:"need"`
	Timing              string       `json:"timing"`
	PresalesActivities  []Activity   `json:"presales_activities" enum:"MEETING,ALIGNMENT,PROPOSAL,POC,QUOTATION"`
	PublicTender        bool         `json:"public_tender"`
	Offerings           []Offering   `json:"offerings"`
	Tags                []string     `json:"tags" doc:"They derive from the offerings"`
	CloudServices       []string     `json:"cloud_services"`
	Contact             Contact      `json:"contact" doc:"Masked unless it was asked for"`
	PersonalDataConsent bool         `json:"personal_data_consent"`
	Reason              string       `json:"reason,omitempty" doc:"Why it was rejected or ended"`
	CopyOf              string       `json:"copy_of,omitempty" doc:"The rejected opportunity that it is a copy of"`
	EditableFields      []string     `json:"editable_fields" doc:"What the caller's side can change now"`
	History             []RecordBody `json:"history" doc:"The newest first"`
}

type opportunityOutput struct {
	rest.ETag
	Body DetailBody
}

// detail gives an opportunity as a side reads it.
func (s *Service) detail(ctx context.Context, o Opportunity, c Content, side Side, reveal bool) (DetailBody, error) {
	why := o.Why
	if side == ByPartner {
		why = why.ForPartner()
	}
	contact := c.Contact
	if !reveal {
		contact = contact.masked()
	}
	b := DetailBody{
		RowBody: o.body(), CustomerRegion: c.Region, CustomerIndustry: c.Industry, Description: c.Description, Budget: c.Budget, Authority: c.Authority,
		Need: c.Need, Timing: c.Timing, PresalesActivities: some(c.Activities), PublicTender: c.Tender, Offerings: some(o.Offerings), Tags: o.Tags(),
		CloudServices: some(o.Services), Contact: contact, PersonalDataConsent: c.Consent, Reason: why.Text, CopyOf: string(o.From),
		EditableFields: some(Editable(o.State, side)), History: []RecordBody{},
	}
	history := table.Query{PK: o.PK, Prefix: recordPrefix(o.ID), Descending: true, Strong: true}
	for r, err := range table.All[Record](ctx, s.Table, history) {
		if err != nil {
			return b, err
		}
		b.History = append(b.History, r.body(side))
	}
	return b, nil
}

// some gives a list that is never null on the wire.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (r Record) body(side Side) RecordBody {
	b := RecordBody{
		Step: r.Event, State: r.State, ReasonCategory: r.Why.Reason, Reason: r.Why.Text, Note: r.Note, Stage: r.Stage, Side: r.Side, At: rest.Instant(r.At),
	}
	if side == ByPartner {
		b.Reason = r.Why.ForPartner().Text
	}
	if side == r.Side {
		b.By = r.By
	}
	return b
}

// masked gives a contact as it is shown by default. Source: DOMAIN.md 0, "Masked on screen by default".
func (c Contact) masked() Contact {
	c.Name = export.MaskName(c.Name)
	if c.Phone != "" {
		c.Phone = notify.MaskMobile(c.Phone)
	}
	if c.Email != "" {
		c.Email = notify.MaskEmail(c.Email)
	}
	return c
}

// reveal notes that the caller reads a contact in full.
func (s *Service) reveal(ctx context.Context, o Opportunity) error {
	tx := table.NewTx()
	event.Append(tx, o.tells(EventRevealed, rest.Caller(ctx).Masked(), s.Clock.Now(), nil))
	return s.Table.Commit(ctx, tx)
}

// sideOf gives the side of a caller.
func sideOf(caller auth.Principal) Side {
	if caller.Kind == auth.Vendor {
		return ByVendor
	}
	return ByPartner
}

// output gives the answer of operations on one opportunity.
func (s *Service) output(ctx context.Context, o Opportunity, c Content, reveal bool) (*opportunityOutput, error) {
	body, err := s.detail(ctx, o, c, sideOf(rest.Caller(ctx)), reveal)
	return &opportunityOutput{ETag: rest.ETagOf(o.Ver), Body: body}, err
}

// shown is output of the opportunity that find finds now.
func (s *Service) shown(ctx context.Context, find finder) (*opportunityOutput, error) {
	o, c, err := s.whole(ctx, find)
	if err != nil {
		return nil, err
	}
	return s.output(ctx, o, c, false)
}
