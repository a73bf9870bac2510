package notices_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/notices"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	today = calendar.Date{Year: 2026, Month: time.December, Day: 1}
	night = today.Start()
	nine  = today.At(9, 0)
)

// world is a customer with a balance of 100 yuan, its partner, and the digests of both.
type world struct {
	t      *testing.T
	db     *table.Client
	inbox  *notifytest.Inbox
	phone  *notifytest.Phone
	clock  *clock.Fake
	digest *digest.Digest
}

func newWorld(t *testing.T, locale notify.Locale, association int) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), inbox: &notifytest.Inbox{}, phone: &notifytest.Phone{}, clock: clock.NewFake(nine)}
	w.digest = &digest.Digest{
		Table: w.db, Clock: w.clock, Source: notices.Source(w.db),
		Once: &notify.Once{Table: w.db, Mail: w.inbox, SMS: w.phone, Clock: w.clock, Wall: clock.System{}},
		Links: &link.Signer{
			Keys:  &auth.Keyring{Table: w.db, Sealer: auth.LocalSealer{Key: make([]byte, 32)}},
			Table: w.db, Clock: w.clock, Wall: clock.System{}, Site: "https://pc.example",
		},
	}
	tx := table.NewTx()
	party.Create(tx, party.Party{
		Row: party.Row{
			ID: "c1", Kind: auth.Customer, Name: "Apollo <Eclipse>", Email: "apollo@customer.example", Level: "V3", Partner: "p1",
			AssociationType: association,
		},
		Mobile: "13823624961", Locale: string(locale),
	}, "test", night)
	party.Create(tx, party.Party{
		Row: party.Row{ID: "p1", Kind: auth.Partner, Name: "North Star", Email: "ops@partner.example"}, Locale: string(locale), Mobile: "13800000000",
	}, "test", night)
	if err := account.Open(tx, "c1", 100_00, "opening", night); err != nil {
		t.Fatal(err)
	}
	tx.Create(&subscription.Product{
		Head:       table.Head{PK: "PRODUCT#p", SK: "PRODUCT"},
		ProductRow: subscription.ProductRow{ID: "p", MonthPrice: 12_34, YearPrice: 120_00, OnSale: true},
	})
	w.commit(tx)
	for _, id := range []auth.PartyID{"c1", "p1"} {
		if err := notify.Touch(t.Context(), w.db, id, night); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) commit(tx *table.Tx) {
	w.t.Helper()
	if err := w.db.Commit(w.t.Context(), tx); err != nil {
		w.t.Fatal(err)
	}
}

