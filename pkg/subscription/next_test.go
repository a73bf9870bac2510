package subscription_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/subscription"
)

const (
	renew   = subscription.ActionRenew
	expire  = subscription.ActionExpire
	freeze  = subscription.ActionFreeze
	release = subscription.ActionRelease
	convert = subscription.ActionConvert
)

var (
	oneMonth = calendar.Term{Unit: calendar.Month, Count: 1}
	oneYear  = calendar.Term{Unit: calendar.Year, Count: 1}
	week     = subscription.Terms{DeductionDays: 7, GraceDays: 7, RetentionDays: 7} // V3
)

func day(t rapid.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// at reads a time in Beijing such as 2026-12-15 09:00.
func at(t rapid.TB, s string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Beijing)
	if err != nil {
		t.Fatal(err)
	}
	return when.UTC()
}

// held gives a main resource in use that was bought on a date, by the month, and expires on another.
func held(bought, expiry calendar.Date, policy subscription.Policy) subscription.Subscription {
	return subscription.Subscription{
		SubscriptionRow: subscription.SubscriptionRow{
			ResourceID: "r-1", Status: subscription.StatusInUse, Policy: policy, Effective: bought.At(12, 0), Expiry: expiry,
		},
		Anchor: bought.Day, Bought: oneMonth, ArmedAt: bought.At(12, 0),
	}
}

// december gives one that was bought on 15 November 2026 and expires on 15 December.
func december(t rapid.TB, policy subscription.Policy) subscription.Subscription {
	t.Helper()
	return held(day(t, "2026-11-15"), day(t, "2026-12-15"), policy)
}

func wantStep(t *testing.T, s subscription.Subscription, a subscription.Terms, now time.Time, action subscription.Action, due string) {
	t.Helper()
	step, ok := subscription.Next(s, a, now)
	if want := at(t, due); !ok || step.Action != action || !step.At.Equal(want) {
		t.Errorf("next is action %d at %s (%t), want action %d at %s", step.Action, step.At.In(calendar.Beijing), ok, action, due)
	}
}

func TestAutoRenewalIsTriedAtThreeFromTheDeductionDayToTheExpiryDate(t *testing.T) {
	early := week
	early.DeductionDays = 2
	for name, c := range map[string]struct {
		terms       subscription.Terms
		armed, last string // instants; none when empty
		now         string
		action      subscription.Action
		due         string
	}{
		"first seven days before":                {terms: week, now: "2026-11-15 12:00", action: renew, due: "2026-12-08 03:00"},
		"or on the deduction day of the account": {terms: early, now: "2026-11-15 12:00", action: renew, due: "2026-12-13 03:00"},
		"then daily":                             {terms: week, last: "2026-12-08 03:04", now: "2026-12-08 03:04", action: renew, due: "2026-12-09 03:00"},
		"the eighth on the expiry date":          {terms: week, last: "2026-12-14 03:00", now: "2026-12-14 03:00", action: renew, due: "2026-12-15 03:00"},
		"and no more":                            {terms: week, last: "2026-12-15 03:00", now: "2026-12-15 03:00", action: expire, due: "2026-12-16 00:00"},
		"the day after a late attempt":           {terms: week, last: "2026-12-09 10:00", now: "2026-12-09 10:00", action: renew, due: "2026-12-10 03:00"},
		"missed ones are due as one":             {terms: week, last: "2026-12-08 03:00", now: "2026-12-11 12:00", action: renew, due: "2026-12-09 03:00"},
		"switched on in the window, the next":    {terms: week, armed: "2026-12-12 10:00", now: "2026-12-12 10:00", action: renew, due: "2026-12-13 03:00"},
		"switched on at three, tomorrow":         {terms: week, armed: "2026-12-12 03:00", now: "2026-12-12 03:00", action: renew, due: "2026-12-13 03:00"},
		"switched on after the last, never":      {terms: week, armed: "2026-12-15 03:01", now: "2026-12-15 03:01", action: expire, due: "2026-12-16 00:00"},
		"nor later":                              {terms: week, armed: "2026-12-15 03:01", now: "2026-12-18 12:00", action: expire, due: "2026-12-16 00:00"},
		"in grace when none was made":            {terms: week, now: "2026-12-18 12:00", action: renew, due: "2026-12-08 03:00"},
		"in retention too":                       {terms: week, now: "2026-12-28 12:00", action: renew, due: "2026-12-08 03:00"},
		"not in grace when one was":              {terms: week, last: "2026-12-08 03:00", now: "2026-12-18 12:00", action: expire, due: "2026-12-16 00:00"},
		"until the second before release":        {terms: week, now: "2026-12-29 23:59", action: renew, due: "2026-12-08 03:00"},
		"not from release on":                    {terms: week, now: "2026-12-30 00:00", action: expire, due: "2026-12-16 00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			s := december(t, subscription.PolicyAutoRenew)
			if c.armed != "" {
				s.ArmedAt = at(t, c.armed)
			}
			if c.last != "" {
				s = subscription.AttemptFailed(s, subscription.RefusedBalance, at(t, c.last))
			}
			wantStep(t, s, c.terms, at(t, c.now), c.action, c.due)
		})
	}
}

