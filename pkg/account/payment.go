package account

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// WorkPayment is the due work that ends an online payment which nobody made.
const WorkPayment = "payment"

// The events of online payments. Their owner is the partner.
const (
	EventPaymentCreated = "account.payment_created"
	EventPaymentClosed  = "account.payment_closed" // expired, or failed at the provider
)

// What is refused of online payments. ASSUMED codes.
var (
	ErrChannelLimit    = problem.New(http.StatusBadRequest, "CBC.99001070", "the channel takes less at once")
	ErrNoPayment       = problem.New(http.StatusNotFound, "CBC.0404", "no such payment")
	ErrPaymentMismatch = problem.New(http.StatusConflict, "CBC.99001071", "the notice does not fit the payment")
)

// PaymentState is a state of an online payment.
type PaymentState string

// The states of an online payment. ASSUMED names.
const (
	PaymentPending PaymentState = "pending"
	PaymentPaid    PaymentState = "paid"
	PaymentFailed  PaymentState = "failed"
	PaymentExpired PaymentState = "expired"
)

// PaymentEvent is what happens to an online payment.
type PaymentEvent string

// The events of an online payment: what the provider tells, and the end of its time.
const (
	ProviderPaid   PaymentEvent = "paid"
	ProviderFailed PaymentEvent = "failed"
	TimeOver       PaymentEvent = "time_over"
)

// paymentAfter gives a payment's state after an event, and whether the event changes anything. Money that has come counts whatever was told or
// ended before; nothing undoes it, so that notices may come twice and in any order.
func paymentAfter(state PaymentState, e PaymentEvent) (next PaymentState, changes bool) {
	switch {
	case state == PaymentPaid:
		return state, false
	case e == ProviderPaid:
		return PaymentPaid, true
	case state != PaymentPending:
		return state, false
	case e == ProviderFailed:
		return PaymentFailed, true
	default:
		return PaymentExpired, true
	}
}

// Payment is an online top-up of a partner's cash account, from the partner's intent on.
type Payment struct {
	table.Head
	ID       string       `dynamodbav:"id"` // a ULID, of when it was begun
	Partner  auth.PartyID `dynamodbav:"partner"`
	Channel  string       `dynamodbav:"channel"`
	Amount   money.Fen    `dynamodbav:"amount"`
	State    PaymentState `dynamodbav:"state"`
	URL      string       `dynamodbav:"url,omitempty"`
	Created  time.Time    `dynamodbav:"at"`    // business time, UTC, as the others
	Expires  time.Time    `dynamodbav:"until"` // when it can no longer be made
	Closed   time.Time    `dynamodbav:"closed,omitempty"`
	Number   string       `dynamodbav:"no,omitempty"` // the provider's, of what was paid
	Transfer string       `dynamodbav:"transfer,omitempty"`
}

// idLength is the length of a ULID.
const idLength = 26

// Reference is what the provider knows a payment by: its id and its partner.
func (p Payment) Reference() string { return p.ID + "." + string(p.Partner) }

// referred gives the id and the partner of a reference.
func referred(reference string) (id string, partner auth.PartyID, ok bool) {
	if len(reference) < idLength+2 || reference[idLength] != '.' || !table.IsID(reference[:idLength]) || !table.IsID(reference[idLength+1:]) {
		return "", "", false
	}
	return reference[:idLength], auth.PartyID(reference[idLength+1:]), true
}

// channel is a way to pay online.
type channel struct {
	ID, Name string
	Most     money.Fen // at once
}

func isChannel(id string) bool {
	return slices.ContainsFunc(channels, func(c channel) bool { return c.ID == id })
}

// channelFor finds a channel that takes an amount. Errors: CBC.0100; ErrChannelLimit, which names the ways that are left.
func channelFor(id string, amount money.Fen) (channel, error) {
	var found channel
	var names, others []string
	for _, c := range channels {
		names = append(names, c.ID)
		switch {
		case c.ID == id:
			found = c
		case c.Most >= amount:
			others = append(others, fmt.Sprintf("%s (%s)", c.Name, c.ID))
		}
	}
	if found.ID == "" {
		return found, problem.Invalid("channel", "%q is none of %s", id, strings.Join(names, ", "))
	}
	if amount > found.Most {
		others = append(others, "a transfer from your bank to your remittance account")
		return found, ErrChannelLimit.Saying("%s takes at most %s yuan at once, and %s are asked for: "+
			"use another bank card in several smaller payments, or pay by %s", found.Name, found.Most, amount, strings.Join(others, ", ")).In("amount")
	}
	return found, nil
}

// begin appends to tx that a partner begins a payment.
func (s *Service) begin(ctx context.Context, tx *table.Tx, p Payment) {
	p.Head = paymentHead(p.Partner, p.ID)
	lifecycle.Arm(&p.Head, WorkPayment, string(p.Partner), p.ID, p.Expires)
	tx.Create(&p)
	s.notePayment(ctx, tx, EventPaymentCreated, p, p.Created)
}

