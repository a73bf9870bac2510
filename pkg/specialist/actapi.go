package specialist

import (
	"context"

	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/upload"
)

type actInput struct {
	SpecialistID string `path:"specialist_id" maxLength:"64"`
	Body         struct {
		Action Step   `json:"action" enum:"INVITE,RESEND,CANCEL,WITHDRAW,UNBIND" doc:"INVITE again; RESEND the invitation; CANCEL asks the vendor to end being a specialist; WITHDRAW takes that back"`
		Reason string `json:"reason,omitempty" maxLength:"256" doc:"Of CANCEL"`
		FileID string `json:"file_id,omitempty" maxLength:"64" doc:"Of CANCEL: evidence, announced and sent before"`
	}
}

type memberOutput struct{ Body MemberBody }

// act takes a step of the partner's administrator. Errors: ErrMissing, ErrState, CBC.0100, and those of inviting.
func (s *Service) act(ctx context.Context, in *actInput) (*memberOutput, error) {
	b, caller := in.Body, rest.Caller(ctx)
	files, err := s.cancelling(ctx, b.Action, b.Reason, b.FileID)
	if err != nil {
		return nil, err
	}
	do := s.once
	if b.Action == StepInvite || b.Action == StepResend {
		do = s.attempt
	}
	_, err = do(ctx, func(tx *table.Tx) (string, error) {
		m, err := s.Member(ctx, caller.Party, AccountID(in.SpecialistID))
		if err != nil {
			return "", err
		}
		next, err := m.stepped(b.Action, s.Clock.Now())
		if err != nil {
			return "", err
		}
		return in.SpecialistID, s.acting(ctx, tx, b.Action, m, next, b.Reason, files)
	})
	if err != nil {
		return nil, err
	}
	m, err := s.Member(ctx, caller.Party, AccountID(in.SpecialistID))
	return &memberOutput{Body: s.bodyOf(m)}, err
}

// cancelling checks what only a cancellation has: a reason and a file, which it gives. Error: CBC.0100.
func (s *Service) cancelling(ctx context.Context, step Step, reason, file string) ([]upload.File, error) {
	switch {
	case step != StepCancel && reason != "":
		return nil, problem.Invalid("reason", "only CANCEL has a reason")
	case step != StepCancel && file != "":
		return nil, problem.Invalid("file_id", "only CANCEL has a file")
	case step != StepCancel:
		return nil, nil
	case reason == "":
		return nil, problem.Invalid("reason", "it is missing; who cancels a specialist says why")
	case file == "":
		return nil, problem.Invalid("file_id", "it is missing; a cancellation needs a file as evidence")
	}
	return s.settle(ctx, "file_id", file)
}

// acting appends to tx what a step does, whose state next has already.
func (s *Service) acting(ctx context.Context, tx *table.Tx, step Step, m, next Member, reason string, files []upload.File) error {
	by := rest.Caller(ctx).Masked()
	switch step {
	case StepInvite, StepResend:
		if err := s.admitted(ctx, tx); err != nil {
			return err
		}
		return s.ask(ctx, tx, &m, next, "", askedBy[step])
	case StepCancel:
		next.Why = reason
		next.Review = s.review(tx, Review{
			ReviewRow: ReviewRow{Kind: ReviewCancel, Partner: m.Partner, Account: m.Account, Path: m.Path}, By: by, Reason: reason, Files: files,
		})
		s.tell(tx, EventCancelAsked, by, next, reason, map[string]string{"review": next.Review})
	case StepWithdraw:
		r, err := s.Review(ctx, m.Review)
		if err != nil {
			return err
		}
		ended, err := r.ended(Withdrawn, by, "", s.Clock.Now())
		if err != nil {
			return err
		}
		tx.Replace(&r, &ended)
		s.tell(tx, EventCancelWithdrawn, by, next, "", map[string]string{"review": m.Review})
	default: // StepUnbind: the schema lets nothing else through
		return s.unbind(ctx, tx, m, next, by)
	}
	tx.Replace(&m, &next)
	return nil
}

var askedBy = map[Step]string{StepInvite: EventInvited, StepResend: EventResent}

// unbind appends to tx that an account leaves a partner: its certificates count for nobody, and the partner keeps nothing that the person told.
// Source: DOMAIN.md 13, "After unbinding no data is shared".
func (s *Service) unbind(ctx context.Context, tx *table.Tx, m, next Member, by string) error {
	a, err := s.account(ctx, m.Account)
	if err != nil {
		return err
	}
	held, err := s.certificates(ctx, m.Account)
	if err != nil {
		return err
	}
	next.Profile, next.Name, next.Path, next.Why, next.Review = nil, export.MaskName(a.Name), "", "", ""
	free := a.unbound(s.Clock.Now())
	tx.Replace(&m, &next)
	tx.Replace(&a, &free)
	relist(tx, held, "")
	s.tell(tx, EventUnbound, by, next, "", nil)
	return nil
}

type stopInput struct {
	PartnerID    string `path:"partner_id" maxLength:"64"`
	SpecialistID string `path:"specialist_id" maxLength:"64"`
	Body         struct {
		Reason string `json:"reason" minLength:"1" maxLength:"256"`
	}
}

// stop lets the vendor cancel a specialist. Errors: ErrMissing, ErrState.
func (s *Service) stop(ctx context.Context, in *stopInput) (*struct{}, error) {
	_, err := s.once(ctx, func(tx *table.Tx) (string, error) {
		m, err := s.memberOf(ctx, in.PartnerID, in.SpecialistID)
		if err != nil {
			return "", err
		}
		next, err := m.stepped(StepStop, s.Clock.Now())
		if err != nil {
			return "", err
		}
		by := rest.Caller(ctx).Masked()
		next.Why = in.Body.Reason
		tx.Replace(&m, &next)
		s.tell(tx, EventStopped, by, next, in.Body.Reason, nil)
		s.mail(tx, WriterStopped, m.Partner, string(m.Account), by, nil)
		return in.SpecialistID, nil
	})
	return nil, err
}
