package notify

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// Recipient is the item of somebody who gets digests. It is due at 09:00 Beijing on a day that has something to say, and says up to
// when everything has been told.
type Recipient struct {
	table.Head
	Party    auth.PartyID `dynamodbav:"id"`
	Mark     time.Time    `dynamodbav:"mark"`               // business time, UTC, of the last digest
	Withheld int          `dynamodbav:"withheld,omitempty"` // messages since then that the daily cap kept back
}

// Arm makes the recipient due at an instant; the zero time never.
func (r *Recipient) Arm(at time.Time) {
	lifecycle.Disarm(&r.Head)
	if !at.IsZero() {
		lifecycle.Arm(&r.Head, WorkDigest, string(r.Party), string(r.Party), at)
	}
}

// LoadRecipient reads the recipient's item at a key, strongly consistent. Error: table.ErrNotFound.
func LoadRecipient(ctx context.Context, db *table.Client, at table.Key) (Recipient, error) {
	var r Recipient
	err := db.Get(ctx, at, &r)
	return r, err
}

// Morning gives the 09:00 in Beijing at which what is written at an instant is told: the next one that lies at least five minutes
// ahead, so that no digest has read past it already.
func Morning(written time.Time) time.Time {
	soonest := written.Add(settleBefore)
	day := calendar.DateOf(soonest)
	if at := day.At(MorningHour, 0); !at.Before(soonest) {
		return at
	}
	return day.AddDays(1).At(MorningHour, 0)
}

// morningBefore gives the last 09:00 in Beijing that lies at least five minutes back. Who has had no digest yet has been told what is older than
// that: not what it is touched for, which happened a moment ago.
func morningBefore(now time.Time) time.Time {
	latest := now.Add(-settleBefore)
	day := calendar.DateOf(latest)
	if at := day.At(MorningHour, 0); !at.After(latest) {
		return at
	}
	return day.AddDays(-1).At(MorningHour, 0)
}

// Touch sees to it that a recipient has a digest on the next morning after now, business time: something has changed that it may
// want to tell. Who has such a digest coming is left alone.
func Touch(ctx context.Context, db *table.Client, id auth.PartyID, now time.Time) error {
	return change(ctx, db, id, now, func(*Recipient) bool { return false })
}

// Withhold notes that the daily cap kept a message from a recipient, for one line in its next digest.
func Withhold(ctx context.Context, db *table.Client, id auth.PartyID, now time.Time) error {
	return change(ctx, db, id, now, func(r *Recipient) bool {
		r.Withheld++
		return true
	})
}

// change makes a recipient due on the next morning at the latest, created if need be, with what edit does to it. It writes only
// when something changes.
func change(ctx context.Context, db *table.Client, id auth.PartyID, now time.Time, edit func(*Recipient) bool) error {
	morning := Morning(now)
	for range touchTries {
		old, err := LoadRecipient(ctx, db, recipientKey(id))
		absent := errors.Is(err, table.ErrNotFound)
		if err != nil && !absent {
			return err
		}
		next := old
		if absent {
			next.Head, next.Party, next.Mark = recipientKey(id).Head(), id, morningBefore(now)
		}
		edited := edit(&next)
		if at, due := lifecycle.DueAt(&old.Head); !due || at.After(morning) {
			next.Arm(morning)
			edited = true
		}
		switch {
		case absent:
			err = db.Create(ctx, &next)
		case edited:
			err = db.Replace(ctx, &old, &next)
		}
		if !errors.Is(err, table.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("recipient %s: %w", id, table.ErrBusy)
}

// Notice points a partner's digest to something of one of its customers that has changed. The digest looks at that again before
// it tells anything.
type Notice struct {
	table.Head
	Event    string       `dynamodbav:"event"` // id of the event that caused it
	Customer auth.PartyID `dynamodbav:"cust"`
	Subject  string       `dynamodbav:"subj"`
	At       time.Time    `dynamodbav:"at"` // business time, UTC, of the event
}

// Tell writes a notice for a partner's next morning after now, business time, and makes sure that there is a digest. wall is the
// wall-clock time. To do so twice is as once.
func Tell(ctx context.Context, db *table.Client, partner auth.PartyID, n Notice, now, wall time.Time) error {
	n.Head = noticeKey(partner, Morning(now), n.Event).Head()
	n.TTL = wall.Add(keep).Unix()
	if err := db.Create(ctx, &n); err != nil && !errors.Is(err, table.ErrExists) {
		return err
	}
	return Touch(ctx, db, partner, now)
}

// Notices yields the notices for a partner's mornings after mark and until asOf, strongly consistent.
func Notices(ctx context.Context, db *table.Client, partner auth.PartyID, mark, asOf time.Time) iter.Seq2[*Notice, error] {
	first := noticeKey(partner, mark.Truncate(time.Second).Add(time.Second), "")
	last := noticeKey(partner, asOf, "~")
	return table.All[Notice](ctx, db, table.Query{PK: first.PK, From: first.SK, To: last.SK, Strong: true})
}
