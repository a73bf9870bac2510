package notify_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

var morning = time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC) // 09:00 in Beijing

// desk is a sender with its inbox and clocks.
type desk struct {
	*notify.Once
	inbox *notifytest.Inbox
	phone *notifytest.Phone
	clock *clock.Fake
	wall  *clock.Fake
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{inbox: &notifytest.Inbox{}, phone: &notifytest.Phone{}, clock: clock.NewFake(morning), wall: clock.NewFake(morning)}
	d.Once = &notify.Once{Table: tabletest.NewAt(t, d.wall), Mail: d.inbox, SMS: d.phone, Clock: d.clock, Wall: d.wall}
	return d
}

// faulty is the same desk on a table whose calls meet fault.
func (d *desk) faulty(fault table.Fault) *notify.Once {
	once := *d.Once
	once.Table = d.Table.WithFault(fault)
	return &once
}

func message(id string) notify.Message {
	return notify.Message{ID: notify.MessageID(id), To: "Apollo@customer.example", Subject: "s", HTML: "h", Text: "t"}
}

func (d *desk) send(t *testing.T, id string, want notify.Outcome) notify.Receipt {
	t.Helper()
	got, err := d.Send(t.Context(), message(id), d.clock.Now())
	if err != nil {
		t.Fatalf("send %s: %v", id, err)
	}
	if got.Outcome != want {
		t.Fatalf("send %s ended as %q, want %q", id, got.Outcome, want)
	}
	return got
}

func (d *desk) wantMails(t *testing.T, want int) {
	t.Helper()
	if got := len(d.inbox.Mails()); got != want {
		t.Fatalf("%d mails, want %d", got, want)
	}
}

// CASES.md B37.
func TestOneMessageSentAThousandTimesIsOneMail(t *testing.T) {
	d := newDesk(t)
	first := d.send(t, "m", notify.Sent)
	d.clock.Advance(time.Hour)
	for range 1000 {
		if again := d.send(t, "m", notify.Before); !again.AsOf.Equal(first.AsOf) {
			t.Fatalf("sent as of %v, want %v: the time of the mail that went out", again.AsOf, first.AsOf)
		}
	}
	d.wantMails(t, 1)
}

// CASES.md B38.
func TestConcurrentSendersSendOneMail(t *testing.T) {
	d := newDesk(t)
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() {
			_, err := d.Send(context.Background(), message("m"), morning)
			if err != nil && !errors.Is(err, notify.ErrInFlight) && !errors.Is(err, table.ErrConflict) {
				t.Error(err)
			}
		})
	}
	senders.Wait()
	d.send(t, "m", notify.Before)
	d.wantMails(t, 1)
}

// CASES.md B2, B38: whatever one call of the table meets, and whatever it is, the next try ends with one mail.
func TestFaultAtAnyCallOfTheTableStillEndsWithOneMail(t *testing.T) {
	faults := map[string]table.Verdict{
		"conflict": table.Conflict, "throttling": table.Throttle, "lost answer": table.LostAnswer,
		"crash before": table.CrashBefore, "crash after": table.CrashAfter,
	}
	d := newDesk(t)
	mails := 0
	for name, verdict := range faults {
		for n, met := 1, true; met; n++ {
			met = false
			id := fmt.Sprintf("%s at call %d", name, n)
			_, err := d.faulty(func(op table.Op) table.Verdict {
				if op.N != n {
					return table.Pass
				}
				met = true
				return verdict
			}).Send(t.Context(), message(id), morning)
			if err != nil && !errors.Is(err, table.ErrCrash) {
				t.Fatalf("%s: %v", id, err)
			}
			d.wall.Advance(20 * time.Minute)
			if _, err := d.Send(t.Context(), message(id), morning); err != nil {
				t.Fatalf("%s, tried again: %v", id, err)
			}
			mails++
			d.wantMails(t, mails)
			d.clock.Advance(24 * time.Hour) // the daily cap is another test's
		}
	}
	if mails < 4*len(faults) {
		t.Errorf("%d cases: the faults met too few calls", mails)
	}
}

