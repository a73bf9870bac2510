// Package immediate sends what must arrive at once, each message once: invitations, codes, requests to decide. A capability appends an event
// with its change; the event names who is told and by which writer; the notifier sends what the writer makes of it. Events are the
// audit trail: they hold no secret, writers make links and codes when they write.
package immediate

import (
	"context"
	"errors"
	"fmt"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/foundation/table"
)

// Event is the type of events that are sent at once. Their owner is whom they are for.
const Event = "notify.immediate"

// writerKey names the datum of an event with its writer's name.
const writerKey = "writer"

// Append adds to tx an event that is sent at once to its owner, by the writer of a name. e's type is set here.
func Append(tx *table.Tx, writer string, e event.Event) {
	data := map[string]string{writerKey: writer}
	for name, value := range e.Data {
		data[name] = value
	}
	e.Type, e.Data = Event, data
	event.Append(tx, e)
}

// WriterOf gives the name of the writer of an event that is sent at once.
func WriterOf(e event.Event) string { return e.Data[writerKey] }

// Message is what a writer makes of an event.
type Message struct {
	To     notify.Address
	Letter letter.Letter
	Text   *notify.Text // nil: no SMS
}

// Writer reads what an event is about, again, and says what there is to tell. ok is false when there no longer is anything.
type Writer func(ctx context.Context, e event.Event) (m Message, ok bool, err error)

// Sender sends them.
type Sender struct {
	Table   *table.Client
	Clock   clock.Clock // business time
	Once    *notify.Once
	Writers map[string]Writer
}

// Send sends the message of an event. To do so twice is as once. What the daily cap keeps back is mentioned in the owner's next digest.
//
// Errors: notify.ErrInFlight, what the mail service answered, and a writer that does not exist.
func (s *Sender) Send(ctx context.Context, e event.Event) error {
	write, known := s.Writers[WriterOf(e)]
	if !known {
		return fmt.Errorf("event %s: no writer %q", e.ID, WriterOf(e))
	}
	m, ok, err := write(ctx, e)
	if err != nil || !ok {
		return err
	}
	html, htmlErr := m.Letter.HTML()
	text, textErr := m.Letter.Text()
	if err := errors.Join(htmlErr, textErr); err != nil {
		return err
	}
	mail := notify.Message{ID: notify.MessageID("event", e.ID), To: m.To.Email, Subject: m.Letter.Title, HTML: html, Text: text}
	receipt, err := s.Once.Send(ctx, mail, s.Clock.Now())
	if err != nil {
		return err
	}
	function.Measure(ctx, "Immediate_"+string(receipt.Outcome), "Count", 1)
	if receipt.Outcome == notify.Withheld {
		return notify.Withhold(ctx, s.Table, auth.PartyID(e.Owner), s.Clock.Now())
	}
	if m.Text == nil || receipt.Outcome == notify.Before {
		return nil
	}
	if _, err := s.Once.Text(ctx, *m.Text); err != nil { // its mail is out: not tried again
		function.Note(ctx, "text_error", err.Error())
	}
	return nil
}
