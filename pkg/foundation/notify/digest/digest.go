// Package digest writes the one mail, and at most one SMS, that a recipient gets on a morning that has something to say.
//
// A recipient's item is due work. Its mark says up to when everything was told; the mail tells what lies after the mark and is named by
// it, so that whatever crashes or runs twice finds the same mail sent. The mark moves in one conditional write, with the next
// time at which the recipient is due.
//
// Source: DESIGN.md "What happens later", DOMAIN.md 1 (Decision 6).
package digest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/table"
)

// tries is how often a digest is begun again when its recipient's item changes meanwhile.
const tries = 5

// Digest does the due work of recipients.
type Digest struct {
	Table  *table.Client
	Clock  clock.Clock // business time
	Once   *notify.Once
	Links  *link.Signer
	Source Source
}

// Work gives the handler of digests whose content comes from a source.
func Work(env *function.Env, source Source) map[string]lifecycle.Handler {
	d := &Digest{
		Table: env.Table(), Clock: env.Clock, Links: link.SignerOf(env), Source: source,
		Once: &notify.Once{Table: env.Table(), Mail: ses.Port.In(env), SMS: sns.Port.In(env), Clock: env.Clock, Wall: env.Wall},
	}
	return map[string]lifecycle.Handler{notify.WorkDigest: d.Do}
}

// Do sends a recipient's digest if it is due. It is a lifecycle.Handler.
func (d *Digest) Do(ctx context.Context, due lifecycle.Due) error {
	function.Measure(ctx, "DigestsExamined", "Count", 1)
	told := 0
	for range tries {
		old, err := notify.LoadRecipient(ctx, d.Table, due.Key)
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		now := d.Clock.Now()
		if at, ok := lifecycle.DueAt(&old.Head); !ok || at.After(now) {
			return nil
		}
		next, err := d.tell(ctx, old, now, &told)
		if err != nil {
			return fmt.Errorf("digest of %s: %w", old.Party, err)
		}
		if err := d.Table.Replace(ctx, &old, &next); !errors.Is(err, table.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("digest of %s: %w", due.Account, table.ErrBusy)
}

// tell sends what there is to tell after the mark and returns the recipient as it is to be then. When the mail of this mark was sent by
// an earlier call that did not move the mark, the mark moves to where that one told, and the rest is told from there. told is how
// many withheld messages this call has told of.
func (d *Digest) tell(ctx context.Context, r notify.Recipient, now time.Time, told *int) (notify.Recipient, error) {
	for {
		content, err := d.Source(ctx, Ask{Party: r.Party, Mark: r.Mark, AsOf: now})
		if err != nil {
			return r, err
		}
		if content.lines() == 0 && r.Withheld == *told {
			function.Measure(ctx, "DigestsSkippedNothing", "Count", 1)
			return after(r, *told, content.Next, now), nil
		}
		function.Measure(ctx, "DigestsDue", "Count", 1)
		receipt, err := d.send(ctx, r, content, now)
		switch {
		case err != nil:
			return r, err
		case receipt.Outcome == notify.Withheld: // tomorrow, from the same mark
			r.Arm(notify.Morning(now))
			return r, nil
		case receipt.AsOf.Before(now):
			r.Mark = receipt.AsOf
			continue
		case receipt.Outcome != notify.Before:
			*told = r.Withheld
		}
		return after(r, *told, content.Next, now), nil
	}
}

// after gives the recipient once everything until now is told: due at the next time that has something to say, or on the next
// morning when messages were withheld meanwhile.
func after(r notify.Recipient, told int, next, now time.Time) notify.Recipient {
	r.Mark, r.Withheld = now, r.Withheld-told
	if morning := notify.Morning(now); r.Withheld > 0 && (next.IsZero() || morning.Before(next)) {
		next = morning
	}
	r.Arm(next)
	return r
}

// send sends the mail of a recipient's mark, and the SMS that rides on it.
func (d *Digest) send(ctx context.Context, r notify.Recipient, c Content, asOf time.Time) (notify.Receipt, error) {
	mail, err := d.write(ctx, c, r.Withheld, asOf)
	if err != nil {
		return notify.Receipt{}, err
	}
	html, htmlErr := mail.HTML()
	text, textErr := mail.Text()
	if err := errors.Join(htmlErr, textErr); err != nil {
		return notify.Receipt{}, err
	}
	receipt, err := d.Once.Send(ctx, notify.Message{
		ID: notify.MessageID("digest", string(r.Party), strconv.FormatInt(r.Mark.UnixNano(), 36)),
		To: c.To.Email, Subject: mail.Title, HTML: html, Text: text,
	}, asOf)
	if err != nil {
		return receipt, err
	}
	measure(ctx, "Digests", receipt.Outcome)
	if c.Text != nil && receipt.Outcome != notify.Before && receipt.Outcome != notify.Withheld {
		d.text(ctx, c)
	}
	return receipt, nil
}

// text sends the SMS. One that fails is not tried again: its mail is out.
func (d *Digest) text(ctx context.Context, c Content) {
	if c.To.Mobile == "" {
		return
	}
	if !notify.TextHours(d.Clock.Now()) {
		function.Measure(ctx, "TextsSkippedHours", "Count", 1)
		return
	}
	outcome, err := d.sendText(ctx, c)
	if err != nil {
		function.Measure(ctx, "TextsFailed", "Count", 1)
		function.Note(ctx, "text_error", err.Error())
		return
	}
	measure(ctx, "Texts", outcome)
}

func (d *Digest) sendText(ctx context.Context, c Content) (notify.Outcome, error) {
	params := map[string]string{}
	for name, value := range c.Text.Params {
		params[name] = value
	}
	if c.Text.Link != nil {
		short, err := d.Links.Short(ctx, *c.Text.Link)
		if err != nil {
			return "", err
		}
		params["link"] = short
	}
	return d.Once.Text(ctx, notify.Text{To: c.To.Mobile, Template: c.Text.Template, Params: params, Locale: c.To.Locale})
}

// measure counts how messages ended: as sent, or as skipped and why.
func measure(ctx context.Context, what string, outcome notify.Outcome) {
	name := map[notify.Outcome]string{
		notify.Sent: "Sent", notify.Before: "SkippedSentEarlier", notify.Suppressed: "SkippedSuppressed",
		notify.Withheld: "SkippedWithheld", notify.Unaddressed: "SkippedNoAddress",
	}[outcome]
	function.Measure(ctx, what+name, "Count", 1)
}