func (s *Service) notePayment(ctx context.Context, tx *table.Tx, kind string, p Payment, at time.Time) {
	event.Append(tx, event.Event{
		Type: kind, Subject: p.ID, Owner: string(p.Partner), At: at, By: rest.Caller(ctx).Masked(),
		Data: map[string]string{"amount": p.Amount.String(), "channel": p.Channel, "state": string(p.State)},
	})
}

// payment reads a partner's payment. Error: ErrNoPayment.
func (s *Service) payment(ctx context.Context, partner auth.PartyID, id string) (Payment, error) {
	var p Payment
	head := paymentHead(partner, id)
	err := s.Table.Get(ctx, head.Key(), &p)
	if errors.Is(err, table.ErrNotFound) {
		return p, ErrNoPayment.Saying("you have no payment %q", id)
	}
	return p, err
}

// settle does what a provider's notice tells of a payment, once: the payment's state is the claim of its credit, and the provider's number that of
// the money, which is credited to one payment.
//
// Errors: ErrNoPayment, ErrPaymentMismatch, ErrTooMuch, rest.ErrTryAgain.
func (s *Service) settle(ctx context.Context, n Notice) (Payment, error) {
	id, partner, ok := referred(n.Reference)
	if !ok {
		return Payment{}, ErrNoPayment.Saying("no payment has the reference %q", n.Reference)
	}
	var p Payment
	err := rest.Persist(ctx, func() error {
		old, err := s.payment(ctx, partner, id)
		if err != nil {
			return err
		}
		p = old
		if err := fits(old, n); err != nil {
			return err
		}
		state, changes := paymentAfter(old.State, n.Event)
		if !changes {
			return nil
		}
		p.State, p.Closed = state, s.Clock.Now()
		lifecycle.Disarm(&p.Head)
		tx := table.NewTx()
		if state == PaymentPaid {
			err = s.credit(ctx, tx, &p, n)
		} else {
			s.notePayment(ctx, tx, EventPaymentClosed, p, p.Closed)
		}
		if err != nil {
			return err
		}
		tx.Replace(&old, &p)
		return s.Table.Commit(ctx, tx)
	})
	return p, err
}

// fits says whether a notice is of a payment as it is. Error: ErrPaymentMismatch.
func fits(p Payment, n Notice) error {
	switch {
	case n.Event != ProviderPaid && n.Event != ProviderFailed:
		return problem.Invalid("event", "%q is neither %q nor %q", n.Event, ProviderPaid, ProviderFailed)
	case n.Amount != p.Amount:
		return ErrPaymentMismatch.Saying("payment %q is of %s yuan, not of %s: nothing was credited", p.ID, p.Amount, n.Amount).In("amount")
	case n.Channel != p.Channel:
		return ErrPaymentMismatch.Saying("payment %q is by %s, not by %s: nothing was credited", p.ID, p.Channel, n.Channel).In("channel")
	case n.Event == ProviderPaid && p.State == PaymentPaid && n.Number != p.Number:
		return ErrPaymentMismatch.Saying("payment %q was paid already with number %q: pay %q back", p.ID, p.Number, n.Number).In("number")
	}
	return nil
}

// credit appends to tx that the money of a payment enters its partner's account, and notes in p what it was. Errors: ErrPaymentMismatch, ErrTooMuch.
func (s *Service) credit(ctx context.Context, tx *table.Tx, p *Payment, n Notice) error {
	number := remittanceHead(p.Channel + ":" + n.Number)
	err := s.Table.Get(ctx, number.Key(), &Remittance{})
	if err == nil {
		if again, err := s.payment(ctx, p.Partner, p.ID); err != nil || again.Ver != p.Ver {
			return errors.Join(table.ErrConflict, err) // it paid for this one, meanwhile
		}
		return ErrPaymentMismatch.Saying("%s's number %q has paid for something else: nothing was credited", p.Channel, n.Number).In("number")
	}
	if !errors.Is(err, table.ErrNotFound) {
		return err
	}
	cash, err := loadOrNew(ctx, s.Table, p.Partner, Cash)
	if err != nil {
		return err
	}
	id := table.NewID(p.Closed)
	t := Transfer{ID: id, From: VendorBank, To: cash.ID, Amount: p.Amount, Reason: TopUp, Reference: p.Channel + ":" + n.Number, At: p.Closed}
	if _, err := Credit(tx, cash, t); err != nil {
		return inField(err, "amount")
	}
	p.Number, p.Transfer = n.Number, id
	tx.Create(&Remittance{
		Head: number, Number: p.Channel + ":" + n.Number, Partner: p.Partner, Amount: p.Amount, Transfer: id, Channel: p.Channel, At: p.Closed,
	})
	tell(ctx, tx, EventToppedUp, t, p.Partner)
	return nil
}

// DoPayment ends a payment that was not made in time.
func (s *Service) DoPayment(ctx context.Context, due lifecycle.Due) error {
	var old Payment
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &old); err != nil {
		return err
	}
	next, tx := old, table.NewTx()
	next.State, _ = paymentAfter(old.State, TimeOver)
	next.Closed = s.Clock.Now()
	lifecycle.Disarm(&next.Head)
	tx.Replace(&old, &next)
	s.notePayment(ctx, tx, EventPaymentClosed, next, next.Closed)
	return s.Table.Commit(ctx, tx)
}
