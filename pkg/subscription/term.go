package subscription

import (
	"net/http"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
)

// RenewalTerm gives the term of an auto-renewal: one month or one year, whichever was set, else by which s was bought, however
// many of them. Source: DOMAIN.md 1, Decision 3.
func RenewalTerm(s Subscription) calendar.Term {
	if s.Unit != 0 {
		return calendar.Term{Unit: s.Unit, Count: 1}
	}
	return calendar.Term{Unit: s.Bought.Unit, Count: 1}
}

// Unify moves the end of a term forward to the next unified expiry day: 1 to 28, or LastOfMonth; 0 leaves it. It returns the days that are added.
// Source: DOMAIN.md 1, Decision 1.
func Unify(until calendar.Date, day int) (unified calendar.Date, added int) {
	if day == 0 {
		return until, 0
	}
	unified = until.AddMonths(0, day)
	if unified.Before(until) {
		unified = until.AddMonths(1, day)
	}
	return unified, until.DaysUntil(unified)
}

// ErrNoSuchPeriod: nothing is sold for that term. Source: DOMAIN.md 18.
var ErrNoSuchPeriod = problem.New(http.StatusBadRequest, "CBC.30010069", "the renewal period does not exist")

// CheckTerm says whether a person can renew by a term: 1 to 11 months or 1 to 3 years. Error: ErrNoSuchPeriod.
func CheckTerm(term calendar.Term) error { return checkTerm(term, maxRenewalMonths, maxRenewalYears) }

// CheckPurchase says whether a person can buy for a term: 1 to 11 months or 1 to 5 years. Error: ErrNoSuchPeriod.
func CheckPurchase(term calendar.Term) error {
	return checkTerm(term, maxRenewalMonths, maxPurchaseYears)
}

func checkTerm(term calendar.Term, months, years int) error {
	most := years
	switch term.Unit {
	case calendar.Month:
		most = months
	case calendar.Year:
	default:
		return ErrNoSuchPeriod.Saying("%d is neither 2 (month) nor 3 (year)", int(term.Unit)).In("period_type")
	}
	if term.Count < 1 || term.Count > most {
		return ErrNoSuchPeriod.Saying("%d is not from 1 to %d %ss", term.Count, most, term.Unit).In("period_num")
	}
	return nil
}
