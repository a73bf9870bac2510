package subscription

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
)

// Apply takes a step that the dates bring and that costs nothing: expiry, freezing, release, conversion. Its dates come from the expiry
// date and from the customer's terms when the first of them is taken, never from now, so that a late step ends as a timely one. An
// attempt changes nothing by itself: see Renewed and AttemptFailed.
// Source: DOMAIN.md 1, Decision 7.
func Apply(s Subscription, action Action, a Terms, now time.Time) Subscription {
	if action == ActionRenew || s.Status == StatusClosed {
		return s
	}
	s.FreezeOn, s.ReleaseOn = endings(s, a)
	switch action {
	case ActionExpire:
		s.Status = StatusExpired
	case ActionFreeze:
		s.Status = StatusFrozen
	case ActionConvert:
		s = closed(s, ClosedConverted)
	case ActionRelease, ActionRenew:
		s = closed(s, ClosedReleased)
	}
	s.Since, s.UpdatedAt = second(now), second(now)
	return s
}

// closed ends s. Auto-renewal ends with it.
func closed(s Subscription, how Closing) Subscription {
	s.Status, s.Closing = StatusClosed, how
	s.PendingOrder, s.Reviewing = "", false
	if s.Policy == PolicyAutoRenew {
		s.Policy, s.TimesLeft, s.Unit = PolicyToGrace, 0, 0
	}
	return s
}

// Renewed extends s by a term that was paid. The new term starts at the old expiry, in grace and retention too, and s is in use
// again. Only a renewal that the system made counts against the auto-renewals left; at none the policy becomes to-grace.
// Source: DOMAIN.md 1, Renewal and Decisions 1 and 3.
func Renewed(s Subscription, term calendar.Term, paid Paid, now time.Time) Subscription {
	s.Expiry = s.Expiry.Add(term, s.Anchor)
	s.Status, s.FreezeOn, s.ReleaseOn, s.Since = StatusInUse, calendar.Date{}, calendar.Date{}, time.Time{}
	s.FailingSince, s.LastAttempt, s.Refusal = time.Time{}, time.Time{}, ""
	s.ArmedAt, s.UpdatedAt = second(now), second(now)
	s.LastRenewal, s.LastOrder = paid, paid.Order
	s.LastRenewal.At = second(now)
	if s.PendingOrder == paid.Order {
		s.PendingOrder = ""
	}
	if paid.Auto && s.TimesLeft > 0 {
		s.TimesLeft--
		if s.TimesLeft == 0 {
			s.Policy, s.Unit = PolicyToGrace, 0
		}
	}
	return s
}

// AttemptFailed notes an auto-renewal attempt that moved nothing. What lists show stays as it is.
func AttemptFailed(s Subscription, why Refusal, now time.Time) Subscription {
	s.LastAttempt, s.Refusal = second(now), why
	if s.FailingSince.IsZero() {
		s.FailingSince = s.LastAttempt
	}
	return s
}

// SwitchOn makes s renew itself: times is how often (0 without limit), unit by what. Left out (nil and 0), they stay what they were
// when it was on, and are without limit and the unit that was bought when it was not. The first attempt is the next one: what
// would have been before now is not missed. Source: DOMAIN.md 1, Auto-renewal.
func SwitchOn(s Subscription, times *int, unit calendar.Unit, now time.Time) Subscription {
	if s.Policy != PolicyAutoRenew {
		s.Policy, s.TimesLeft, s.Unit, s.ArmedAt = PolicyAutoRenew, 0, 0, second(now)
	}
	if times != nil {
		s.TimesLeft = *times
	}
	if unit != 0 {
		s.Unit = unit
	}
	s.UpdatedAt = second(now)
	return s
}

// SwitchOff makes s enter grace when its term is over. That attempts failed is of no interest any more; that they were made is.
func SwitchOff(s Subscription, now time.Time) Subscription {
	s.FailingSince, s.Refusal = time.Time{}, ""
	s.Policy, s.TimesLeft, s.Unit, s.UpdatedAt = PolicyToGrace, 0, 0, second(now)
	return s
}

// Settle places a resource that is imported now, from its expiry date and policy, in the state in which it would be: no attempt
// of the past counts as missed. Source: DOMAIN.md 1, Decision 8.
func Settle(s Subscription, a Terms, now time.Time) Subscription {
	s.Status = StatusInUse
	for {
		step, ok := nextByDate(s, a)
		if !ok || step.At.After(now) {
			break
		}
		s = Apply(s, step.Action, a, now)
	}
	s.Since = time.Time{}
	s.ImportedAt, s.ArmedAt, s.UpdatedAt = second(now), second(now), second(now)
	return s
}
