package customer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

const (
	requestsPath    = "/v2/partners/association-requests"
	ownRequestsPath = "/v2/customers/association-requests"
	myPartnerPath   = "/v2/customers/partner"
)

// stub stands in for the capabilities that vouchers, discounts and payments on behalf belong to. Its things are items, so that its parts are undone
// or not with their transactions.
type stub struct {
	mu       sync.Mutex
	payments []string
}

// thing is one voucher or discount.
type thing struct{ table.Head }

func thingKey(customer auth.PartyID, kind string, n int) table.Head {
	return table.Head{PK: "THINGS#" + string(customer) + "#" + kind, SK: fmt.Sprintf("%04d", n)}
}

// perPart is how many things one call of a part undoes.
const perPart = 30

// part undoes the things of a kind, some at once.
func part(db func() *table.Client, kind string) customer.Part {
	return func(ctx context.Context, tx *table.Tx, p customer.Parting) (string, error) {
		n := 0
		q := table.Query{PK: thingKey(p.Customer.ID, kind, 0).PK, Strong: true}
		for one, err := range table.All[thing](ctx, db(), q) {
			if err != nil {
				return "", err
			}
			if n == perPart {
				return "more", nil
			}
			tx.Remove(one)
			n++
		}
		return "", nil
	}
}

// left counts the things of a kind.
func (w *world) left(id auth.PartyID, kind string) (n int) {
	w.t.Helper()
	for _, err := range table.All[thing](w.t.Context(), w.db, table.Query{PK: thingKey(id, kind, 0).PK, Strong: true}) {
		if err != nil {
			w.t.Fatal(err)
		}
		n++
	}
	return n
}

// things puts vouchers or discounts of a customer there.
func (w *world) things(id auth.PartyID, kind string, n int) {
	w.t.Helper()
	for from := 0; from < n; from += 100 {
		w.commit(func(tx *table.Tx) {
			for i := from; i < min(n, from+100); i++ {
				tx.Create(&thing{Head: thingKey(id, kind, i)})
			}
		})
	}
}

// newParting is a world in which the other capabilities have their part in what hangs on an association.
func newParting(t *testing.T) (*world, *stub) {
	w, s := newWorld(t), &stub{}
	db := func() *table.Client { return w.env.Table() }
	customer.PartsPort.Put(w.env, customer.Parts{
		Holdings: []func(context.Context, auth.PartyID, auth.PartyID, *customer.Holdings) error{
			func(_ context.Context, id, _ auth.PartyID, h *customer.Holdings) error {
				s.mu.Lock()
				defer s.mu.Unlock()
				h.Payments = append(h.Payments, s.payments...)
				h.Vouchers, h.VoucherAmount, h.Discounts = w.left(id, "voucher"), 5_00, w.left(id, "discount")
				return nil
			},
			func(_ context.Context, _, _ auth.PartyID, h *customer.Holdings) error { h.Resources = 3; return nil },
		},
		Vouchers: part(db, "voucher"), Discounts: part(db, "discount"),
		Resources: func(ctx context.Context, tx *table.Tx, p customer.Parting) (string, error) {
			return subscription.Relist(ctx, db(), tx, p.Customer, p.After, p.At)
		},
	})
	subscription.Function.HTTP(w.api, w.env)
	return w, s
}

func as(customer string) caller { return caller("customer " + customer + " admin") }

type requestOut struct {
	ID     string `json:"request_id"`
	Kind   string `json:"kind"`
	State  string `json:"state"`
	From   string `json:"initiator"`
	Type   int    `json:"association_type"`
	Target int    `json:"target_type"`
	Why    string `json:"decision_reason"`
	Amount any    `json:"reclaimed_amount"`
	Failed []item `json:"fail_check_items"`
}

type item struct{ Code, Message, Action string }

// asks lets a partner ask: for a disassociation when the target is 0.
func (w *world) asks(who caller, id string, target int) answer {
	w.t.Helper()
	return w.call(who, "POST", requestsPath, partnerAsks(id, target))
}

func partnerAsks(id string, target int) string {
	return fmt.Sprintf(`{%s,"reason":"the mode no longer fits","notice_accepted":true}`, wants(id, target))
}

func wants(id string, target int) string {
	if target == 0 {
		return fmt.Sprintf(`"customer_id":%q,"kind":"DISASSOCIATE"`, id)
	}
	return fmt.Sprintf(`"customer_id":%q,"kind":"SWITCH","target_type":%d`, id, target)
}

const customerAsks = `{"reason":"we part","notice_accepted":true}`

func (w *world) requested(a answer) requestOut {
	w.t.Helper()
	var out requestOut
	a.Into(w.t, &out)
	return out
}

const (
	agrees  = `{"decision":"AGREE","notice_accepted":true}`
	rejects = `{"decision":"REJECT","reason":"not now"}`
)

func (w *world) requestNow(id string) requestOut {
	w.t.Helper()
	return w.requested(w.call(admin, "GET", requestsPath+"/"+id, ""))
}

