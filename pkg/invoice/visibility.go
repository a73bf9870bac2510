package invoice

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
)

// Hidden is why an invoice list is not to be seen.
type Hidden string

// The reasons. Source: DOMAIN.md 7, "Visibility guard"; 21, row 12.
const (
	NotCertified  Hidden = "BUSINESS_NOT_CERTIFIED"
	UnderReview   Hidden = "BUSINESS_UNDER_REVIEW"
	NoRequest     Hidden = "NO_PAYMENT_REQUEST"
	NotNeeded     Hidden = "NO_INVOICE_NEEDED"
	PendingSync   Hidden = "PENDING_SYNC"
	NoBuyer       Hidden = "BUYER_NOT_SET"  // the vendor has not said who is invoiced
	InPreparation Hidden = "IN_PREPARATION" // nothing is missing, and the list is about to be issued
)

// Why gives all reasons why the invoice list of a payment request is not to be seen, none when it is, and from when on a reason that time alone
// ends no longer holds. A nil request is none.
//
// Who was certified and applied on the same Beijing day sees it the next day at 00:00, when what both said has arrived everywhere. Which method
// needs no list is said before anything else, for then nothing else matters.
// Source: DOMAIN.md 7.
func Why(b Business, p *Payable, now time.Time) (why []Hidden, from time.Time) {
	if p != nil && p.NoList {
		return []Hidden{NotNeeded}, time.Time{}
	}
	if !b.Certified {
		why = append(why, NotCertified)
	}
	if b.UnderReview {
		why = append(why, UnderReview)
	}
	if p == nil {
		return append(why, NoRequest), time.Time{}
	}
	if from = visibleFrom(b, *p); now.Before(from) {
		return append(why, PendingSync), from
	}
	return why, time.Time{}
}

// visibleFrom gives the instant from which on a list is to be seen if nothing else is missing.
func visibleFrom(b Business, p Payable) time.Time {
	if b.Certified && calendar.DateOf(b.Since) == calendar.DateOf(p.Applied) {
		return calendar.DateOf(p.Applied).End()
	}
	return p.Applied
}
