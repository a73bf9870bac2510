package subscription

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
)

// Ended is s as an unsubscription or an immediate conversion leaves it: closed at once.
func Ended(s Subscription, how Closing, now time.Time) Subscription {
	s = closed(s, how)
	s.Since, s.UpdatedAt = second(now), second(now)
	return s
}

// Shortened is s without the renewal periods that have not begun: it expires on until, and last is the newest order that pays for it. A
// renewal of the same term can be made again. Auto-renewal stays as it is; attempts up to now are not missed.
func Shortened(s Subscription, until calendar.Date, last OrderID, now time.Time) Subscription {
	s.Expiry, s.LastOrder, s.LastRenewal = until, last, Paid{}
	s.PendingOrder, s.Reviewing = "", false
	s.ArmedAt, s.UpdatedAt = second(now), second(now)
	return s
}

// Reviewed is s while the vendor decides on a refund of it by an order: nothing else happens to it, and it is frozen when it is to end.
func Reviewed(s Subscription, order OrderID, freeze bool, now time.Time) Subscription {
	s.PendingOrder, s.Reviewing = order, true
	if freeze {
		s.Status = StatusFrozen
	}
	s.UpdatedAt = second(now)
	return s
}

// Restored is s after the vendor has refused to refund it: in the state in which it was. What came due meanwhile is due now, but for attempts of
// auto-renewal, which are not made up for.
func Restored(s Subscription, was Status, now time.Time) Subscription {
	s.Status, s.PendingOrder, s.Reviewing = was, "", false
	s.ArmedAt, s.UpdatedAt = second(now), second(now)
	return s
}

// Scheduled is s with what happens at its expiry: conversion to on-demand or, when that is cancelled, grace. Auto-renewal ends with either.
func Scheduled(s Subscription, policy Policy, now time.Time) Subscription {
	s.Policy, s.TimesLeft, s.Unit = policy, 0, 0
	s.FailingSince, s.Refusal = time.Time{}, ""
	s.UpdatedAt = second(now)
	return s
}

// Respecced is s on another product by a change order, which pays for it from now on or, of a down-spec, has only given money back.
func Respecced(s Subscription, p ProductRow, order OrderID, paid bool, now time.Time) Subscription {
	s.ProductID, s.SpecCode = p.ID, p.ResourceSpecCode
	if paid {
		s.LastOrder = order
	}
	s.UpdatedAt = second(now)
	return s
}
