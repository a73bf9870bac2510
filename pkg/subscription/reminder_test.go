package subscription_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/subscription"
)

// digests lives s hour by hour from one time to another, with due work done at once and a digest made every hour, and gives what
// they say: the day of each line, its kind, and the days that it counts.
func digests(t rapid.TB, s subscription.Subscription, a subscription.Terms, from, to time.Time, pay bool) string {
	t.Helper()
	var said []string
	mark := from
	for now := from; !now.After(to); now = now.Add(time.Hour) {
		s, _ = sweep(t, s, a, now, pay)
		if n, ok := subscription.Announce(s, mark, now); ok {
			said = append(said, fmt.Sprintf("%s %s %d", now.In(calendar.Beijing).Format("01-02 15h"), n.Kind, n.Days))
		}
		mark = now
	}
	return strings.Join(said, "\n")
}

func TestDigestsSayWhatIsNear(t *testing.T) {
	for name, c := range map[string]struct {
		policy subscription.Policy
		level  string
		pay    bool
		want   string
	}{
		"what does not renew itself": {policy: subscription.PolicyToGrace, level: "V3", want: `
11-30 09h expiring 15
12-08 09h expiring 7
12-12 09h expiring 3
12-14 09h expiring 1
12-16 09h grace 6
12-23 09h retention 6
12-27 09h releasing 2
12-29 09h releasing 0
12-30 09h released -1`},
		"what renews itself": {policy: subscription.PolicyAutoRenew, level: "V3", pay: true, want: `
11-30 09h renewing 15
12-08 09h renewed 38
12-31 09h renewing 15
01-08 09h renewed 38`},
		"what fails to": {policy: subscription.PolicyAutoRenew, level: "V5", want: `
11-30 09h renewing 15
12-08 09h renewal_failed 7
12-10 09h renewal_failed 5
12-13 09h renewal_failed 2
12-15 09h renewal_failed 0
12-16 09h grace 6
12-23 09h retention 14
12-31 09h releasing 6
01-04 09h releasing 2
01-06 09h releasing 0
01-07 09h released -1`},
		"what is in grace for a day": {policy: subscription.PolicyToGrace, level: "V0", want: `
11-30 09h expiring 15
12-08 09h expiring 7
12-12 09h expiring 3
12-14 09h expiring 1
12-16 09h grace 0
12-17 09h retention 0
12-18 09h released -1`},
		"what is deleted at expiry": {policy: subscription.PolicyDelete, level: "V3", want: `
11-30 09h expiring 15
12-08 09h expiring 7
12-12 09h expiring 3
12-14 09h expiring 1
12-16 09h released -1`},
	} {
		t.Run(name, func(t *testing.T) {
			got := digests(t, december(t, c.policy), subscription.TermsFor(c.level, 0), at(t, "2026-11-20 00:00"), at(t, "2027-01-10 00:00"), c.pay)
			if got != strings.TrimSpace(c.want) {
				t.Errorf("said:\n%s\nwant:\n%s", got, strings.TrimSpace(c.want))
			}
		})
	}
}

// B37: the sweep runs a thousand times in a day.
func TestAThresholdIsSaidOnceHoweverOftenIsAsked(t *testing.T) {
	s, said := december(t, subscription.PolicyToGrace), 0
	mark := at(t, "2026-12-08 00:00")
	for i := range 1000 {
		now := at(t, "2026-12-08 00:00").Add(time.Duration(i) * 86 * time.Second)
		if _, ok := subscription.Announce(s, mark, now); ok {
			said++
		}
		mark = now
	}
	if said != 1 {
		t.Errorf("said %d times, want once", said)
	}
}

