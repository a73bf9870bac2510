package customer

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/party"
)

func TestEveryStepOfARequestInEveryState(t *testing.T) {
	allowed := map[RequestState]map[RequestStep]RequestState{
		RequestPending: {
			RequestAgreed: RequestExecuting, RequestFails: RequestFailed, RequestRejects: RequestRejected,
			RequestWithdraws: RequestWithdrawn, RequestRunsOut: RequestExpired,
		},
		RequestExecuting: {RequestFinishes: RequestDone},
		RequestRejected:  {}, RequestWithdrawn: {}, RequestExpired: {}, RequestDone: {}, RequestFailed: {},
	}
	steps := []RequestStep{RequestAgreed, RequestFails, RequestRejects, RequestWithdraws, RequestRunsOut, RequestFinishes, "nothing"}
	for state, of := range allowed {
		for _, step := range steps {
			want, ok := of[step]
			got, err := state.After(step)
			if ok && (err != nil || got != want) || !ok && (!errors.Is(err, ErrState) || got != state) {
				t.Errorf("%s of one that is %s: %s, %v; want %q, allowed %t", step, state, got, err, want, ok)
			}
		}
	}
}

func TestAPendingRequestReadsAsExpiredFromItsEndOn(t *testing.T) {
	end := time.Date(2026, 12, 31, 1, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state RequestState
		now   time.Time
		want  RequestState
	}{
		{RequestPending, end.Add(-time.Second), RequestPending},
		{RequestPending, end, RequestExpired},
		{RequestExecuting, end, RequestExecuting},
		{RequestDone, end, RequestDone},
	} {
		if got := (RecordRow{State: c.state, Until: end}).StateAt(c.now); got != c.want {
			t.Errorf("%s at %s reads as %s, want %s", c.state, c.now, got, c.want)
		}
	}
}

