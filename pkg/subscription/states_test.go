package subscription_test

import (
	"strings"
	"testing"

	"partnercenter/pkg/subscription"
)

// Every state of a resource and everything that can be asked of it or falls due: the code that refuses it, "ok", or "-" for a step that is not due.
func TestEveryEventInEveryStateOfAResource(t *testing.T) {
	now := at(t, "2026-12-09 12:00")
	inUse := december(t, subscription.PolicyToGrace)
	auto := december(t, subscription.PolicyAutoRenew)
	scheduled := december(t, subscription.PolicyToOnDemand)
	grace := subscription.Apply(inUse, expire, week, now)
	frozen := subscription.Apply(grace, freeze, week, now)
	pending, reviewing := inUse, subscription.Reviewed(inUse, "CS1", true, now)
	pending.PendingOrder = "CS1"
	states := map[string]subscription.Subscription{
		"in use": inUse, "renews itself": auto, "scheduled": scheduled, "in grace": grace, "frozen": frozen, "pending": pending,
		"under review": reviewing, "released": subscription.Apply(frozen, release, week, now),
		"converted": subscription.Ended(inUse, subscription.ClosedConverted, now), "unsubscribed": subscription.Ended(inUse, subscription.ClosedUnsubscribed, now),
	}
	old, other := monthly(), monthly()
	other.ID = "p-2"
	events := map[string]func(s subscription.Subscription) error{
		"renew":      func(s subscription.Subscription) error { return subscription.Guard(s, old, oneMonth, now) },
		"switch on":  func(s subscription.Subscription) error { return subscription.GuardSwitchOn(s, old, now) },
		"switch off": func(s subscription.Subscription) error { return subscription.GuardSwitchOff(s) },
		"end": func(s subscription.Subscription) error {
			return subscription.GuardUnsubscribe(s, old, subscription.WholeResource, false)
		},
		"end periods": func(s subscription.Subscription) error {
			return subscription.GuardUnsubscribe(s, old, subscription.RenewalPeriods, true)
		},
		"schedule":   func(s subscription.Subscription) error { return subscription.GuardSchedule(s, true, now) },
		"unschedule": func(s subscription.Subscription) error { return subscription.GuardSchedule(s, false, now) },
		"convert":    func(s subscription.Subscription) error { return subscription.GuardConvert(s, old, now) },
		"change":     func(s subscription.Subscription) error { return subscription.GuardChange(s, old, other, now) },
	}
	const table = `
               renew    switch on switch off end      end periods schedule unschedule convert  change
in use         ok       ok        99003605   ok       ok          ok       99003659   ok       ok
renews itself  ok       ok        ok         ok       ok          ok       99003659   ok       ok
scheduled      ok       ok        99003605   ok       ok          ok       ok         ok       ok
in grace       ok       99003602  99003605   ok       ok          99003602 99003602   99003602 99003602
frozen         ok       99003602  99003605   ok       ok          99003602 99003602   99003602 99003602
pending        99003100 ok        99003605   99003651 99003651    ok       99003659   99003651 99003100
under review   99003144 99003144  99003144   99003144 99003144    99003144 99003144   99003144 99003144
released       99003016 99003016  99003016   99003016 99003016    99003016 99003016   99003016 99003016
converted      99003016 99003016  99003016   99003016 99003016    99003016 99003016   99003016 99003016
unsubscribed   99003016 99003016  99003016   99003016 99003016    99003016 99003016   99003016 99003016`
	walk(t, table, len(states), len(events), func(state, event, want string) {
		got := codeOf(t, events[event](states[state]))
		if got = strings.TrimPrefix(got, "CBC."); got == "" {
			got = "ok"
		}
		if got != want {
			t.Errorf("%s, %s: %s, want %s", state, event, got, want)
		}
	})
}

func TestEveryEventInEveryStateOfAnOrder(t *testing.T) {
	states := map[string]subscription.OrderStatus{
		"under review": subscription.OrderUnderReview, "processing": subscription.OrderProcessing, "cancelled": subscription.OrderCancelled,
		"completed": subscription.OrderCompleted, "awaiting payment": subscription.OrderAwaitingPayment,
	}
	events := map[string]subscription.OrderEvent{
		"paid": subscription.OrderPaid, "paid, to open": subscription.OrderPaidPending, "cancelled": subscription.OrderDropped,
		"lapsed": subscription.OrderLapsed, "opened": subscription.OrderOpened, "allowed": subscription.OrderApproved, "refused": subscription.OrderRefused,
	}
	const table = `
                 paid      paid, to open cancelled lapsed    opened    allowed   refused
awaiting payment completed processing    cancelled cancelled 99003655  99003655  99003655
processing       99003655  99003655      99003655  99003655  completed 99003655  99003655
under review     99003655  99003655      99003655  99003655  99003655  completed cancelled
completed        99003655  99003655      99003655  99003655  99003655  99003655  99003655
cancelled        99003655  99003655      99003655  99003655  99003655  99003655  99003655`
	walk(t, table, len(states), len(events), func(state, event, want string) {
		next, err := states[state].After(events[event])
		got := next.String()
		if code := codeOf(t, err); code != "" {
			got = strings.TrimPrefix(code, "CBC.")
		}
		if got != want {
			t.Errorf("an order that is %s, %s: %s, want %s", state, event, got, want)
		}
	})
}

// walk reads a table whose columns are events and whose rows are states, and checks every cell. Columns start where their heads do.
func walk(t *testing.T, table string, states, events int, check func(state, event, want string)) {
	t.Helper()
	lines := strings.Split(strings.Trim(table, "\n"), "\n")
	head, columns := lines[0], []int{}
	for i := range head {
		if head[i] != ' ' && (i < 2 || head[i-1] == ' ' && starts(lines[1:], i)) {
			columns = append(columns, i)
		}
	}
	if len(lines)-1 != states || len(columns) != events {
		t.Fatalf("the table has %d states and %d events, want %d and %d", len(lines)-1, len(columns), states, events)
	}
	for _, line := range lines[1:] {
		for n, from := range columns {
			to := len(line)
			if n+1 < len(columns) {
				to = columns[n+1]
			}
			headTo := len(head)
			if n+1 < len(columns) {
				headTo = columns[n+1]
			}
			check(strings.TrimSpace(line[:columns[0]]), strings.TrimSpace(head[from:headTo]), strings.TrimSpace(line[from:to]))
		}
	}
}

// starts reports whether a column of every row starts at i.
func starts(rows []string, i int) bool {
	for _, row := range rows {
		if row[i] == ' ' || row[i-1] != ' ' {
			return false
		}
	}
	return true
}
