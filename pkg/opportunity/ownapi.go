package opportunity

import (
	"context"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// OnePath names an opportunity of the calling partner. It is exported for the schema of the operations alone.
type OnePath struct {
	OpportunityID string `path:"opportunity_id" maxLength:"64"`
}

// looks tells whether a reader sees an opportunity of its party: an account manager its own, and HOs that nobody has answered.
func looks(r party.Reader, o Row) bool {
	return r.Looks(o.User) || o.Origin == HO && o.User == ""
}

// discloses tells whether a side is shown whom to ask at the customer in full, when it asks for that: the vendor always, a partner of its own POs, and of
// an HO while it brings that forward. One that waits for an answer, was declined or has ended is the vendor's customer's data, which it does not need.
func (r Row) discloses(side Side) bool {
	return side == ByVendor || r.Origin == PO || r.State == Accepted || r.State == InProgress
}

// mine finds an opportunity that the caller sees. Any other looks like one that does not exist.
func (s *Service) mine(id string) finder {
	return func(ctx context.Context) (Opportunity, error) {
		caller := rest.Caller(ctx)
		o, err := s.read(ctx, caller.Party, ID(id))
		if err == nil && !looks(party.ReaderOf(caller), o.Row) {
			return Opportunity{}, ErrMissing.Saying("there is no opportunity %q", id).In("opportunity_id")
		}
		return o, err
	}
}

type showOpportunityInput struct {
	OnePath
	RevealContact bool `query:"reveal_contact" doc:"Show the contact in full, which is logged. Of an HO only while it is accepted or in progress; it stays masked else"`
}

// show shows an opportunity.
func (s *Service) show(ctx context.Context, in *showOpportunityInput) (*opportunityOutput, error) {
	return s.look(ctx, s.mine(in.OpportunityID), in.RevealContact)
}

// look shows an opportunity, its contact in full only when that is asked for and noted.
func (s *Service) look(ctx context.Context, find finder, reveal bool) (*opportunityOutput, error) {
	o, c, err := s.whole(ctx, find)
	reveal = reveal && o.discloses(sideOf(rest.Caller(ctx)))
	if err == nil && reveal {
		err = s.reveal(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	return s.output(ctx, o, c, reveal)
}

type createOpportunityInput struct {
	Body Edit
}

// create begins a draft.
func (s *Service) create(ctx context.Context, in *createOpportunityInput) (*opportunityOutput, error) {
	caller := rest.Caller(ctx)
	id, err := s.once(ctx, func(tx *table.Tx, next *Opportunity) error {
		now := s.Clock.Now()
		o := Opportunity{Row: Row{ID: newID(PO, now), Origin: PO, Partner: caller.Party, User: caller.User, State: Draft, Created: now, Entered: now}}
		o, c, _, err := edited(o, Content{}, in.Body, ByPartner, caller.Masked(), now)
		if err != nil {
			return err
		}
		begin(tx, &o, &c, nil, now)
		*next = o
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, s.mine(string(id)))
}

// begin appends to tx a new draft with its event.
func begin(tx *table.Tx, o *Opportunity, c *Content, data map[string]string, now time.Time) {
	head, rest := headKey(o.Partner, o.ID), contentKey(o.Partner, o.ID)
	o.PK, o.SK, c.PK, c.SK = head.PK, head.SK, rest.PK, rest.SK
	tx.Create(o)
	tx.Create(c)
	event.Append(tx, o.tells(EventCreated, string(o.Partner)+"/"+string(o.User), now, data))
}

type updateOpportunityInput struct {
	OnePath
	rest.IfMatch
	Body Edit
}

// update changes fields of an opportunity. Errors: ErrField, rest.ErrStale, ErrDuplicate, CBC.0100.
func (s *Service) update(ctx context.Context, in *updateOpportunityInput) (*opportunityOutput, error) {
	return s.edit(ctx, s.mine(in.OpportunityID), in.IfMatch, in.Body)
}

// edit is an edit by the caller's side.
func (s *Service) edit(ctx context.Context, find finder, m rest.IfMatch, e Edit) (*opportunityOutput, error) {
	by := rest.Caller(ctx)
	_, err := s.once(ctx, func(tx *table.Tx, next *Opportunity) error {
		old, c, err := s.whole(ctx, find)
		if err != nil {
			return err
		}
		if err := m.Required(old.Ver); err != nil {
			return err
		}
		now := s.Clock.Now()
		head, rest, fields, err := edited(old, c, e, sideOf(by), by.Masked(), now)
		if err != nil {
			return err
		}
		if len(fields) == 0 {
			return problem.Invalid("body", "it has no field to change; now %s can be changed by you", strings.Join(Editable(old.State, sideOf(by)), ", "))
		}
		*next = head
		tx.Replace(&old, next)
		if slices.ContainsFunc(fields, ofContent) {
			tx.Replace(&c, &rest)
		}
		moveHolds(tx, old, *next, now)
		event.Append(tx, next.tells(EventChanged, by.Masked(), now, map[string]string{fieldsDatum: strings.Join(fields, " ")}))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, find)
}

// ofContent tells whether a field lies in the content rather than in the head.
func ofContent(field string) bool {
	return !slices.Contains([]string{"opportunity_name", "customer_company", "amount", "expected_order_date", "offerings", "cloud_services"}, field)
}

type deleteOpportunityInput struct {
	OnePath
	rest.IfMatch
}

// remove deletes a draft. Error: ErrWithdrawal for what was submitted, which says what to do.
func (s *Service) remove(ctx context.Context, in *deleteOpportunityInput) (*struct{}, error) {
	find := s.mine(in.OpportunityID)
	_, err := s.once(ctx, func(tx *table.Tx, next *Opportunity) error {
		old, err := find(ctx)
		if err != nil {
			return err
		}
		if err := in.Check(old.Ver); err != nil {
			return err
		}
		now := s.Clock.Now()
		if *next, err = old.step(Delete, now); err != nil {
			return err
		}
		c, err := s.content(ctx, old)
		if err != nil {
			return err
		}
		tx.Remove(&old)
		tx.Remove(&c)
		event.Append(tx, old.tells(EventDeleted, rest.Caller(ctx).Masked(), now, nil))
		return nil
	})
	return nil, err
}
