package subscription_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/subscription"
)

var auto = subscription.Paid{Order: "CS1", Amount: 1000, Auto: true}

func TestANewTermStartsAtTheOldExpiry(t *testing.T) {
	inUse := december(t, subscription.PolicyToGrace)
	grace := subscription.Apply(inUse, expire, week, at(t, "2026-12-16 00:00"))
	retention := subscription.Apply(grace, freeze, week, at(t, "2026-12-23 00:00"))
	for name, s := range map[string]subscription.Subscription{"in use": inUse, "in grace": grace, "in retention": retention} {
		got := subscription.Renewed(s, oneMonth, subscription.Paid{Order: "CS1"}, at(t, "2026-12-25 10:00"))
		if got.Expiry != day(t, "2027-01-15") || got.Status != subscription.StatusInUse || !got.FreezeOn.IsZero() || !got.ReleaseOn.IsZero() {
			t.Errorf("renewed %s: %s until %s, frozen %q, released %q", name, got.Status, got.Expiry, got.FreezeOn, got.ReleaseOn)
		}
	}
}

// B17 to B20, B24: the anchor is stored, and every term is counted by it.
func TestRenewalsFollowTheAnchorDay(t *testing.T) {
	for anchor := 1; anchor <= 31; anchor++ {
		bought := calendar.Date{Year: 2023, Month: 12, Day: anchor}
		s := held(bought, bought.Add(oneMonth, anchor), subscription.PolicyAutoRenew)
		for n := 2; n <= 121; n++ {
			s = subscription.Renewed(s, oneMonth, auto, s.Expiry.At(3, 0))
			if want := bought.AddMonths(n, anchor); s.Expiry != want || s.Anchor != anchor {
				t.Fatalf("bought on %s, after %d months it expires on %s by anchor %d, want %s by %d", bought, n, s.Expiry, s.Anchor, want, anchor)
			}
		}
	}
	leap := held(day(t, "2024-02-29"), day(t, "2025-02-28"), subscription.PolicyAutoRenew)
	for _, want := range []string{"2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"} {
		if leap = subscription.Renewed(leap, oneYear, auto, leap.Expiry.At(3, 0)); leap.Expiry != day(t, want) {
			t.Errorf("by the year from 29 February it expires on %s, want %s", leap.Expiry, want)
		}
	}
}

// B16: renew at most as often as was asked for.
func TestAutoRenewalEndsAfterTheTimesAskedFor(t *testing.T) {
	now, times := at(t, "2026-12-01 12:00"), 2
	s := subscription.SwitchOn(december(t, subscription.PolicyToGrace), &times, calendar.Month, now)
	s = subscription.AttemptFailed(s, subscription.RefusedBalance, at(t, "2026-12-08 03:00"))
	s = subscription.Renewed(s, oneMonth, subscription.Paid{Order: "CS0"}, now) // by hand: does not count
	s = subscription.Renewed(s, oneMonth, auto, now)
	if s.TimesLeft != 1 || s.Policy != subscription.PolicyAutoRenew {
		t.Errorf("after one success %d are left with policy %d, want 1 with 3", s.TimesLeft, s.Policy)
	}
	s = subscription.Renewed(s, oneMonth, auto, now)
	if s.TimesLeft != 0 || s.Policy != subscription.PolicyToGrace {
		t.Errorf("after two successes %d are left with policy %d, want 0 with 0", s.TimesLeft, s.Policy)
	}
	endless := december(t, subscription.PolicyAutoRenew)
	for range 200 {
		endless = subscription.Renewed(endless, oneMonth, auto, now)
	}
	if endless.Policy != subscription.PolicyAutoRenew {
		t.Error("without a limit it ended")
	}
}

// B12: the customer renews by hand after the reminder.
func TestARenewalByHandInTheWindowMovesTheNextAttemptToTheNewExpiry(t *testing.T) {
	s := subscription.AttemptFailed(december(t, subscription.PolicyAutoRenew), subscription.RefusedBalance, at(t, "2026-12-08 03:00"))
	now := at(t, "2026-12-09 02:59")
	s.PendingOrder = "CS7"
	s = subscription.Renewed(s, oneMonth, subscription.Paid{Order: "CS7", Amount: 1000}, now)
	wantStep(t, s, week, now, renew, "2027-01-08 03:00")
	if s.PendingOrder != "" || s.Refusal != "" || !s.FailingSince.IsZero() || s.LastRenewal.At != now {
		t.Errorf("it still has order %q and refusal %q since %s; renewed %s", s.PendingOrder, s.Refusal, s.FailingSince, s.LastRenewal.At)
	}
	other := december(t, subscription.PolicyAutoRenew)
	other.PendingOrder = "CS8"
	if got := subscription.Renewed(other, oneMonth, auto, now).PendingOrder; got != "CS8" {
		t.Errorf("paying another order left it with order %q, want CS8", got)
	}
}

