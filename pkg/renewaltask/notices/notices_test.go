package notices_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/renewaltask"
	"partnercenter/pkg/renewaltask/notices"
	"partnercenter/pkg/subscription"
)

func december(day int) calendar.Date { return calendar.Date{Year: 2026, Month: 12, Day: day} }

// world is a distributor, its reseller, and a customer of each with a large order that expires on 10 December.
type world struct {
	t      *testing.T
	db     *table.Client
	clock  *clock.Fake
	env    *function.Env
	inbox  *notifytest.Inbox
	digest *digest.Digest
}

func newWorld(t *testing.T, locale notify.Locale) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(december(1).At(0, 30)), inbox: &notifytest.Inbox{}}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	w.digest = &digest.Digest{
		Table: w.db, Clock: w.clock, Source: digest.Join(notices.Source(w.db, w.clock)),
		Once: &notify.Once{Table: w.db, Mail: w.inbox, SMS: &notifytest.Phone{}, Clock: w.clock, Wall: clock.System{}},
		Links: &link.Signer{
			Keys:  &auth.Keyring{Table: w.db, Sealer: auth.LocalSealer{Key: make([]byte, 32)}},
			Table: w.db, Clock: w.clock, Wall: clock.System{}, Site: "https://pc.example",
		},
	}
	tx := table.NewTx()
	for _, p := range []party.Party{
		{Row: party.Row{ID: "dist", Kind: auth.Distributor, Name: "North <Star>", Email: "dist@partner.example"}, Locale: string(locale)},
		{Row: party.Row{ID: "res", Kind: auth.Reseller, Name: "Reseller", Email: "res@partner.example"}, Distributor: "dist"},
		{Row: party.Row{ID: "d1", Kind: auth.Customer, Name: "Apollo", Partner: "dist", AssociationType: party.Resale}},
		{Row: party.Row{ID: "r1", Kind: auth.Customer, Name: "Vostok", Partner: "res", AssociationType: party.Referral}},
	} {
		party.Create(tx, p, "test", w.clock.Now())
	}
	w.commit(tx)
	for _, p := range []auth.PartyID{"dist", "res"} {
		if err := renewaltask.New(w.env).Enrol(t.Context(), p, "test"); err != nil {
			t.Fatal(err)
		}
	}
	w.holds("d1", "dist", "CS251210120000AAAAAAAA", 6_000_00)
	w.holds("r1", "res", "CS251210120000BBBBBBBB", 7_000_00)
	for _, p := range []auth.PartyID{"dist", "res"} {
		w.do(renewaltask.WorkGeneration, table.Key{PK: "PARTY#" + string(p), SK: "RENEWALGENERATION"})
	}
	return w
}

func (w *world) commit(tx *table.Tx) {
	w.t.Helper()
	if err := w.db.Commit(context.Background(), tx); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) do(kind string, key table.Key) {
	w.t.Helper()
	if err := renewaltask.Work(w.env)[kind](w.t.Context(), lifecycle.Due{Key: key, Kind: kind}); err != nil {
		w.t.Fatal(err)
	}
}

// holds puts a resource there that an order bought for a year.
func (w *world) holds(customer, partner auth.PartyID, order subscription.OrderID, paid money.Fen) {
	w.t.Helper()
	id, expiry := subscription.ID("of-"+string(customer)), december(10)
	s := subscription.Subscription{
		Head: table.Head{
			PK: "PARTY#" + string(customer), SK: "SUB#" + string(id),
			G1PK: "PARTNER#" + string(partner) + "#SUB#2026-12", G1SK: "2026-12-10#" + string(id),
		},
		SubscriptionRow: subscription.SubscriptionRow{
			ResourceID: id, Customer: customer, ServiceTypeCode: "ecs", ServiceTypeName: "Elastic Cloud Server",
			Status: subscription.StatusInUse, Expiry: expiry,
		},
		Partner: partner, Anchor: 10, LastOrder: order,
	}
	o := subscription.Order{
		Head:     table.Head{PK: s.PK, SK: "ORDER#" + string(order)},
		OrderRow: subscription.OrderRow{ID: order, Customer: customer, Type: subscription.OrderNew, Amount: paid},
		Lines:    []subscription.OrderLine{{Resource: id, Amount: paid, From: expiry.AddMonths(-12, 10).Start(), To: expiry}},
		Unit:     calendar.Year, Count: 1,
	}
	tx := table.NewTx()
	tx.Create(&s)
	tx.Create(&o)
	w.commit(tx)
}

// renews puts a renewal of a resource there.
func (w *world) renews(customer auth.PartyID, paid money.Fen) {
	w.t.Helper()
	id := "of-" + string(customer)
	var old subscription.Subscription
	if err := w.db.Get(w.t.Context(), table.Key{PK: "PARTY#" + string(customer), SK: "SUB#" + id}, &old); err != nil {
		w.t.Fatal(err)
	}
	next := old
	next.Expiry, next.LastOrder = december(10).AddMonths(12, 10), "CS261202120000CCCCCCCC"
	o := subscription.Order{
		Head:     table.Head{PK: old.PK, SK: "ORDER#" + string(next.LastOrder)},
		OrderRow: subscription.OrderRow{ID: next.LastOrder, Customer: customer, Type: subscription.OrderRenewal, Amount: paid},
		Lines:    []subscription.OrderLine{{Resource: old.ResourceID, Amount: paid, From: december(10).End(), To: next.Expiry, Prev: old.LastOrder}},
		Unit:     calendar.Year, Count: 1,
	}
	tx := table.NewTx()
	tx.Replace(&old, &next)
	tx.Create(&o)
	w.commit(tx)
}

