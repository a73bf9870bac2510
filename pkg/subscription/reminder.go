package subscription

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
)

// NoticeKind is what a line of a digest tells of a subscription.
type NoticeKind string

// The kinds of lines.
const (
	NoticeExpiring      NoticeKind = "expiring"       // it will not renew itself
	NoticeRenewing      NoticeKind = "renewing"       // it will: say the day, the amount and the balance
	NoticeRenewed       NoticeKind = "renewed"        // it did
	NoticeRenewalFailed NoticeKind = "renewal_failed" // it tried, and is not paid
	NoticeGrace         NoticeKind = "grace"          // grace began
	NoticeRetention     NoticeKind = "retention"      // retention began
	NoticeReleasing     NoticeKind = "releasing"      // it will be released
	NoticeReleased      NoticeKind = "released"
	NoticeUnsubscribed  NoticeKind = "unsubscribed"
)

// Notice is one line of a digest.
type Notice struct {
	Kind    NoticeKind
	Morning time.Time     // the 09:00 in Beijing that it belongs to
	Date    calendar.Date // at whose end what it tells of happens: expiry, freezing, release
	Days    int           // until then, from today: 0 is today, negative past
	Refusal Refusal       // of the last auto-renewal attempt, when it failed
}

// Announce returns what a digest made now says of s to a recipient whose last digest was at mark: the latest threshold whose
// morning lies after mark and not after now. It goes by the state of s alone, so that an outage is followed by one line for
// all the mornings missed, and by none for what was renewed or has moved on meanwhile. Attached resources go without saying.
//
// Source: DOMAIN.md 1, Decision 6.
func Announce(s Subscription, mark, now time.Time) (Notice, bool) {
	var latest Notice
	since := later(mark, silentUntil(s))
	for _, n := range mornings(s) {
		over := s.Status != StatusClosed && !now.Before(n.Date.End())
		if n.Morning.After(since) && !n.Morning.After(now) && n.Morning.After(latest.Morning) && !over {
			latest = n
		}
	}
	if latest.Kind == "" {
		return latest, false
	}
	latest.Days, latest.Refusal = calendar.DateOf(now).DaysUntil(latest.Date), s.Refusal
	return latest, true
}

// NextMorning returns the first 09:00 in Beijing after an instant at which there is something to say of s, if nothing changes until
// then. A change brings its own.
func NextMorning(s Subscription, after time.Time) (at time.Time, ok bool) {
	after = later(after, silentUntil(s))
	for _, n := range mornings(s) {
		if n.Morning.After(after) && (!ok || n.Morning.Before(at)) {
			at, ok = n.Morning, true
		}
	}
	return at, ok
}

// silentUntil gives the instant up to which thresholds do not concern the term of s: it was not ours, or not renewed yet.
func silentUntil(s Subscription) time.Time { return later(s.ImportedAt, s.LastRenewal.At) }

// mornings gives the thresholds of s in its state. Of two on one morning the first is the one to tell.
func mornings(s Subscription) []Notice {
	if s.Parent != "" || s.Reviewing {
		return nil
	}
	switch s.Status {
	case StatusInUse:
		return beforeExpiry(s)
	case StatusExpired:
		begun := Notice{Kind: NoticeGrace, Morning: morningAfter(later(s.Expiry.End(), s.Since)), Date: s.FreezeOn}
		return append([]Notice{begun}, beforeRelease(s)...)
	case StatusFrozen:
		begun := Notice{Kind: NoticeRetention, Morning: morningAfter(later(s.FreezeOn.End(), s.Since)), Date: s.ReleaseOn}
		return append([]Notice{begun}, beforeRelease(s)...)
	case StatusClosed:
	}
	switch s.Closing {
	case ClosedReleased:
		return []Notice{{Kind: NoticeReleased, Morning: morningAfter(later(s.ReleaseOn.End(), s.Since)), Date: s.ReleaseOn}}
	case ClosedUnsubscribed:
		return []Notice{{Kind: NoticeUnsubscribed, Morning: morningAfter(s.Since), Date: calendar.DateOf(s.Since)}}
	case ClosedConverted:
	}
	return nil
}

// beforeExpiry gives the thresholds of what is in use.
func beforeExpiry(s Subscription) []Notice {
	var all []Notice
	if s.LastRenewal.Auto {
		all = append(all, Notice{Kind: NoticeRenewed, Morning: morningAfter(s.LastRenewal.At), Date: s.Expiry})
	}
	if s.Policy != PolicyAutoRenew {
		return append(all, ahead(NoticeExpiring, s.Expiry, daysBeforeExpiry)...)
	}
	if s.FailingSince.IsZero() {
		return append(all, ahead(NoticeRenewing, s.Expiry, daysBeforeAutoRenewal)...)
	}
	all = append(all, Notice{Kind: NoticeRenewalFailed, Morning: morningAfter(s.FailingSince), Date: s.Expiry})
	for _, n := range ahead(NoticeRenewalFailed, s.Expiry, daysBeforeUnpaid) {
		if n.Morning.After(s.FailingSince) {
			all = append(all, n)
		}
	}
	return all
}

// beforeRelease gives the thresholds before release that come after expiry.
func beforeRelease(s Subscription) []Notice {
	var all []Notice
	for _, n := range ahead(NoticeReleasing, s.ReleaseOn, daysBeforeRelease) {
		if n.Morning.After(s.Expiry.End()) {
			all = append(all, n)
		}
	}
	return all
}

// ahead gives one notice for each of some days before a date.
func ahead(kind NoticeKind, date calendar.Date, days []int) []Notice {
	all := make([]Notice, len(days))
	for i, n := range days {
		all[i] = Notice{Kind: kind, Morning: date.AddDays(-n).At(noticeHour, 0), Date: date}
	}
	return all
}

// morningAfter gives the first time for notices after an instant.
func morningAfter(t time.Time) time.Time {
	day := calendar.DateOf(t)
	if at := day.At(noticeHour, 0); at.After(t) {
		return at
	}
	return day.AddDays(1).At(noticeHour, 0)
}
