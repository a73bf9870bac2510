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
)

// Guard says whether s can be renewed by a term of its product.
//
// Errors: ErrNotMain, ErrReleased, ErrPendingOrder, ErrOffShelf, ErrNoSuchPeriod, ErrTooLong.
// Source: DOMAIN.md 1, Renewal.
func Guard(s Subscription, p Product, term calendar.Term, now time.Time) error {
	if err := guardMain(s); err != nil {
		return err
	}
	if !s.ReleaseOn.IsZero() && !now.Before(s.ReleaseOn.End()) { // due, and not done yet
		return released(s)
	}
	if s.PendingOrder != "" {
		return ErrPendingOrder.Saying("resource %q is in order %q, which awaits payment: pay or cancel that one", s.ResourceID, s.PendingOrder)
	}
	if err := guardOnSale(s, p); err != nil {
		return err
	}
	if _, sold := p.Price(term); !sold {
		return ErrNoSuchPeriod.Saying("product %q of resource %q is not sold by the %s", p.ID, s.ResourceID, term.Unit)
	}
	today := calendar.DateOf(now)
	latest := today.AddMonths(longestTermMonths, today.Day)
	if until := s.Expiry.Add(term, s.Anchor); until.After(latest) {
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
	if s.Status != StatusInUse || !now.Before(s.Expiry.End()) {
		return ErrNotSwitchable.Saying("resource %q expired on %s: renew it first", s.ResourceID, s.Expiry)
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
	if s.Policy != PolicyAutoRenew {
		return ErrAlreadyOff.Saying("auto-renewal of resource %q is not on", s.ResourceID)
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
	return ErrReleased.Saying("resource %q was released when %s ended", s.ResourceID, s.ReleaseOn)
}

func guardOnSale(s Subscription, p Product) error {
	if !p.OnSale {
		return ErrOffShelf.Saying("product %q of resource %q is no longer on sale", p.ID, s.ResourceID)
	}
	return nil
}