func TestARenewalInsideTheNewWindowMissesNothingOfIt(t *testing.T) {
	now := at(t, "2027-01-10 12:00") // the new window began on the 8th
	s := subscription.Renewed(december(t, subscription.PolicyAutoRenew), oneMonth, subscription.Paid{Order: "CS1"}, now)
	wantStep(t, s, week, now, renew, "2027-01-11 03:00")
}

// B7, B8: a blocked account's attempts are made and refused; nothing is caught up, and the next one is the next.
func TestABlockedAccountCatchesNothingUpWhenItIsLifted(t *testing.T) {
	s := december(t, subscription.PolicyAutoRenew)
	for d := 8; d <= 11; d++ {
		now := calendar.Date{Year: 2026, Month: 12, Day: d}.At(3, 0)
		s = subscription.AttemptFailed(s, subscription.RefusedBlocked, now)
	}
	wantStep(t, s, week, at(t, "2026-12-11 15:00"), renew, "2026-12-12 03:00")
	if s.Refusal != subscription.RefusedBlocked || !s.FailingSince.Equal(at(t, "2026-12-08 03:00")) {
		t.Errorf("refused for %q since %s", s.Refusal, s.FailingSince)
	}
}

func TestInstantsAreKeptToTheSecond(t *testing.T) {
	now := at(t, "2026-12-08 03:00")
	s := subscription.AttemptFailed(december(t, subscription.PolicyAutoRenew), subscription.RefusedBalance, now.Add(400*time.Millisecond).Local())
	if s.LastAttempt != now {
		t.Errorf("the attempt was at %s, want %s", s.LastAttempt, now)
	}
}

// B13: what has ended does not renew itself.
func TestReleaseEndsAutoRenewal(t *testing.T) {
	s := december(t, subscription.PolicyAutoRenew)
	s.TimesLeft, s.PendingOrder = 5, "CS7"
	for _, action := range []subscription.Action{expire, freeze} {
		if s = subscription.Apply(s, action, week, at(t, "2026-12-16 00:00")); s.Policy != subscription.PolicyAutoRenew {
			t.Errorf("after %s the policy is %d, want 3", nameOf(action), s.Policy)
		}
	}
	s = subscription.Apply(s, release, week, at(t, "2026-12-30 00:00"))
	if s.Policy != subscription.PolicyToGrace || s.TimesLeft != 0 || s.PendingOrder != "" || s.Closing != subscription.ClosedReleased {
		t.Errorf("released with policy %d, %d times, order %q, closing %q", s.Policy, s.TimesLeft, s.PendingOrder, s.Closing)
	}
	again := subscription.Apply(s, release, week, at(t, "2027-12-30 00:00"))
	if again != s {
		t.Error("releasing it again changed it")
	}
}

func TestSwitchingKeepsWhatIsLeftOut(t *testing.T) {
	first, later, five := at(t, "2026-12-01 12:00"), at(t, "2026-12-10 12:00"), 5
	s := subscription.SwitchOn(december(t, subscription.PolicyToGrace), nil, 0, first)
	if s.Policy != subscription.PolicyAutoRenew || s.TimesLeft != 0 || s.Unit != 0 || s.ArmedAt != first {
		t.Errorf("switched on: %+v", s)
	}
	s = subscription.SwitchOn(s, &five, calendar.Year, later)
	if s.TimesLeft != 5 || s.Unit != calendar.Year || s.ArmedAt != first {
		t.Errorf("changed: %d times by the %s, armed %s; want 5 by the year, armed %s as before", s.TimesLeft, s.Unit, s.ArmedAt, first)
	}
	if again := subscription.SwitchOn(s, nil, 0, later); again != s {
		t.Errorf("leaving all out changed %+v to %+v", s, again)
	}
	off := subscription.SwitchOff(s, later)
	on := subscription.SwitchOn(off, nil, 0, later)
	if off.Policy != subscription.PolicyToGrace || on.TimesLeft != 0 || on.Unit != 0 || on.ArmedAt != later {
		t.Errorf("off and on again: policy %d, then %d times by %d, armed %s", off.Policy, on.TimesLeft, on.Unit, on.ArmedAt)
	}
}

