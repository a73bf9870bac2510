package digest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

var (
	morning = time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC) // 09:00 in Beijing
	key     = table.Key{PK: "PARTY#c1", SK: "DIGEST"}
)

const day = 24 * time.Hour

// news is one thing to tell, from a time on.
type news struct {
	at   time.Time
	name string
}

// desk is a digest of one recipient, c1, whose news the test makes.
type desk struct {
	*digest.Digest
	news    []news
	urgent  bool
	address notify.Address
	inbox   *notifytest.Inbox
	phone   *notifytest.Phone
	clock   *clock.Fake
	wall    *clock.Fake
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		inbox: &notifytest.Inbox{}, phone: &notifytest.Phone{}, clock: clock.NewFake(morning.Add(-9 * time.Hour)), wall: clock.NewFake(morning),
		address: notify.Address{Email: "apollo@customer.example", Mobile: "13823624961", Locale: notify.English},
	}
	db := tabletest.NewAt(t, d.wall)
	sealer := auth.LocalSealer{Key: make([]byte, 32)}
	d.Digest = &digest.Digest{
		Table: db, Clock: d.clock, Source: d.source,
		Once:  &notify.Once{Table: db, Mail: d.inbox, SMS: d.phone, Clock: d.clock, Wall: d.wall},
		Links: &link.Signer{Keys: &auth.Keyring{Table: db, Sealer: sealer}, Table: db, Clock: d.clock, Wall: d.wall, Site: "https://pc.example"},
	}
	if err := notify.Touch(t.Context(), db, "c1", d.clock.Now()); err != nil {
		t.Fatal(err)
	}
	d.clock.Set(morning)
	return d
}

func (d *desk) source(_ context.Context, ask digest.Ask) (digest.Content, error) {
	c := digest.Content{To: d.address, Subject: "News"}
	group := digest.Group{Title: "News", Columns: []string{"Name"}}
	for _, n := range d.news {
		switch {
		case n.at.After(ask.AsOf):
			if c.Next.IsZero() || n.at.Before(c.Next) {
				c.Next = n.at
			}
		case n.at.After(ask.Mark):
			group.Lines = append(group.Lines, digest.Line{Cells: []string{n.name}})
		}
	}
	if len(group.Lines) > 0 {
		c.Groups = []digest.Group{group}
	}
	if d.urgent {
		c.Text = &digest.Text{Template: "resources", Params: map[string]string{"count": "1"}, Link: &link.Link{Purpose: "renew", Expires: ask.AsOf.Add(day)}}
	}
	return c, nil
}

// faulty is the same desk on a table whose calls meet fault.
func (d *desk) faulty(fault table.Fault) *digest.Digest {
	mortal, once := *d.Digest, *d.Once
	mortal.Table = d.Table.WithFault(fault)
	once.Table = mortal.Table
	mortal.Once = &once
	return &mortal
}

func (d *desk) do(t *testing.T) {
	t.Helper()
	if err := d.Do(t.Context(), lifecycle.Due{Key: key}); err != nil {
		t.Fatal(err)
	}
}

// told counts how often each thing was told, by all mails together.
func (d *desk) told() map[string]int {
	told := map[string]int{}
	for _, m := range d.inbox.Mails() {
		for _, n := range d.news {
			told[n.name] += strings.Count(m.Text, ". "+n.name+"\n")
		}
	}
	return told
}

func (d *desk) wantTold(t *testing.T, want ...string) {
	t.Helper()
	told := d.told()
	for _, name := range want {
		if told[name] != 1 {
			t.Errorf("%q was told %d times, want once", name, told[name])
		}
		delete(told, name)
	}
	for name, n := range told {
		if n > 0 {
			t.Errorf("%q was told %d times, want never", name, n)
		}
	}
}

func (d *desk) due(t *testing.T) (r notify.Recipient, at time.Time) {
	t.Helper()
	r, err := notify.LoadRecipient(t.Context(), d.Table, key)
	if err != nil {
		t.Fatal(err)
	}
	at, _ = lifecycle.DueAt(&r.Head)
	return r, at
}