func TestThePolicyDecidesWhatExpiryBrings(t *testing.T) {
	none := subscription.Terms{DeductionDays: 7}
	noGrace := subscription.Terms{DeductionDays: 7, RetentionDays: 7}
	for _, c := range []struct {
		policy subscription.Policy
		terms  subscription.Terms
		want   string // actions and the dates at whose end they come
	}{
		{subscription.PolicyToGrace, week, "expire 2026-12-15, freeze 2026-12-22, release 2026-12-29"},
		{subscription.PolicyAutoRenew, week, "expire 2026-12-15, freeze 2026-12-22, release 2026-12-29"},
		{subscription.PolicyToOnDemand, week, "convert 2026-12-15"},
		{subscription.PolicyDelete, week, "release 2026-12-15"},
		{subscription.PolicyFreeze, week, "freeze 2026-12-15, release 2026-12-22"},
		{subscription.PolicyDeleteAfterGrace, week, "expire 2026-12-15, release 2026-12-22"},
		{subscription.PolicyToGrace, noGrace, "freeze 2026-12-15, release 2026-12-22"},
		{subscription.PolicyToGrace, none, "release 2026-12-15"},
		{subscription.PolicyFreeze, none, "release 2026-12-15"},
		{subscription.PolicyDeleteAfterGrace, noGrace, "release 2026-12-15"},
		{subscription.PolicyToGrace, subscription.Terms{GraceDays: 7}, "expire 2026-12-15, release 2026-12-22"},
	} {
		s := december(t, c.policy)
		s.ArmedAt = s.Expiry.At(12, 0) // no attempts
		got := ""
		for {
			step, ok := subscription.Next(s, c.terms, s.Expiry.At(12, 0))
			if !ok {
				break
			}
			if got != "" {
				got += ", "
			}
			got += nameOf(step.Action) + " " + calendar.DateOf(step.At.Add(-time.Second)).String()
			s = subscription.Apply(s, step.Action, c.terms, step.At)
		}
		if got != c.want {
			t.Errorf("policy %d, %d days of grace and %d of retention: %s, want %s", c.policy, c.terms.GraceDays, c.terms.RetentionDays, got, c.want)
		}
	}
}

func nameOf(a subscription.Action) string {
	switch a {
	case renew:
		return "renew"
	case expire:
		return "expire"
	case freeze:
		return "freeze"
	case release:
		return "release"
	case convert:
		return "convert"
	}
	return fmt.Sprint("action ", int(a))
}

func TestAttachedAndClosedResourcesHaveNoNextStep(t *testing.T) {
	attached := december(t, subscription.PolicyAutoRenew)
	attached.Parent = "r-0"
	closed := subscription.Apply(december(t, subscription.PolicyDelete), release, week, at(t, "2026-12-16 00:00"))
	for name, s := range map[string]subscription.Subscription{"attached": attached, "closed": closed} {
		if step, ok := subscription.Next(s, week, at(t, "2026-12-20 00:00")); ok {
			t.Errorf("an %s one has %+v", name, step)
		}
	}
}

func TestGraceAndRetentionFollowTheLevel(t *testing.T) {
	for level, want := range map[string]string{
		"V0": "2026-12-16 2026-12-17", "V1": "2026-12-16 2026-12-23", "V2": "2026-12-16 2026-12-23",
		"V3": "2026-12-22 2026-12-29", "V4": "2026-12-22 2027-01-06", "V5": "2026-12-22 2027-01-06",
		"unheard of": "2026-12-16 2026-12-17",
	} {
		a := subscription.TermsFor(level, 0)
		s := subscription.Apply(december(t, subscription.PolicyToGrace), expire, a, at(t, "2026-12-16 00:00"))
		if got := s.FreezeOn.String() + " " + s.ReleaseOn.String(); got != want || a.DeductionDays != 7 {
			t.Errorf("at %s it is frozen and released when %s end, with deduction day %d, want %s and 7", level, got, a.DeductionDays, want)
		}
	}
}

func TestDaysOfGraceAreKeptOnceItBegan(t *testing.T) {
	s := subscription.Apply(december(t, subscription.PolicyToGrace), expire, week, at(t, "2026-12-16 00:00"))
	higher := subscription.TermsFor("V5", 0)
	wantStep(t, s, higher, at(t, "2026-12-17 00:00"), freeze, "2026-12-23 00:00")
	s = subscription.Apply(s, freeze, higher, at(t, "2026-12-23 00:00"))
	wantStep(t, s, higher, at(t, "2026-12-23 00:00"), release, "2026-12-30 00:00")
}

func TestALateStepEndsAsATimelyOne(t *testing.T) {
	timely, late := december(t, subscription.PolicyToGrace), december(t, subscription.PolicyToGrace)
	for _, step := range []struct {
		action subscription.Action
		due    string
	}{{expire, "2026-12-16 00:00"}, {freeze, "2026-12-23 00:00"}, {release, "2026-12-30 00:00"}} {
		timely = subscription.Apply(timely, step.action, week, at(t, step.due))
		late = subscription.Apply(late, step.action, week, at(t, "2027-03-01 12:00"))
		if timely.Status != late.Status || timely.FreezeOn != late.FreezeOn || timely.ReleaseOn != late.ReleaseOn {
			t.Errorf("after %s in time: %s, %s, %s; late: %s, %s, %s", nameOf(step.action),
				timely.Status, timely.FreezeOn, timely.ReleaseOn, late.Status, late.FreezeOn, late.ReleaseOn)
		}
	}
}
