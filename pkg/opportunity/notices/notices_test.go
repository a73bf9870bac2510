package notices_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/opportunity/notices"
	"partnercenter/pkg/party"
)

var friday = calendar.Date{Year: 2026, Month: 11, Day: 27}

// world is the vendor and a partner, and what they are told at once and in the morning.
type world struct {
	t      *testing.T
	db     *table.Client
	clock  *clock.Fake
	api    *rest.API
	env    *function.Env
	inbox  *notifytest.Inbox
	digest *digest.Digest
	sender *immediate.Sender
	calls  int
}

func newWorld(t *testing.T, locale notify.Locale) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(friday.At(10, 0)), inbox: &notifytest.Inbox{}}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})
	opportunity.Function.HTTP(w.api, w.env)
	open := func() *opportunity.Service { return opportunity.New(w.env) }
	once := &notify.Once{Table: w.db, Mail: w.inbox, SMS: &notifytest.Phone{}, Clock: w.clock, Wall: clock.System{}}
	w.sender = &immediate.Sender{Table: w.db, Clock: w.clock, Once: once, Writers: notices.Writers(open)}
	w.digest = &digest.Digest{Table: w.db, Clock: w.clock, Source: digest.Join(notices.Source(open)), Once: once, Links: &link.Signer{
		Keys:  &auth.Keyring{Table: w.db, Sealer: auth.LocalSealer{Key: make([]byte, 32)}},
		Table: w.db, Clock: w.clock, Wall: clock.System{}, Site: "https://pc.example",
	}}
	tx := table.NewTx()
	for _, p := range []party.Party{
		{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor", Email: "pdm@vendor.example"}, Locale: string(locale)},
		{Row: party.Row{ID: "alpha", Kind: auth.Partner, Name: "Alpha <1>", Email: "a@alpha.example"}, Locale: string(locale)},
	} {
		party.Create(tx, p, "test", w.clock.Now())
	}
	if err := w.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return w
}

const (
	own, shared = "/v2/partners/opportunities", "/v2/vendor/opportunities"
	details     = `"opportunity_name":"Lake","customer_company":"Apollo <Ltd>","customer_region":"Shanghai","customer_industry":"Retail",
		"description":"A data lake for the sales figures","budget":"approved","authority":"The CIO","need":"Reports","timing":"Before April",
		"amount":5000,"expected_order_date":"2027-03-31","presales_activities":["MEETING"],"cloud_services":["s"],
		"offerings":[{"offering_id":"o","offering_name":"Lake","kind":"KOOGALLERY"}],
		"contact":{"name":"Li Lei","phone":"13800001234","title":"CIO"},"personal_data_consent":true}`
)

// call calls an operation and gives the id of the opportunity that it shows.
func (w *world) call(who, path, body string) string {
	w.t.Helper()
	w.calls++
	w.clock.Advance(time.Second)
	var out struct {
		ID string `json:"opportunity_id"`
	}
	resttest.Call{Who: who, Signature: fmt.Sprint("s", w.calls), Method: http.MethodPost, Path: path, Body: body}.On(w.api).Into(w.t, &out)
	return out.ID
}

func (w *world) submitted() string {
	w.t.Helper()
	id := w.call("partner alpha", own, "{"+details)
	return w.call("partner alpha", own+"/"+id+"/submit", "")
}

func (w *world) decides(id, body string) {
	w.call("vendor vendor", shared+"/alpha/"+id+"/decisions", body)
}

