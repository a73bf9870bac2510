package renewaltask

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/subscription"
)

func date(month time.Month, day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: month, Day: day}
}

func TestTheStateMachineTakesItsStepsAndNoOthers(t *testing.T) {
	want := map[State]map[Event]State{
		ToDo:       {Handle: InProgress, Renew: Completed, End: Terminated},
		InProgress: {Handle: InProgress, Renew: Completed, End: Terminated},
		Completed:  {},
		Terminated: {},
	}
	for _, s := range States() {
		for _, e := range []Event{Handle, Renew, End} {
			next, legal := want[s][e]
			got, err := s.After(e)
			if legal && (got != next || err != nil) {
				t.Errorf("%s, %s: got %s and %v, want %s", s, e, got, err, next)
			}
			if !legal && (got != s || !errors.Is(err, ErrState)) {
				t.Errorf("%s, %s: got %s and %v, want a refusal", s, e, got, err)
			}
		}
	}
}

func TestSixtyPercentIsEnough(t *testing.T) {
	for _, c := range []struct {
		renewed, expiring money.Fen
		enough            bool
		rate              string
	}{
		{0, 5_000_00, false, "0.00"},
		{2_999_99, 5_000_00, false, "59.99"},
		{3_000_00, 5_000_00, true, "60.00"},
		{3_000_01, 5_000_00, true, "60.00"},
		{5_999_99, 10_000_01, false, "59.99"},
		{6_000_00, 10_000_01, false, "59.99"}, // 60 % is 6,000.006
		{6_000_01, 10_000_01, true, "60.00"},
		{12_000_00, 5_000_00, true, "240.00"},
		{money.Max / 100 * 60, money.Max, true, "60.00"},
		{money.Max/100*60 - 1, money.Max, false, "59.99"},
	} {
		if got := Reached(c.renewed, c.expiring); got != c.enough {
			t.Errorf("%s of %s: got %t, want %t", c.renewed, c.expiring, got, c.enough)
		}
		if got := Rate(c.renewed, c.expiring); got != c.rate {
			t.Errorf("%s of %s: got %s, want %s", c.renewed, c.expiring, got, c.rate)
		}
	}
}

func TestMoreRenewedIsNeverLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		expiring := money.Fen(rapid.Int64Range(int64(large), int64(money.Max)).Draw(t, "expiring"))
		less := money.Fen(rapid.Int64Range(0, int64(money.Max)).Draw(t, "less"))
		more := less + money.Fen(rapid.Int64Range(0, int64(money.Max-less)).Draw(t, "and more"))
		if Reached(less, expiring) && !Reached(more, expiring) {
			t.Errorf("%s of %s is enough and %s is not", less, expiring, more)
		}
	})
}

// held gives a resource that an order bought until a day, and what pays for it.
func held(id string, paid money.Fen, until calendar.Date, more ...subscription.Stretch) Holding {
	h := Holding{Resource: subscription.Subscription{SubscriptionRow: subscription.SubscriptionRow{
		ResourceID: subscription.ID(id), ProductID: "p-" + subscription.ProductID(id), ServiceTypeCode: "hws.service.type.ec2",
		Status: subscription.StatusInUse, Expiry: until,
	}}}
	bought := subscription.Stretch{Transaction: "o", Type: subscription.OrderNew, Term: aYear, Until: until, Held: paid}
	h.Stretches = append(more, bought)
	for _, s := range more {
		if s.Until.After(h.Resource.Expiry) {
			h.Resource.Expiry = s.Until
		}
	}
	return h
}

var aYear = calendar.Term{Unit: calendar.Year, Count: 1}

func renewal(paid money.Fen, until calendar.Date) subscription.Stretch {
	return subscription.Stretch{Transaction: "r", Type: subscription.OrderRenewal, Term: aYear, Until: until, Held: paid}
}

func changed(paid money.Fen, until calendar.Date) subscription.Stretch {
	return subscription.Stretch{Transaction: "c", Type: subscription.OrderChange, Term: aYear, Until: until, Held: paid}
}

func (h Holding) of(service string, unit calendar.Unit) Holding {
	h.Resource.ServiceTypeCode = service
	h.Stretches[len(h.Stretches)-1].Term.Unit = unit
	return h
}