// hold puts a resource of the customer there, bought by the month, and points the partner to it.
func (w *world) hold(s subscription.Subscription) {
	w.t.Helper()
	s.PK, s.SK = "PARTY#c1", "SUB#"+string(s.ResourceID)
	if s.Parent != "" {
		s.SK = "SUB#" + string(s.Parent) + "#" + string(s.ResourceID)
	}
	s.Customer, s.Partner, s.ProductID = "c1", "p1", "p"
	s.ServiceTypeName, s.Region = "Elastic Cloud Server", "cn-north-4"
	s.Bought, s.Anchor = calendar.Term{Unit: calendar.Month, Count: 1}, s.Expiry.Day
	tx := table.NewTx()
	tx.Create(&s)
	w.commit(tx)
	if s.Parent != "" {
		return
	}
	n := notify.Notice{Event: "e-" + string(s.ResourceID), Customer: "c1", Subject: string(s.ResourceID), At: night}
	if err := notify.Tell(w.t.Context(), w.db, "p1", n, night, clock.System{}.Now()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) send(id auth.PartyID) {
	w.t.Helper()
	err := w.digest.Do(context.Background(), lifecycle.Due{Key: table.Key{PK: "PARTY#" + string(id), SK: "DIGEST"}})
	if err != nil {
		w.t.Fatal(err)
	}
}

// states gives a resource in each state that there is something to say of this morning.
func states() map[subscription.NoticeKind]subscription.Subscription {
	in := func(status subscription.Status, policy subscription.Policy, days int) subscription.Subscription {
		return subscription.Subscription{SubscriptionRow: subscription.SubscriptionRow{Status: status, Policy: policy, Expiry: today.AddDays(days)}}
	}
	all := map[subscription.NoticeKind]subscription.Subscription{}
	all[subscription.NoticeExpiring] = in(subscription.StatusInUse, subscription.PolicyToGrace, 7)
	all[subscription.NoticeRenewing] = in(subscription.StatusInUse, subscription.PolicyAutoRenew, 15)
	renewed := in(subscription.StatusInUse, subscription.PolicyAutoRenew, 37)
	renewed.LastRenewal = subscription.Paid{Order: "CS1", Amount: 12_34, Auto: true, At: today.At(3, 0)}
	all[subscription.NoticeRenewed] = renewed
	failed := in(subscription.StatusInUse, subscription.PolicyAutoRenew, 7)
	failed.FailingSince, failed.LastAttempt, failed.Refusal = today.At(3, 0), today.At(3, 0), subscription.RefusedBalance
	all[subscription.NoticeRenewalFailed] = failed
	grace := in(subscription.StatusExpired, subscription.PolicyToGrace, -1)
	grace.Since, grace.FreezeOn, grace.ReleaseOn = night, today.AddDays(6), today.AddDays(13)
	all[subscription.NoticeGrace] = grace
	frozen := in(subscription.StatusFrozen, subscription.PolicyToGrace, -8)
	frozen.Since, frozen.FreezeOn, frozen.ReleaseOn = night, today.AddDays(-1), today.AddDays(14)
	all[subscription.NoticeRetention] = frozen
	releasing := in(subscription.StatusFrozen, subscription.PolicyToGrace, -12)
	releasing.Since, releasing.FreezeOn, releasing.ReleaseOn = night.Add(-5*24*time.Hour), today.AddDays(-5), today.AddDays(2)
	all[subscription.NoticeReleasing] = releasing
	released := in(subscription.StatusClosed, subscription.PolicyToGrace, -15)
	released.Since, released.FreezeOn, released.ReleaseOn = night, today.AddDays(-8), today.AddDays(-1)
	released.Closing = subscription.ClosedReleased
	all[subscription.NoticeReleased] = released
	ended := in(subscription.StatusClosed, subscription.PolicyToGrace, 20)
	ended.Since, ended.Closing = night, subscription.ClosedUnsubscribed
	all[subscription.NoticeUnsubscribed] = ended
	for kind, s := range all {
		s.ResourceID = subscription.ID("r-" + string(kind))
		s.Name = "ecs-" + string(kind)
		all[kind] = s
	}
	return all
}

var secrets = regexp.MustCompile(`/(links|l)/[A-Za-z0-9_-]+`)

// golden compares a mail with its file, whose first line is the subject.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = secrets.ReplaceAllString(got, "/$1/…")
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it by -update", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at the change and write it by -update:\n%s", path, got)
	}
}

func (w *world) onlyMail(t *testing.T) notify.Message {
	t.Helper()
	mails := w.inbox.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails, want 1", len(mails))
	}
	return mails[0]
}

func TestEachKindReadsAsItsGoldenFile(t *testing.T) {
	for _, locale := range []notify.Locale{notify.Chinese, notify.English} {
		for kind, s := range states() {
			t.Run(string(kind)+" in "+string(locale), func(t *testing.T) {
				w := newWorld(t, locale, party.Resale)
				w.hold(s)
				w.send("c1")
				mail := w.onlyMail(t)
				sms := "(none)"
				for _, text := range w.phone.Texts() {
					rendered, err := sns.Render(text)
					if err != nil {
						t.Fatal(err)
					}
					sms = rendered
				}
				golden(t, fmt.Sprintf("%s.%s.txt", kind, locale), "Subject: "+mail.Subject+"\nSMS: "+sms+"\n\n"+mail.Text)
			})
		}
	}
}

func TestWholeDigestReadsAsItsGoldenFile(t *testing.T) {
	for _, locale := range []notify.Locale{notify.Chinese, notify.English} {
		t.Run(string(locale), func(t *testing.T) {
			w := newWorld(t, locale, party.Resale)
			all := states()
			for _, kind := range slices.Sorted(maps.Keys(all)) {
				w.hold(all[kind])
			}
			attached := all[subscription.NoticeExpiring]
			attached.ResourceID, attached.Parent = "disk", attached.ResourceID
			w.hold(attached)
			w.send("c1")
			mail := w.onlyMail(t)
			golden(t, fmt.Sprintf("holder.%s.html", locale), mail.HTML)
			golden(t, fmt.Sprintf("holder.%s.txt", locale), "Subject: "+mail.Subject+"\n\n"+mail.Text)

			w.inbox, w.phone = &notifytest.Inbox{}, &notifytest.Phone{}
			w.digest.Once.Mail, w.digest.Once.SMS = w.inbox, w.phone
			w.send("p1")
			mail = w.onlyMail(t)
			golden(t, fmt.Sprintf("partner.%s.html", locale), mail.HTML)
			golden(t, fmt.Sprintf("partner.%s.txt", locale), "Subject: "+mail.Subject+"\n\n"+mail.Text)
			if n := len(w.phone.Texts()); n != 0 {
				t.Errorf("the partner got %d SMS", n)
			}
		})
	}
}

