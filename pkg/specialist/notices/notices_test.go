package notices_test

import (
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/specialist"
	"partnercenter/pkg/specialist/notices"
)

var expiry = calendar.Date{Year: 2027, Month: time.March, Day: 1}

// world is a partner with a certificate that expires.
type world struct {
	t      *testing.T
	db     *table.Client
	clock  *clock.Fake
	inbox  *notifytest.Inbox
	digest *digest.Digest
}

func newWorld(t *testing.T, locale notify.Locale, kind auth.Kind) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(expiry.AddDays(-90).At(10, 0)), inbox: &notifytest.Inbox{}}
	w.digest = &digest.Digest{
		Table: w.db, Clock: w.clock, Source: digest.Join(notices.Source(w.db, w.clock)),
		Once: &notify.Once{Table: w.db, Mail: w.inbox, SMS: &notifytest.Phone{}, Clock: w.clock, Wall: clock.System{}},
		Links: &link.Signer{
			Keys:  &auth.Keyring{Table: w.db, Sealer: auth.LocalSealer{Key: make([]byte, 32)}},
			Table: w.db, Clock: w.clock, Wall: clock.System{}, Site: "https://pc.example",
		},
	}
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p1", Kind: kind, Name: "North <Star>", Email: "p1@partner.example"}, Locale: string(locale)}, "test", w.clock.Now())
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return w
}

// holds puts a certificate of the partner there.
func (w *world) holds(number string, expires calendar.Date, status specialist.Status) {
	w.t.Helper()
	c := &specialist.Certificate{
		Head: table.Head{PK: "PERSONAL#a1", SK: "CERTIFICATE#" + number, G1PK: "CERTIFICATES#p1", G1SK: expires.String() + "#" + number},
		CertificateRow: specialist.CertificateRow{
			Number: specialist.Number(number), Type: specialist.HCIE, Account: "a1", Person: "Ada", Partner: "p1", Issued: expires.AddDays(-700),
			Expires: expires, Status: status,
		},
	}
	if err := w.db.Create(w.t.Context(), c); err != nil {
		w.t.Fatal(err)
	}
}

// mornings does the partner's digest on every day on which it is due, twice, and gives the subjects with the dates.
func (w *world) mornings(days int) []string {
	w.t.Helper()
	if err := notify.Touch(w.t.Context(), w.db, "p1", w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	key := table.Key{PK: "PARTY#p1", SK: "DIGEST"}
	end := calendar.DateOf(w.clock.Now()).AddDays(days)
	var told []string
	for day := calendar.DateOf(w.clock.Now()); day.Before(end); day = day.AddDays(1) {
		w.clock.Set(day.At(9, 0))
		for range 2 { // CASES.md B37: whatever runs twice says it once
			before := len(w.inbox.Mails())
			r, err := notify.LoadRecipient(w.t.Context(), w.db, key)
			if err != nil {
				w.t.Fatal(err)
			}
			if at, due := lifecycle.DueAt(&r.Head); !due || at.After(w.clock.Now()) {
				continue
			}
			if err := w.digest.Do(w.t.Context(), lifecycle.Due{Key: key, Kind: notify.WorkDigest, Account: "p1"}); err != nil {
				w.t.Fatal(err)
			}
			for _, m := range w.inbox.Mails()[before:] {
				told = append(told, day.String()+" "+m.Subject)
			}
		}
	}
	return told
}

func TestAPartnerHearsOfACertificateThreeTimes(t *testing.T) {
	w := newWorld(t, notify.English, auth.Partner)
	w.holds("C1", expiry, specialist.Valid)
	w.holds("C2", expiry, specialist.Rejected)
	w.holds("C3", expiry.AddDays(2000), specialist.Valid)
	want := []string{"2026-12-31", "2027-01-30", "2027-02-22"}
	got := w.mornings(120)
	for i, day := range want {
		if len(got) != len(want) || got[i] != day+" A certificate of your specialists expires soon" {
			t.Fatalf("got %q, want one on each of %q", got, want)
		}
	}
	mail := w.inbox.Mails()[0]
	for _, says := range []string{"C1", "HCIE", "Ada", "2027-03-01 (60 days left)", "North &lt;Star&gt;"} {
		if !strings.Contains(mail.HTML, says) {
			t.Errorf("the mail does not say %s: %s", says, mail.HTML)
		}
	}
	if strings.Contains(mail.HTML, "C2") || strings.Contains(mail.HTML, "C3") {
		t.Errorf("the mail tells of what does not expire: %s", mail.HTML)
	}
}

func TestItIsSaidInChineseToo(t *testing.T) {
	w := newWorld(t, notify.Chinese, auth.Reseller)
	w.holds("C1", expiry, specialist.Valid)
	if got := w.mornings(31); len(got) != 1 || !strings.Contains(got[0], "1个证书即将到期") {
		t.Errorf("got %q", got)
	}
}

func TestACustomerHearsNothing(t *testing.T) {
	w := newWorld(t, notify.English, auth.Customer)
	w.holds("C1", expiry, specialist.Valid)
	if got := w.mornings(90); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}