func (h Holding) in(status subscription.Status) Holding {
	h.Resource.Status = status
	return h
}

func TestAnOrderIsATaskByWhatOfItExpiresInTheMonth(t *testing.T) {
	tenth, twentieth, january := date(12, 10), date(12, 20), calendar.Date{Year: 2027, Month: 1, Day: 1}
	for _, c := range []struct {
		name              string
		holdings          []Holding
		task              bool
		lines             int
		expiring, renewed money.Fen
		expiry            calendar.Date
	}{
		{"exactly the threshold", []Holding{held("a", 5_000_00, tenth)}, true, 1, 5_000_00, 0, tenth},
		{"a fen less", []Holding{held("a", 4_999_99, tenth)}, false, 1, 4_999_99, 0, tenth},
		{"lines sum, the first expiry counts", []Holding{held("a", 3_000_00, twentieth), held("b", 2_000_00, tenth)}, true, 2, 5_000_00, 0, tenth},
		{"the last day of the month", []Holding{held("a", 5_000_00, date(12, 31))}, true, 1, 5_000_00, 0, date(12, 31)},
		{"the first of the next", []Holding{held("a", 5_000_00, january)}, false, 0, 0, 0, calendar.Date{}},
		{"what expires in other months does not count", []Holding{held("a", 4_000_00, tenth), held("b", 4_000_00, january)}, false, 1, 4_000_00, 0, tenth},
		{"a change within the term counts", []Holding{held("a", 4_000_00, tenth, changed(1_000_00, tenth))}, true, 1, 5_000_00, 0, tenth},
		{"renewed enough", []Holding{held("a", 5_000_00, tenth, renewal(3_000_00, january))}, false, 1, 5_000_00, 3_000_00, tenth},
		{"renewed a little", []Holding{held("a", 5_000_00, tenth, renewal(2_999_99, january))}, true, 1, 5_000_00, 2_999_99, tenth},
		{
			"one of two renewed",
			[]Holding{held("a", 5_000_00, tenth, renewal(5_000_00, january)), held("b", 5_000_00, tenth)},
			true, 2, 10_000_00, 5_000_00, tenth,
		},
		{
			"a change of the renewed term is no renewal",
			[]Holding{held("a", 5_000_00, tenth, changed(9_000_00, january), renewal(1_00, january))},
			true, 1, 5_000_00, 1_00, tenth,
		},
		{"released", []Holding{held("a", 5_000_00, tenth).in(subscription.StatusClosed)}, false, 0, 0, 0, calendar.Date{}},
		{"in grace", []Holding{held("a", 5_000_00, tenth).in(subscription.StatusExpired)}, true, 1, 5_000_00, 0, tenth},
		{"WAF by the month", []Holding{held("a", 5_000_00, tenth).of("hws.service.type.waf", calendar.Month)}, false, 0, 0, 0, calendar.Date{}},
		{"WAF by the year", []Holding{held("a", 5_000_00, tenth).of("hws.service.type.waf", calendar.Year)}, true, 1, 5_000_00, 0, tenth},
		{"Meeting by the year", []Holding{held("a", 5_000_00, tenth).of("hws.service.type.meeting", calendar.Year)}, false, 0, 0, 0, calendar.Date{}},
		{
			"an excluded line",
			[]Holding{held("a", 4_000_00, tenth), held("b", 4_000_00, tenth).of("hws.service.type.welink", calendar.Year)},
			false, 1, 4_000_00, 0, tenth,
		},
		{"nothing", nil, false, 0, 0, 0, calendar.Date{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := Appraise("o", "2026-12", c.holdings)
			if ok != c.task || len(got.Lines) != c.lines || got.Expiring != c.expiring || got.Renewed != c.renewed || got.Expiry != c.expiry {
				t.Errorf("got %t: %d lines, %s expiring on %s, %s renewed; want %t: %d, %s on %s, %s",
					ok, len(got.Lines), got.Expiring, got.Expiry, got.Renewed, c.task, c.lines, c.expiring, c.expiry, c.renewed)
			}
		})
	}
}