// deliver sends what is to be sent at once to a party, twice, which is as once, and gives the mails that came of it.
func (w *world) deliver(owner string) []notify.Message {
	w.t.Helper()
	before := len(w.inbox.Mails())
	for range 2 {
		for e, err := range event.List(w.t.Context(), w.db, owner, friday.Start()) {
			if err == nil && e.Type == immediate.Event {
				err = w.sender.Send(w.t.Context(), *e)
			}
			if err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return w.inbox.Mails()[before:]
}

func (w *world) wants(mails []notify.Message, to, subject string, says ...string) {
	w.t.Helper()
	if len(mails) != 1 || mails[0].To != to || mails[0].Subject != subject {
		w.t.Fatalf("the mails are %+v, want one to %s: %s", mails, to, subject)
	}
	for _, want := range says {
		if !strings.Contains(mails[0].HTML, want) {
			w.t.Errorf("the mail %q does not say %q: %s", subject, want, mails[0].Text)
		}
	}
	for _, secret := range []string{"13800001234", "Li Lei", "<Ltd>", "<1>"} {
		if strings.Contains(mails[0].HTML, secret) {
			w.t.Errorf("the mail says %q", secret)
		}
	}
}

func TestDecisionsAreToldAtOnce(t *testing.T) {
	for locale, says := range map[notify.Locale][5]string{
		notify.English: {
			"Your opportunity passed the audit: Lake", "Being verified", "Your opportunity did not pass verification: Lake",
			"there is no such project: They know nothing", "copy the rejected opportunity",
		},
		notify.Chinese: {"您的机会点已通过审核：Lake", "机会点验证中", "您的机会点验证不通过：Lake", "客户反馈不存在该项目：They know nothing", "复制为新草稿"},
	} {
		t.Run(string(locale), func(t *testing.T) {
			w := newWorld(t, locale)
			id := w.submitted()
			if mails := w.deliver("alpha"); len(mails) != 0 {
				t.Errorf("a submission is told: %+v", mails)
			}
			w.decides(id, `{"decision":"AUDIT_PASS"}`)
			w.wants(w.deliver("alpha"), "a@alpha.example", says[0], says[1], "2026-12-11", "5000.00", "Apollo &lt;Ltd&gt;")
			w.decides(id, `{"decision":"VERIFY_REJECT","reason_category":"NOT_REAL","reason":"They know nothing"}`)
			w.wants(w.deliver("alpha"), "a@alpha.example", says[2], says[3], says[4])
		})
	}
}

func TestWhatWasDecidedOnSinceIsNotTold(t *testing.T) {
	w := newWorld(t, notify.English)
	id := w.submitted()
	w.decides(id, `{"decision":"AUDIT_PASS"}`)
	w.decides(id, `{"decision":"VERIFY_PASS"}`)
	w.wants(w.deliver("alpha"), "a@alpha.example", "Your opportunity is verified: Lake", "Verification passed")
}

func TestOfADuplicateTheMailSaysOnlyThatAnotherOneExists(t *testing.T) {
	w := newWorld(t, notify.English)
	id := w.submitted()
	w.decides(id, `{"decision":"AUDIT_REJECT","reason_category":"DUPLICATE","reason":"Beta was first"}`)
	mails := w.deliver("alpha")
	w.wants(mails, "a@alpha.example", "Your opportunity was not approved: Lake", "another opportunity for this customer exists")
	if strings.Contains(mails[0].HTML, "Beta") {
		t.Errorf("the mail says who: %s", mails[0].Text)
	}
}

func TestAVerificationThatADuplicateOutlastedIsNotToldAsOverdue(t *testing.T) {
	for locale, says := range map[notify.Locale][3]string{
		notify.English: {"Your opportunity did not pass verification: Lake", "Another opportunity for this customer exists", "10 working days"},
		notify.Chinese: {"您的机会点验证不通过：Lake", "该客户已存在其他机会点", "10 个工作日"},
	} {
		t.Run(string(locale), func(t *testing.T) {
			w := newWorld(t, locale)
			loser, winner := w.submitted(), w.submitted()
			for _, id := range []string{loser, winner} {
				w.decides(id, `{"decision":"AUDIT_PASS"}`)
			}
			w.decides(winner, `{"decision":"VERIFY_PASS"}`)
			w.deliver("alpha")
			w.clock.Set(friday.AddDays(15).Start())
			w.due(loser)
			mails := w.deliver("alpha")
			w.wants(mails, "a@alpha.example", says[0], says[1])
			if strings.Contains(mails[0].HTML, says[2]) || strings.Contains(mails[0].HTML, winner) {
				t.Errorf("the mail says %s", mails[0].Text)
			}
		})
	}
}

func TestALongAuditIsToldToTheVendorUnlessItIsDecided(t *testing.T) {
	w := newWorld(t, notify.English)
	id := w.submitted()
	w.clock.Set(friday.AddDays(6).Start())
	w.due(id)
	w.wants(w.deliver("vendor"), "pdm@vendor.example", "An audit takes longer than 3 working days: Lake", "It is shared by Alpha &lt;1&gt;", "Nothing is decided by itself")

	w = newWorld(t, notify.English)
	id = w.submitted()
	w.clock.Set(friday.AddDays(6).Start())
	w.due(id)
	w.decides(id, `{"decision":"AUDIT_PASS"}`)
	if mails := w.deliver("vendor"); len(mails) != 0 {
		t.Errorf("a decided audit is told: %+v", mails)
	}
}

// due does what is due of an opportunity.
func (w *world) due(id string) {
	w.t.Helper()
	due := lifecycle.Due{Key: table.Key{PK: "PARTY#alpha", SK: "OPPORTUNITY#" + id}, Kind: opportunity.Work, Account: "alpha"}
	if err := opportunity.DueWork(w.env)[opportunity.Work](w.t.Context(), due); err != nil {
		w.t.Fatal(err)
	}
}

// CASES.md, invariant 5.
func TestAnHOIsToldAtOnceAndRemindedOfUntilItIsAnswered(t *testing.T) {
	for locale, says := range map[notify.Locale][3]string{
		notify.English: {"The vendor shares an opportunity with you: Lake", "1 opportunity waits for your answer", "2026-12-02 (today)"},
		notify.Chinese: {"您有新的共享机会点待接受：Lake", "您有 1 个共享机会点待接受", "2026-12-02（今天）"},
	} {
		t.Run(string(locale), func(t *testing.T) {
			w := newWorld(t, locale)
			w.call("vendor vendor", shared, `{"partner_id":"alpha",`+details)
			w.wants(w.deliver("alpha"), "a@alpha.example", says[0], "2026-12-02")
			if err := notify.Touch(t.Context(), w.db, "alpha", w.clock.Now()); err != nil {
				t.Fatal(err)
			}
			if got := w.mornings(8); got != "2026-12-01 2026-12-02" {
				t.Errorf("it is reminded of on %s", got)
			}
			last := w.inbox.Mails()[len(w.inbox.Mails())-1]
			if last.Subject != says[1] || !strings.Contains(last.HTML, says[2]) || !strings.Contains(last.HTML, "Apollo &lt;Ltd&gt;") {
				t.Errorf("the last says %q: %s", last.Subject, last.Text)
			}
		})
	}
	w := newWorld(t, notify.English)
	id := w.call("vendor vendor", shared, `{"partner_id":"alpha",`+details)
	w.call("partner alpha", own+"/"+id+"/answer", `{"answer":"ACCEPT"}`)
	if err := notify.Touch(t.Context(), w.db, "alpha", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if got := w.mornings(8); got != "" {
		t.Errorf("what was answered is reminded of on %s", got)
	}
	if mails := w.deliver("alpha"); len(mails) != 0 {
		t.Errorf("what was answered is told: %+v", mails)
	}
}

// mornings moves the clock over some mornings, doing the digest when it is due, and gives those that brought a mail.
func (w *world) mornings(n int) string {
	w.t.Helper()
	var told []string
	for day := friday.AddDays(1); n > 0; day, n = day.AddDays(1), n-1 {
		w.clock.Set(day.At(9, 0))
		before := len(w.inbox.Mails())
		for range 2 {
			if err := w.digest.Do(w.t.Context(), lifecycle.Due{Key: table.Key{PK: "PARTY#alpha", SK: "DIGEST"}, Account: "alpha"}); err != nil {
				w.t.Fatal(err)
			}
		}
		if len(w.inbox.Mails()) > before {
			told = append(told, day.String())
		}
	}
	return strings.Join(told, " ")
}
