package opportunity

import (
	"context"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// SharedPath names an opportunity of a partner, for the vendor. It is exported for the schema of the operations alone.
type SharedPath struct {
	PartnerID     string `path:"partner_id" maxLength:"64"`
	OpportunityID string `path:"opportunity_id" maxLength:"64"`
}

// submitted finds an opportunity that the vendor sees: whichever was submitted or shared. A draft looks like one that does not exist.
func (s *Service) submitted(p SharedPath) finder {
	return func(ctx context.Context) (Opportunity, error) {
		o, err := s.read(ctx, auth.PartyID(p.PartnerID), ID(p.OpportunityID))
		if err == nil && o.State == Draft {
			return Opportunity{}, ErrMissing.Saying("there is no opportunity %q", p.OpportunityID).In("opportunity_id")
		}
		return o, err
	}
}

type shareOpportunityInput struct {
	Body struct {
		PartnerID string `json:"partner_id" minLength:"1" maxLength:"64"`
		Edit
	}
}

// share shares an opportunity of the vendor's to a partner. It counts from now on. Errors: party.ErrUnknown, party.ErrBlocked, ErrFaults, ErrDuplicate.
func (s *Service) share(ctx context.Context, in *shareOpportunityInput) (*opportunityOutput, error) {
	partner := auth.PartyID(in.Body.PartnerID)
	by := rest.Caller(ctx).Masked()
	id, err := s.once(ctx, func(tx *table.Tx, next *Opportunity) error {
		if err := s.receives(ctx, tx, partner); err != nil {
			return err
		}
		now := s.Clock.Now()
		o := Opportunity{Row: Row{ID: newID(HO, now), Origin: HO, Partner: partner, State: Draft, Created: now, Submitted: now}}
		o, c, _, err := edited(o, Content{}, in.Body.Edit, ByPartner, by, now) // of a draft, everything
		if err != nil {
			return err
		}
		if err := refuseFaults(Check(o, c, false, now)); err != nil {
			return err
		}
		head, rest := headKey(partner, o.ID), contentKey(partner, o.ID)
		o.PK, o.SK, c.PK, c.SK = head.PK, head.SK, rest.PK, rest.SK
		o.State = Shared
		o.enter(now)
		o.list()
		*next = o
		tx.Create(&c)
		put(tx, &Opportunity{}, next, move{event: Share, side: ByVendor, by: by}, now)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, s.submitted(SharedPath{string(partner), string(id)}))
}

// receives makes tx depend on a partner that an HO can be shared to. Errors: party.ErrUnknown, party.ErrBlocked.
func (s *Service) receives(ctx context.Context, tx *table.Tx, id auth.PartyID) error {
	unknown := party.ErrUnknown.Saying("there is no partner %q", id).In("partner_id")
	if !table.IsID(string(id)) {
		return unknown
	}
	p, err := party.Get(ctx, s.Table, id)
	switch {
	case err != nil:
		return err
	case !slices.Contains([]auth.Kind{auth.Partner, auth.Reseller, auth.Distributor}, p.Kind):
		return unknown
	case leaves(p):
		return party.ErrBlocked.Saying("partner %q is %s; share it to another one", id, p.Standing).In("partner_id")
	}
	tx.Check(&p)
	return nil
}

// leaves holds for a partner that begins nothing new with the vendor. ASSUMED
func leaves(p party.Party) bool { return p.Standing == party.Frozen || p.Standing == party.Exiting }

type showSharedInput struct {
	SharedPath
	RevealContact bool `query:"reveal_contact" doc:"Show the contact in full, which is logged"`
}

// DuplicateBody is another live opportunity of the same company. It is exported for the schema of the operations alone.
type DuplicateBody struct {
	PartnerID     string `json:"partner_id"`
	OpportunityID string `json:"opportunity_id"`
	Counts        bool   `json:"counts" doc:"It counts for an offering or cloud service of this one, which can't be verified then"`
}

type sharedOutput struct {
	rest.ETag
	Body struct {
		DetailBody
		Duplicates []DuplicateBody `json:"duplicates" doc:"Other live opportunities of the same company"`
	}
}

// showShared shows an opportunity to the vendor.
func (s *Service) showShared(ctx context.Context, in *showSharedInput) (*sharedOutput, error) {
	find := s.submitted(in.SharedPath)
	shown, err := s.look(ctx, find, in.RevealContact)
	if err != nil {
		return nil, err
	}
	out := &sharedOutput{ETag: shown.ETag}
	out.Body.DetailBody = shown.Body
	o, err := find(ctx)
	if err != nil {
		return nil, err
	}
	out.Body.Duplicates, err = s.duplicates(ctx, o)
	return out, err
}

// duplicates finds the other live opportunities of a company, and which of them hold what one is about.
func (s *Service) duplicates(ctx context.Context, o Opportunity) ([]DuplicateBody, error) {
	found, own := []DuplicateBody{}, o.claims()
	counting := map[ID]bool{}
	for h, err := range table.All[Hold](ctx, s.Table, table.Query{PK: heldBy(o.Company), Strong: true}) {
		switch {
		case err != nil:
			return nil, err
		case h.ID == o.ID:
		case strings.HasPrefix(h.SK, livePrefix):
			found = append(found, DuplicateBody{PartnerID: string(h.Partner), OpportunityID: string(h.ID)})
		case slices.Contains(own, h.Key()):
			counting[h.ID] = true
		}
	}
	for i := range found {
		found[i].Counts = counting[ID(found[i].OpportunityID)]
	}
	return found, nil
}

type updateSharedInput struct {
	SharedPath
	rest.IfMatch
	Body struct {
		Offerings []Offering `json:"offerings,omitempty" doc:"At most 20"`
		Services  []string   `json:"cloud_services,omitempty" doc:"At most 20. Of one that was verified or accepted alone"`
	}
}

// updateShared maintains the offerings of an opportunity, and the cloud services of one that counts, whose partner can only drop some.
// Errors: ErrField, rest.ErrStale, ErrDuplicate.
func (s *Service) updateShared(ctx context.Context, in *updateSharedInput) (*opportunityOutput, error) {
	return s.edit(ctx, s.submitted(in.SharedPath), in.IfMatch, Edit{Offerings: in.Body.Offerings, Services: in.Body.Services})
}

type decideInput struct {
	SharedPath
	rest.IfMatch
	Body struct {
		Decision       Event  `json:"decision" enum:"AUDIT_PASS,AUDIT_REJECT,VERIFY_PASS,VERIFY_REJECT,LOST,CANCEL" doc:"It names the stage, so that a decision that is sent twice is not one on the next"`
		ReasonCategory Reason `json:"reason_category,omitempty" enum:"INCOMPLETE,INVALID,NOT_REAL,TRADED,UNRELATED,DUPLICATE,PUBLIC_TENDER,COMPLIANCE" doc:"Of a rejection"`
		Reason         string `json:"reason,omitempty" maxLength:"500" doc:"Of a rejection and an end; what passes has none. The partner reads it, but of a duplicate"`
	}
}

// decide decides on an opportunity. A verification passes only while no other opportunity counts for the same. Errors: ErrState, ErrDuplicate, CBC.0100;
// CBC.0155 for a PDM who would do what is a BD's, or the other way round.
func (s *Service) decide(ctx context.Context, in *decideInput) (*opportunityOutput, error) {
	if err := auth.Only(auth.Vendor, decider(in.Body.Decision)).Permits(rest.Caller(ctx)); err != nil {
		return nil, err
	}
	m := move{event: in.Body.Decision, side: ByVendor, why: Why{Reason: in.Body.ReasonCategory, Text: in.Body.Reason}}
	if err := m.why.check(m.event); err != nil {
		return nil, err
	}
	find := s.submitted(in.SharedPath)
	if err := s.take(ctx, find, in.IfMatch, m, nil); err != nil {
		return nil, err
	}
	return s.shown(ctx, find)
}

// decider gives the permission item that a decision needs: PDMs audit, BDs verify and end. Source: DOMAIN.md 0, Actors; 12.
func decider(e Event) auth.Permission {
	if e == AuditPass || e == AuditReject {
		return auth.OpportunityAudit
	}
	return auth.OpportunityVerify
}
