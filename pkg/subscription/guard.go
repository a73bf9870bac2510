package subscription

import (
	"net/http"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
)

// What a resource is refused for. Source: DOMAIN.md 18.
var (
	ErrNotMain       = problem.New(http.StatusBadRequest, "CBC.30010036", "not a main resource")
	ErrUnknown       = problem.New(http.StatusBadRequest, "CBC.99003012", "no such resource")
	ErrReleased      = problem.New(http.StatusBadRequest, "CBC.99003016", "the resource was released")
	ErrPendingOrder  = problem.New(http.StatusBadRequest, "CBC.99003100", "the resource is in an order that awaits payment")
	ErrOffShelf      = problem.New(http.StatusBadRequest, "CBC.30010001", "the product is no longer on sale")
	ErrTooLong       = problem.New(http.StatusBadRequest, "CBC.99003154", "the total duration is more than the maximum")
	ErrNotSwitchable = problem.New(http.StatusBadRequest, "CBC.99003602", "the resource is expired or frozen")
	ErrAlreadyOff    = problem.New(http.StatusBadRequest, "CBC.99003605", "auto-renewal is cancelled already")
	ErrProcessing    = problem.New(http.StatusBadRequest, "CBC.99003144", "the resource has an order in processing")
	ErrBusy          = problem.New(http.StatusBadRequest, "CBC.99003651", "a transaction of the resource is in progress")
	ErrSavingsPlan   = problem.New(http.StatusBadRequest, "CBC.30000053", "savings plans can't be unsubscribed")
	ErrWholeService  = problem.New(http.StatusBadRequest, "CBC.99003185", "the bundle is unsubscribed as a whole")
	ErrWholeBundle   = problem.New(http.StatusBadRequest, "CBC.99003634", "the promotional bundle is renewed as a whole")
)

// What a resource is refused for that has no documented code. ASSUMED codes.
var (
	ErrNotRefundable = problem.New(http.StatusBadRequest, "CBC.99003657", "the resource can't be unsubscribed")
	ErrNoPeriods     = problem.New(http.StatusBadRequest, "CBC.99003658", "the resource has no renewal period to come")
	ErrNotScheduled  = problem.New(http.StatusBadRequest, "CBC.99003659", "the resource is not to be converted at its expiry")
	ErrUnknownTerm   = problem.New(http.StatusBadRequest, "CBC.99003661", "no order is known that pays for the resource's term")
	ErrSameSpec      = problem.New(http.StatusBadRequest, "CBC.99003660", "the product is no other spec of the resource")
)

// Guard says whether s can be renewed by a term of its product.
//
// Errors: ErrNotMain, ErrReleased, ErrPendingOrder, ErrOffShelf, ErrNoSuchPeriod, ErrTooLong.
// Source: DOMAIN.md 1, Renewal.
func Guard(s Subscription, p Product, term calendar.Term, now time.Time) error {
	if err := guardMain(s); err != nil {
		return err
	}
	if err := guardLasting(s, now); err != nil {
		return err
	}
	if err := guardFree(s, ErrPendingOrder); err != nil {
		return err
	}
	if err := guardOnSale(s, p); err != nil {
		return err
	}
	if _, sold := p.Price(term); !sold {
		return ErrNoSuchPeriod.Saying("product %q of resource %q is not sold by the %s", p.ID, s.ResourceID, term.Unit)
	}
	return guardLength(s, s.Expiry.Add(term, s.Anchor), now)
}

// guardLasting holds for a resource whose release is not due, though it may not be done yet. Error: ErrReleased.
func guardLasting(s Subscription, now time.Time) error {
	if !s.ReleaseOn.IsZero() && !now.Before(s.ReleaseOn.End()) {
		return released(s)
	}
	return nil
}

// guardLength holds for a term that ends no later than the longest purchase and renewal from today.
func guardLength(s Subscription, until calendar.Date, now time.Time) error {
	today := calendar.DateOf(now)
	latest := today.AddMonths(longestTermMonths, today.Day)
	if until.After(latest) {
		return ErrTooLong.Saying("resource %q would expire on %s; the latest possible is %s", s.ResourceID, until, latest)
	}
	return nil
}

// GuardSwitchOn says whether auto-renewal of s can be set.
//
// Errors: ErrNotMain, ErrReleased, ErrNotSwitchable, ErrOffShelf. Source: DOMAIN.md 1, Auto-renewal.
func GuardSwitchOn(s Subscription, p Product, now time.Time) error {
	if err := guardMain(s); err != nil {
		return err
	}
	if s.Reviewing {
		return guardFree(s, nil)
	}
	if err := guardTerm(s, now); err != nil {
		return err
	}
	return guardOnSale(s, p)
}

// GuardSwitchOff says whether auto-renewal of s can be cancelled, in grace and retention too.
//
// Errors: ErrNotMain, ErrReleased, ErrAlreadyOff. Source: DOMAIN.md 1, Auto-renewal.
func GuardSwitchOff(s Subscription) error {
	if err := guardMain(s); err != nil {
		return err
	}
	if s.Reviewing {
		return guardFree(s, nil)
	}
	if s.Policy != PolicyAutoRenew {
		return ErrAlreadyOff.Saying("auto-renewal of resource %q is not on", s.ResourceID)
	}
	return nil
}

