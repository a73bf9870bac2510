package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/table"
)

// Outcome is how a message ended.
type Outcome string

// The outcomes.
const (
	Sent        Outcome = "sent"
	Suppressed  Outcome = "suppressed"   // the address bounced or complained before
	Withheld    Outcome = "withheld"     // the address had its messages of the day
	Unaddressed Outcome = "no_address"   // there is no address
	Before      Outcome = "sent_earlier" // this message ended in an earlier call, however it did
)

// ErrInFlight: another sender is at it, or was when it crashed. Try again later: a quarter of an hour after it began, it is decided.
var ErrInFlight = errors.New("the message is being sent")

// Once sends each message once. A message is claimed by its id before it is sent and settled after; a claim that was never settled
// is, after its lease, decided by asking the mail service whether it has the message. So a crash between any two steps, a second
// sender and a repeated call all end with one mail.
type Once struct {
	Table *table.Client
	Mail  Mail
	SMS   SMS
	Clock clock.Clock // business time: the day that the cap counts by
	Wall  clock.Clock // wall time: leases and TTL
}

// claim is the item of one message.
type claim struct {
	table.Head
	State   Outcome       `dynamodbav:"st,omitempty"`    // empty while it is being sent
	Lease   time.Time     `dynamodbav:"lease,omitempty"` // until when, wall clock
	AsOf    time.Time     `dynamodbav:"as_of"`           // business time of what the message tells
	Counted calendar.Date `dynamodbav:"day,omitempty"`   // the day whose count it is in already
}

// Receipt is how a message ended, and as of when it told what it tells: of an earlier call, when that one sent it.
type Receipt struct {
	Outcome Outcome
	AsOf    time.Time
}

// Send sends m unless it was sent before. asOf is the business time of what m tells. A message that was withheld is tried again on
// another day.
//
// Errors: ErrInFlight; what the mail service answered, whose refusal gives the claim back.
func (o *Once) Send(ctx context.Context, m Message, asOf time.Time) (Receipt, error) {
	held, ended, err := o.take(ctx, m.ID, asOf)
	if err == nil && held != nil {
		ended.AsOf = held.AsOf
		ended.Outcome, err = o.deliver(ctx, held, m)
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("message %s: %w", m.ID, err)
	}
	return ended, nil
}

// take gives the claim of a message that is ours to send, or how it has ended and no claim.
func (o *Once) take(ctx context.Context, id string, asOf time.Time) (*claim, Receipt, error) {
	now := o.Wall.Now()
	fresh := &claim{Head: messageKey(id).Head(), Lease: now.Add(lease), AsOf: asOf}
	fresh.TTL = now.Add(keep).Unix()
	err := o.Table.Create(ctx, fresh)
	if !errors.Is(err, table.ErrExists) {
		return fresh, Receipt{}, err
	}
	var old claim
	if err := o.Table.Get(ctx, messageKey(id), &old); err != nil {
		return nil, Receipt{}, err
	}
	switch {
	case old.State == Withheld && old.Counted != o.today():
		return fresh, Receipt{}, o.Table.Replace(ctx, &old, fresh)
	case old.State == Withheld:
		return nil, Receipt{Withheld, old.AsOf}, nil
	case old.State != "":
		return nil, Receipt{Before, old.AsOf}, nil
	case now.Before(old.Lease):
		return nil, Receipt{}, ErrInFlight
	}
	return o.takeOver(ctx, id, &old, fresh)
}

// takeOver decides what became of a message whose sender is gone.
func (o *Once) takeOver(ctx context.Context, id string, old, fresh *claim) (*claim, Receipt, error) {
	sent, err := o.Mail.Sent(ctx, id)
	if err != nil {
		return nil, Receipt{}, err
	}
	if sent {
		return nil, Receipt{Sent, old.AsOf}, o.settle(ctx, old, Sent)
	}
	fresh.Counted = old.Counted
	return fresh, Receipt{}, o.Table.Replace(ctx, old, fresh)
}

// deliver sends a message that is ours, if its address may get it, and writes down how it ended.
func (o *Once) deliver(ctx context.Context, held *claim, m Message) (Outcome, error) {
	outcome, err := o.admit(ctx, m.To, held.Counted)
	if err != nil {
		return "", err
	}
	if outcome == Sent {
		if err := o.Mail.Send(ctx, m); err != nil {
			return "", o.giveBack(ctx, held, err)
		}
	}
	return outcome, o.settle(ctx, held, outcome)
}

func (o *Once) settle(ctx context.Context, held *claim, outcome Outcome) error {
	next := *held
	next.State, next.Lease, next.Counted = outcome, time.Time{}, o.today()
	return o.Table.Replace(ctx, held, &next)
}

// giveBack ends the lease of a message that the mail service refused, so that the next try need not wait for it. Where the message
// may have been sent, the lease stays.
func (o *Once) giveBack(ctx context.Context, held *claim, why error) error {
	if errors.Is(why, ErrUnsure) {
		return why
	}
	next := *held
	next.Lease, next.Counted = time.Time{}, o.today()
	return errors.Join(why, o.Table.Replace(ctx, held, &next))
}

// Text sends an SMS if its number may get one. It claims nothing: an SMS rides on a message that its caller has just settled, and so
// goes at most once. A message whose Receipt says Before has had its SMS.
func (o *Once) Text(ctx context.Context, t Text) (Outcome, error) {
	outcome, err := o.admit(ctx, t.To, calendar.Date{})
	if err != nil || outcome != Sent {
		return outcome, err
	}
	if err := o.SMS.Send(ctx, t); err != nil {
		return "", fmt.Errorf("SMS to %s: %w", MaskMobile(t.To), err)
	}
	return Sent, nil
}

// TextHours holds while SMS may be sent.
func TextHours(now time.Time) bool {
	day := calendar.DateOf(now)
	return !now.Before(day.At(textFromHour, 0)) && now.Before(day.At(textToHour, 0))
}

// admit counts a message to an address and answers Sent, or says why the address may not get it. A message that is in today's count
// already is not counted again.
func (o *Once) admit(ctx context.Context, address string, counted calendar.Date) (Outcome, error) {
	if address == "" {
		return Unaddressed, nil
	}
	suppressed, err := isSuppressed(ctx, o.Table, address)
	if err != nil {
		return "", err
	}
	if suppressed {
		return Suppressed, nil
	}
	if counted == o.today() {
		return Sent, nil
	}
	_, err = o.Table.Count(ctx, dayKey(address, o.today()), DailyCap, keepCount)
	if errors.Is(err, table.ErrLimit) {
		return Withheld, nil
	}
	return Sent, err
}

func (o *Once) today() calendar.Date { return calendar.DateOf(o.Clock.Now()) }
