package auth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const behalf = "X-On-Behalf-Of"

// agency is a gate whose user is a partner's, with customers of the partner and of another.
type agency struct{ *gate }

func newAgency(t *testing.T, kind auth.Kind, role auth.Role) agency {
	t.Helper()
	a := agency{newGate(t)}
	sealer := auth.LocalSealer{Key: []byte(strings.Repeat("k", 32))}
	a.user = auth.NewUser("agent", "partner", kind, "Bo", "", []auth.Role{role})
	var err error
	if a.key, a.secret, err = auth.Issue(t.Context(), sealer, a.user, a.wall.Now()); err != nil {
		t.Fatal(err)
	}
	a.write(func(tx *table.Tx) { tx.Create(a.user); tx.Create(a.key) })
	a.write(func(tx *table.Tx) {
		party.Create(tx, party.Party{Row: party.Row{ID: "partner", Kind: kind}, Distributor: "dist"}, "test", a.wall.Now())
	})
	for id, partner := range map[auth.PartyID]auth.PartyID{"mine": "partner", "unasked": "partner", "theirs": "other"} {
		row := party.Row{ID: id, Kind: auth.Customer, Partner: partner, AssociationType: party.Resale}
		a.write(func(tx *table.Tx) {
			party.Create(tx, party.Party{Row: row}, "test", a.wall.Now())
			party.Enlist(tx, party.Party{Row: row}, a.wall.Now())
		})
	}
	for customer, partner := range map[auth.PartyID]auth.PartyID{"mine": "partner", "theirs": "other"} {
		a.authorization(partner, customer, auth.Authorized)
	}
	return a
}

// authorization lets a customer's authorization be in a state.
func (a agency) authorization(partner, customer auth.PartyID, state auth.AuthorizationState) {
	a.t.Helper()
	key := auth.AuthorizationKey(partner, customer)
	var old auth.Authorization
	err := a.db.Get(context.Background(), key, &old)
	next := auth.Authorization{Head: key.Head(), Partner: partner, Customer: customer, State: state}
	a.write(func(tx *table.Tx) {
		if err != nil {
			tx.Create(&next)
		} else {
			tx.Replace(&old, &next)
		}
	})
}

// actsFor calls on behalf of customers, whose header is signed unless it is set behind the signature.
func (a agency) actsFor(signed bool, customers ...string) (auth.Principal, error) {
	r := httptest.NewRequest(http.MethodGet, "http://h/v2/x", http.NoBody)
	name := func() {
		for _, c := range customers {
			r.Header.Add(behalf, c)
		}
	}
	if signed {
		name()
	}
	auth.Sign(r, nil, a.key.ID, a.secret, a.wall.Now())
	if !signed {
		name()
	}
	return a.auth.Authenticate(context.Background(), r, nil, "")
}

func TestAnAuthorizedPartnerActsAsItsCustomer(t *testing.T) {
	a := newAgency(t, auth.Partner, auth.Admin)
	p, err := a.actsFor(true, "mine")
	if err != nil {
		t.Fatal(err)
	}
	if p.Party != "mine" || p.Kind != auth.Customer || p.Agent != "partner" || p.User != "agent" || p.Actor() != "partner" {
		t.Errorf("got %+v", p)
	}
	if got := p.Masked(); got != "partner/agent for mine" {
		t.Errorf("the audit trail says %q, want both parties and the user", got)
	}
	if p, err = a.actsFor(true); err != nil || p.Party != "partner" || p.Agent != "" || p.Masked() != "partner/agent" || p.Actor() != "partner" {
		t.Errorf("without the header it is %+v, %v", p, err)
	}
}