// B39, B6: after a gap the latest threshold is said, once, with the days that are left.
func TestAfterAGapOnlyTheLatestThresholdIsSaid(t *testing.T) {
	s, mark := december(t, subscription.PolicyToGrace), at(t, "2026-11-20 09:00")
	for now, want := range map[string]string{
		"2026-12-09 12:00": "expiring of 12-08, 6 left",
		"2026-12-15 08:00": "expiring of 12-14, 0 left",
		"2026-12-16 00:00": "nothing", // expired, and nobody has noticed yet
	} {
		got := "nothing"
		if n, ok := subscription.Announce(s, mark, at(t, now)); ok {
			got = fmt.Sprintf("%s of %s, %d left", n.Kind, n.Morning.In(calendar.Beijing).Format("01-02"), n.Days)
		}
		if got != want {
			t.Errorf("at %s it says %s, want %s", now, got, want)
		}
	}
}

func TestWhatWasRenewedMeanwhileIsNotMentioned(t *testing.T) {
	s := december(t, subscription.PolicyToGrace)
	s = subscription.Renewed(s, oneMonth, subscription.Paid{Order: "CS1"}, at(t, "2026-12-09 10:00"))
	if n, ok := subscription.Announce(s, at(t, "2026-11-20 09:00"), at(t, "2026-12-10 12:00")); ok {
		t.Errorf("it says %+v", n)
	}
	grace := subscription.Apply(december(t, subscription.PolicyToGrace), expire, week, at(t, "2026-12-16 00:00"))
	grace = subscription.Renewed(grace, oneMonth, subscription.Paid{Order: "CS1"}, at(t, "2026-12-16 08:00"))
	if n, ok := subscription.Announce(grace, at(t, "2026-12-14 09:00"), at(t, "2026-12-16 09:00")); ok {
		t.Errorf("renewed in grace, it says %+v", n)
	}
}

func TestARenewalShortlyBeforeTheNewExpiryBringsNoPastReminder(t *testing.T) {
	s := subscription.Renewed(december(t, subscription.PolicyToGrace), oneMonth, subscription.Paid{Order: "CS1"}, at(t, "2027-01-06 12:00"))
	if n, ok := subscription.Announce(s, at(t, "2026-12-14 09:00"), at(t, "2027-01-07 09:00")); ok {
		t.Errorf("nine days before expiry it says %+v, a reminder of before it was renewed", n)
	}
}

func TestAStateThatIsNoticedLateIsStillSaid(t *testing.T) {
	s := december(t, subscription.PolicyToGrace)
	for _, c := range []struct {
		action        subscription.Action
		noticed, said string
		want          subscription.NoticeKind
	}{
		{expire, "2026-12-17 12:00", "2026-12-18 09:00", subscription.NoticeGrace},
		{freeze, "2026-12-24 12:00", "2026-12-25 09:00", subscription.NoticeRetention},
		{release, "2027-01-05 12:00", "2027-01-06 09:00", subscription.NoticeReleased},
	} {
		s = subscription.Apply(s, c.action, week, at(t, c.noticed))
		mark := at(t, c.noticed) // the digest of that moment was made before
		if n, ok := subscription.Announce(s, mark, at(t, c.said)); !ok || n.Kind != c.want {
			t.Errorf("the morning after it was noticed it says %+v (%t), want %s", n, ok, c.want)
		}
	}
}

func TestAnUnsubscriptionIsSaidTheMorningAfter(t *testing.T) {
	s := subscription.Ended(december(t, subscription.PolicyToGrace), subscription.ClosedUnsubscribed, at(t, "2026-12-03 12:00"))
	n, ok := subscription.Announce(s, at(t, "2026-12-03 09:00"), at(t, "2026-12-04 09:00"))
	if !ok || n.Kind != subscription.NoticeUnsubscribed || n.Date != day(t, "2026-12-03") {
		t.Errorf("it says %+v (%t)", n, ok)
	}
	if n, ok := subscription.Announce(s, at(t, "2026-12-04 09:00"), at(t, "2026-12-05 09:00")); ok {
		t.Errorf("the day after it says again %+v", n)
	}
}

