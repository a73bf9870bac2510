package invoice

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Service does the capability's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
	Links func() *link.Signer
	Parts Parts
}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{
		Table: env.Table(), Clock: env.Clock, Links: func() *link.Signer { return link.SignerOf(env) }, Parts: PartsPort.In(env),
	}
}

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	s := New(env)
	return map[string]lifecycle.Handler{WorkList: s.DoList, WorkBill: s.DoBill}
}

// The events of this capability. Their owner is the partner or the account, their subject the list, bill or request; data has what happened.
const (
	EventListDrafted = "invoice.list_drafted"
	EventListStep    = "invoice.list_step" // what partner and vendor do of a list's invoices
	EventBillStep    = "invoice.bill_step"
	EventInfo        = "invoice.info_step"
	EventRequest     = "invoice.request_step"
	EventBuyer       = "invoice.buyer_set"
)

// The writers of what is told at once, by the names under which the notifier has them.
const (
	WriterIssued     = "invoice_list_issued"
	WriterRejected   = "invoice_list_rejected"
	WriterConfirm    = "settlement_bill_to_confirm"
	WriterBillFailed = "settlement_bill_failed"
)

// The data of events.
const (
	StepDatum   = "step"
	StateDatum  = "state"
	NumberDatum = "number"
	CauseDatum  = "cause" // of a payment request that could not be made: as far as it is one, what hides an invoice list
)

// Purpose names the links to invoice lists.
const Purpose = "invoicelist"

// system is who acts when nobody does.
const system = "system"

// LinkTo gives the link to a list, for a reader's language.
func LinkTo(partner auth.PartyID, id ListID, locale notify.Locale, now time.Time) link.Link {
	return link.Link{
		Purpose: Purpose, Party: partner, Object: string(id), Locale: locale, Expires: calendar.DateOf(now).AddDays(linkDays).End(),
	}
}

// once does the effect of the caller's request, in one transaction that effect fills, and gives what effect answers. Who repeats the request gets that.
func (s *Service) once(ctx context.Context, effect func(tx *table.Tx, now time.Time) (string, error)) (string, error) {
	return rest.ClaimOf(ctx).Effect(ctx, s.Table, rest.Persist, func(tx *table.Tx) (string, error) { return effect(tx, s.Clock.Now()) })
}

// by gives who acts, for the audit trail.
func by(ctx context.Context) string {
	if caller := rest.Caller(ctx); caller.Party != "" {
		return caller.Masked()
	}
	return system
}

// note appends to tx the event of a step.
func note(ctx context.Context, tx *table.Tx, kind string, owner auth.PartyID, subject, step, state, why string, now time.Time) {
	event.Append(tx, event.Event{
		Type: kind, Owner: string(owner), Subject: subject, At: now, By: by(ctx), Why: why, Data: map[string]string{StepDatum: step, StateDatum: state},
	})
}

// tell appends to tx the event of a step that its owner hears of at once.
func tell(ctx context.Context, tx *table.Tx, writer string, l List, step ListEvent, now time.Time) {
	immediate.Append(tx, writer, event.Event{
		Owner: string(l.Partner), Subject: string(l.ID), At: now, By: by(ctx), Why: l.Reason,
		Data: map[string]string{StepDatum: string(step), StateDatum: string(l.State), NumberDatum: l.Number},
	})
}

// business reads a partner's business information; nobody knows of any when the part is absent.
func (s *Service) business(ctx context.Context, partner auth.PartyID) (Business, error) {
	if s.Parts.Business == nil {
		return Business{}, nil
	}
	return s.Parts.Business(ctx, partner)
}

// agreed refuses who has not signed what invoicing needs; nothing is needed when the part is absent. Error: that of the part.
func (s *Service) agreed(ctx context.Context, who auth.PartyID, now time.Time) error {
	if s.Parts.Agreed == nil {
		return nil
	}
	return s.Parts.Agreed(ctx, who, now)
}

// settles appends to tx that a partner can be paid, and refuses it while it can't; it always can when the part is absent. Error: that of the part.
func (s *Service) settles(ctx context.Context, tx *table.Tx, partner auth.PartyID) error {
	if s.Parts.Settles == nil {
		return nil
	}
	return s.Parts.Settles(ctx, tx, partner)
}

// payable reads a payment request for incentives; none when the part is absent.
func (s *Service) payable(ctx context.Context, partner auth.PartyID, id string) (*Payable, error) {
	if s.Parts.Incentives.Load == nil {
		return nil, nil
	}
	p, found, err := s.Parts.Incentives.Load(ctx, partner, id)
	if err != nil || !found || p.Partner != partner {
		return nil, err
	}
	return &p, nil
}
