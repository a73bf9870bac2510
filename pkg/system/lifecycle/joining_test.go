package lifecycle

import (
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/lifecycle/lifecycletest"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/system/joining"
)

// DOMAIN.md 11: an account that has not asked for all its invoices becomes no reseller, even while the month is not over.
func TestAnApplicationIsRejectedWhileInvoicesCanBeAskedFor(t *testing.T) {
	db, at := tabletest.New(t), clock.NewFake(calendar.Date{Year: 2026, Month: time.November, Day: 2}.At(9, 0))
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	env := func() *function.Env {
		e := &function.Env{Clock: at, Wall: clock.System{}, Log: log, Setting: func(string) string { return "" }}
		function.Port[*table.Client]{Name: "table"}.Put(e, db)
		return e
	}
	api := rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: at, Wall: at, Log: log})
	joining.Function().HTTP(api, env())
	work := lifecycletest.Work{Table: db, Clock: at, Handlers: map[string]lifecycle.Handler{membership.WorkMembership: Handlers(env())[membership.WorkMembership]}}

	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor"}}, "test", at.Now())
	party.Create(tx, party.Party{Row: party.Row{ID: "dist", Kind: auth.Distributor, Name: "Dist"}}, "test", at.Now())
	party.Create(tx, party.Party{
		Row: party.Row{ID: "c", Kind: auth.Customer, Name: "C"}, Profile: party.Profile{RealName: "C", VerifiedAs: party.Verified, CustomerType: 2},
	}, "test", at.Now())
	spent := table.NewTx()
	err := errors.Join(account.Open(tx, "c", 60_00, "opening", at.Now()), db.Commit(t.Context(), tx))
	if err != nil {
		t.Fatal(err)
	}
	a, err := account.Load(t.Context(), db, account.Of("c", account.Cash))
	if err != nil {
		t.Fatal(err)
	}
	_, err = account.Debit(spent, a, account.Transfer{ID: "t", Amount: 60_00, To: account.VendorRevenue, Reason: account.Renewal, Reference: "CS1", At: at.Now()})
	if err := errors.Join(err, db.Commit(t.Context(), spent)); err != nil {
		t.Fatal(err)
	}
	resttest.Call{
		Who: "customer c admin cat", Signature: "s", Method: "POST", Path: "/v2/program/plans/reseller/applications", Body: `{"distributor_id":"dist"}`,
	}.On(api).Into(t, nil)
	work.Until(t, at.Now().Add(time.Hour))
	all, err := membership.All(t.Context(), db, "c")
	if err != nil || len(all) != 1 || all[0].State != membership.Rejected || len(all[0].Failed) != 1 || all[0].Failed[0].Guard != membership.Invoiceable {
		t.Errorf("got %+v, %v", all, err)
	}
}