func TestALineIsOfTheOrderThatBoughtTheTerm(t *testing.T) {
	renewed := held("a", 5_000_00, date(11, 10), renewal(6_000_00, date(12, 10)))
	if got, ok := Appraise("o", "2026-12", []Holding{renewed}); ok || len(got.Lines) > 0 {
		t.Errorf("the first order has %v in December, want nothing", got.Lines)
	}
	if got, ok := Appraise("r", "2026-12", []Holding{renewed}); !ok || got.Expiring != 6_000_00 {
		t.Errorf("the renewal has %s, want 6000.00", got.Expiring)
	}
	if got, ok := TermOf(renewed); !ok || got != "r" {
		t.Errorf("%q bought the term, want the renewal", got)
	}
	upgraded := held("a", 5_000_00, date(12, 10), changed(1_00, date(12, 10)))
	if got, ok := TermOf(upgraded); !ok || got != "o" {
		t.Errorf("%q bought the term, want the first order and not the change", got)
	}
}

func TestATaskIsJudgedByWhatALookFinds(t *testing.T) {
	task := Task{Row: Row{State: ToDo, Month: "2026-12", Expiry: date(12, 10), Expiring: 5_000_00}}
	declined := task
	declined.Intention = IntendsNot
	before, after := date(12, 10).LastSecond(), date(12, 10).End()
	april := calendar.Date{Year: 2027, Month: 4, Day: 1}.Start()
	for _, c := range []struct {
		name string
		task Task
		f    Finding
		now  time.Time
		what Event
		why  Ending
	}{
		{"nothing new", task, Finding{}, after, "", ""},
		{"not enough", task, Finding{Renewed: 2_999_99}, after, "", ""},
		{"enough", task, Finding{Renewed: 3_000_00}, after, Renew, EndRenewed},
		{"enough, and gone since", task, Finding{Renewed: 3_000_00, Gone: true}, after, Renew, EndRenewed},
		{"gone", task, Finding{Gone: true}, before, End, EndGone},
		{"left", task, Finding{Renewed: 3_000_00, Left: true}, before, End, EndLeft},
		{"declined, the term is running", declined, Finding{}, before, "", ""},
		{"declined, the term has passed", declined, Finding{}, after, End, EndDeclined},
		{"declined, and renewed all the same", declined, Finding{Renewed: 3_000_00}, after, Renew, EndRenewed},
		{"months later", task, Finding{Renewed: 1}, april, End, EndLapsed},
		{"a second less", task, Finding{Renewed: 1}, april.Add(-time.Second), "", ""},
	} {
		if what, why := c.task.Judge(c.f, c.now); what != c.what || why != c.why {
			t.Errorf("%s: got %q %q, want %q %q", c.name, what, why, c.what, c.why)
		}
	}
}

func TestATaskIsOverdueOnceItsOrderHasExpired(t *testing.T) {
	for _, s := range States() {
		r := Row{State: s, Expiry: date(12, 10)}
		if r.Overdue(date(12, 10).LastSecond()) {
			t.Errorf("%s: overdue before the date ends", s)
		}
		if got := r.Overdue(date(12, 11).Start()); got != s.Open() {
			t.Errorf("%s: overdue %t after it, want %t", s, got, s.Open())
		}
	}
}

