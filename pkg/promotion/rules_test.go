package promotion

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/money"
)

var (
	from  = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	until = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestAQuotasStatusKnowsItsTerm(t *testing.T) {
	for _, c := range []struct {
		set  QuotaStatus
		at   time.Time
		want QuotaStatus
		ok   bool
	}{
		{QuotaNormal, from.Add(-time.Second), QuotaNormal, false},
		{QuotaNormal, from, QuotaNormal, true},
		{QuotaNormal, until.Add(-time.Second), QuotaNormal, true},
		{QuotaNormal, until, QuotaInvalid, false},
		{QuotaAdjusting, from, QuotaAdjusting, false},
		{QuotaFrozen, from, QuotaFrozen, false},
		{QuotaFrozen, until, QuotaInvalid, false},
		{QuotaInvalid, from, QuotaInvalid, false},
		{QuotaReclaimed, from, QuotaReclaimed, false},
		{QuotaReclaimed, until, QuotaReclaimed, false},
	} {
		q := Quota{Status: c.set, Effective: from, Expire: until}
		if got := q.StatusAt(c.at); got != c.want || (q.issuable(c.at) == nil) != c.ok {
			t.Errorf("%s at %s is %s and issuable %v, want %s and %t", c.set, c.at, got, q.issuable(c.at), c.want, c.ok)
		}
	}
}

func TestAVoucherGoesThroughItsStatuses(t *testing.T) {
	for _, c := range []struct {
		name             string
		v                Coupon
		at               time.Time
		want             CouponStatus
		usable, takeable bool
	}{
		{"fresh", Coupon{Status: CouponUsable}, from, CouponUsable, true, true},
		{"not valid yet", Coupon{Status: CouponUsable}, from.Add(-1), CouponUsable, false, true},
		{"at its end", Coupon{Status: CouponUsable}, until, CouponExpired, false, false},
		{"held by the order", Coupon{Status: CouponUsable, Lock: "CS1"}, from, CouponUsable, true, false},
		{"held beyond its end", Coupon{Status: CouponUsable, Lock: "CS1"}, until, CouponUsable, true, false},
		{"held by another", Coupon{Status: CouponUsable, Lock: "CS2"}, from, CouponUsable, false, false},
		{"used", Coupon{Status: CouponUsed}, from, CouponUsed, false, false},
		{"expired", Coupon{Status: CouponExpired}, until, CouponExpired, false, false},
		{"reclaimed", Coupon{Status: CouponReclaimed}, from, CouponReclaimed, false, false},
	} {
		c.v.Valid, c.v.Expire = from, until
		usable, takeable := c.v.Usable("CS1", c.at), c.v.reclaimable(c.at)
		if c.v.StatusAt(c.at) != c.want || (usable == nil) != c.usable || (takeable == nil) != c.takeable {
			t.Errorf("%s: it is %s, usable %v, takeable %v", c.name, c.v.StatusAt(c.at), usable, takeable)
		}
	}
}

func TestTheBestVoucherHoldsMostAndExpiresFirst(t *testing.T) {
	if _, ok := Best(nil); ok {
		t.Error("there is a best of none")
	}
	got, ok := Best([]Coupon{{ID: "small", Balance: 1}, {ID: "late", Balance: 2, Expire: until}, {ID: "soon", Balance: 2, Expire: from}})
	if !ok || got.ID != "soon" {
		t.Errorf("got %q", got.ID)
	}
}

// model is a distributor's quota, one of its reseller's, and vouchers of both, without a table.
type model struct {
	parent, child Quota
	coupons       []Coupon
	of            []*Quota
	now           time.Time
}

func (m *model) sums(q *Quota) Sums {
	s := Sums{Value: q.Value, Balance: q.Balance, Lost: q.Lost, Returned: q.Returned}
	for i, c := range m.coupons {
		if m.of[i] == q {
			s.Held += c.Balance
			s.Used += c.Used
		}
	}
	if q == &m.parent {
		s.Children = m.child.Value - m.child.Returned
	}
	return s
}

func TestAQuotasValueIsAllThatBecameOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := money.Fen(rapid.Int64Range(1, 1_000_00).Draw(t, "value"))
		m := &model{parent: Quota{Value: value, Balance: value, Effective: from, Expire: until}, now: from}
		if down := money.Fen(rapid.Int64Range(0, int64(value)).Draw(t, "down")); down > 0 {
			m.parent, _ = m.parent.give(down, m.now)
			m.child = m.parent.child("reseller", down, m.now)
		}
		actions := map[string]func(*rapid.T){"": func(t *rapid.T) { m.check(t) }}
		actions["issue"] = m.issue
		actions["use"] = m.each(func(c Coupon, q Quota, amount money.Fen) (Coupon, Quota, error) {
			next, err := c.used("CS1", amount, m.now)
			return next, q, err
		})
		actions["end"] = m.each(func(c Coupon, q Quota, _ money.Fen) (Coupon, Quota, error) {
			next, left := c.end(CouponReclaimed, m.now)
			return next, q.takeBack(left, m.now), c.reclaimable(m.now)
		})
		actions["time"] = func(t *rapid.T) {
			m.now = m.now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour)
		}
		actions["take the child back"] = func(*rapid.T) {
			if m.now.Before(until) {
				m.parent = m.parent.takeBack(m.child.Balance, m.now)
				m.child.Returned, m.child.Balance, m.child.Status = m.child.Returned+m.child.Balance, 0, QuotaReclaimed
			}
		}
		t.Repeat(actions)
	})
}

func (m *model) check(t *rapid.T) {
	for _, q := range []*Quota{&m.parent, &m.child} {
		if err := m.sums(q).Check(); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range m.coupons {
		if c.Face != c.Balance+c.Used+c.Back || c.Balance < 0 || (c.Status == CouponUsed) != (c.Balance == 0 && c.Back == 0) {
			t.Fatalf("a voucher is %+v", c)
		}
	}
}

func (m *model) issue(t *rapid.T) {
	q := rapid.SampledFrom([]*Quota{&m.parent, &m.child}).Draw(t, "quota")
	c, err := draft(*q, issuing{Face: money.Fen(rapid.Int64Range(1, 500_00).Draw(t, "face")), Customers: []string{"c"}}, m.now)
	if err != nil {
		return
	}
	if *q, err = q.give(c.Face, m.now); err != nil {
		t.Fatal(err)
	}
	m.coupons, m.of = append(m.coupons, c), append(m.of, q)
}

// each does a rule to some voucher and its quota, and keeps what becomes of them unless it is refused.
func (m *model) each(rule func(Coupon, Quota, money.Fen) (Coupon, Quota, error)) func(*rapid.T) {
	return func(t *rapid.T) {
		if len(m.coupons) == 0 {
			t.Skip("there is no voucher yet")
		}
		i := rapid.IntRange(0, len(m.coupons)-1).Draw(t, "voucher")
		c, q, err := rule(m.coupons[i], *m.of[i], money.Fen(rapid.Int64Range(-1, 600_00).Draw(t, "amount")))
		if err == nil {
			m.coupons[i], *m.of[i] = c, q
		} else if !errors.Is(err, ErrNotUsable) && !errors.Is(err, ErrNotBack) && !errors.Is(err, errOverspent) {
			t.Fatal(err)
		}
	}
}
