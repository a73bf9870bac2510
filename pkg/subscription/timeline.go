package subscription

import (
	"fmt"
	"time"

	"partnercenter/pkg/foundation/calendar"
)

// Ahead is a step that is still to come: when it is due (UTC), what it is, and why it comes, in words.
type Ahead struct {
	Step
	Why string
}

// Future lists what happens to s from now on, up to its end, if nobody pays and nothing is set anew: every attempt of its auto-renewal, expiry,
// freezing, release, conversion. It takes the steps that the life cycle takes, each at its instant; what is overdue comes first and is taken now.
// An attempt that is paid ends the list, and another term begins.
func Future(s Subscription, a Terms, now time.Time) []Ahead {
	ahead := []Ahead{}
	attempts := 0
	for {
		step, ok := Next(s, a, now)
		if !ok {
			return ahead
		}
		now = later(now, step.At)
		if step.Action == ActionRenew {
			attempts++
			ahead = append(ahead, Ahead{step, fmt.Sprintf(
				"auto-renewal is on: attempt %d to pay for %s; once one is paid, nothing that follows here happens", attempts, RenewalTerm(s))})
			s = AttemptFailed(s, RefusedBalance, now)
			continue
		}
		next := Apply(s, step.Action, a, now)
		ahead = append(ahead, Ahead{step, reason(s, next, step.Action)})
		s = next
	}
}

// reason says why a step comes that leads from old to next.
func reason(old, next Subscription, action Action) string {
	switch {
	case action == ActionConvert:
		return fmt.Sprintf("the term ends with %s, and by its policy the resource goes on on-demand", old.Expiry)
	case action == ActionExpire:
		return fmt.Sprintf("the term ends with %s; grace, in which it can still be used, lasts until %s", old.Expiry, next.FreezeOn)
	case action == ActionFreeze && old.Status == StatusInUse:
		return fmt.Sprintf("the term ends with %s, and no grace follows; its data is kept until %s", old.Expiry, next.ReleaseOn)
	case action == ActionFreeze:
		return fmt.Sprintf("grace ends with %s; its data is kept until %s", old.FreezeOn, next.ReleaseOn)
	case old.Status == StatusInUse:
		return fmt.Sprintf("the term ends with %s, and neither grace nor retention follows; its data is deleted", old.Expiry)
	case old.Status == StatusExpired:
		return fmt.Sprintf("grace ends with %s, and no retention follows; its data is deleted", old.ReleaseOn)
	default:
		return fmt.Sprintf("retention ends with %s; its data is deleted", old.ReleaseOn)
	}
}

// Policies are all expiry policies in the order of their numbers.
var Policies = []Policy{PolicyToGrace, PolicyToOnDemand, PolicyDelete, PolicyAutoRenew, PolicyFreeze, PolicyDeleteAfterGrace}

// Under is s as it would be with a policy set now. Once its term is over a policy changes nothing any more: its dates are kept.
func Under(s Subscription, p Policy, now time.Time) Subscription {
	switch p {
	case s.Policy:
		return s
	case PolicyAutoRenew:
		return SwitchOn(s, nil, 0, now)
	default:
		return Scheduled(s, p, now)
	}
}

// Remark says of s what the steps ahead of it do not show; empty when there is nothing to say.
func Remark(s Subscription, ahead []Ahead, now time.Time) string {
	tried := len(ahead) > 0 && ahead[0].Action == ActionRenew
	switch {
	case s.Status == StatusClosed:
		return "the resource has ended: nothing happens to it any more"
	case s.Reviewing:
		return fmt.Sprintf("order %q waits for the vendor's review: until then nothing happens to the resource", s.PendingOrder)
	case tried && s.PendingOrder != "":
		return fmt.Sprintf("order %q awaits payment: until it is paid or cancelled, attempts of auto-renewal are refused", s.PendingOrder)
	case s.Policy == PolicyAutoRenew && !tried && now.Before(s.Expiry.End()):
		return fmt.Sprintf("auto-renewal is on, but its last attempt for the term that ends with %s is over: renew by hand", s.Expiry)
	case s.Policy == PolicyAutoRenew && !tried:
		return fmt.Sprintf("the term ended with %s and auto-renewal is not tried any more: renew by hand", s.Expiry)
	}
	return ""
}

// firstDay bounds from below when events of s can have happened: an order may await its payment, and then its opening, before it takes effect.
func firstDay(s Subscription) calendar.Date {
	first := s.Effective.Add(-paymentWindow - openingWindow)
	if !s.ImportedAt.IsZero() {
		first = s.ImportedAt
	}
	return calendar.DateOf(first)
}
