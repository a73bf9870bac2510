package party_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
)

// office is the capability's API over a table with a vendor and its administrator, with real credentials.
type office struct {
	t      *testing.T
	db     *table.Client
	clock  *clock.Fake
	env    *function.Env
	api    *rest.API
	people *people
}

// people is a directory that remembers who may sign in.
type people struct {
	mu    sync.Mutex
	known map[auth.UserID]string
}

func (p *people) Add(_ context.Context, id auth.UserID, email string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[id] = email
	return nil
}

func (p *people) Drop(_ context.Context, id auth.UserID) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, id)
	return nil
}

type credential struct{ ak, sk string }

func newOffice(t *testing.T) (*office, credential) {
	t.Helper()
	o := &office{
		t: t, db: tabletest.New(t), clock: clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)), people: &people{known: map[auth.UserID]string{}},
	}
	o.env = &function.Env{
		Clock: o.clock, Wall: o.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" },
		Sealer: auth.LocalSealer{Key: []byte(strings.Repeat("k", 32))},
	}
	function.Port[*table.Client]{Name: "table"}.Put(o.env, o.db)
	party.DirectoryPort.Put(o.env, o.people)
	o.api = function.NewAPI(o.env, party.Function)
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "vendor", Kind: auth.Vendor, Name: "Vendor"}}, "test", o.clock.Now())
	if err := o.db.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	return o, o.key("vendor", auth.Vendor, auth.Admin)
}