// does the due work of a request of the partner.
func (w *world) does(id string) error {
	return w.works(customer.WorkAssociation, table.Key{PK: "PARTY#partner", SK: "ASSOCIATION#" + id})
}

// relists does the due work of what a customer had before its association.
func (w *world) relists(id string) error {
	return w.works(customer.WorkRelist, table.Key{PK: "PARTY#" + id, SK: "RELIST"})
}

// works does the due work of an item as the worker does, also when it is no longer due.
func (w *world) works(kind string, key table.Key) error {
	w.t.Helper()
	var armed table.Raw
	if err := w.db.Get(w.t.Context(), key, &armed); err == nil && armed.Work != "" && armed.Work != kind {
		w.t.Errorf("%s is due as %s, want %s", key, armed.Work, kind)
	}
	return customer.Work(w.env)[kind](context.Background(), lifecycle.Due{Key: key, Kind: kind})
}

// money gives a customer money of its partner.
func (w *world) money(id auth.PartyID, fen money.Fen) {
	w.t.Helper()
	w.commit(func(tx *table.Tx) {
		if err := account.Open(tx, id, fen, "import", w.clock.Now()); err != nil {
			w.t.Fatal(err)
		}
	})
}

func (w *world) balance(id auth.PartyID) money.Fen {
	w.t.Helper()
	got, err := account.Balance(w.t.Context(), w.db, account.Of(id, account.Cash))
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// resources puts resources of a customer there as its partner lists them, each third with something attached, and an order for each.
func (w *world) resources(c party.Party, n int) {
	w.t.Helper()
	expiry := calendar.Date{Year: 2026, Month: time.December, Day: 20}
	item := func(id, sk string, parent subscription.ID) *subscription.Subscription {
		s := &subscription.Subscription{Partner: c.Partner, Anchor: 20}
		s.ResourceID, s.Customer, s.Status, s.Expiry, s.Parent = subscription.ID(id), c.ID, subscription.StatusInUse, expiry, parent
		s.PK, s.SK = "PARTY#"+string(c.ID), "SUB#"+sk
		if c.Partner != "" {
			s.G1PK, s.G1SK = "PARTNER#"+string(c.Partner)+"#SUB#2026-12", expiry.String()+"#"+id
		}
		return s
	}
	for i := range n {
		w.commit(func(tx *table.Tx) {
			id := fmt.Sprintf("r%04d", i)
			tx.Create(item(id, id, ""))
			if i%3 == 0 {
				tx.Create(item(id+"-disk", id+"#"+id+"-disk", subscription.ID(id)))
			}
			order := &subscription.Order{OrderRow: subscription.OrderRow{ID: subscription.OrderID(id), Customer: c.ID, Placed: w.clock.Now()}}
			order.PK, order.SK = "PARTY#"+string(c.ID), "ORDER#"+id
			if c.Partner != "" {
				order.G1PK, order.G1SK = "PARTNER#"+string(c.Partner)+"#ORDER#2026-12", id
			}
			tx.Create(order)
		})
	}
}

// listedFor counts what the index lists for a partner, whether it may see it or not.
func (w *world) listedFor(partner string) (n int) {
	w.t.Helper()
	for _, pk := range []string{"PARTNER#" + partner + "#SUB#2026-12", "PARTNER#" + partner + "#ORDER#2026-12"} {
		for _, err := range table.All[table.Raw](w.t.Context(), w.db, table.Query{Index: table.Listed, PK: pk}) {
			if err != nil {
				w.t.Fatal(err)
			}
			n++
		}
	}
	return n
}

// sees counts what a partner sees by the API: its customers, their resources and their orders.
func (w *world) sees(who caller) string {
	w.t.Helper()
	var customers, resources, orders struct {
		Total int `json:"total_count"`
		Count int `json:"count"`
	}
	w.call(who, "POST", "/v2/partners/sub-customers/query", `{}`).Into(w.t, &customers)
	w.call(who, "POST", "/v2/orders/suscriptions/resources/query", `{}`).Into(w.t, &resources)
	w.call(who, "GET", "/v2/orders/customer-orders", "").Into(w.t, &orders)
	return fmt.Sprint(customers.Count, resources.Total, orders.Total)
}

// audited checks the accounts of a world.
func (w *world) audited(ids ...account.ID) {
	w.t.Helper()
	if _, err := account.AuditAll(w.t.Context(), w.db, ids...); err != nil {
		w.t.Error(err)
	}
}

// finished does what is due of a request until nothing is.
func (w *world) finished(id string) {
	w.t.Helper()
	for range 10 {
		err := w.does(id)
		if errors.Is(err, lifecycle.ErrNotDue) {
			return
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	w.t.Fatalf("request %s is never done", id)
}

// codes gives the codes of failed items.
func codes(items []item) string {
	var all []string
	for _, i := range items {
		all = append(all, i.Code)
	}
	return strings.Join(all, " ")
}
