package code_test

import (
	"errors"
	"regexp"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

// desk sends codes into an inbox and a phone.
type desk struct {
	*code.Codes
	t     *testing.T
	clock *clock.Fake
	inbox *notifytest.Inbox
	phone *notifytest.Phone
}

var (
	byMail = notify.Address{Email: "A@customer.example", Locale: notify.English}
	bySMS  = notify.Address{Mobile: "13800000000", Locale: notify.Chinese}
)

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, clock: clock.NewFake(time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)), inbox: &notifytest.Inbox{}, phone: &notifytest.Phone{}}
	db := tabletest.New(t)
	d.Codes = &code.Codes{
		Table: db, Clock: d.clock, Wall: clock.System{}, Keys: &auth.Keyring{Table: db, Sealer: auth.LocalSealer{Key: make([]byte, 32)}},
		Once: &notify.Once{Table: db, Mail: d.inbox, SMS: d.phone, Clock: d.clock, Wall: clock.System{}},
	}
	return d
}

func (d *desk) send(to notify.Address) {
	d.t.Helper()
	if err := d.Send(d.t.Context(), code.Request{Purpose: "register", To: to}); err != nil {
		d.t.Fatal(err)
	}
}

// read gives the last code that arrived at an address.
func (d *desk) read(to notify.Address) string {
	d.t.Helper()
	if to.Mobile != "" {
		texts := d.phone.Texts()
		return texts[len(texts)-1].Params["code"]
	}
	mails := d.inbox.Mails()
	return regexp.MustCompile(`\b[0-9]{6}\b`).FindString(mails[len(mails)-1].Text)
}

func (d *desk) check(to notify.Address, given string, want error) code.Proof {
	d.t.Helper()
	proof, err := d.Check(d.t.Context(), "register", to, given)
	if !errors.Is(err, want) {
		d.t.Errorf("%q at %s: %v, want %v", given, d.clock.Now(), err, want)
	}
	return proof
}

// other gives a code that is not the given one.
func other(given string) string {
	if given == "000000" {
		return "000001"
	}
	return "000000"
}

func TestACodeIsGoodForTenMinutesByMailAndBySMS(t *testing.T) {
	for name, to := range map[string]notify.Address{"mail": byMail, "SMS": bySMS} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.send(to)
			given := d.read(to)
			d.check(to, other(given), code.ErrWrong)
			d.clock.Advance(code.Life - time.Second)
			d.check(to, given, nil)
			d.clock.Advance(time.Second)
			d.check(to, given, code.ErrWrong)
			if _, err := d.Check(t.Context(), "withdraw", to, given); !errors.Is(err, code.ErrWrong) {
				t.Errorf("for another purpose: %v, want %v", err, code.ErrWrong)
			}
		})
	}
}

func TestAMailAddressIsTheSameInCapitals(t *testing.T) {
	d := newDesk(t)
	d.send(byMail)
	d.check(notify.Address{Email: "a@customer.example"}, d.read(byMail), nil)
}

func TestAnotherCodeIsSentAfterAMinuteAndEndsTheFirst(t *testing.T) {
	d := newDesk(t)
	d.send(bySMS)
	first := d.read(bySMS)
	d.clock.Advance(code.ResendAfter - time.Second)
	if err := d.Send(t.Context(), code.Request{Purpose: "register", To: bySMS}); !errors.Is(err, code.ErrTooSoon) {
		t.Errorf("after 59 seconds: %v, want %v", err, code.ErrTooSoon)
	}
	d.clock.Advance(time.Second)
	d.send(bySMS)
	second := d.read(bySMS)
	if first != second {
		d.check(bySMS, first, code.ErrWrong)
	}
	d.check(bySMS, second, nil)
	if n := len(d.phone.Texts()); n != 2 {
		t.Errorf("%d SMS, want 2", n)
	}
}

func TestFiveWrongTriesLockACodeUntilAnotherIsSent(t *testing.T) {
	d := newDesk(t)
	d.send(bySMS)
	given := d.read(bySMS)
	for range code.MaxTries {
		d.check(bySMS, other(given), code.ErrWrong)
	}
	d.check(bySMS, given, code.ErrLocked)
	d.clock.Advance(code.ResendAfter)
	d.send(bySMS)
	d.check(bySMS, d.read(bySMS), nil)
}

func TestWrongTriesMadeAtOnceAllCount(t *testing.T) {
	d := newDesk(t)
	d.send(bySMS)
	given := d.read(bySMS)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for range code.MaxTries {
				_, _ = d.Check(t.Context(), "register", bySMS, other(given))
			}
		})
	}
	all.Wait()
	d.check(bySMS, given, code.ErrLocked)
}

func TestOfTwoEffectsByOneCodeOneHappens(t *testing.T) {
	d := newDesk(t)
	d.send(bySMS)
	given := d.read(bySMS)
	first, second := d.check(bySMS, given, nil), d.check(bySMS, given, nil)
	use := func(p code.Proof) error {
		tx := table.NewTx()
		p.Use(tx)
		return d.Table.Commit(t.Context(), tx)
	}
	if err := use(first); err != nil {
		t.Fatal(err)
	}
	if err := use(second); !errors.Is(err, table.ErrConflict) {
		t.Errorf("used again: %v, want a conflict", err)
	}
	d.check(bySMS, given, code.ErrWrong)
}

func TestTwoRequestsAtOnceSendOneCode(t *testing.T) {
	d := newDesk(t)
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() { _ = d.Send(t.Context(), code.Request{Purpose: "register", To: bySMS}) })
	}
	all.Wait()
	if n := len(d.phone.Texts()); n != 1 {
		t.Errorf("%d SMS, want 1", n)
	}
}

func TestAnAddressThatHadItsMessagesOfTheDayIsRefused(t *testing.T) {
	d := newDesk(t)
	for range notify.DailyCap {
		d.send(byMail)
		d.clock.Advance(code.ResendAfter)
	}
	if err := d.Send(t.Context(), code.Request{Purpose: "register", To: byMail}); !errors.Is(err, code.ErrUnsent) {
		t.Errorf("%v, want %v", err, code.ErrUnsent)
	}
}

// Source: SDK SendVerificationMessageCode.
func TestARequestedLifeOfMoreThanAnHourIsFiveMinutes(t *testing.T) {
	for asked, want := range map[int]time.Duration{0: 10 * time.Minute, -1: 10 * time.Minute, 1: time.Minute, 60: time.Hour, 61: 5 * time.Minute} {
		if got := code.LifeOf(asked); got != want {
			t.Errorf("%d minutes: %s, want %s", asked, got, want)
		}
	}
}

// The table keeps the item of a code that has ended for days. Who asks for another one meanwhile gets it.
func TestACodeIsSentToWhoHadOneLongAgo(t *testing.T) {
	d, wall := newDesk(t), clock.NewFake(clock.System{}.Now())
	d.Table = tabletest.NewAt(t, wall)
	d.Wall = wall
	for n := range 3 {
		d.send(bySMS)
		if got := len(d.phone.Texts()); got != n+1 {
			t.Fatalf("%d SMS, want %d", got, n+1)
		}
		d.check(bySMS, d.read(bySMS), nil)
		d.clock.Advance(2 * time.Hour)
		wall.Advance(2 * time.Hour)
	}
}