// CASES.md B37.
func TestDigestRunAThousandTimesIsOneMail(t *testing.T) {
	d := newDesk(t)
	d.news = []news{{morning, "a"}, {morning.Add(2 * day), "b"}}
	for range 1000 {
		d.do(t)
	}
	d.wantTold(t, "a")
	if r, at := d.due(t); !r.Mark.Equal(morning) || !at.Equal(morning.Add(2*day)) {
		t.Errorf("mark %v, due %v; want %v and the day of b", r.Mark, at, morning)
	}
}

// CASES.md B39.
func TestMissedMorningsAreToldInOneMail(t *testing.T) {
	d := newDesk(t)
	d.news = []news{{morning, "a"}, {morning.Add(day), "b"}, {morning.Add(10 * day), "c"}}
	d.clock.Advance(5 * day)
	d.do(t)
	d.wantTold(t, "a", "b")
	if n := len(d.inbox.Mails()); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

func TestWithoutNewsThereIsNoMail(t *testing.T) {
	d := newDesk(t)
	d.do(t)
	if r, at := d.due(t); !r.Mark.Equal(morning) || !at.IsZero() || len(d.inbox.Mails()) != 0 {
		t.Errorf("mark %v, due %v, %d mails; want %v, never, none", r.Mark, at, len(d.inbox.Mails()), morning)
	}
}

func TestBeforeItsTimeADigestDoesNothing(t *testing.T) {
	d := newDesk(t)
	d.news = []news{{morning.Add(-time.Hour), "a"}}
	d.clock.Set(morning.Add(-time.Second))
	d.do(t)
	d.wantTold(t)
}

// CASES.md B2, B38: the process ends at any call, of table, mail or SMS; the next day's digest finds the state that it left.
func TestCrashAtAnyCallTellsEverythingOnce(t *testing.T) {
	for _, verdict := range []table.Verdict{table.CrashBefore, table.CrashAfter, table.LostAnswer, table.Conflict, table.Throttle} {
		for n, met := 1, true; met; n++ {
			d := newDesk(t)
			d.news = []news{{morning, "a"}, {morning.Add(day), "b"}}
			met = d.crashAt(t, n, verdict)
			d.wall.Advance(20 * time.Minute)
			d.do(t) // the same morning
			d.clock.Advance(day)
			d.do(t)
			d.wantTold(t, "a", "b")
			if texts := len(d.phone.Texts()); texts > 0 {
				t.Errorf("%d SMS, want none", texts)
			}
		}
	}
}

// crashAt runs the digest once with a fault at the n-th call of the table, and reports whether there was one.
func (d *desk) crashAt(t *testing.T, n int, verdict table.Verdict) (met bool) {
	t.Helper()
	err := d.faulty(func(op table.Op) table.Verdict {
		if op.N != n {
			return table.Pass
		}
		met = true
		return verdict
	}).Do(t.Context(), lifecycle.Due{Key: key})
	if err != nil && !errors.Is(err, table.ErrCrash) {
		t.Fatalf("verdict %d at call %d: %v", verdict, n, err)
	}
	return met
}

func TestCrashOnTheNextDayTellsTheRestOnce(t *testing.T) {
	d := newDesk(t)
	d.news = []news{{morning, "a"}, {morning.Add(day), "b"}}
	d.inbox.Next = func(notify.Message) notifytest.Verdict { return notifytest.CrashAfter }
	if err := d.Do(t.Context(), lifecycle.Due{Key: key}); err == nil {
		t.Fatal("no crash")
	}
	d.inbox.Next = nil
	d.clock.Advance(day)
	d.wall.Advance(day)
	d.do(t)
	d.wantTold(t, "a", "b")
}

// CASES.md B38.
func TestConcurrentDigestsSendOneMail(t *testing.T) {
	d := newDesk(t)
	d.news = []news{{morning, "a"}}
	ended := make(chan error)
	for range 4 {
		go func() { ended <- d.Do(context.Background(), lifecycle.Due{Key: key}) }()
	}
	for range 4 {
		if err := <-ended; err != nil && !errors.Is(err, notify.ErrInFlight) && !errors.Is(err, table.ErrConflict) {
			t.Error(err)
		}
	}
	d.do(t)
	d.wantTold(t, "a")
}

func TestTouchDuringADigestIsNotLost(t *testing.T) {
	d := newDesk(t)
	d.news = []news{{morning, "a"}}
	d.inbox.Next = func(notify.Message) notifytest.Verdict {
		if err := notify.Withhold(context.Background(), d.Table, "c1", d.clock.Now()); err != nil {
			t.Error(err)
		}
		return notifytest.Arrives
	}
	d.do(t)
	d.wantTold(t, "a")
	d.clock.Advance(day)
	d.do(t)
	mails := d.inbox.Mails()
	if last := mails[len(mails)-1].Text; len(mails) != 2 || !strings.Contains(last, "1 further messages") {
		t.Errorf("%d mails, the last: %s; want 2, the last with what was withheld", len(mails), last)
	}
}

func TestDigestNamesAHundredLinesAndHowManyMore(t *testing.T) {
	d := newDesk(t)
	for n := range 123 {
		d.news = append(d.news, news{morning, fmt.Sprint("r", n, "r")})
	}
	d.do(t)
	told := 0
	for _, n := range d.told() {
		told += n
	}
	if text := d.inbox.Mails()[0].Text; told != digest.MaxLines || !strings.Contains(text, "And 23 more") {
		t.Errorf("%d lines, want %d and 23 more:\n%s", told, digest.MaxLines, text)
	}
}

// CASES.md B40.
func TestDigestBeyondTheDailyCapComesTheNextDay(t *testing.T) {
	d := newDesk(t)
	d.news = []news{{morning, "a"}}
	for n := range notify.DailyCap {
		if _, err := d.Once.Send(t.Context(), notify.Message{ID: fmt.Sprint(n), To: d.address.Email}, morning); err != nil {
			t.Fatal(err)
		}
	}
	d.do(t)
	d.wantTold(t)
	if _, at := d.due(t); !at.Equal(morning.Add(day)) {
		t.Fatalf("due at %v, want the next morning", at)
	}
	d.clock.Advance(day)
	d.do(t)
	d.wantTold(t, "a")
}

func TestUrgentDigestAlsoGoesBySMSInItsHours(t *testing.T) {
	d := newDesk(t)
	d.urgent = true
	d.news = []news{{morning, "a"}, {morning.Add(day), "b"}}
	d.do(t)
	d.do(t)
	texts := d.phone.Texts()
	if len(texts) != 1 || !strings.HasPrefix(texts[0].Params["link"], "https://pc.example/l/") {
		t.Fatalf("SMS %v, want one with a short link", texts)
	}
	d.clock.Set(morning.Add(day + 11*time.Hour)) // 20:00
	d.do(t)
	if n := len(d.phone.Texts()); n != 1 {
		t.Errorf("%d SMS, want none after 20:00", n-1)
	}
	d.wantTold(t, "a", "b")
}

func TestFailedSMSDoesNotRepeatItsMail(t *testing.T) {
	d := newDesk(t)
	d.urgent = true
	d.news = []news{{morning, "a"}}
	d.phone.Next = func(notify.Text) notifytest.Verdict { return notifytest.Refused }
	d.do(t)
	d.do(t)
	d.wantTold(t, "a")
}

// DESIGN.md "Speed and cost".
func TestDigestWithSMSCostsEightWriteUnits(t *testing.T) {
	d := newDesk(t)
	d.urgent = true
	d.news = []news{{morning, "a"}, {morning.Add(day), "b"}}
	if _, err := d.Links.URL(t.Context(), link.Link{}); err != nil { // makes the key
		t.Fatal(err)
	}
	var meter table.Meter
	if err := d.Do(table.WithMeter(t.Context(), &meter), lifecycle.Due{Key: key}); err != nil {
		t.Fatal(err)
	}
	if got := meter.Read().WCU; got > 8 {
		t.Errorf("%v write units, want 8 at most", got)
	}
}

// Who is touched for the first time is told what it was touched for, which happened a moment before.
func TestTheFirstDigestTellsWhatItIsFor(t *testing.T) {
	d := newDesk(t)
	touched := morning.Add(-9 * time.Hour)
	d.news = []news{{touched.Add(-2 * time.Second), "a"}, {touched.Add(-day), "told nobody"}}
	d.do(t)
	d.wantTold(t, "a")
}