// GuardUnsubscribe says whether s can be unsubscribed; kind is WholeResource or RenewalPeriods, toCome whether a renewal period has not begun yet.
//
// Errors: ErrNotMain, ErrReleased, ErrProcessing, ErrBusy, ErrSavingsPlan, ErrNotRefundable, ErrNoPeriods. Source: DOMAIN.md 1, "Unsubscribe & refund".
func GuardUnsubscribe(s Subscription, p Product, kind int, toCome bool) error {
	if err := guardMain(s); err != nil {
		return err
	}
	if err := guardFree(s, ErrBusy); err != nil {
		return err
	}
	if err := guardRefundable(s, p); err != nil {
		return err
	}
	if kind == RenewalPeriods && !toCome {
		return ErrNoPeriods.Saying("resource %q has no renewal period that has not begun", s.ResourceID)
	}
	return nil
}

// guardRefundable holds for a resource whose product gives money back: by an unsubscription, a conversion to on-demand or a lesser spec.
func guardRefundable(s Subscription, p Product) error {
	switch p.Unsubscribe {
	case UnsubscribeSavingsPlan:
		return ErrSavingsPlan.Saying("resource %q is a savings plan, which can't be unsubscribed", s.ResourceID)
	case UnsubscribeNever:
		return ErrNotRefundable.Saying("product %q of resource %q is free, on trial or one-off, and can't be unsubscribed", p.ID, s.ResourceID)
	case UnsubscribeAlways:
	}
	return nil
}

// GuardSchedule says whether s can be set to be converted to on-demand at its expiry, or that cancelled.
//
// Errors: ErrNotMain, ErrReleased, ErrProcessing, ErrNotSwitchable, ErrNotScheduled. Source: DOMAIN.md 1, "To on-demand".
func GuardSchedule(s Subscription, set bool, now time.Time) error {
	if err := guardMain(s); err != nil {
		return err
	}
	switch {
	case s.Reviewing:
		return guardFree(s, nil)
	case s.Status != StatusInUse || !now.Before(s.Expiry.End()):
		return ErrNotSwitchable.Saying("resource %q expired on %s", s.ResourceID, s.Expiry)
	case !set && s.Policy != PolicyToOnDemand:
		return ErrNotScheduled.Saying("resource %q is not to be converted at its expiry", s.ResourceID)
	}
	return nil
}

// GuardConvert says whether s can go on as an on-demand resource at once.
//
// Errors: ErrNotMain, ErrReleased, ErrProcessing, ErrBusy, ErrSavingsPlan, ErrNotRefundable, ErrNotSwitchable.
// Source: DOMAIN.md 1, "To on-demand".
func GuardConvert(s Subscription, p Product, now time.Time) error {
	if err := guardMain(s); err != nil {
		return err
	}
	if err := guardFree(s, ErrBusy); err != nil {
		return err
	}
	if err := guardRefundable(s, p); err != nil {
		return err
	}
	if s.Status != StatusInUse || !now.Before(s.Expiry.End()) {
		return ErrNotSwitchable.Saying("resource %q expired on %s", s.ResourceID, s.Expiry)
	}
	return nil
}

// GuardChange says whether s, which is on product old, can be changed to product next: another spec of the same service, type and region.
//
// Errors: ErrReleased, ErrProcessing, ErrPendingOrder, ErrNotSwitchable, ErrOffShelf, ErrSameSpec.
func GuardChange(s Subscription, old, next Product, now time.Time) error {
	if s.Status == StatusClosed {
		return released(s)
	}
	if err := guardFree(s, ErrPendingOrder); err != nil {
		return err
	}
	if err := guardTerm(s, now); err != nil {
		return err
	}
	if err := guardOnSale(s, next); err != nil {
		return err
	}
	same := old.ServiceTypeCode == next.ServiceTypeCode && old.ResourceTypeCode == next.ResourceTypeCode && old.RegionCode == next.RegionCode
	if !same || old.ID == next.ID {
		return ErrSameSpec.Saying("product %q is no other spec of the %s %s in %s", next.ID, old.ServiceTypeCode, old.ResourceTypeCode, old.RegionCode).In("product_id")
	}
	return nil
}

// guardFree holds for a resource that no order waits on: for the vendor's review, or for its payment, which is refused by unpaid.
func guardFree(s Subscription, unpaid *problem.Error) error {
	switch {
	case s.Reviewing:
		return ErrProcessing.Saying("order %q of resource %q waits for the vendor's review", s.PendingOrder, s.ResourceID)
	case s.PendingOrder != "":
		return unpaid.Saying("resource %q is in order %q, which awaits payment: pay or cancel that one", s.ResourceID, s.PendingOrder)
	}
	return nil
}

// guardMain holds for a main resource that is still there.
func guardMain(s Subscription) error {
	if s.Parent != "" {
		return ErrNotMain.Saying("resource %q is attached to %q and follows it: name that one", s.ResourceID, s.Parent)
	}
	if s.Status == StatusClosed {
		return released(s)
	}
	return nil
}

func released(s Subscription) error {
	switch s.Closing {
	case ClosedUnsubscribed:
		return ErrReleased.Saying("resource %q was unsubscribed on %s", s.ResourceID, calendar.DateOf(s.Since))
	case ClosedConverted:
		return ErrReleased.Saying("resource %q goes on as an on-demand resource since %s", s.ResourceID, calendar.DateOf(s.Since))
	case ClosedReleased:
	}
	return ErrReleased.Saying("resource %q was released when %s ended", s.ResourceID, s.ReleaseOn)
}

func guardOnSale(s Subscription, p Product) error {
	if !p.OnSale {
		return ErrOffShelf.Saying("product %q of resource %q is no longer on sale", p.ID, s.ResourceID)
	}
	return nil
}

// guardTerm holds for a resource within its term. Error: ErrNotSwitchable.
func guardTerm(s Subscription, now time.Time) error {
	if s.Status != StatusInUse || !now.Before(s.Expiry.End()) {
		return ErrNotSwitchable.Saying("resource %q expired on %s: renew it first", s.ResourceID, s.Expiry)
	}
	return nil
}
