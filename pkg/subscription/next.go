package subscription

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
)

// Action is what happens to a subscription by itself.
type Action int

// The actions.
const (
	ActionRenew   Action = iota + 1 // an auto-renewal attempt
	ActionExpire                    // grace begins
	ActionFreeze                    // retention begins
	ActionRelease                   // it ends and its data is deleted
	ActionConvert                   // it goes on as an on-demand resource
)

// Step is an action and the instant at which it is due. One in the past is due now.
type Step struct {
	Action Action
	At     time.Time
}

// Terms is what the life cycle needs to know of the customer, as it is now.
type Terms struct {
	DeductionDays int // days before expiry on which auto-renewal is first tried
	GraceDays     int // 0 skips the state
	RetentionDays int // 0 skips the state
}

// Next returns what happens to s next, and when. It is the whole life cycle: an auto-renewal attempt, expiry, freezing, release,
// conversion. Closed resources and those under review have no next step, and attached ones none of their own.
//
// That a renewal will be refused, for want of money or because the account is blocked, is not its business: the attempt is due
// and made all the same, so that nothing is caught up when the reason is gone.
//
// Source: DOMAIN.md 1, Decisions 1, 2 and 7.
func Next(s Subscription, a Terms, now time.Time) (Step, bool) {
	if s.Parent != "" || s.Reviewing {
		return Step{}, false
	}
	if at, ok := nextAttempt(s, a, now); ok {
		return Step{ActionRenew, at}, true // always before the expiry date ends
	}
	return nextByDate(s, a)
}

// nextByDate returns the next step that the dates alone bring.
func nextByDate(s Subscription, a Terms) (Step, bool) {
	freezeOn, releaseOn := endings(s, a)
	switch {
	case s.Status == StatusClosed:
		return Step{}, false
	case s.Status == StatusInUse && s.Policy == PolicyToOnDemand:
		return Step{ActionConvert, s.Expiry.End()}, true
	case s.Status == StatusInUse && freezeOn.After(s.Expiry):
		return Step{ActionExpire, s.Expiry.End()}, true
	case s.Status != StatusFrozen && releaseOn.After(freezeOn):
		return Step{ActionFreeze, freezeOn.End()}, true
	default:
		return Step{ActionRelease, releaseOn.End()}, true
	}
}

// endings gives the dates at whose end s is frozen and released: those kept on it once its term is over, else those of the
// customer's level now. A state that is skipped ends on the date on which it would begin.
func endings(s Subscription, a Terms) (freezeOn, releaseOn calendar.Date) {
	if !s.ReleaseOn.IsZero() {
		return s.FreezeOn, s.ReleaseOn
	}
	grace, retention := a.GraceDays, a.RetentionDays
	switch s.Policy {
	case PolicyToOnDemand, PolicyDelete:
		grace, retention = 0, 0
	case PolicyFreeze:
		grace = 0
	case PolicyDeleteAfterGrace:
		retention = 0
	case PolicyToGrace, PolicyAutoRenew:
	}
	freezeOn = s.Expiry.AddDays(grace)
	return freezeOn, freezeOn.AddDays(retention)
}

// nextAttempt returns when auto-renewal is tried next: at 03:00 on each date from the deduction day to the expiry date, the first
// one after both the last attempt and the instant since which attempts count. Attempts that an outage missed are made up for by one,
// which is due at the first of them; once the term is over only if none was ever made, and never from the instant of release on.
func nextAttempt(s Subscription, a Terms, now time.Time) (time.Time, bool) {
	if s.Policy != PolicyAutoRenew || s.Status == StatusClosed {
		return time.Time{}, false
	}
	if !now.Before(s.Expiry.End()) {
		_, releaseOn := endings(s, a)
		if !s.LastAttempt.IsZero() || !now.Before(releaseOn.End()) {
			return time.Time{}, false
		}
	}
	after := later(s.ArmedAt, s.LastAttempt)
	day := s.Expiry.AddDays(-a.DeductionDays)
	if from := calendar.DateOf(after); day.Before(from) {
		day = from
	}
	if !day.At(attemptHour, 0).After(after) {
		day = day.AddDays(1)
	}
	return day.At(attemptHour, 0), !day.After(s.Expiry)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