func TestEverythingIsToldOnce(t *testing.T) {
	w := newWorld(t, notify.English, party.Resale)
	for _, s := range states() {
		w.hold(s)
	}
	for range 5 {
		w.send("c1")
		w.send("p1")
	}
	if n := len(w.inbox.Mails()); n != 2 {
		t.Errorf("%d mails, want one to each", n)
	}
}

func TestADigestSaysWhatAutoRenewalWillLackInTheNextSevenDays(t *testing.T) {
	for locale, want := range map[notify.Locale]string{
		notify.Chinese: "未来7天自动续费共需¥111.06，还差¥11.06。",
		notify.English: "In the next 7 days auto-renewal needs CNY 111.06, CNY 11.06 more than that.",
	} {
		t.Run(string(locale), func(t *testing.T) {
			w := newWorld(t, locale, party.Resale)
			for n := range 9 { // of 12.34 each
				failed := states()[subscription.NoticeRenewalFailed]
				failed.ResourceID = subscription.ID(fmt.Sprint("r", n))
				w.hold(failed)
			}
			w.send("c1")
			if mail := w.inbox.Mails()[0]; !strings.Contains(mail.Text, want) {
				t.Errorf("the mail does not say %q:\n%s", want, mail.Text)
			}
		})
	}
}

func TestPartnerIsToldOfResaleCustomersAlone(t *testing.T) {
	w := newWorld(t, notify.English, party.Referral)
	for _, s := range states() {
		w.hold(s)
	}
	w.send("p1")
	if n := len(w.inbox.Mails()); n != 0 {
		t.Errorf("%d mails to the partner of an advisory customer", n)
	}
}

// DOMAIN.md 1, Decision 6.
func TestWhatWasRenewedMeanwhileIsNotMentioned(t *testing.T) {
	w := newWorld(t, notify.English, party.Resale)
	s := states()[subscription.NoticeGrace]
	s.Anchor = s.Expiry.Day
	s = subscription.Renewed(s, calendar.Term{Unit: calendar.Month, Count: 1}, subscription.Paid{Order: "CS2"}, nine.Add(-time.Hour))
	w.hold(s)
	w.send("c1")
	w.send("p1")
	if n := len(w.inbox.Mails()); n != 0 {
		t.Errorf("%d mails of what was renewed", n)
	}
}

func TestNextDigestIsOnTheNextMorningWithSomethingToSay(t *testing.T) {
	w := newWorld(t, notify.English, party.Resale)
	w.hold(states()[subscription.NoticeExpiring]) // told today, 3 days and 1 day before
	w.send("c1")
	r, err := notify.LoadRecipient(t.Context(), w.db, table.Key{PK: "PARTY#c1", SK: "DIGEST"})
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := lifecycle.DueAt(&r.Head); !ok || !at.Equal(today.AddDays(4).At(9, 0)) {
		t.Errorf("due at %v, want three days before the expiry on %s", at, today.AddDays(7))
	}
}

func TestNamesAreEscaped(t *testing.T) {
	w := newWorld(t, notify.English, party.Resale)
	s := states()[subscription.NoticeExpiring]
	s.Name = "<script>alert(1)</script>\nBcc: x"
	w.hold(s)
	w.send("c1")
	mail := w.onlyMail(t)
	if strings.Contains(mail.HTML, "<script") || strings.Contains(mail.HTML, "<Eclipse>") || strings.Contains(mail.Text, "\nBcc") {
		t.Errorf("a name gets out of its place:\n%s\n%s", mail.HTML, mail.Text)
	}
}

// DESIGN.md "Speed and cost".
func TestDigestCostsEightWriteUnitsAtMost(t *testing.T) {
	w := newWorld(t, notify.English, party.Resale)
	for _, s := range states() {
		w.hold(s)
	}
	if _, err := w.digest.Links.URL(t.Context(), link.Link{}); err != nil { // makes the key
		t.Fatal(err)
	}
	var meter table.Meter
	ctx := table.WithMeter(t.Context(), &meter)
	if err := w.digest.Do(ctx, lifecycle.Due{Key: table.Key{PK: "PARTY#c1", SK: "DIGEST"}}); err != nil {
		t.Fatal(err)
	}
	if use := meter.Read(); use.WCU > 8 {
		t.Errorf("%v write units, %v read units", use.WCU, use.RCU)
	}
}
