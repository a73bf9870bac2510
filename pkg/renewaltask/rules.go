package renewaltask

import (
	"fmt"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/subscription"
)

// Holding is a resource and what pays for it, as far back as the month in question, the newest first.
type Holding struct {
	Resource  subscription.Subscription
	Stretches []subscription.Stretch
}

// closed holds when the resource is released, unsubscribed or converted.
func (h Holding) closed() bool { return h.Resource.Status == subscription.StatusClosed }

// renewedAfter gives what was paid by renewals for the time after a day.
func (h Holding) renewedAfter(day calendar.Date) money.Fen {
	var paid money.Fen
	for _, s := range h.Stretches {
		if s.Type == subscription.OrderRenewal && s.Until.After(day) {
			paid += s.Held
		}
	}
	return paid
}

// buys reports whether a stretch is a term that was bought or renewed, rather than a change within one.
func buys(s subscription.Stretch) bool {
	return s.Type == subscription.OrderNew || s.Type == subscription.OrderRenewal
}

// TermOf gives the order that bought the term at whose end a resource expires now.
func TermOf(h Holding) (subscription.OrderID, bool) {
	for _, s := range h.Stretches {
		if buys(s) && s.Until == h.Resource.Expiry {
			return s.Transaction, true
		}
	}
	return "", false
}

// Excluded reports whether a service's orders are no tasks, by the unit of the term that was bought. Source: policy.go.
func Excluded(service string, unit calendar.Unit) bool {
	e, ok := excluded[service]
	return ok && (e.unit == 0 || e.unit == unit)
}

// line gives what of an order's resource expires in a month: what was paid for the term, changes of spec within it included. ok is false when
// nothing does, when the resource has ended, and for excluded services. Source: DOMAIN.md 15.
func (h Holding) line(order subscription.OrderID, month Month) (line Line, ok bool) {
	if h.closed() {
		return line, false
	}
	for _, s := range h.Stretches {
		if ok = buys(s) && s.Transaction == order && MonthOf(s.Until) == month && !Excluded(h.Resource.ServiceTypeCode, s.Term.Unit); ok {
			line = Line{
				Resource: h.Resource.ResourceID, Name: h.Resource.Name, Product: string(h.Resource.ProductID), Service: h.Resource.ServiceTypeCode,
				Expiry: s.Until, Paid: s.Held,
			}
			break
		}
	}
	for _, s := range h.Stretches {
		if ok && s.Type == subscription.OrderChange && s.Until == line.Expiry {
			line.Paid += s.Held
		}
	}
	return line, ok
}

// Appraise gives the task that an order would be in a month, from the resources that it was for. ok is false when the order is none: less was
// paid for what of it expires in the month than a large order costs, or enough is renewed already. Source: DOMAIN.md 15.
func Appraise(order subscription.OrderID, month Month, holdings []Holding) (t Task, ok bool) {
	t.Order, t.Month, t.State = order, month, ToDo
	for _, h := range holdings {
		line, expires := h.line(order, month)
		if !expires {
			continue
		}
		if t.Expiry.IsZero() || line.Expiry.Before(t.Expiry) {
			t.Expiry = line.Expiry
		}
		if t.Service == "" {
			t.Service = h.Resource.ServiceTypeName
		}
		t.Lines = append(t.Lines, line)
		t.Services, t.Products = withOnce(t.Services, line.Service), withOnce(t.Products, line.Product)
		t.Expiring += line.Paid
		t.Renewed += h.renewedAfter(line.Expiry)
	}
	return t, t.Expiring >= large && !Reached(t.Renewed, t.Expiring)
}

func withOnce(all []string, one string) []string {
	for _, known := range all {
		if known == one {
			return all
		}
	}
	return append(all, one)
}

// Reached reports whether enough of what expires is renewed: at least 60 percent of the amount. Source: DOMAIN.md 15.
func Reached(renewed, expiring money.Fen) bool { return renewed*100 >= enough*expiring }

// Rate gives the renewal rate in percent with two decimals, rounded down.
func Rate(renewed, expiring money.Fen) string {
	if expiring <= 0 {
		return "0.00"
	}
	hundredths := money.MulDivFloor(renewed, 100_00, int64(expiring))
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}

// Overdue holds for an open task whose order has expired. Source: DOMAIN.md 15.
func (r Row) Overdue(now time.Time) bool { return r.State.Open() && !now.Before(r.Expiry.End()) }

// Finding is what a look at a task's resources and its customer finds.
type Finding struct {
	Renewed money.Fen // paid for the time after the task's lines
	Gone    bool      // no resource of it is left
	Left    bool      // the customer is no longer the partner's
}

// Judge says what a finding does to an open task; without an event it stays open. Source: DOMAIN.md 15.
func (t Task) Judge(f Finding, now time.Time) (Event, Ending) {
	switch {
	case f.Left:
		return End, EndLeft
	case Reached(f.Renewed, t.Expiring):
		return Renew, EndRenewed
	case f.Gone:
		return End, EndGone
	case t.Intention == IntendsNot && t.Overdue(now):
		return End, EndDeclined
	case !now.Before(t.Month.plus(openMonths + 1).first().Start()):
		return End, EndLapsed
	}
	return "", ""
}

// nextLook gives when an open task is looked at after an instant.
func nextLook(after time.Time) time.Time {
	day := calendar.DateOf(after)
	if at := day.At(refreshHour, 0); at.After(after) {
		return at
	}
	return day.AddDays(1).At(refreshHour, 0)
}

// Reminder is a morning on which a task is told of.
type Reminder struct {
	Morning time.Time // 09:00 in Beijing
	Days    int       // until its order expires, from the day of the digest
}

// Remind gives what a digest made now says of a task to a reader whose last one was at mark: the latest of its mornings behind the mark, and
// nothing once its order has expired or will not be renewed. Source: DOMAIN.md 15; CASES.md B39.
func (r Row) Remind(mark, now time.Time) (latest Reminder, ok bool) {
	for _, morning := range r.mornings() {
		if morning.After(mark) && !morning.After(now) && morning.After(latest.Morning) {
			latest.Morning, ok = morning, true
		}
	}
	latest.Days = calendar.DateOf(now).DaysUntil(r.Expiry)
	return latest, ok && r.State.Open() && !r.Overdue(now) && r.Intention != IntendsNot
}

// NextReminder gives the first morning after an instant on which there is something to say of a task, if nothing changes until then.
func (r Row) NextReminder(after time.Time) (at time.Time, ok bool) {
	for _, morning := range r.mornings() {
		if morning.After(after) && (!ok || morning.Before(at)) && r.State.Open() && r.Intention != IntendsNot {
			at, ok = morning, true
		}
	}
	return at, ok
}

// mornings gives when a task is told of: when it is new, and some days before its order expires.
func (r Row) mornings() []time.Time {
	all := []time.Time{notify.Morning(r.Created)}
	for _, n := range daysBeforeExpiry {
		if at := r.Expiry.AddDays(-n).At(notify.MorningHour, 0); at.After(all[0]) {
			all = append(all, at)
		}
	}
	return all
}