// key puts a user with a role and an access key there.
func (o *office) key(id auth.PartyID, kind auth.Kind, role auth.Role) credential {
	o.t.Helper()
	u := auth.NewUser(auth.UserID(fmt.Sprintf("%s-%s", id, role)), id, kind, "somebody", "", []auth.Role{role})
	key, secret, err := auth.Issue(context.Background(), o.env.Sealer, u, o.clock.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	u.Keys = []string{key.ID}
	tx := table.NewTx()
	tx.Create(u)
	tx.Create(key)
	if err := o.db.Commit(context.Background(), tx); err != nil {
		o.t.Fatal(err)
	}
	return credential{key.ID, secret}
}

func (o *office) call(by credential, method, path, body string) *httptest.ResponseRecorder {
	o.t.Helper()
	o.clock.Advance(time.Second)
	target, query, _ := strings.Cut(path, "?")
	r := httptest.NewRequest(method, "http://h"+target, strings.NewReader(body))
	r.URL.RawQuery = query
	r.Header.Set("Content-Type", "application/json")
	auth.Sign(r, []byte(body), by.ak, by.sk, o.clock.Now())
	w := httptest.NewRecorder()
	o.api.ServeHTTP(w, r)
	return w
}

// in decodes a successful answer.
func in(t *testing.T, w *httptest.ResponseRecorder, out any) {
	t.Helper()
	if w.Code >= http.StatusBadRequest {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, w *httptest.ResponseRecorder, status int, code, says string) {
	t.Helper()
	var e struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != status || e.Code != code || !strings.Contains(e.Message, says) {
		t.Errorf("got %d %s, want %d %s with %q", w.Code, w.Body, status, code, says)
	}
}

func TestAPartyIsCreatedWithItsFirstAdministratorOnce(t *testing.T) {
	o, vendor := newOffice(t)
	body := `{"party_id":"partner-1","kind":"partner","name":"Partner","administrator":{"name":"Ann","email":"ann@partner.example"}}`
	var made struct {
		Party string      `json:"party_id"`
		Admin auth.UserID `json:"administrator_id"`
	}
	in(t, o.call(vendor, "POST", "/v2/vendor/parties", body), &made)
	if made.Party != "partner-1" || o.people.known[made.Admin] != "ann@partner.example" {
		t.Errorf("got %+v, and %v may sign in", made, o.people.known)
	}
	refused(t, o.call(vendor, "POST", "/v2/vendor/parties", body), 409, "CBC.0409", "partner-1")
	var shown struct {
		Kind     string `json:"kind"`
		Standing string `json:"standing"`
	}
	in(t, o.call(vendor, "GET", "/v2/vendor/parties/partner-1", ""), &shown)
	if shown.Kind != "partner" || shown.Standing != "normal" {
		t.Errorf("got %+v", shown)
	}
	var list struct {
		Parties []struct {
			ID string `json:"party_id"`
		} `json:"parties"`
		Total int `json:"total_count"`
	}
	in(t, o.call(vendor, "GET", "/v2/vendor/parties?kind=partner&month=2026-12", ""), &list)
	if list.Total != 1 || list.Parties[0].ID != "partner-1" {
		t.Errorf("got %+v", list)
	}
}

func TestRelationsThatCannotBeAreRefused(t *testing.T) {
	o, vendor := newOffice(t)
	admin := `"administrator":{"name":"Ann"}`
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"partner-1","kind":"partner","name":"P",`+admin+`}`)
	for body, says := range map[string]string{
		`{"kind":"reseller","name":"R",` + admin + `}`:                                                                  "distributor_id",
		`{"kind":"reseller","name":"R","distributor_id":"partner-1",` + admin + `}`:                                     "distributor_id",
		`{"kind":"partner","name":"P","distributor_id":"partner-1",` + admin + `}`:                                      "distributor_id",
		`{"kind":"customer","name":"C","customer_level":"V1","partner_id":"partner-1",` + admin + `}`:                   "association_type",
		`{"kind":"customer","name":"C","customer_level":"V1","partner_id":"nobody","association_type":2,` + admin + `}`: "nobody",
		`{"kind":"partner","name":"P","partner_id":"partner-1","association_type":1,` + admin + `}`:                     "partner_id",
		`{"kind":"vendor","name":"V",` + admin + `}`:                                                                    "kind",
		`{"kind":"customer","name":"C","customer_level":"V9",` + admin + `}`:                                            "customer_level",
		`{"kind":"partner","name":"P","party_id":"a b",` + admin + `}`:                                                  "party_id",
		`{"kind":"partner","name":"P","email":"nonsense",` + admin + `}`:                                                "email",
		`{"kind":"partner","name":"P"}`:                                                                                 "administrator",
	} {
		refused(t, o.call(vendor, "POST", "/v2/vendor/parties", body), 400, "CBC.0100", says)
	}
}

func TestAStandingIsSetAndItsReasonKept(t *testing.T) {
	o, vendor := newOffice(t)
	o.call(vendor, "POST", "/v2/vendor/parties", `{"party_id":"partner-1","kind":"partner","name":"P","administrator":{"name":"Ann"}}`)
	var shown struct {
		Standing string `json:"standing"`
		Since    string `json:"standing_since"`
	}
	in(t, o.call(vendor, "PUT", "/v2/vendor/parties/partner-1/standing", `{"standing":"restricted","reason":"unpaid"}`), &shown)
	if shown.Standing != "restricted" || shown.Since == "" {
		t.Errorf("got %+v", shown)
	}
	refused(t, o.call(vendor, "PUT", "/v2/vendor/parties/partner-1/standing", `{"standing":"gone","reason":"x"}`), 400, "CBC.0100", "standing")
	refused(t, o.call(vendor, "PUT", "/v2/vendor/parties/nobody/standing", `{"standing":"normal","reason":"x"}`), 400, "CBC.99000047", "nobody")
}

func TestAResaleCustomerIsBlockedWithItsPartnerAndThatOnesDistributor(t *testing.T) {
	o, _ := newOffice(t)
	ctx := context.Background()
	for _, c := range []struct {
		name                            string
		distributor, reseller, customer party.Standing
		association                     int
		blocked                         bool
	}{
		{"nobody is", party.Normal, party.Normal, party.Normal, party.Resale, false},
		{"itself", party.Normal, party.Normal, party.Frozen, party.Referral, true},
		{"its partner", party.Normal, party.Restricted, party.Normal, party.Resale, true},
		{"its partner's distributor", party.Frozen, party.Normal, party.Normal, party.Resale, true},
		{"a referral customer trades with the vendor", party.Frozen, party.Restricted, party.Normal, party.Referral, false},
	} {
		id := strings.ReplaceAll(c.name, " ", "-")
		id = strings.ReplaceAll(id, "'", "")
		tx := table.NewTx()
		party.Create(tx, party.Party{Row: party.Row{ID: auth.PartyID(id + "-d"), Kind: auth.Distributor, Standing: c.distributor}}, "test", o.clock.Now())
		party.Create(tx, party.Party{Row: party.Row{ID: auth.PartyID(id + "-r"), Kind: auth.Reseller, Standing: c.reseller}, Distributor: auth.PartyID(id + "-d")}, "test", o.clock.Now())
		holder := party.Party{Row: party.Row{ID: auth.PartyID(id), Kind: auth.Customer, Standing: c.customer, Partner: auth.PartyID(id + "-r"), AssociationType: c.association}}
		party.Create(tx, holder, "test", o.clock.Now())
		if err := o.db.Commit(ctx, tx); err != nil {
			t.Fatal(err)
		}
		if got, err := party.Blocked(ctx, o.db, holder); err != nil || got != c.blocked {
			t.Errorf("%s: blocked is %v, %v, want %v", c.name, got, err, c.blocked)
		}
	}
}

type issued struct {
	Key    string `json:"access_key"`
	Secret string `json:"secret"`
	Status string `json:"status"`
	Used   string `json:"last_used_at"`
}

func TestAnAccessKeyLivesFromItsIssueToItsDeletion(t *testing.T) {
	o, vendor := newOffice(t)
	var second issued
	in(t, o.call(vendor, "POST", "/v2/iam/access-keys", `{}`), &second)
	if len(second.Secret) < 32 || second.Status != "enabled" {
		t.Fatalf("got %+v", second)
	}
	refused(t, o.call(vendor, "POST", "/v2/iam/access-keys", `{}`), 409, "CBC.0409", "two access keys")
	fresh := credential{second.Key, second.Secret}
	list := func() (keys []issued) {
		var out struct {
			Keys []issued `json:"access_keys"`
		}
		in(t, o.call(vendor, "GET", "/v2/iam/access-keys", ""), &out)
		return out.Keys
	}
	if keys := list(); len(keys) != 2 || keys[0].Secret+keys[1].Secret != "" || keys[1].Used != "" {
		t.Errorf("the list is %+v, want two keys without secrets, the second never used", keys)
	}
	if w := o.call(fresh, "GET", "/v2/iam/access-keys", ""); w.Code != 200 {
		t.Errorf("the new key: %d %s", w.Code, w.Body)
	}
	if keys := list(); keys[1].Used == "" {
		t.Error("its use is not shown")
	}
	in(t, o.call(vendor, "PUT", "/v2/iam/access-keys/"+second.Key, `{"status":"disabled"}`), &second)
	o.clock.Advance(time.Minute)
	refused(t, o.call(fresh, "GET", "/v2/iam/access-keys", ""), 401, "APIG.0301", "")
	in(t, o.call(vendor, "PUT", "/v2/iam/access-keys/"+second.Key, `{"status":"enabled"}`), &second)
	o.clock.Advance(time.Minute)
	if w := o.call(fresh, "GET", "/v2/iam/access-keys", ""); w.Code != 200 {
		t.Errorf("enabled again: %d %s", w.Code, w.Body)
	}
	if w := o.call(vendor, "DELETE", "/v2/iam/access-keys/"+second.Key, ""); w.Code != 204 {
		t.Errorf("deleting: %d %s", w.Code, w.Body)
	}
	o.clock.Advance(time.Minute)
	refused(t, o.call(fresh, "GET", "/v2/iam/access-keys", ""), 401, "APIG.0301", "")
	refused(t, o.call(vendor, "DELETE", "/v2/iam/access-keys/"+second.Key, ""), 404, "CBC.0404", second.Key)
}

func TestTwoKeysAreTheMostEvenAtOnce(t *testing.T) {
	o, _ := newOffice(t)
	s := party.New(o.env)
	by := auth.Principal{Party: "vendor", Kind: auth.Vendor, User: "vendor-admin", Permissions: auth.PermissionsOf(auth.Vendor, []auth.Role{auth.Admin})}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { _, _, _ = s.Issue(context.Background(), by, party.NewKey{User: "vendor-admin"}) })
	}
	wait.Wait()
	keys, err := s.Keys(context.Background(), by, "vendor-admin")
	if err != nil || len(keys) != 2 {
		t.Errorf("%d keys, %v, want 2", len(keys), err)
	}
}

func TestAnotherPartysUsersAndKeysLookLikeNone(t *testing.T) {
	o, vendor := newOffice(t)
	theirs := o.key("partner-1", auth.Partner, auth.Admin)
	for _, c := range []struct{ method, known, unknown, body string }{
		{"DELETE", "/v2/iam/access-keys/" + theirs.ak, "/v2/iam/access-keys/AKNOBODY", ""},
		{"PUT", "/v2/iam/access-keys/" + theirs.ak, "/v2/iam/access-keys/AKNOBODY", `{"status":"disabled"}`},
		{"DELETE", "/v2/iam/users/partner-1-admin", "/v2/iam/users/nobody", ""},
		{"PUT", "/v2/iam/users/partner-1-admin/roles", "/v2/iam/users/nobody/roles", `{"roles":["admin"]}`},
		{"GET", "/v2/iam/access-keys?user_id=partner-1-admin", "/v2/iam/access-keys?user_id=nobody", ""},
	} {
		foreign, unknown := o.call(vendor, c.method, c.known, c.body), o.call(vendor, c.method, c.unknown, c.body)
		same := strings.NewReplacer(theirs.ak, "AKNOBODY", "partner-1-admin", "nobody").Replace(foreign.Body.String())
		if foreign.Code != 404 || unknown.Code != 404 || same != unknown.Body.String() {
			t.Errorf("%s: another's answers %d %s, an unknown one %d %s", c.known, foreign.Code, foreign.Body, unknown.Code, unknown.Body)
		}
	}
}

func TestAUserComesChangesAndGoesWithItsKeys(t *testing.T) {
	o, vendor := newOffice(t)
	var u struct {
		ID    string   `json:"user_id"`
		Roles []string `json:"roles"`
	}
	in(t, o.call(vendor, "POST", "/v2/iam/users", `{"name":"Bob","email":"bob@vendor.example","roles":["finance"]}`), &u)
	refused(t, o.call(vendor, "POST", "/v2/iam/users", `{"name":"Bob","email":"bob@vendor.example","roles":["sales"]}`), 400, "CBC.0100", "roles")
	var key issued
	in(t, o.call(vendor, "POST", "/v2/iam/access-keys", `{"user_id":"`+u.ID+`"}`), &key)
	bob := credential{key.Key, key.Secret}
	refused(t, o.call(bob, "GET", "/v2/iam/users", ""), 403, "CBC.0155", "user:manage")
	refused(t, o.call(bob, "POST", "/v2/iam/access-keys", `{"user_id":"vendor-admin"}`), 403, "CBC.0155", "user:manage")
	in(t, o.call(vendor, "PUT", "/v2/iam/users/"+u.ID+"/roles", `{"roles":["admin"]}`), &u)
	o.clock.Advance(time.Minute)
	var list struct {
		Total int `json:"total_count"`
	}
	in(t, o.call(bob, "GET", "/v2/iam/users", ""), &list)
	if list.Total != 2 {
		t.Errorf("%d users, want 2", list.Total)
	}
	refused(t, o.call(vendor, "DELETE", "/v2/iam/users/vendor-admin", ""), 400, "CBC.0100", "itself")
	refused(t, o.call(vendor, "PUT", "/v2/iam/users/vendor-admin/roles", `{"roles":["finance"]}`), 400, "CBC.0100", "own role")
	if w := o.call(vendor, "DELETE", "/v2/iam/users/"+u.ID, ""); w.Code != 204 || len(o.people.known) != 0 {
		t.Errorf("got %d %s, and %v may sign in", w.Code, w.Body, o.people.known)
	}
	o.clock.Advance(time.Minute)
	refused(t, o.call(bob, "GET", "/v2/iam/users", ""), 401, "APIG.0301", "")
}