func TestFailureOfTheMailServiceStillEndsWithOneMail(t *testing.T) {
	cases := map[string]notifytest.Verdict{
		"refused": notifytest.Refused, "lost answer": notifytest.LostAnswer, "no connection": notifytest.NoConnection,
		"crash before": notifytest.CrashBefore, "crash after": notifytest.CrashAfter,
	}
	for name, verdict := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			over := false // with the process
			d.inbox.Next = func(notify.Message) notifytest.Verdict {
				over = verdict == notifytest.CrashBefore || verdict == notifytest.CrashAfter
				return verdict
			}
			mortal := d.faulty(func(table.Op) table.Verdict {
				if over {
					return table.CrashBefore
				}
				return table.Pass
			})
			if _, err := mortal.Send(t.Context(), message("m"), morning); err == nil {
				t.Fatal("no error")
			}
			d.inbox.Next = nil
			_, err := d.Send(t.Context(), message("m"), morning)
			if inFlight := errors.Is(err, notify.ErrInFlight); inFlight == (verdict == notifytest.Refused) {
				t.Fatalf("tried again at once: %v; only what was refused need not wait for its lease", err)
			}
			d.wall.Advance(20 * time.Minute)
			if _, err := d.Send(t.Context(), message("m"), morning); err != nil {
				t.Fatal(err)
			}
			d.wantMails(t, 1)
			d.send(t, "m", notify.Before)
		})
	}
}

// CASES.md B40.
func TestAddressGetsTwentyMessagesADay(t *testing.T) {
	d := newDesk(t)
	for n := range notify.DailyCap {
		d.send(t, fmt.Sprint(n), notify.Sent)
	}
	d.send(t, "one too many", notify.Withheld)
	d.send(t, "one too many", notify.Withheld)
	d.wantMails(t, notify.DailyCap)

	t.Run("and what was withheld may go out on another day, once", func(t *testing.T) {
		d.clock.Advance(24 * time.Hour)
		d.send(t, "one too many", notify.Sent)
		d.send(t, "one too many", notify.Before)
		d.wantMails(t, notify.DailyCap+1)
	})
}

func TestRefusedMessageCountsOnce(t *testing.T) {
	d := newDesk(t)
	d.inbox.Next = func(notify.Message) notifytest.Verdict { return notifytest.Refused }
	for range 2 * notify.DailyCap {
		if _, err := d.Send(t.Context(), message("m"), morning); !errors.Is(err, notifytest.ErrRefused) {
			t.Fatal(err)
		}
	}
	d.inbox.Next = nil
	d.send(t, "m", notify.Sent)
}

func TestSuppressedAddressGetsNothing(t *testing.T) {
	d := newDesk(t)
	for range 2 {
		if err := notify.Suppress(t.Context(), d.Table, " apollo@CUSTOMER.example", "bounce", morning); err != nil {
			t.Fatal(err)
		}
	}
	d.send(t, "m", notify.Suppressed)
	d.send(t, "m", notify.Before)
	d.wantMails(t, 0)
}

func TestWithoutAnAddressNothingIsSent(t *testing.T) {
	d := newDesk(t)
	m := message("m")
	m.To = ""
	got, err := d.Send(t.Context(), m, morning)
	if err != nil || got.Outcome != notify.Unaddressed {
		t.Fatalf("%v, %v; want %q", got, err, notify.Unaddressed)
	}
}

func TestTextObeysCapAndSuppression(t *testing.T) {
	d := newDesk(t)
	text := notify.Text{To: "13800000000", Template: "resources"}
	for range notify.DailyCap {
		if got, err := d.Text(t.Context(), text); err != nil || got != notify.Sent {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if got, err := d.Text(t.Context(), text); err != nil || got != notify.Withheld {
		t.Errorf("%q, %v; want %q", got, err, notify.Withheld)
	}
	for _, spelling := range []string{"138 0000-0000", "+8613800000000", "0086-13800000000"} {
		text.To = spelling
		if got, err := d.Text(t.Context(), text); err != nil || got != notify.Withheld {
			t.Errorf("the same number as %s: %q, %v; want %q", spelling, got, err, notify.Withheld)
		}
	}
	if got := len(d.phone.Texts()); got != notify.DailyCap {
		t.Errorf("%d SMS, want %d", got, notify.DailyCap)
	}
}

func TestTextHours(t *testing.T) {
	for hour, want := range map[int]bool{0: false, 8: false, 9: true, 19: true, 20: false, 23: false} {
		at := time.Date(2026, 12, 1, hour, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))
		if got := notify.TextHours(at); got != want {
			t.Errorf("SMS at %d:00: %v, want %v", hour, got, want)
		}
	}
}

func TestMailCostsThreeWriteUnits(t *testing.T) {
	d := newDesk(t)
	var meter table.Meter
	if _, err := d.Send(table.WithMeter(t.Context(), &meter), message("m"), morning); err != nil {
		t.Fatal(err)
	}
	if got := meter.Read().WCU; got != 3 {
		t.Errorf("%v write units, want 3: claim, count, settle", got)
	}
}