func TestTheLetterGivesOrdersAndResourcesAndNothingElse(t *testing.T) {
	a := newAgency(t, auth.Partner, auth.Admin)
	p, err := a.actsFor(true, "mine")
	if err != nil {
		t.Fatal(err)
	}
	given := "account:read order:place subscription:autorenew subscription:configure subscription:end subscription:read subscription:renew"
	for _, item := range auth.PermissionsOf(auth.Customer, []auth.Role{auth.Admin}) {
		allow, want := auth.Only(auth.Customer, item), strings.Contains(given, string(item))
		if err := allow.Permits(p); (err == nil) != want || allow.OnBehalf() != want {
			t.Errorf("%s: %v, want it given %t", item, err, want)
		}
	}
	mixed := auth.Only(auth.Customer, auth.SubscriptionRead).Or(auth.Partner, auth.SubscriptionRead)
	if err := mixed.Permits(p); err != nil {
		t.Errorf("an operation for customers and partners: %v", err)
	}
	for _, item := range auth.PermissionsOf(auth.Partner, []auth.Role{auth.Admin}) {
		if err := auth.Only(auth.Partner, item).Permits(p); err == nil || !strings.Contains(err.Error(), "letter") {
			t.Errorf("as a partner on a customer's behalf, %s: %v", item, err)
		}
	}
}

func TestTheHeaderIsSignedAndNamesOneCustomer(t *testing.T) {
	a := newAgency(t, auth.Partner, auth.Admin)
	for name, c := range map[string]struct {
		signed    bool
		customers []string
		status    int
	}{
		"unsigned":           {false, []string{"mine"}, 401},
		"unsigned and empty": {false, []string{""}, 401},
		"doubled":            {true, []string{"mine", "mine"}, 400},
		"joined":             {true, []string{"mine,theirs"}, 400},
		"empty":              {true, []string{""}, 400},
		"no id":              {true, []string{"mine#x"}, 400},
		"a path":             {true, []string{"../mine"}, 400},
		"too long":           {true, []string{strings.Repeat("x", 65)}, 400},
	} {
		_, err := a.actsFor(c.signed, c.customers...)
		if p, refused := problem.As(err); !refused || p.Status != c.status || !strings.Contains(p.Public(), behalf) {
			t.Errorf("%s: %v, want %d and the header named", name, err, c.status)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "http://h/v2/x", http.NoBody)
	r.Header.Set(behalf, "theirs")
	auth.Sign(r, nil, a.key.ID, a.secret, a.wall.Now())
	r.Header.Set(behalf, "mine")
	if _, err := a.auth.Authenticate(t.Context(), r, nil, ""); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("another customer than was signed: %v, want 401", err)
	}
}

func TestABearerTokenNeedsNoSignedHeaderButOneCustomer(t *testing.T) {
	a := newAgency(t, auth.Partner, auth.Admin)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	issuer := a.issuer(key)
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": issuer.URL, "token_use": "access", "client_id": "client", "username": "agent", "exp": a.wall.Now().Add(time.Hour).Unix(),
	})
	token.Header["kid"] = "k"
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	call := func(customers ...string) (auth.Principal, error) {
		r := httptest.NewRequest(http.MethodGet, "http://h/", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+text)
		for _, c := range customers {
			r.Header.Add(behalf, c)
		}
		return a.auth.Authenticate(t.Context(), r, nil, "")
	}
	if p, err := call("mine"); err != nil || p.Party != "mine" || p.Agent != "partner" {
		t.Errorf("got %+v, %v", p, err)
	}
	for _, customers := range [][]string{{"mine", "mine"}, {""}, {"mine, mine"}} {
		if _, err := call(customers...); err == nil || !strings.Contains(err.Error(), "CBC.0100") {
			t.Errorf("%q: %v, want CBC.0100", customers, err)
		}
	}
}

func TestWithoutAnAuthorizationEveryCustomerLooksAlike(t *testing.T) {
	a := newAgency(t, auth.Partner, auth.Admin)
	_, unknown := a.actsFor(true, "nobody")
	refusal, refused := problem.As(unknown)
	if !refused || refusal.Status != 403 || !strings.Contains(refusal.Public(), "/v2/partners/customer-authorizations") {
		t.Fatalf("an unknown customer: %v, want 403 and how to get an authorization", unknown)
	}
	for _, id := range []string{"unasked", "theirs", "other"} {
		if _, err := a.actsFor(true, id); err == nil || strings.ReplaceAll(err.Error(), id, "nobody") != unknown.Error() {
			t.Errorf("%s: %v, want %v", id, err, unknown)
		}
	}
	for _, state := range []auth.AuthorizationState{"pending", "rejected", "revoked", "expired"} {
		a.authorization("partner", "unasked", state)
		if _, err := a.actsFor(true, "unasked"); !errors.Is(err, auth.ErrAccessDenied) {
			t.Errorf("one that is %s: %v, want 403", state, err)
		}
	}
}