// mornings sends the distributor's digests until a day and gives on which days of December there was a mail.
func (w *world) mornings(until int) []int {
	w.t.Helper()
	var days []int
	for day := calendar.DateOf(w.clock.Now()).Day; day <= until; day++ {
		w.clock.Set(december(day).At(9, 0))
		before := len(w.inbox.Mails())
		for range 2 { // twice is as once. CASES.md B37
			if err := w.digest.Do(w.t.Context(), lifecycle.Due{Key: table.Key{PK: "PARTY#dist", SK: "DIGEST"}}); err != nil {
				w.t.Fatal(err)
			}
		}
		if len(w.inbox.Mails()) > before {
			days = append(days, day)
		}
		if len(w.inbox.Mails()) > before+1 {
			w.t.Errorf("on %d December there are %d mails", day, len(w.inbox.Mails())-before)
		}
	}
	return days
}

func same(a []int, b ...int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestTasksAreToldOfWhenTheyAreNewAndSevenAndThreeDaysBefore(t *testing.T) {
	w := newWorld(t, notify.English)
	if got := w.mornings(15); !same(got, 1, 3, 7) {
		t.Errorf("there are mails on %v, want 1, 3 and 7", got)
	}
	mail := w.inbox.Mails()[0]
	if mail.To != "dist@partner.example" || mail.Subject != "2 large orders to be renewed expire, the first on 2026-12-10" {
		t.Errorf("got %s: %s", mail.To, mail.Subject)
	}
	for _, want := range []string{
		"Dear North <Star>,", "Large orders to be renewed (2)", "CS251210120000AAAAAAAA", "Apollo", "CNY 6000.00", "CS251210120000BBBBBBBB",
		"Vostok", "CNY 7000.00", "Elastic Cloud Server", "2026-12-10 (9 days left)", "0.00%",
	} {
		if !strings.Contains(mail.Text, want) {
			t.Errorf("%q is not in\n%s", want, mail.Text)
		}
	}
	if strings.Contains(mail.HTML, "<Star>") {
		t.Error("the name stands in the mail as HTML")
	}
}

func TestTasksAreToldOfInChinese(t *testing.T) {
	w := newWorld(t, notify.Chinese)
	w.renews("r1", 7_000_00)
	if got := w.mornings(1); !same(got, 1) {
		t.Fatalf("there are mails on %v", got)
	}
	mail := w.inbox.Mails()[0]
	if mail.Subject != "1 个待续订的大额订单将于 2026-12-10 到期" {
		t.Errorf("got %s", mail.Subject)
	}
	for _, want := range []string{"尊敬的North <Star>：", "大单续订任务 (1)", "2026-12-10（剩余 9 天）", "¥6000.00"} {
		if !strings.Contains(mail.Text, want) {
			t.Errorf("%q is not in\n%s", want, mail.Text)
		}
	}
}

func TestWhatIsDealtWithIsNotToldOf(t *testing.T) {
	for name, edit := range map[string]func(w *world){
		"renewed since the last look": func(w *world) { w.renews("d1", 3_600_00) },
		"the customer has left": func(w *world) {
			p, err := party.Get(w.t.Context(), w.db, "d1")
			if err != nil {
				w.t.Fatal(err)
			}
			next := p
			next.Partner = ""
			tx := table.NewTx()
			tx.Replace(&p, &next)
			w.commit(tx)
		},
		"it will not be renewed": func(w *world) {
			var old renewaltask.Task
			if err := w.db.Get(w.t.Context(), table.Key{PK: "PARTY#dist", SK: "RENEWALTASK#2026-12#CS251210120000AAAAAAAA"}, &old); err != nil {
				w.t.Fatal(err)
			}
			next := old
			next.Intention = renewaltask.IntendsNot
			tx := table.NewTx()
			tx.Replace(&old, &next)
			w.commit(tx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, notify.English)
			edit(w)
			w.mornings(1)
			mail := w.inbox.Mails()[0]
			if strings.Contains(mail.Text, "Apollo") || !strings.Contains(mail.Text, "Vostok") {
				t.Errorf("got\n%s", mail.Text)
			}
		})
	}
}

func TestAResellerIsNotRemindedOfWhatItsDistributorHandles(t *testing.T) {
	w := newWorld(t, notify.English)
	source := notices.Source(w.db, w.clock)
	for _, id := range []auth.PartyID{"res", "d1"} {
		got, err := source(t.Context(), digest.Ask{Party: id, Mark: december(1).Start(), AsOf: december(1).At(9, 0)})
		if err != nil || len(got.Groups) > 0 || !got.Next.IsZero() {
			t.Errorf("%s is told %+v (%v)", id, got, err)
		}
	}
}
