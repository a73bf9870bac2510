package subscription_test

import (
	"errors"
	"testing"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/subscription"
)

func monthly() subscription.Product {
	return subscription.Product{ProductRow: subscription.ProductRow{
		ID: "p-1", OnSale: true, MonthPrice: 1000,
	}}
}

func TestWhatCannotBeRenewedIsRefusedWithItsDocumentedCode(t *testing.T) {
	now := at(t, "2026-12-09 12:00")
	for name, c := range map[string]struct {
		change func(*subscription.Subscription, *subscription.Product)
		term   calendar.Term
		want   string
	}{
		"in use": {term: oneMonth},
		"in grace": {term: oneMonth, change: func(s *subscription.Subscription, _ *subscription.Product) {
			*s = subscription.Apply(*s, expire, week, now)
		}},
		"attached": {term: oneMonth, want: "CBC.30010036", change: func(s *subscription.Subscription, _ *subscription.Product) { s.Parent = "r-0" }},
		"released": {term: oneMonth, want: "CBC.99003016", change: func(s *subscription.Subscription, _ *subscription.Product) {
			*s = subscription.Apply(*s, release, week, now)
		}},
		"past its release, not swept yet": {term: oneMonth, want: "CBC.99003016", change: func(s *subscription.Subscription, _ *subscription.Product) {
			s.Expiry = day(t, "2026-11-20")
			*s = subscription.Apply(*s, expire, week, now)
		}},
		"in a pending order":       {term: oneMonth, want: "CBC.99003100", change: func(s *subscription.Subscription, _ *subscription.Product) { s.PendingOrder = "CS7" }},
		"off the shelf":            {term: oneMonth, want: "CBC.30010001", change: func(_ *subscription.Subscription, p *subscription.Product) { p.OnSale = false }},
		"by a period not sold":     {term: oneYear, want: "CBC.30010069"},
		"for longer than possible": {term: oneMonth, want: "CBC.99003154", change: func(s *subscription.Subscription, _ *subscription.Product) { s.Expiry = day(t, "2032-11-10") }},
		"for as long as possible": {term: oneMonth, change: func(s *subscription.Subscription, _ *subscription.Product) {
			s.Expiry, s.Anchor = day(t, "2032-11-09"), 9
		}},
	} {
		s, p := december(t, subscription.PolicyToGrace), monthly()
		if c.change != nil {
			c.change(&s, &p)
		}
		if got := codeOf(t, subscription.Guard(s, p, c.term, now)); got != c.want {
			t.Errorf("%s: code %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatCannotBeSwitchedIsRefusedWithItsDocumentedCode(t *testing.T) {
	now := at(t, "2026-12-09 12:00")
	inUse, p := december(t, subscription.PolicyToGrace), monthly()
	grace := subscription.Apply(inUse, expire, week, now)
	attached, withdrawn := inUse, p
	attached.Parent, withdrawn.OnSale = "r-0", false
	for name, c := range map[string]struct {
		got  error
		want string
	}{
		"on, in use":                    {subscription.GuardSwitchOn(inUse, p, now), ""},
		"on, already on":                {subscription.GuardSwitchOn(december(t, subscription.PolicyAutoRenew), p, now), ""},
		"on, attached":                  {subscription.GuardSwitchOn(attached, p, now), "CBC.30010036"},
		"on, in grace":                  {subscription.GuardSwitchOn(grace, p, now), "CBC.99003602"},
		"on, frozen":                    {subscription.GuardSwitchOn(subscription.Apply(inUse, freeze, week, now), p, now), "CBC.99003602"},
		"on, released":                  {subscription.GuardSwitchOn(subscription.Apply(inUse, release, week, now), p, now), "CBC.99003016"},
		"on, expired and not yet swept": {subscription.GuardSwitchOn(inUse, p, at(t, "2026-12-16 00:00")), "CBC.99003602"},
		"on, off the shelf":             {subscription.GuardSwitchOn(inUse, withdrawn, now), "CBC.30010001"},
		"off, on":                       {subscription.GuardSwitchOff(december(t, subscription.PolicyAutoRenew)), ""},
		"off, on and in grace":          {subscription.GuardSwitchOff(subscription.Apply(december(t, subscription.PolicyAutoRenew), expire, week, now)), ""},
		"off, already off":              {subscription.GuardSwitchOff(inUse), "CBC.99003605"},
		"off, attached":                 {subscription.GuardSwitchOff(attached), "CBC.30010036"},
		"off, released":                 {subscription.GuardSwitchOff(subscription.Apply(inUse, release, week, now)), "CBC.99003016"},
	} {
		if got := codeOf(t, c.got); got != c.want {
			t.Errorf("%s: code %q, want %q", name, got, c.want)
		}
	}
}

// codeOf gives the code of a refusal, empty for none.
func codeOf(t *testing.T, err error) string {
	t.Helper()
	refusal, ok := problem.As(err)
	if err != nil && (!ok || refusal.Status != 400) {
		t.Errorf("%v is no refusal with status 400", err)
	}
	if !ok {
		return ""
	}
	return refusal.Code
}

func TestAPersonRenewsByOneToElevenMonthsOrOneToThreeYears(t *testing.T) {
	for unit := calendar.Unit(0); unit <= 5; unit++ {
		for count := -1; count <= 13; count++ {
			possible := (unit == calendar.Month && count >= 1 && count <= 11) || (unit == calendar.Year && count >= 1 && count <= 3)
			err := subscription.CheckTerm(calendar.Term{Unit: unit, Count: count})
			if (err == nil) != possible || (err != nil && !errors.Is(err, subscription.ErrNoSuchPeriod)) {
				t.Errorf("period_type %d, period_num %d: %v", unit, count, err)
			}
		}
	}
}

// DOMAIN.md 1, Decision 3: by one month or one year, whatever was bought before, unless set otherwise.
func TestAutoRenewalIsByOnePeriod(t *testing.T) {
	s := december(t, subscription.PolicyAutoRenew)
	for _, c := range []struct {
		bought calendar.Term
		set    calendar.Unit
		want   string
	}{
		{calendar.Term{Unit: calendar.Month, Count: 6}, 0, "1 month"},
		{calendar.Term{Unit: calendar.Year, Count: 3}, 0, "1 year"},
		{calendar.Term{Unit: calendar.Year, Count: 3}, calendar.Month, "1 month"},
		{calendar.Term{Unit: calendar.Month, Count: 1}, calendar.Year, "1 year"},
	} {
		s.Bought, s.Unit = c.bought, c.set
		if got := subscription.RenewalTerm(s).String(); got != c.want {
			t.Errorf("bought for %s, set to %d: %s, want %s", c.bought, c.set, got, c.want)
		}
	}
}
