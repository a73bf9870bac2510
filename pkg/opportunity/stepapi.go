package opportunity

import (
	"context"

	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type checkOpportunityInput struct{ OnePath }

type checkOpportunityOutput struct {
	rest.ETag
	Body struct {
		Submittable bool    `json:"submittable" doc:"Whether it is a draft that reviewers would find no fault with, as far as it shows"`
		Faults      []Fault `json:"faults"`
	}
}

// check says for what reviewers would reject a draft, by the same rule as submit.
func (s *Service) check(ctx context.Context, in *checkOpportunityInput) (*checkOpportunityOutput, error) {
	o, faults, err := s.faults(ctx, s.mine(in.OpportunityID))
	if err != nil {
		return nil, err
	}
	out := &checkOpportunityOutput{ETag: rest.ETagOf(o.Ver)}
	out.Body.Submittable, out.Body.Faults = o.State == Draft && len(faults) == 0, some(faults)
	return out, nil
}

// faults gives what is found against the opportunity that find finds, if it is submitted now.
func (s *Service) faults(ctx context.Context, find finder) (Opportunity, []Fault, error) {
	o, c, err := s.whole(ctx, find)
	if err != nil {
		return o, nil, err
	}
	taken, err := s.taken(ctx, o)
	return o, Check(o, c, taken, s.Clock.Now()), err
}

type submitOpportunityInput struct {
	OnePath
	rest.IfMatch
}

// submit submits a draft. Errors: ErrFaults with all that is wrong, ErrState, party.ErrBlocked, rest.ErrStale.
func (s *Service) submit(ctx context.Context, in *submitOpportunityInput) (*opportunityOutput, error) {
	find := s.mine(in.OpportunityID)
	err := s.take(ctx, find, in.IfMatch, move{event: Submit, side: ByPartner}, func(tx *table.Tx, o Opportunity) error {
		p, err := party.Get(ctx, s.Table, o.Partner)
		switch {
		case err != nil:
			return err
		case leaves(p):
			return party.ErrBlocked.Saying("you are %s; the draft stays, and can be submitted when you no longer are", p.Standing)
		}
		tx.Check(&p) // whoever is frozen meanwhile has not submitted
		_, faults, err := s.faults(ctx, func(context.Context) (Opportunity, error) { return o, nil })
		if err != nil {
			return err
		}
		return refuseFaults(faults)
	})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, find)
}

type copyOpportunityInput struct{ OnePath }

// copyRejected copies a rejected opportunity into a new draft of the caller's. Error: ErrState.
func (s *Service) copyRejected(ctx context.Context, in *copyOpportunityInput) (*opportunityOutput, error) {
	caller := rest.Caller(ctx)
	id, err := s.once(ctx, func(tx *table.Tx, next *Opportunity) error {
		old, c, err := s.whole(ctx, s.mine(in.OpportunityID))
		if err != nil {
			return err
		}
		if _, err := old.State.After(Copy); err != nil {
			return err
		}
		now := s.Clock.Now()
		o := Opportunity{
			Row: Row{
				ID: newID(PO, now), Origin: PO, Partner: old.Partner, User: caller.User, State: Draft, Name: old.Name, Company: old.Company,
				Amount: old.Amount, Expected: old.Expected, Created: now, Entered: now,
			},
			Offerings: old.Offerings, Services: old.Services, From: old.ID,
		}
		c.Head = table.Head{}
		begin(tx, &o, &c, map[string]string{fromDatum: string(old.ID)}, now)
		*next = o
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, s.mine(string(id)))
}

type answerOpportunityInput struct {
	OnePath
	rest.IfMatch
	Body struct {
		Answer Event  `json:"answer" enum:"ACCEPT,REJECT"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Of a rejection"`
	}
}

// answer answers an HO. Errors: ErrState, also once its time is over; CBC.0100.
func (s *Service) answer(ctx context.Context, in *answerOpportunityInput) (*opportunityOutput, error) {
	m := move{event: in.Body.Answer, side: ByPartner, why: Why{Text: in.Body.Reason}}
	if err := m.why.check(m.event); err != nil {
		return nil, err
	}
	find := s.mine(in.OpportunityID)
	if err := s.take(ctx, find, in.IfMatch, m, nil); err != nil {
		return nil, err
	}
	return s.shown(ctx, find)
}

type progressOpportunityInput struct {
	OnePath
	rest.IfMatch
	Body struct {
		Note    string `json:"note" minLength:"1" maxLength:"500" doc:"What happened"`
		Stage   Stage  `json:"stage,omitempty" enum:"SOLUTION,POC,QUOTATION,CONTRACT,DELIVERY"`
		Outcome Event  `json:"outcome,omitempty" enum:"DELIVERED,LOST,CANCEL" doc:"DELIVERED when it ended well, which needs progress before; absent while it goes on. The vendor alone records it as lost or cancels it"`
	}
}

// progress records how far an opportunity is, or that it was delivered. Errors: ErrState; ErrWithdrawal for who would end it otherwise.
func (s *Service) progress(ctx context.Context, in *progressOpportunityInput) (*opportunityOutput, error) {
	m := move{event: Progress, side: ByPartner, note: in.Body.Note, stage: in.Body.Stage}
	switch in.Body.Outcome {
	case Deliver:
		m.event = Deliver
	case Cancel, Lose: // by the partner, that is to withdraw. Source: DOMAIN.md 12, "Lost/Cancelled (BD in CRM)"
		m.event = Withdraw
	default:
	}
	find := s.mine(in.OpportunityID)
	if err := s.take(ctx, find, in.IfMatch, m, nil); err != nil {
		return nil, err
	}
	return s.shown(ctx, find)
}