func TestWhatHappensAtNineIsSaidTheNextMorning(t *testing.T) {
	nine := at(t, "2026-12-08 09:00") // the digest of nine was perhaps made before
	s := subscription.Renewed(december(t, subscription.PolicyAutoRenew), oneMonth, auto, nine)
	if next, ok := subscription.NextMorning(s, nine); !ok || !next.Equal(at(t, "2026-12-09 09:00")) {
		t.Errorf("renewed at nine sharp, there is something to say at %s (%t), want the next morning", next, ok)
	}
}

func TestAnImportBringsNoNoticesOfThePast(t *testing.T) {
	imported, long := at(t, "2026-12-10 12:00"), at(t, "2026-01-01 00:00")
	for _, expiry := range []string{"2026-12-13", "2026-12-25", "2026-12-09", "2026-12-02", "2026-11-25"} {
		s := subscription.Settle(held(day(t, "2026-10-25"), day(t, expiry), subscription.PolicyToGrace), week, imported)
		if n, ok := subscription.Announce(s, long, at(t, "2026-12-11 20:00")); ok {
			t.Errorf("expiring on %s, imported %s, until the evening of the next day it says %+v", expiry, s.Status, n)
		}
	}
}

func TestAttachedAndConvertedResourcesGoWithoutSaying(t *testing.T) {
	attached := december(t, subscription.PolicyToGrace)
	attached.Parent = "r-0"
	converted := subscription.Apply(december(t, subscription.PolicyToOnDemand), convert, week, at(t, "2026-12-16 00:00"))
	for name, s := range map[string]subscription.Subscription{"attached": attached, "converted": converted} {
		if n, ok := subscription.Announce(s, at(t, "2026-11-01 00:00"), at(t, "2026-12-20 00:00")); ok {
			t.Errorf("%s: it says %+v", name, n)
		}
		if next, ok := subscription.NextMorning(s, at(t, "2026-11-01 00:00")); ok {
			t.Errorf("%s: it has something to say at %s", name, next)
		}
	}
}

func TestAFailureSaysWhy(t *testing.T) {
	s := subscription.AttemptFailed(december(t, subscription.PolicyAutoRenew), subscription.RefusedBalance, at(t, "2026-12-08 03:00"))
	n, _ := subscription.Announce(s, at(t, "2026-12-08 00:00"), at(t, "2026-12-08 09:00"))
	if n.Refusal != subscription.RefusedBalance || n.Date != s.Expiry {
		t.Errorf("it says %+v", n)
	}
	off := subscription.SwitchOff(s, at(t, "2026-12-09 10:00"))
	n, _ = subscription.Announce(off, at(t, "2026-12-09 10:00"), at(t, "2026-12-12 09:00"))
	if n.Kind != subscription.NoticeExpiring || n.Refusal != "" {
		t.Errorf("switched off, it says %+v, want that it expires", n)
	}
}

// A digest that is made only when NextMorning says so, or after a change, says what one says that is made every hour.
func TestNoMorningIsMissedByGoingFromOneToTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, a, pay := anySubscription.Draw(t, "subscription"), anyTerms.Draw(t, "terms"), rapid.Bool().Draw(t, "pay")
		from := s.Effective.Truncate(time.Hour)
		hourlyMark, mark := from, from
		due, pending := subscription.NextMorning(s, mark)
		for now := from; now.Before(from.Add(90 * 24 * time.Hour)); now = now.Add(time.Hour) {
			changed := 0
			if s, changed = sweep(t, s, a, now, pay); changed > 0 {
				due, pending = subscription.NextMorning(s, mark)
			}
			hourly, said := subscription.Announce(s, hourlyMark, now)
			hourlyMark = now
			if !pending || due.After(now) {
				if said {
					t.Fatalf("at %s the hourly digest says %+v, and the next morning is %s (%t)", now, hourly, due, pending)
				}
				continue
			}
			if n, ok := subscription.Announce(s, mark, now); ok != said || n != hourly {
				t.Fatalf("at %s the hourly digest says %+v (%t), the other %+v (%t)", now, hourly, said, n, ok)
			}
			mark = now
			due, pending = subscription.NextMorning(s, mark)
		}
	})
}
