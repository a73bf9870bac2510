package subscription

import (
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// AgentPay says that a customer's partner is to pay an order for it (伙伴支付), or has, or would not. Source: DOMAIN.md 2, "Pay on behalf".
type AgentPay struct {
	Partner auth.PartyID  `dynamodbav:"p"`
	State   AgentPayState `dynamodbav:"st"`
	Asked   time.Time     `dynamodbav:"at"`            // business time, UTC
	Reason  string        `dynamodbav:"why,omitempty"` // of a rejection
}

// AgentPayState says how far a partner's payment is. An order that its customer pays has none.
type AgentPayState string

// The states of a partner's payment. One that was asked for ends with its order, when that is cancelled or lapses.
const (
	AgentPayNone     AgentPayState = ""
	AgentPayAsked    AgentPayState = "to_be_paid"
	AgentPayRejected AgentPayState = "rejected" // the customer can pay, or ask again
	AgentPayPaid     AgentPayState = "paid"
)

// AgentPayStep is what happens to a partner's payment.
type AgentPayStep string

// The steps of a partner's payment. That the customer asks again after a rejection is ASSUMED; that it takes its wish back is not provided for.
const (
	AgentPayAsks    AgentPayStep = "ask"
	AgentPayRejects AgentPayStep = "reject"
	AgentPayPays    AgentPayStep = "pay"
)

// agentPaySteps is the whole state machine.
var agentPaySteps = map[AgentPayState]map[AgentPayStep]AgentPayState{
	AgentPayNone:     {AgentPayAsks: AgentPayAsked},
	AgentPayAsked:    {AgentPayRejects: AgentPayRejected, AgentPayPays: AgentPayPaid},
	AgentPayRejected: {AgentPayAsks: AgentPayAsked},
	AgentPayPaid:     {},
}

// What is refused of partners' payments. ASSUMED codes.
var (
	ErrAgentPay = problem.New(http.StatusBadRequest, "CBC.99001041", "the partner's payment is not in a state for this")
	ErrNoAgent  = problem.New(http.StatusBadRequest, "CBC.99001042", "no partner pays for this customer")
	ErrReorder  = problem.New(http.StatusBadRequest, "CBC.99001043", "the order can't be paid as it was placed; the customer has to order again")
)

// After gives the state that a step leads to. Error: ErrAgentPay.
func (a AgentPayState) After(step AgentPayStep) (AgentPayState, error) {
	next, ok := agentPaySteps[a][step]
	if ok {
		return next, nil
	}
	word := string(a)
	if a == AgentPayNone {
		word = "not asked for"
	}
	return a, ErrAgentPay.Saying("the partner's payment is %s", word)
}

// agentState gives how far the partner's payment of an order is.
func (o Order) agentState() AgentPayState {
	if o.Agent == nil {
		return AgentPayNone
	}
	return o.Agent.State
}

// Payer gives the partner that paid the order; empty when its customer did, or nobody yet.
func (o Order) Payer() auth.PartyID {
	if o.agentState() == AgentPayPaid {
		return o.Agent.Partner
	}
	return ""
}

// awaitsAgent reports whether an order waits for the partner that its customer has to pay it.
func (o Order) awaitsAgent(partner auth.PartyID) bool {
	return o.Status == OrderAwaitingPayment && o.agentState() == AgentPayAsked && o.Agent.Partner == partner
}

// guardAgent says whether a partner of a kind may pay for a customer: solution providers and distributors for every one, resellers for those of
// resale. Error: ErrNoAgent. Source: DOMAIN.md 2, 11; that distributors are as solution providers is ASSUMED.
func guardAgent(holder party.Party, partner auth.Kind) error {
	switch {
	case holder.Partner == "":
		return ErrNoAgent.Saying("customer %q has no partner that could pay", holder.ID)
	case partner == auth.Reseller && holder.AssociationType != party.Resale:
		return ErrNoAgent.Saying("a reseller pays for resale customers alone, and customer %q is none", holder.ID)
	}
	return nil
}

// guardPayable says whether an order still awaits its payment. Errors: ErrOrderState.
func guardPayable(o Order, now time.Time) error {
	if _, err := o.Status.After(OrderPaid); err != nil {
		return err
	}
	if !o.PayBefore.IsZero() && !now.Before(o.PayBefore) {
		return ErrOrderState.Saying("order %q was to be paid by %s", o.ID, o.PayBefore.Format(time.RFC3339))
	}
	return nil
}

// begins says whether the time from which an order pays for something has come since it was placed. Source: DOMAIN.md 2, "effective time passed".
func begins(o Order, now time.Time) bool {
	for _, l := range o.Lines {
		if o.Type == OrderRenewal && l.From.After(o.Placed) && !l.From.After(now) {
			return true
		}
	}
	return false
}

// AwaitingAgentPay lists the orders of a customer that wait for a partner to pay them, strongly consistent, oldest first.
func AwaitingAgentPay(ctx context.Context, db *table.Client, customer, partner auth.PartyID, now time.Time) ([]OrderID, error) {
	var ids []OrderID
	q := table.Query{
		PK: ownerKey(customer), From: orderKeyPrefix + prefixAt(now.Add(-paymentWindow)), To: orderKeyPrefix + orderPrefix + afterFamily, Strong: true,
	}
	for o, err := range table.All[Order](ctx, db, q) {
		if err != nil {
			return nil, err
		}
		if o.awaitsAgent(partner) {
			ids = append(ids, o.ID)
		}
	}
	return ids, nil
}

// The events of partners' payments, whose subject is the order.
const (
	EventAgentPayAsked    = "order.agent_payment_requested"
	EventAgentPayRejected = "order.agent_payment_rejected"
	EventAgentPaid        = "order.agent_paid"
)

// The writers of what is told at once of a partner's payment: its customer's wish to the partner, what became of it to the customer.
const (
	WriterAgentPayAsked   = "agent-payment-requested"
	WriterAgentPayDecided = "agent-payment-decided"
)

// CustomerDatum names the customer in the events that are sent at once, AgentStateDatum the state that they tell of.
const (
	CustomerDatum   = "customer"
	AgentStateDatum = "state"
)
