package incentive

import (
	"math/big"
	"slices"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// PlanID names an incentive plan.
type PlanID string

// Version is one version of a plan: the rules that close the months from a month on, until a later version begins. What a version says never changes.
type Version struct {
	table.Head
	Plan  PlanID `dynamodbav:"plan"`
	N     int    `dynamodbav:"n"` // 1, 2, 3…
	Name  string `dynamodbav:"name"`
	From  Month  `dynamodbav:"from"`
	Rules []Rule `dynamodbav:"rules"`
}

// Rule gives the rates of some performance: the first rule of a version that fits a row is the row's.
type Rule struct {
	AssociationType int      `dynamodbav:"assoc,omitempty"` // 0 is any
	Services        []string `dynamodbav:"svc,omitempty"`   // service type codes; empty is any
	Tiers           []Tier   `dynamodbav:"tiers"`           // by what they begin at, the first at 0
}

// Tier is a rate that all performance of a rule has once it reaches an amount in a month.
type Tier struct {
	From money.Fen `dynamodbav:"from"`
	Rate int       `dynamodbav:"rate"` // hundredths of a percent: 500 is 5 %
}

// check refuses a version that closes nothing well. Error: CBC.0100.
func (v Version) check() error {
	if v.From.First().IsZero() {
		return problem.Invalid("effective_month", "%.20q is no month such as 2026-11", v.From)
	}
	if len(v.Rules) == 0 {
		return problem.Invalid("rules", "a plan has one rule at least")
	}
	for _, r := range v.Rules {
		if len(r.Tiers) == 0 || r.Tiers[0].From != 0 {
			return problem.Invalid("tiers", "the first tier of a rule begins at 0")
		}
		for i, t := range r.Tiers {
			if t.Rate < 0 || t.Rate > whole {
				return problem.Invalid("rate", "%d is not from 0 to %d hundredths of a percent", t.Rate, whole)
			}
			if i > 0 && t.From <= r.Tiers[i-1].From {
				return problem.Invalid("tiers", "a tier that begins at %s comes after one that begins at %s", t.From, r.Tiers[i-1].From)
			}
		}
	}
	return nil
}

// fits reports whether the rule is one of a row.
func (r Rule) fits(row Row) bool {
	return (r.AssociationType == 0 || r.AssociationType == row.AssociationType) && (len(r.Services) == 0 || slices.Contains(r.Services, row.Service))
}

// rate gives the rate that an amount of performance reaches; what is negative has the first tier's.
func (r Rule) rate(performance money.Fen) int {
	rate := r.Tiers[0].Rate
	for _, t := range r.Tiers[1:] {
		if performance >= t.From {
			rate = t.Rate
		}
	}
	return rate
}

// Row is performance of a month as it is worth something: what of one service, policy and association type counted.
type Row struct {
	Service         string    // service type code
	Policy          int       // incentive_policy of its products: 0, 1, 2 or 13
	AssociationType int       // 1 referral, 2 resale
	Amount          money.Fen // negative where more was given back
	OnCredit        money.Fen // part of it that was bought on credit
}

// The product policies that earn nothing. Source: DOMAIN.md 6, "Product policy".
const (
	policyNone     = 2  // no performance, no rebate
	policyNoRebate = 13 // performance without rebate
)

// earns reports whether a row earns anything.
func (r Row) earns() bool { return r.Policy != policyNone && r.Policy != policyNoRebate }

// Detail is what a row is worth, and by which rate.
type Detail struct {
	Service     string    `dynamodbav:"svc"`
	Policy      int       `dynamodbav:"pol"`
	Performance money.Fen `dynamodbav:"perf"`
	Rate        int       `dynamodbav:"rate"` // hundredths of a percent
	Amount      money.Fen `dynamodbav:"amt"`
	Frozen      money.Fen `dynamodbav:"frz,omitempty"` // part of the amount that comes of purchases on credit
}

// Worth gives what the rows of one association type are worth by a version, row by row, in their order. The rate of a rule is the tier that the
// performance of all of its rows together reaches, whatever their association type. Each row's amount is cut to the fen towards zero, so that nothing is
// given that was not earned; a statement sums them.
// Source: DOMAIN.md 6; the rounding as of charges, DOMAIN.md 0 "Money".
func (v Version) Worth(rows []Row, associationType int) []Detail {
	reached := make([]money.Fen, len(v.Rules))
	for _, row := range rows {
		if i := v.rule(row); i >= 0 && row.earns() {
			reached[i] += row.Amount
		}
	}
	var details []Detail
	for _, row := range rows {
		if row.AssociationType != associationType {
			continue
		}
		d := Detail{Service: row.Service, Policy: row.Policy, Performance: row.Amount}
		if i := v.rule(row); i >= 0 && row.earns() {
			d.Rate = v.Rules[i].rate(reached[i])
			d.Amount, d.Frozen = share(row.Amount, d.Rate), share(row.OnCredit, d.Rate)
		}
		details = append(details, d)
	}
	return details
}

// rule gives which rule is a row's, -1 for none.
func (v Version) rule(row Row) int {
	return slices.IndexFunc(v.Rules, func(r Rule) bool { return r.fits(row) })
}

// share gives a rate of an amount, cut to the fen towards zero.
func share(amount money.Fen, rate int) money.Fen {
	exact := new(big.Int).Mul(big.NewInt(int64(amount)), big.NewInt(int64(rate)))
	return money.Fen(exact.Quo(exact, big.NewInt(whole)).Int64())
}

// Current gives the version of a plan that closes a month: the last that had begun by then.
func Current(versions []Version, m Month) (Version, bool) {
	var best Version
	for _, v := range versions {
		if v.From <= m && v.N > best.N {
			best = v
		}
	}
	return best, best.N > 0
}