func TestReminders(t *testing.T) {
	task := Row{State: ToDo, Month: "2026-12", Expiry: date(12, 10), Expiring: 1, Created: date(12, 1).At(0, 30)}
	nine := func(day int) time.Time { return date(12, day).At(9, 0) }
	with := func(edit func(*Row)) Row {
		r := task
		edit(&r)
		return r
	}
	for _, c := range []struct {
		name      string
		task      Row
		mark, now time.Time
		told      bool
		morning   time.Time
		days      int
	}{
		{"new", task, date(11, 30).At(9, 0), nine(1), true, nine(1), 9},
		{"told already", task, nine(1), nine(2), false, time.Time{}, 0},
		{"a week before", task, nine(1), nine(3), true, nine(3), 7},
		{"three days before", task, nine(3), nine(7), true, nine(7), 3},
		{"after a gap the latest alone", task, date(11, 1).At(9, 0), nine(8), true, nine(7), 2},
		{"expired", task, date(11, 1).At(9, 0), nine(11), false, time.Time{}, 0},
		{"on the last day, late", task, nine(3), nine(10), true, nine(7), 0},
		{"in progress", with(func(r *Row) { r.State = InProgress }), nine(1), nine(3), true, nine(3), 7},
		{"completed", with(func(r *Row) { r.State = Completed }), nine(1), nine(3), false, time.Time{}, 0},
		{"terminated", with(func(r *Row) { r.State = Terminated }), nine(1), nine(3), false, time.Time{}, 0},
		{"will not renew", with(func(r *Row) { r.Intention = IntendsNot }), nine(1), nine(3), false, time.Time{}, 0},
		{
			"made in the last week: no morning lies before that", with(func(r *Row) { r.Created = date(12, 5).At(12, 0) }),
			date(11, 1).At(9, 0), nine(5), false,
			time.Time{},
			0,
		},
		{"new and three days before", with(func(r *Row) { r.Expiry = date(12, 4) }), date(11, 1).At(9, 0), nine(1), true, nine(1), 3},
	} {
		got, ok := c.task.Remind(c.mark, c.now)
		if ok != c.told || ok && (!got.Morning.Equal(c.morning) || got.Days != c.days) {
			t.Errorf("%s: got %t %s, %d days; want %t %s, %d days", c.name, ok, got.Morning, got.Days, c.told, c.morning, c.days)
		}
	}
	for at := date(11, 30).At(9, 0); ; {
		next, ok := task.NextReminder(at)
		if !ok {
			if !at.Equal(nine(7)) {
				t.Errorf("the last morning is %s, want that of the 7th", at)
			}
			break
		}
		if got, told := task.Remind(at, next); !told || !got.Morning.Equal(next) {
			t.Errorf("on the next morning, %s, it tells %v of %s", next, told, got.Morning)
		}
		at = next
	}
}

func TestTheNextLookIsTheNextFourInTheMorning(t *testing.T) {
	for _, c := range []struct{ after, want time.Time }{
		{date(12, 1).At(0, 30), date(12, 1).At(4, 0)},
		{date(12, 1).At(4, 0), date(12, 2).At(4, 0)},
		{date(12, 31).At(23, 0), calendar.Date{Year: 2027, Month: 1, Day: 1}.At(4, 0)},
	} {
		if got := nextLook(c.after); !got.Equal(c.want) {
			t.Errorf("after %s: %s, want %s", c.after, got, c.want)
		}
	}
}

func TestIDsOfTasks(t *testing.T) {
	id := idOf("2026-12", "CS261201000000ABCDEFGH")
	if month, order, ok := id.parts(); !ok || month != "2026-12" || order != "CS261201000000ABCDEFGH" {
		t.Errorf("%s: got %s, %s, %t", id, month, order, ok)
	}
	for _, bad := range []ID{"", "2026-12", "2026-12-", "2026-13-CS1", "202612-CS1", "2026-12#CS1", "CS261201000000ABCDEFGH", "2026-12-a/b"} {
		if _, _, ok := bad.parts(); ok {
			t.Errorf("%q is taken for a task's id", bad)
		}
	}
	if got := Month("2026-12").plus(1); got != "2027-01" {
		t.Errorf("after December comes %s", got)
	}
	if got, want := Month("2026-12").generated(), date(12, 1).At(0, 30); !got.Equal(want) {
		t.Errorf("December is generated at %s, want %s", got, want)
	}
}

func TestARecordMustMakeSense(t *testing.T) {
	now := date(12, 10).At(12, 0)
	for _, c := range []struct {
		r     Record
		field string
	}{
		{Record{Intention: Intends}, ""},
		{Record{Intention: Intends, Expected: date(12, 10)}, ""},
		{Record{Intention: Unsure, Expected: date(12, 9)}, "expected_date"},
		{Record{Intention: IntendsNot}, "reason"},
		{Record{Intention: IntendsNot, Reason: "PRICE"}, ""},
		{Record{Intention: IntendsNot, Reason: "PRICE", Expected: date(12, 20)}, "expected_date"},
		{Record{Intention: Unsure, Reason: "PRICE"}, "reason"},
	} {
		err := c.r.Check(now)
		if got := fmt.Sprint(err); (c.field == "") != (err == nil) || c.field != "" && !strings.Contains(got, c.field) {
			t.Errorf("%+v: got %v, want %q", c.r, err, c.field)
		}
	}
}
