package subscription_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/subscription"
)

var anyTerms = rapid.Custom(func(t *rapid.T) subscription.Terms {
	if rapid.Bool().Draw(t, "by level") {
		return subscription.TermsFor(rapid.SampledFrom([]string{"V0", "V1", "V2", "V3", "V4", "V5"}).Draw(t, "level"), rapid.IntRange(2, 7).Draw(t, "deduction"))
	}
	return subscription.Terms{
		DeductionDays: rapid.IntRange(2, 7).Draw(t, "deduction"), GraceDays: rapid.IntRange(0, 15).Draw(t, "grace"),
		RetentionDays: rapid.IntRange(0, 15).Draw(t, "retention"),
	}
})

// take takes one step; pay says whether an attempt is paid.
func take(s subscription.Subscription, action subscription.Action, a subscription.Terms, now time.Time, pay bool) subscription.Subscription {
	switch {
	case action != renew:
		return subscription.Apply(s, action, a, now)
	case pay:
		return subscription.Renewed(s, subscription.RenewalTerm(s), auto, now)
	default:
		return subscription.AttemptFailed(s, subscription.RefusedBalance, now)
	}
}

// sweep takes every step that is due, as the worker does, and returns how many there were.
func sweep(t rapid.TB, s subscription.Subscription, a subscription.Terms, now time.Time, pay bool) (subscription.Subscription, int) {
	t.Helper()
	for n := 0; ; n++ {
		step, ok := subscription.Next(s, a, now)
		if !ok || step.At.After(now) {
			return s, n
		}
		if n > 4 {
			t.Fatalf("more than one attempt and three states at once: %+v is still due", step)
		}
		s = take(s, step.Action, a, now, pay)
	}
}

func TestALifeMovesForwardAndEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, a := anySubscription.Draw(t, "subscription"), anyTerms.Draw(t, "terms")
		now, renewals, limit := s.Effective, 0, s.TimesLeft
		for steps := 0; ; steps++ {
			step, ok := subscription.Next(s, a, now)
			if !ok {
				break
			}
			if steps > 60 {
				t.Fatalf("after %d steps there is still %+v", steps, step)
			}
			if step.At.After(now) {
				now = step.At
			}
			pay := step.Action == renew && renewals < 3 && rapid.Bool().Draw(t, "paid")
			before := s
			s = take(s, step.Action, a, now, pay)
			if pay {
				renewals++
			}
			if next, ok := subscription.Next(s, a, now); ok && next == step {
				t.Fatalf("%+v is due again after it was taken: %+v", step, s)
			}
			if s == before {
				t.Fatalf("%+v changed nothing", step)
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hours late")) * time.Hour)
		}
		if s.Status != subscription.StatusClosed {
			t.Fatalf("it ends %s", s.Status)
		}
		if limit > 0 && renewals > limit {
			t.Fatalf("it was renewed %d times, at most %d were asked for", renewals, limit)
		}
	})
}

func TestDueWorkTakenTwiceIsTakenOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, a, pay := anySubscription.Draw(t, "subscription"), anyTerms.Draw(t, "terms"), rapid.Bool().Draw(t, "pay")
		now := s.Effective
		for range rapid.IntRange(1, 12).Draw(t, "sweeps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
			s, _ = sweep(t, s, a, now, pay)
			if again, n := sweep(t, s, a, now, pay); n != 0 || again != s {
				t.Fatalf("sweeping at %s again took %d steps", now, n)
			}
		}
	})
}

// B6: however long nothing ran, and whenever, the state is the one of the rule.
func TestAnOutageOfAnyLengthEndsInTheStateOfTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, a := anySubscription.Draw(t, "subscription"), anyTerms.Draw(t, "terms")
		from := s.Effective.Add(time.Duration(rapid.IntRange(0, 45*24).Draw(t, "hours before the outage")) * time.Hour)
		until := from.Add(time.Duration(rapid.IntRange(0, 60*24).Draw(t, "hours of outage")) * time.Hour)
		steady, struck := s, s
		for now := s.Effective; now.Before(until); now = now.Add(time.Hour) {
			steady, _ = sweep(t, steady, a, now, false)
			if now.Before(from) {
				struck, _ = sweep(t, struck, a, now, false)
			}
		}
		steady, _ = sweep(t, steady, a, until, false)
		struck, _ = sweep(t, struck, a, until, false)
		if steady.Status != struck.Status || steady.Expiry != struck.Expiry || steady.FreezeOn != struck.FreezeOn ||
			steady.ReleaseOn != struck.ReleaseOn || steady.Policy != struck.Policy || steady.Closing != struck.Closing {
			t.Fatalf("out from %s to %s: %s until %s, frozen %s, released %s; without: %s until %s, frozen %s, released %s", from, until,
				struck.Status, struck.Expiry, struck.FreezeOn, struck.ReleaseOn, steady.Status, steady.Expiry, steady.FreezeOn, steady.ReleaseOn)
		}
	})
}

func TestAnOutageIsMadeUpForByOneRenewalUnlessItLastedTillRelease(t *testing.T) {
	for hours := 0; hours <= 40*24; hours++ {
		s := december(t, subscription.PolicyAutoRenew)
		now := at(t, "2026-12-08 03:00").Add(time.Duration(hours) * time.Hour)
		got, steps := sweep(t, s, week, now, true)
		if released := !now.Before(at(t, "2026-12-30 00:00")); released {
			if got.Status != subscription.StatusClosed || got.Expiry != s.Expiry {
				t.Fatalf("back at %s it is %s until %s, want it released", now, got.Status, got.Expiry)
			}
		} else if steps != 1 || got.Status != subscription.StatusInUse || got.Expiry != day(t, "2027-01-15") {
			t.Fatalf("back at %s, after %d steps it is %s until %s, want one renewal until 2027-01-15", now, steps, got.Status, got.Expiry)
		}
	}
}

// B4: hour by hour over the days around expiry, in whichever zone the clock thinks it is.
func TestHourlySweepsRenewEachTermOnce(t *testing.T) {
	for offset := -12; offset <= 14; offset++ {
		zone := time.FixedZone("", offset*60*60)
		s, renewals := held(day(t, "2026-10-31"), day(t, "2026-11-30"), subscription.PolicyAutoRenew), 0
		for now := at(t, "2026-11-22 00:00"); now.Before(at(t, "2026-12-20 00:00")); now = now.Add(time.Hour) {
			before := s.Expiry
			if s, _ = sweep(t, s, week, now.In(zone), true); s.Expiry != before {
				renewals++
			}
		}
		if renewals != 1 || s.Expiry != (calendar.Date{Year: 2026, Month: 12, Day: 31}) {
			t.Errorf("with the clock at UTC%+d it was renewed %d times, until %s; want once, until 2026-12-31", offset, renewals, s.Expiry)
		}
	}
}
