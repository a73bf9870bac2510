package invitelink_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/specialist"
	"partnercenter/pkg/specialist/invitelink"
)

var today = calendar.Date{Year: 2026, Month: time.December, Day: 1}

// world is an account that a partner has invited by a phone number.
type world struct {
	t       *testing.T
	service *specialist.Service
	clock   *clock.Fake
	member  specialist.Member
}

func newWorld(t *testing.T, locale notify.Locale, way, email string) *world {
	t.Helper()
	db, at := tabletest.New(t), clock.NewFake(today.At(10, 0))
	w := &world{t: t, clock: at}
	w.service = &specialist.Service{
		Table: db, Clock: at, Wall: clock.System{},
		Links: &link.Signer{
			Keys: &auth.Keyring{Table: db, Sealer: auth.LocalSealer{Key: make([]byte, 32)}}, Table: db, Clock: at, Wall: clock.System{}, Site: "https://pc.example",
		},
	}
	w.member = specialist.Member{
		Head:      table.Head{PK: "PARTY#p1", SK: "SPECIALIST#a1"},
		MemberRow: specialist.MemberRow{Partner: "p1", Account: "a1", State: specialist.Invited},
		Serial:    1, Way: way, Locale: locale, Expires: today.AddDays(7).At(10, 0),
	}
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "p1", Kind: auth.Partner, Name: "North <Star>"}}, "test", at.Now())
	tx.Create(&w.member)
	tx.Create(&specialist.Account{
		Head: table.Head{PK: "PERSONAL#a1", SK: "ACCOUNT"}, ID: "a1", Name: "ada", Person: "Ada", Mobile: "+8613800000000", Email: email,
	})
	if err := db.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) open() *specialist.Service { return w.service }

func (w *world) page(act bool, l link.Link) string {
	w.t.Helper()
	p := invitelink.Purpose(w.open)
	show := p.Show
	if act {
		show = func(ctx context.Context, l link.Link) (link.Page, error) { return p.Act(ctx, l, "") }
	}
	page, err := show(w.t.Context(), l)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(page.Write())
}

// CASES.md B42, B44.
func TestThePageShowsAndOnlyTheButtonBinds(t *testing.T) {
	for locale, says := range map[notify.Locale][]string{
		notify.English: {"North &lt;Star&gt;", "Good until", "Accept: bind my account", "The invitation is accepted"},
		notify.Chinese: {"North &lt;Star&gt;", "有效期至", "接受邀请并绑定", "邀请已接受"},
	} {
		w := newWorld(t, locale, "email", "ada@mail.example")
		for range 100 {
			shown := w.page(false, w.member.Link())
			for _, text := range says[:3] {
				if !strings.Contains(shown, text) {
					t.Fatalf("%s: %s is not shown: %s", locale, text, shown)
				}
			}
		}
		for range 2 {
			if done := w.page(true, w.member.Link()); !strings.Contains(done, says[3]) {
				t.Errorf("%s: got %s", locale, done)
			}
		}
		if shown := w.page(false, w.member.Link()); !strings.Contains(shown, says[3]) {
			t.Errorf("%s, behind: got %s", locale, shown)
		}
	}
}

func TestADeadLinkAndABarredAccountSaySo(t *testing.T) {
	w := newWorld(t, notify.English, "email", "ada@mail.example")
	old := w.member.Link()
	old.Period = "0"
	if shown := w.page(true, old); !strings.Contains(shown, "no longer good") {
		t.Errorf("got %s", shown)
	}
	unknown := w.member.Link()
	unknown.Object = "a9"
	if shown := w.page(false, unknown); !strings.Contains(shown, "no longer good") {
		t.Errorf("got %s", shown)
	}
	var a specialist.Account
	if err := w.service.Table.Get(t.Context(), table.Key{PK: "PERSONAL#a1", SK: "ACCOUNT"}, &a); err != nil {
		t.Fatal(err)
	}
	barred := a
	barred.Partner = "p2"
	if err := w.service.Table.Replace(t.Context(), &a, &barred); err != nil {
		t.Fatal(err)
	}
	if shown := w.page(true, w.member.Link()); !strings.Contains(shown, "associated with another partner") {
		t.Errorf("got %s", shown)
	}
}

func (w *world) written(serial string) (mail, text string, ok bool) {
	w.t.Helper()
	e := event.Event{Owner: "p1", Subject: "a1", At: w.clock.Now(), Data: map[string]string{"serial": serial}}
	m, ok, err := invitelink.Writer(w.open)(w.t.Context(), e)
	if err != nil {
		w.t.Fatal(err)
	}
	if !ok {
		return "", "", false
	}
	html, err := m.Letter.HTML()
	if err != nil {
		w.t.Fatal(err)
	}
	if m.Text != nil {
		if text, err = sns.Render(*m.Text); err != nil {
			w.t.Fatal(err)
		}
	}
	return html, text, ok
}

func TestTheMessageCarriesTheLinkThatIsGood(t *testing.T) {
	w := newWorld(t, notify.English, "email", "ada@mail.example")
	mail, text, ok := w.written("1")
	if !ok || !strings.Contains(mail, "https://pc.example/links/") || !strings.Contains(mail, "North &lt;Star&gt;") || text != "" {
		t.Errorf("got %t, SMS %q, mail %s", ok, text, mail)
	}
	if _, _, ok := w.written("0"); ok {
		t.Error("an invitation that was sent again is written about")
	}
	w.clock.Set(w.member.Expires)
	if _, _, ok := w.written("1"); ok {
		t.Error("an invitation that has expired is written about")
	}
}

func TestWhoWasInvitedByPhoneOrHasNoMailAddressGetsAnSMS(t *testing.T) {
	for _, c := range []struct{ way, email string }{{"mobile", "ada@mail.example"}, {"name", ""}} {
		for _, locale := range []notify.Locale{notify.English, notify.Chinese} {
			w := newWorld(t, locale, c.way, c.email)
			if _, text, ok := w.written("1"); !ok || !strings.Contains(text, "https://pc.example/l/") || !strings.Contains(text, "North <Star>") {
				t.Errorf("%+v in %s: got %t %q", c, locale, ok, text)
			}
		}
	}
}