func TestAnAuthorizationEndsAtOnce(t *testing.T) {
	for name, end := range map[string]func(a agency){
		"revoked": func(a agency) { a.authorization("partner", "mine", "revoked") },
		"the association ends": func(a agency) {
			a.customer(func(tx *table.Tx, c party.Party) error {
				_, err := party.Dissociate(context.Background(), a.db, tx, c, a.wall.Now())
				return err
			})
		},
		"it is switched": func(a agency) {
			a.customer(func(tx *table.Tx, c party.Party) error {
				next := c
				next.AssociationType = party.Referral
				return party.Change(context.Background(), a.db, tx, c, next)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAgency(t, auth.Partner, auth.Admin)
			if _, err := a.actsFor(true, "mine"); err != nil {
				t.Fatal(err)
			}
			end(a)
			if _, err := a.actsFor(true, "mine"); !errors.Is(err, auth.ErrAccessDenied) {
				t.Errorf("in the same second: %v, want 403", err)
			}
		})
	}
}

// customer changes the customer who has authorized the partner.
func (a agency) customer(change func(tx *table.Tx, c party.Party) error) {
	a.t.Helper()
	c, err := party.Get(context.Background(), a.db, "mine")
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(func(tx *table.Tx) {
		if err := change(tx, c); err != nil {
			a.t.Fatal(err)
		}
	})
}

func TestAResellerActsByItsDistributorsLeaveAsWell(t *testing.T) {
	a := newAgency(t, auth.Reseller, auth.Admin)
	if _, err := a.actsFor(true, "mine"); !errors.Is(err, auth.ErrAccessDenied) {
		t.Errorf("without it: %v, want 403", err)
	}
	key := auth.DistributorAuthorizationKey("partner")
	leave := &auth.DistributorAuthorization{Head: key.Head(), Distributor: "another"}
	a.write(func(tx *table.Tx) { tx.Create(leave) })
	if _, err := a.actsFor(true, "mine"); !errors.Is(err, auth.ErrAccessDenied) {
		t.Errorf("with a former distributor's: %v, want 403", err)
	}
	next := *leave
	next.Distributor = "dist"
	a.write(func(tx *table.Tx) { tx.Replace(leave, &next) })
	if p, err := a.actsFor(true, "mine"); err != nil || p.Party != "mine" {
		t.Errorf("with it: %+v, %v", p, err)
	}
	a.write(func(tx *table.Tx) { tx.Remove(&next) })
	if _, err := a.actsFor(true, "mine"); !errors.Is(err, auth.ErrAccessDenied) {
		t.Errorf("when it is taken back: %v, want 403", err)
	}
}

func TestUsersWithoutTheItemActForNobody(t *testing.T) {
	for _, role := range []auth.Role{auth.Finance, auth.AccountManager, auth.Supervisor} {
		a := newAgency(t, auth.Partner, role)
		if _, err := a.actsFor(true, "mine"); err == nil || !strings.Contains(err.Error(), "customer:operate") {
			t.Errorf("%s: %v, want the missing permission item named", role, err)
		}
	}
	a := newAgency(t, auth.Partner, auth.Admin)
	a.changeKey(func(k *auth.AccessKey) { k.Permissions = []auth.Permission{auth.CustomerRead} })
	if _, err := a.actsFor(true, "mine"); err == nil || !strings.Contains(err.Error(), "customer:operate") {
		t.Errorf("a narrower key: %v", err)
	}
	for kind, id := range map[auth.Kind]auth.Role{auth.Customer: auth.Admin, auth.Vendor: auth.Admin} {
		a := newAgency(t, kind, id)
		if _, err := a.actsFor(true, "mine"); err == nil || !strings.Contains(err.Error(), "CBC.0155") {
			t.Errorf("a %s: %v, want CBC.0155", kind, err)
		}
	}
}
