package decisionmail_test

import (
	"context"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/specialist"
	"partnercenter/pkg/specialist/decisionmail"
)

var now = calendar.Date{Year: 2026, Month: 12, Day: 1}.At(10, 0)

// written gives the mail of an event, whose partner reads a language, with a member and a review there.
func written(t *testing.T, locale notify.Locale, state specialist.State, r specialist.ReviewRow, remark, writer, subject string) (title, html string, ok bool) {
	t.Helper()
	s := &specialist.Service{Table: tabletest.New(t), Clock: clock.NewFake(now)}
	r.ID, r.Partner, r.Account = "R1", "p1", "a1"
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p1", Kind: auth.Partner, Name: "North", Email: "p1@partner.example"}, Locale: string(locale)}, "test", now)
	tx.Create(&specialist.Member{
		Head: table.Head{PK: "PARTY#p1", SK: "SPECIALIST#a1"}, Why: "misconduct",
		MemberRow: specialist.MemberRow{Partner: "p1", Account: "a1", Name: "Ada <3", State: state},
	})
	tx.Create(&specialist.Review{Head: table.Head{PK: "SPECIALISTREVIEW#R1", SK: "REVIEW"}, ReviewRow: r, Remark: remark})
	if err := s.Table.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	m, ok, err := decisionmail.Writers(func() *specialist.Service { return s })[writer](t.Context(), event.Event{Owner: "p1", Subject: subject, At: now})
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return "", "", false
	}
	if html, err = m.Letter.HTML(); err != nil || m.To.Email != "p1@partner.example" {
		t.Fatal(m.To, err)
	}
	return m.Letter.Title, html, true
}

func TestAPartnerReadsWhatWasDecidedAndWhy(t *testing.T) {
	for _, c := range []struct {
		locale  notify.Locale
		kind    specialist.ReviewKind
		outcome specialist.Outcome
		title   string
	}{
		{notify.English, specialist.ReviewApplication, specialist.Passed, "Application as a project specialist: approved"},
		{notify.English, specialist.ReviewCancel, specialist.Refused, "Cancellation of a project specialist: not approved"},
		{notify.English, specialist.ReviewTransfer, specialist.Passed, "Transfer of a certificate: approved"},
		{notify.Chinese, specialist.ReviewCertificate, specialist.Refused, "证书审核：审核未通过"},
	} {
		r := specialist.ReviewRow{Kind: c.kind, State: c.outcome, Number: "C1"}
		title, html, ok := written(t, c.locale, specialist.Bound, r, "unreadable", specialist.WriterDecision, "R1")
		if !ok || title != c.title {
			t.Errorf("got %q, %t; want %q", title, ok, c.title)
		}
		for _, says := range []string{"Ada &lt;3", "C1", "unreadable"} {
			if !strings.Contains(html, says) {
				t.Errorf("%s: %s is not said: %s", c.title, says, html)
			}
		}
	}
}

func TestWhatIsNotDecidedIsNotWrittenAbout(t *testing.T) {
	r := specialist.ReviewRow{Kind: specialist.ReviewApplication, State: specialist.Pending}
	if _, _, ok := written(t, notify.English, specialist.SpecialistReviewing, r, "", specialist.WriterDecision, "R1"); ok {
		t.Error("a pending review is written about")
	}
}

func TestAPartnerReadsThatTheVendorHasCancelledASpecialist(t *testing.T) {
	title, html, ok := written(t, notify.English, specialist.CancelledByVendor, specialist.ReviewRow{}, "", specialist.WriterStopped, "a1")
	if !ok || title != "The vendor has cancelled a project specialist" || !strings.Contains(html, "misconduct") {
		t.Errorf("got %q, %t: %s", title, ok, html)
	}
	if _, _, ok := written(t, notify.Chinese, specialist.SpecialistReviewing, specialist.ReviewRow{}, "", specialist.WriterStopped, "a1"); ok {
		t.Error("one that was applied for again is written about")
	}
}