func date(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// codes gives the codes of failed items.
func codes(items []FailedItem) string {
	var all []string
	for _, item := range items {
		all = append(all, item.Code)
	}
	return strings.Join(all, " ")
}

// may gives the facts of a request that nothing is in the way of.
func may(t *testing.T, kind RecordKind, by Side, is, target int) facts {
	return facts{Kind: kind, By: by, Type: is, Target: target, Admin: true, Today: date(t, "2026-12-01")}
}

func TestEachGuardHoldsForWhatItAppliesTo(t *testing.T) {
	leaving := may(t, Disassociate, PartnerSide, party.Resale, 0)
	asking := may(t, Disassociate, CustomerSide, party.Resale, 0)
	advisory := may(t, Disassociate, PartnerSide, party.Referral, 0)
	toReferral := may(t, Switch, PartnerSide, party.Resale, party.Referral)
	toResale := may(t, Switch, PartnerSide, party.Referral, party.Resale)
	all := []facts{leaving, asking, advisory, toReferral, toResale}
	now := date(t, "2026-12-01")
	for _, c := range []struct {
		code  string
		edit  func(f *facts)
		fails []int // of all
	}{
		{"NOT_PARTNER_ADMIN", func(f *facts) { f.Admin = false }, []int{0, 1, 2, 3, 4}},
		{"ASSOCIATION_CHANGED", func(f *facts) { f.Changed = true }, []int{0, 1, 2, 3, 4}},
		{"LIVE_REQUEST", func(f *facts) { f.Live = true }, []int{0, 1, 2, 3, 4}},
		{"PARTNER_COOL_DOWN", func(f *facts) { f.PartnerAsked = now }, []int{0, 2, 3, 4}},
		{"CUSTOMER_ASKED_LATELY", func(f *facts) { f.CustomerAskedUs = now }, []int{0, 2, 3, 4}},
		{"CUSTOMER_COOL_DOWN", func(f *facts) { f.CustomerAsked = now }, []int{1}},
		{"INDEPENDENT_MEMBERS", func(f *facts) { f.Obstacles = []Obstacle{IndependentMembers} }, []int{0, 1, 2, 3, 4}},
		{"INDEPENDENT_MEMBER", func(f *facts) { f.Obstacles = []Obstacle{IndependentMember} }, []int{0, 1, 2, 3, 4}},
		{"ORDER_AWAITS_PARTNER_PAYMENT", func(f *facts) { f.Payments = []string{"o1"} }, []int{0, 1, 2, 3, 4}},
		{"RESERVED_INSTANCE", func(f *facts) { f.Obstacles = []Obstacle{ReservedInstance} }, []int{0, 1, 3, 4}},
		{"SUPPORT_PLAN", func(f *facts) { f.Obstacles = []Obstacle{SupportPlan} }, []int{0, 1, 2}},
		{"ARREARS", func(f *facts) { f.Obstacles = []Obstacle{Arrears} }, []int{0, 1}},
		{"SPECIAL_CONTRACT", func(f *facts) { f.Obstacles = []Obstacle{SpecialContract} }, []int{0, 1, 2, 3, 4}},
		{"PICKUP_COUPON", func(f *facts) { f.Obstacles = []Obstacle{PickupCoupon} }, []int{0, 1, 2, 3, 4}},
		{"PROFESSIONAL_SERVICE", func(f *facts) { f.Obstacles = []Obstacle{ProfessionalService} }, []int{4}},
		{"CUSTOMER_FROZEN", func(f *facts) { f.CustomerFrozen = true }, []int{0, 1, 2, 3, 4}},
		{"PARTNER_FROZEN", func(f *facts) { f.PartnerFrozen, f.PartnerBlocked = true, true }, []int{0, 1, 3, 4}},
		{"PARTNER_FROZEN", func(f *facts) { f.PartnerBlocked = true }, []int{4}}, // restricted
	} {
		for n, f := range all {
			if got := failing(f); len(got) != 0 {
				t.Fatalf("request %d fails without cause: %v", n, got)
			}
			c.edit(&f)
			got, want := failing(f), slices.Contains(c.fails, n)
			if want && codes(got) != c.code || !want && len(got) != 0 {
				t.Errorf("%s of request %d: %v, want it to fail %t", c.code, n, got, want)
			}
			if want && (got[0].Message == "" || got[0].Action == "") {
				t.Errorf("%s says neither what is in the way nor what to do: %+v", c.code, got[0])
			}
		}
	}
	if len(guards) != 17 {
		t.Errorf("%d guards, of which this test knows 17", len(guards))
	}
}

func TestEveryGuardThatFailsIsToldAtOnce(t *testing.T) {
	now := date(t, "2026-12-01")
	f := facts{
		Kind: Disassociate, By: PartnerSide, Type: party.Resale, Live: true, Changed: true, PartnerAsked: now, CustomerAskedUs: now, Today: now,
		CustomerFrozen: true, PartnerFrozen: true, Payments: []string{"o1", "o2"},
		Obstacles: []Obstacle{IndependentMembers, IndependentMember, ReservedInstance, SupportPlan, Arrears, SpecialContract, PickupCoupon},
	}
	if got := failing(f); len(got) != len(guards)-2 { // without the customer's own cool-down and what is of a switch to resale
		t.Errorf("%d items: %s", len(got), codes(got))
	}
	err := refusal(failing(f))
	if !errors.Is(err, ErrBarred) || !strings.Contains(err.Error(), "o1, o2") || !strings.Contains(err.Error(), "PICKUP_COUPON") {
		t.Errorf("the refusal says %v", err)
	}
}

func TestACoolDownEndsThreeCalendarMonthsLater(t *testing.T) {
	for asked, again := range map[string]string{
		"2026-12-01": "2027-03-01", "2026-11-30": "2027-02-28", "2027-11-30": "2028-02-29", "2026-10-31": "2027-01-31",
	} {
		f := may(t, Disassociate, PartnerSide, party.Resale, 0)
		f.PartnerAsked, f.Today = date(t, asked), date(t, again).AddDays(-1)
		if got := failing(f); codes(got) != "PARTNER_COOL_DOWN" || !strings.Contains(got[0].Action, again) {
			t.Errorf("asked on %s, on the day before %s: %v", asked, again, got)
		}
		f.Executing = true
		if got := failing(f); len(got) != 0 {
			t.Errorf("what was asked for before the cool-down is executed in it: %v", got)
		}
		f.Executing, f.Today = false, date(t, again)
		if got := failing(f); len(got) != 0 {
			t.Errorf("asked on %s, on %s: %v", asked, again, got)
		}
	}
}

func TestMoreInTheWayNeverTakesAwayWhatIsToldAlready(t *testing.T) {
	every := []Obstacle{
		IndependentMembers, IndependentMember, ReservedInstance, SupportPlan, Arrears, SpecialContract, PickupCoupon, ProfessionalService,
	}
	rapid.Check(t, func(r *rapid.T) {
		f := facts{
			Kind: rapid.SampledFrom([]RecordKind{Switch, Disassociate}).Draw(r, "kind"),
			By:   rapid.SampledFrom([]Side{PartnerSide, CustomerSide}).Draw(r, "by"),
			Type: rapid.IntRange(1, 2).Draw(r, "type"), Admin: true, CustomerFrozen: rapid.Bool().Draw(r, "frozen"),
			Obstacles: rapid.SliceOf(rapid.SampledFrom(every)).Draw(r, "obstacles"),
		}
		if f.Kind == Switch {
			f.Target = 3 - f.Type
		}
		before := failing(f)
		more := f
		more.Obstacles = append(slices.Clone(f.Obstacles), rapid.SampledFrom(every).Draw(r, "more"))
		after := failing(more)
		for _, item := range before {
			if !slices.Contains(after, item) {
				r.Fatalf("%s is told no more with %v", item.Code, more.Obstacles)
			}
		}
	})
}
