package answerletter_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/incentive/performance/answerletter"
	"partnercenter/pkg/party"
)

var now = calendar.Date{Year: 2026, Month: time.December, Day: 5}.At(10, 0)

// world is a partner that reads a language, with a user, and with a question that somebody has asked and the vendor answered.
func world(t *testing.T, locale string, asker auth.UserID, of auth.PartyID) *table.Client {
	t.Helper()
	db := tabletest.New(t)
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p", Kind: auth.Partner, Name: "P", Email: "p@x.example"}, Locale: locale}, "test", now)
	key := auth.UserKey("u")
	tx.Create(&auth.User{Head: key.Head(), UserRow: auth.UserRow{ID: "u", Email: "u@x.example"}, Party: of})
	tx.Create(&performance.Question{Head: table.Head{PK: "PARTY#p", SK: "PERFORMANCEQUESTION#1"}, Asker: asker, Row: performance.QuestionRow{
		ID: "1", Partner: "p", Line: "2026-11~c~1~x", State: performance.Answered, Text: "Why not?", Answer: "A voucher paid it.",
	}})
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestWhoAskedIsToldTheAnswer(t *testing.T) {
	for _, c := range []struct {
		locale    string
		asker     auth.UserID
		of        auth.PartyID
		to, title string
	}{
		{"en-US", "u", "p", "u@x.example", "is answered"},
		{"zh-CN", "u", "p", "u@x.example", "已答复"},
		{"zh-CN", "", "p", "p@x.example", "已答复"},      // asked before it was noted who asks
		{"zh-CN", "gone", "p", "p@x.example", "已答复"},  // the user left
		{"zh-CN", "u", "other", "p@x.example", "已答复"}, // and is another's now
	} {
		db := world(t, c.locale, c.asker, c.of)
		m, ok, err := answerletter.Writers(func() *table.Client { return db })[performance.WriterAnswered](context.Background(), event.Event{Owner: "p", Subject: "1", At: now})
		if err != nil || !ok || m.To.Email != c.to || !strings.Contains(m.Letter.Title, c.title) {
			t.Errorf("%+v: to %q, %q, %t, %v", c, m.To.Email, m.Letter.Title, ok, err)
			continue
		}
		text, err := m.Letter.Text()
		if err != nil || !strings.Contains(text, "Why not?") || !strings.Contains(text, "A voucher paid it.") {
			t.Errorf("%+v: %v, %s", c, err, text)
		}
	}
}
