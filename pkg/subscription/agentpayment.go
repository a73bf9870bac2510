package subscription

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// agency is a customer with the partner that may pay for it.
type agency struct {
	holder  party.Party
	partner party.Party
	by      string
	now     time.Time
}

// agencyOf reads a customer's. Error: ErrNoAgent.
func (s *Service) agencyOf(ctx context.Context, holder party.Party, by string) (agency, error) {
	a := agency{holder: holder, by: by, now: s.Clock.Now()}
	if holder.Partner != "" {
		var err error
		if a.partner, err = party.Get(ctx, s.Table, holder.Partner); err != nil {
			return a, err
		}
	}
	return a, guardAgent(holder, a.partner.Kind)
}

// askAgent appends to tx that a customer wishes its partner to pay an order, or a combined transaction. It holds only while that is the partner.
//
// Errors: ErrNoOrder, ErrPartOfOrder, ErrOrderState, ErrNoAgent, ErrAgentPay.
func (s *Service) askAgent(ctx context.Context, tx *table.Tx, customer auth.PartyID, id OrderID, by string) error {
	holder, err := party.Get(ctx, s.Table, customer)
	if err != nil {
		return err
	}
	a, err := s.agencyOf(ctx, holder, by)
	if err != nil {
		return err
	}
	t, err := loadTransaction(ctx, s.Table, customer, id)
	if err != nil {
		return err
	}
	if err := guardPayable(t.Top, a.now); err != nil {
		return err
	}
	was := t.Top.agentState()
	if t.Top.Agent != nil && t.Top.Agent.Partner != holder.Partner { // that partner is gone, and its answer with it
		was = AgentPayNone
	}
	next := AgentPay{Partner: holder.Partner, Asked: a.now}
	if next.State, err = was.After(AgentPayAsks); err != nil {
		return err
	}
	s.decided(tx, t.Top, next, a, EventAgentPayAsked)
	return nil
}

// payAsAgent appends to tx that a partner pays what its customer asked it to pay, from its own balance. The order, its resources and the partner's
// account are the conditions: of two payments at once one happens.
//
// Errors: ErrNoOrder, ErrPartOfOrder, ErrOrderState, ErrNoAgent, ErrAgentPay, ErrReorder, account.ErrInsufficientBalance, party.ErrBlocked; those of
// the verification code, when the partner has that on.
func (s *Service) payAsAgent(ctx context.Context, tx *table.Tx, holder party.Party, id OrderID, by auth.Principal, given string) error {
	a, err := s.agencyOf(ctx, holder, by.Masked())
	if err != nil {
		return err
	}
	t, err := loadTransaction(ctx, s.Table, holder.ID, id)
	if err != nil {
		return err
	}
	paid, err := a.step(t.Top, AgentPayPays, "")
	if err != nil {
		return err
	}
	if err := s.unchanged(ctx, t, holder, a.now); err != nil {
		return err
	}
	p := payment{holder: holder, by: a.by, now: a.now}
	if p.payer, err = s.agentAccount(ctx, a); err != nil {
		return err
	}
	next := t.clone()
	next.Top.Agent = &paid
	for _, o := range next.leaves() {
		o.Agent = &paid
	}
	if err := s.settle(ctx, tx, &next, p); err != nil {
		return err
	}
	t.replace(tx, next)
	tx.Check(&holder)
	a.note(tx, EventAgentPaid, next.Top)
	codes := &code.Codes{Table: s.Table, Clock: s.Clock, Wall: s.Wall, Keys: s.Keys}
	return party.Proven(ctx, codes, tx, by.Party, given)
}

// rejectAsAgent appends to tx that a partner does not pay an order, for a reason. Errors: ErrNoOrder, ErrPartOfOrder, ErrOrderState, ErrAgentPay.
func (s *Service) rejectAsAgent(ctx context.Context, tx *table.Tx, holder party.Party, id OrderID, by auth.Principal, reason string) error {
	a := agency{holder: holder, by: by.Masked(), now: s.Clock.Now()}
	t, err := loadTransaction(ctx, s.Table, holder.ID, id)
	if err != nil {
		return err
	}
	rejected, err := a.step(t.Top, AgentPayRejects, reason)
	if err != nil {
		return err
	}
	s.decided(tx, t.Top, rejected, a, EventAgentPayRejected)
	return nil
}

// step gives the partner's payment of an order as a step of the partner leaves it. Errors: ErrOrderState, ErrAgentPay.
func (a agency) step(o Order, step AgentPayStep, reason string) (AgentPay, error) {
	if err := guardPayable(o, a.now); err != nil {
		return AgentPay{}, err
	}
	if o.Agent == nil || o.Agent.Partner != a.holder.Partner {
		return AgentPay{}, ErrAgentPay.Saying("the customer has not asked you to pay order %q", o.ID)
	}
	next := *o.Agent
	var err error
	next.State, err = next.State.After(step)
	next.Reason = reason
	return next, err
}

// decided appends to tx that the partner's payment of an order, or of a combined transaction, becomes next.
func (s *Service) decided(tx *table.Tx, old Order, agent AgentPay, a agency, what string) {
	next := old
	next.Agent = &agent
	listOrder(&next, a.holder.Partner)
	tx.Replace(&old, &next)
	tx.Check(&a.holder)
	a.note(tx, what, next)
}

// note appends to tx the event of a partner's payment, and that the other side is told.
func (a agency) note(tx *table.Tx, what string, o Order) {
	e := orderEvent(what, o, a.by, a.now)
	e.Why, e.Data["partner"] = o.Agent.Reason, string(o.Agent.Partner)
	event.Append(tx, e)
	writer, told := WriterAgentPayDecided, a.holder.ID
	if what == EventAgentPayAsked {
		writer, told = WriterAgentPayAsked, o.Agent.Partner
	}
	immediate.Append(tx, writer, event.Event{
		Owner: string(told), Subject: string(o.ID), At: a.now, By: a.by,
		Data: map[string]string{CustomerDatum: string(o.Customer), AgentStateDatum: string(o.Agent.State)},
	})
}

// onceAs does the n-th effect of the caller's request. Errors: ErrTryAgain, those of effect.
func (s *Service) onceAs(ctx context.Context, n int, effect func(tx *table.Tx) error) error {
	return s.retry(ctx, func() error { return rest.ClaimOf(ctx).Do(ctx, s.Table, n, effect) })
}

// ofPartnerOnly reads a customer of the calling partner. Anybody else's order looks like one that does not exist. Error: ErrNoOrder.
func (s *Service) ofPartnerOnly(ctx context.Context, customer auth.PartyID, id OrderID) (party.Party, error) {
	holder, err := party.CustomerOf(ctx, s.Table, rest.Caller(ctx).Party, customer)
	if errors.Is(err, party.ErrUnknown) {
		err = ErrNoOrder.Saying("no order %q of a customer %q of yours", id, customer).In("order_id")
	}
	return holder, err
}

// OrderOf reads a customer's order, strongly consistent. Error: ErrNoOrder.
func (s *Service) OrderOf(ctx context.Context, customer auth.PartyID, id OrderID) (Order, error) {
	var o Order
	err := s.Table.Get(ctx, orderKey(customer, id), &o)
	if isAbsent(err) {
		return o, ErrNoOrder.Saying("no order %q", id).In("order_id")
	}
	return o, err
}