func TestAnImportSettlesInTheStateThatItWouldBeIn(t *testing.T) {
	for _, c := range []struct {
		expiry string
		policy subscription.Policy
		want   subscription.Status
		next   string
	}{
		{"2026-12-01", subscription.PolicyToGrace, subscription.StatusInUse, "2026-12-02 00:00"},
		{"2026-12-01", subscription.PolicyAutoRenew, subscription.StatusInUse, "2026-12-01 03:00"}, // imported at midnight, before the last attempt
		{"2026-12-05", subscription.PolicyAutoRenew, subscription.StatusInUse, "2026-12-01 03:00"},
		{"2026-11-30", subscription.PolicyAutoRenew, subscription.StatusExpired, "2026-12-08 00:00"},
		{"2026-11-30", subscription.PolicyToGrace, subscription.StatusExpired, "2026-12-08 00:00"},
		{"2026-11-24", subscription.PolicyToGrace, subscription.StatusExpired, "2026-12-02 00:00"},
		{"2026-11-23", subscription.PolicyToGrace, subscription.StatusFrozen, "2026-12-08 00:00"},
		{"2026-11-17", subscription.PolicyAutoRenew, subscription.StatusFrozen, "2026-12-02 00:00"},
		{"2026-11-16", subscription.PolicyAutoRenew, subscription.StatusClosed, ""},
		{"2026-11-30", subscription.PolicyDelete, subscription.StatusClosed, ""},
		{"2026-11-30", subscription.PolicyFreeze, subscription.StatusFrozen, "2026-12-08 00:00"},
	} {
		expiry, now := day(t, c.expiry), at(t, "2026-12-01 00:00")
		s := subscription.Settle(held(expiry.AddMonths(-1, expiry.Day), expiry, c.policy), week, now)
		if s.Status != c.want || s.Expiry != expiry || s.ImportedAt != now {
			t.Errorf("expiring on %s with policy %d it is imported %s, want %s", c.expiry, c.policy, s.Status, c.want)
		}
		if step, ok := subscription.Next(s, week, now); ok != (c.next != "") || (ok && !step.At.Equal(at(t, c.next))) {
			t.Errorf("expiring on %s with policy %d its next step is %+v (%t), want %q", c.expiry, c.policy, step, ok, c.next)
		}
	}
}

// B3: only a paid renewal moves expiry. B22: an attached resource goes exactly where its main one does.
func TestOnlyARenewalMovesExpiryAndAttachedResourcesFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		main, now := anySubscription.Draw(t, "main"), day(t, "2026-11-16").Start()
		attached := main
		attached.Parent, attached.ResourceID = main.ResourceID, "r-2"
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			now = now.Add(time.Duration(rapid.IntRange(1, 500).Draw(t, "hours")) * time.Hour)
			change, moves := anyChange(t, now)
			before := main.Expiry
			main, attached = change(main), change(attached)
			if (main.Expiry != before) != moves {
				t.Fatalf("the expiry went from %s to %s", before, main.Expiry)
			}
			if main.Expiry != attached.Expiry || main.Status != attached.Status || main.Policy != attached.Policy {
				t.Fatalf("main: %s until %s; attached: %s until %s", main.Status, main.Expiry, attached.Status, attached.Expiry)
			}
		}
	})
}

var anySubscription = rapid.Custom(func(t *rapid.T) subscription.Subscription {
	bought := calendar.Date{Year: 2026, Month: 10, Day: 16}.AddDays(rapid.IntRange(0, 60).Draw(t, "bought"))
	s := held(bought, bought.Add(oneMonth, bought.Day), subscription.Policy(rapid.IntRange(0, 5).Draw(t, "policy")))
	if s.Policy == subscription.PolicyAutoRenew {
		s.TimesLeft = rapid.IntRange(0, 3).Draw(t, "times")
	}
	return s
})

// anyChange gives something that can happen to a subscription, and whether it moves its expiry.
func anyChange(t *rapid.T, now time.Time) (change func(subscription.Subscription) subscription.Subscription, moves bool) {
	kind, times := rapid.IntRange(0, 5).Draw(t, "change"), rapid.IntRange(0, 9).Draw(t, "times")
	action := subscription.Action(rapid.IntRange(int(renew), int(convert)).Draw(t, "action"))
	return func(s subscription.Subscription) subscription.Subscription {
		switch kind {
		case 0:
			return subscription.Renewed(s, oneMonth, auto, now)
		case 1:
			return subscription.AttemptFailed(s, subscription.RefusedBalance, now)
		case 2:
			return subscription.SwitchOn(s, &times, calendar.Year, now)
		case 3:
			return subscription.SwitchOff(s, now)
		default:
			return subscription.Apply(s, action, week, now)
		}
	}, kind == 0
}
