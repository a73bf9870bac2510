// Package notifytest has an inbox and a phone for tests: ports that keep what they are given and fail as they are told.
package notifytest

import (
	"context"
	"errors"
	"sync"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

// Verdict is what becomes of a message that is handed over.
type Verdict int

// What can happen to a message.
const (
	Arrives      Verdict = iota
	Refused              // the service says no
	LostAnswer           // it arrives, and the answer does not
	NoConnection         // it does not arrive, and nobody can tell
	CrashBefore          // the process ends before the call
	CrashAfter           // the process ends after the message has arrived
)

// ErrRefused is the answer to a refused message.
var ErrRefused = errors.New("refused by the service")

func (v Verdict) arrives() bool { return v == Arrives || v == LostAnswer || v == CrashAfter }

func (v Verdict) err() error {
	switch v {
	case Refused:
		return ErrRefused
	case LostAnswer, NoConnection:
		return notify.ErrUnsure
	case CrashBefore, CrashAfter:
		return table.ErrCrash
	case Arrives:
	}
	return nil
}

// Inbox is a mail service. It is safe for concurrent use.
type Inbox struct {
	Next func(notify.Message) Verdict // nil: everything arrives

	mu    sync.Mutex
	mails []notify.Message
}

// Send takes a mail as Next decides.
func (b *Inbox) Send(_ context.Context, m notify.Message) error {
	verdict := Arrives
	if b.Next != nil {
		verdict = b.Next(m)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if verdict.arrives() {
		b.mails = append(b.mails, m)
	}
	return verdict.err()
}

// Sent reports whether a mail has arrived.
func (b *Inbox) Sent(_ context.Context, id string) (bool, error) {
	for _, m := range b.Mails() {
		if m.ID == id {
			return true, nil
		}
	}
	return false, nil
}

// Mails lists what has arrived.
func (b *Inbox) Mails() []notify.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]notify.Message{}, b.mails...)
}

// Phone is an SMS carrier. It is safe for concurrent use.
type Phone struct {
	Next func(notify.Text) Verdict // nil: everything arrives

	mu    sync.Mutex
	texts []notify.Text
}

// Send takes an SMS as Next decides.
func (p *Phone) Send(_ context.Context, t notify.Text) error {
	verdict := Arrives
	if p.Next != nil {
		verdict = p.Next(t)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if verdict.arrives() {
		p.texts = append(p.texts, t)
	}
	return verdict.err()
}

// Texts lists what has arrived.
func (p *Phone) Texts() []notify.Text {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]notify.Text{}, p.texts...)
}
