package specialist

import (
	"context"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type decideInput struct {
	ReviewID string `path:"review_id" maxLength:"64"`
	Body     struct {
		Decision string `json:"decision" enum:"PASS,REJECT"`
		Remark   string `json:"remark,omitempty" maxLength:"256" doc:"Of a rejection: why; the partner reads it"`
	}
}

// decide decides on a review, once. Errors: ErrMissing, ErrDecided, ErrState when what was asked for can't be any more, CBC.0100.
func (s *Service) decide(ctx context.Context, in *decideInput) (*reviewOutput, error) {
	step := Step(in.Body.Decision)
	if step == StepReject && in.Body.Remark == "" {
		return nil, problem.Invalid("remark", "it is missing; a rejection says why")
	}
	_, err := s.once(ctx, func(tx *table.Tx) (string, error) {
		r, err := s.Review(ctx, in.ReviewID)
		if err != nil {
			return "", err
		}
		outcome := Passed
		if step == StepReject {
			outcome = Refused
		}
		by := rest.Caller(ctx).Masked()
		next, err := r.ended(outcome, by, in.Body.Remark, s.Clock.Now())
		if err != nil {
			return "", err
		}
		tx.Replace(&r, &next)
		s.mail(tx, WriterDecision, r.Partner, r.ID, by, nil)
		return r.ID, s.decided(ctx, tx, next, step)
	})
	if err != nil {
		return nil, err
	}
	return s.showReview(ctx, &reviewInput{ReviewID: in.ReviewID})
}

// decided appends to tx what a decision does.
func (s *Service) decided(ctx context.Context, tx *table.Tx, r Review, step Step) error {
	switch r.Kind {
	case ReviewCertificate:
		return s.certificateDecided(ctx, tx, r, step)
	case ReviewTransfer:
		return s.transferDecided(ctx, tx, r, step)
	default:
		return s.memberDecided(ctx, tx, r, step)
	}
}

// memberDecided appends to tx where a decision brings a member.
func (s *Service) memberDecided(ctx context.Context, tx *table.Tx, r Review, step Step) error {
	m, err := s.Member(ctx, r.Partner, r.Account)
	if err != nil {
		return err
	}
	next, err := m.stepped(step, s.Clock.Now())
	if err != nil {
		return err
	}
	next.Why = r.Remark
	tx.Replace(&m, &next)
	s.tell(tx, EventReviewed, r.Decider, next, r.Remark, map[string]string{"review": r.ID, "outcome": string(r.State), "state": string(next.State)})
	return nil
}

// certificateDecided appends to tx what becomes of an uploaded certificate: a rejected one gives its number free. One that the talent platform has
// told of meanwhile stays as it says. The decision is told to who asked, and to nobody else: a partner that the account has gone to since learns only
// that a certificate counts for it.
func (s *Service) certificateDecided(ctx context.Context, tx *table.Tx, r Review, step Step) error {
	a, err := s.account(ctx, r.Account)
	if err != nil {
		return err
	}
	s.reviewed(tx, r)
	h, err := s.holding(ctx, a.ID, r.Number)
	if err != nil || h.Certificate == nil || h.Certificate.Review != r.ID {
		return err
	}
	next := *h.Certificate
	next.Status, next.Why = Valid, ""
	if step == StepReject {
		next.Status = Rejected
		if a.Partner == r.Partner {
			next.Why = r.Remark
		}
		if h.Claim != nil {
			tx.Remove(h.Claim)
		}
	}
	tx.Replace(h.Certificate, &next)
	if step == StepPass && a.Partner != "" && a.Partner != r.Partner {
		event.Append(tx, event.Event{
			Type: EventReviewed, Owner: string(a.Partner), Subject: string(a.ID), At: s.Clock.Now(), By: r.Decider,
			Data: map[string]string{"outcome": string(r.State), "certificate": string(r.Number)},
		})
	}
	return nil
}

// reviewed appends to tx that a review of a certificate has ended, in the trail of who asked for it.
func (s *Service) reviewed(tx *table.Tx, r Review) {
	s.tell(tx, EventReviewed, r.Decider, Member{MemberRow: MemberRow{Partner: r.Partner, Account: r.Account}}, r.Remark, map[string]string{
		"review": r.ID, "outcome": string(r.State), "certificate": string(r.Number),
	})
}

// transferDecided appends to tx that a certificate moves, or stays where it is.
func (s *Service) transferDecided(ctx context.Context, tx *table.Tx, r Review, step Step) error {
	giver := Member{MemberRow: MemberRow{Partner: r.Partner, Account: r.Account}}
	data := map[string]string{"review": r.ID, "certificate": string(r.Number), "to": string(r.To)}
	if step == StepPass {
		m, err := s.move(ctx, r.Partner, r.Number, r.To, r.ID)
		if err != nil {
			return err
		}
		m.moved(tx)
		s.tell(tx, EventTransferred, r.Decider, giver, r.Remark, data)
		return nil
	}
	s.tell(tx, EventReviewed, r.Decider, giver, r.Remark, data)
	h, err := s.holding(ctx, r.Account, r.Number)
	if err != nil || h.Certificate == nil || h.Certificate.Moving != r.ID {
		return err
	}
	next := *h.Certificate
	next.Moving = ""
	tx.Replace(h.Certificate, &next)
	return nil
}
