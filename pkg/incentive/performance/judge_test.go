package performance

import (
	"testing"

	"pgregory.net/rapid"
)

var good = Facts{HasPartner: true, Certified: true, InPlan: true}

func with(change func(f *Facts)) Facts {
	f := good
	change(&f)
	return f
}

func TestEveryExclusionHasItsRule(t *testing.T) {
	for _, c := range []struct {
		name     string
		category Category
		paid     Instrument
		facts    Facts
		counts   bool
		rule     Rule
	}{
		{"cash counts", Usage, Cash, good, true, ByCash},
		{"a credit counts with its sign", Credit, Cash, good, true, ByCash},
		{"an adjustment counts with its sign", Adjustment, Cash, good, true, ByCash},
		{"credit counts as cash", Usage, CreditLine, good, true, ByCredit},
		{"a counting cash coupon counts", Usage, CountingCashCoupon, good, true, ByCoupon},
		{"using a stored-value card counts as cash", Usage, StoredValueCard, good, true, ByStoredValue},
		{"buying a stored-value card does not", Purchase, StoredValueCardPurchase, good, false, CardBought},
		{"a voucher does not", Usage, Voucher, good, false, VoucherPaid},
		{"a test voucher does not", Usage, TestVoucher, good, false, TestVoucherPaid},
		{"a non-counting cash coupon does not", Usage, NonCountingCashCoupon, good, false, CouponPaid},
		{"what is unknown does not", Usage, "gold", good, false, VoucherPaid},
		{"a tax does not", Tax, Cash, good, false, TaxLine},
		{"without a partner nothing counts", Usage, Cash, Facts{Certified: true, InPlan: true}, false, NoPartner},
		{"what was transferred does not", Usage, Cash, with(func(f *Facts) { f.Transferred = true }), false, Transferred},
		{"an expired certification excludes", Usage, Cash, with(func(f *Facts) { f.Certified = false }), false, CertExpired},
		{"who is not in the plan has none", Usage, Cash, with(func(f *Facts) { f.InPlan = false }), false, OutOfPlan},
		{"policy 0 counts", Usage, Cash, with(func(f *Facts) { f.Policy = NonSpecific }), true, ByCash},
		{"policy 1 counts", Usage, Cash, with(func(f *Facts) { f.Policy = Specific }), true, ByCash},
		{"policy 2 does not", Usage, Cash, with(func(f *Facts) { f.Policy = NoPerformance }), false, PolicyExcludes},
		{"policy 13 is performance without rebate", Usage, Cash, with(func(f *Facts) { f.Policy = NoRebate }), true, ByCash},
		{"a contract with incentive 0 excludes", Usage, Cash, with(func(f *Facts) { f.ZeroDeal = true }), false, ContractZero},
		{"a product's policy comes before a contract", Usage, Cash, with(func(f *Facts) { f.ZeroDeal, f.Policy = true, NoPerformance }), false, PolicyExcludes},
		{"the curated mall gives no incentive", Usage, Cash, with(func(f *Facts) { f.Curated = true }), false, Curated},
		{"what paid comes before what it is of", Usage, Voucher, with(func(f *Facts) { f.Policy = NoPerformance }), false, VoucherPaid},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Judge(c.category, c.paid, c.facts)
			if got.Counts != c.counts || got.Rule != c.rule || got.Reason == "" {
				t.Errorf("got %+v, want %t by %s", got, c.counts, c.rule)
			}
		})
	}
}

func TestALineCountsExactlyWhenNoRuleExcludesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Facts{
			HasPartner: rapid.Bool().Draw(t, "partner"), Transferred: rapid.Bool().Draw(t, "moved"), Certified: rapid.Bool().Draw(t, "certified"),
			InPlan: rapid.Bool().Draw(t, "plan"), Policy: rapid.SampledFrom([]int{0, 1, 2, 13}).Draw(t, "policy"), Curated: rapid.Bool().Draw(t, "curated"),
			ZeroDeal: rapid.Bool().Draw(t, "deal"),
		}
		paid := rapid.SampledFrom(Instruments()).Draw(t, "paid")
		category := rapid.SampledFrom([]Category{Usage, Purchase, Tax, Credit, Adjustment, Refund}).Draw(t, "category")
		pays := paid == Cash || paid == CreditLine || paid == CountingCashCoupon || paid == StoredValueCard
		want := pays && category != Tax && f.HasPartner && !f.Transferred && f.Certified && f.InPlan && f.Policy != 2 && !f.Curated && !f.ZeroDeal
		if got := Judge(category, paid, f); got.Counts != want {
			t.Fatalf("%s %s %+v: got %+v, want %t", category, paid, f, got, want)
		}
	})
}
