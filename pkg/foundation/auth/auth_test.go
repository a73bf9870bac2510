package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

// gate is an authenticator with one user and its access key.
type gate struct {
	t      *testing.T
	db     *table.Client
	wall   *clock.Fake
	auth   *auth.Authenticator
	user   *auth.User
	key    *auth.AccessKey
	secret string
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{t: t, db: tabletest.New(t), wall: clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))}
	sealer := auth.LocalSealer{Key: []byte(strings.Repeat("k", 32))}
	g.auth = &auth.Authenticator{Table: g.db, Sealer: sealer, Wall: g.wall}
	g.user = auth.NewUser("user-1", "cust-1", auth.Customer, "Ann", "", []auth.Role{auth.Admin})
	var err error
	if g.key, g.secret, err = auth.Issue(context.Background(), sealer, g.user, g.wall.Now()); err != nil {
		t.Fatal(err)
	}
	g.write(func(tx *table.Tx) { tx.Create(g.user); tx.Create(g.key) })
	return g
}

func (g *gate) write(add func(*table.Tx)) {
	g.t.Helper()
	tx := table.NewTx()
	add(tx)
	if err := g.db.Commit(context.Background(), tx); err != nil {
		g.t.Fatal(err)
	}
}

func (g *gate) enterAs(key, secret string) (auth.Principal, error) {
	r := httptest.NewRequest(http.MethodGet, "http://h/v2/x", http.NoBody)
	auth.Sign(r, nil, key, secret, g.wall.Now())
	return g.auth.Authenticate(context.Background(), r, nil, "")
}

func (g *gate) enter(source, domain string) (auth.Principal, error) {
	r := httptest.NewRequest(http.MethodGet, "http://h/v2/x", http.NoBody)
	if domain != "" {
		r.Header.Set("X-Domain-Id", domain)
	}
	auth.Sign(r, nil, g.key.ID, g.secret, g.wall.Now())
	return g.auth.Authenticate(context.Background(), r, nil, source)
}

// changeKey changes the key behind the authenticator's back.
func (g *gate) changeKey(change func(*auth.AccessKey)) {
	g.t.Helper()
	var old auth.AccessKey
	if err := g.db.Get(context.Background(), auth.AccessKeyKey(g.key.ID), &old); err != nil {
		g.t.Fatal(err)
	}
	next := old
	change(&next)
	g.write(func(tx *table.Tx) { tx.Replace(&old, &next) })
}

func TestAnAccessKeyIsItsUser(t *testing.T) {
	g := newGate(t)
	p, err := g.enter("203.0.113.7", "cust-1")
	if err != nil {
		t.Fatal(err)
	}
	if p.Party != "cust-1" || p.Kind != auth.Customer || p.User != "user-1" || !p.May(auth.SubscriptionRenew) || p.Signature == "" {
		t.Errorf("got %+v", p)
	}
	if strings.Contains(p.Masked(), g.key.ID) {
		t.Errorf("the masked principal %q tells the key", p.Masked())
	}
}

func TestASecretIsSealedInTheTable(t *testing.T) {
	g := newGate(t)
	if strings.Contains(string(g.key.Secret), g.secret) || len(g.secret) < 32 {
		t.Errorf("the secret of %d characters is readable", len(g.secret))
	}
	sealer := auth.LocalSealer{Key: []byte(strings.Repeat("k", 32))}
	if _, err := sealer.Open(context.Background(), g.key.Secret, "access-key:another"); err == nil {
		t.Error("a sealed secret opens for another key")
	}
}

func TestAnotherPartysDomainIsDenied(t *testing.T) {
	g := newGate(t)
	_, err := g.enter("", "cust-2")
	if !errors.Is(err, auth.ErrAccessDenied) {
		t.Errorf("got %v, want CBC.0151", err)
	}
}

func TestWhatWasTakenAwayEndsWithinAMinute(t *testing.T) {
	for name, change := range map[string]func(g *gate){
		"a key that was disabled": func(g *gate) { g.changeKey(func(k *auth.AccessKey) { k.Disabled = true }) },
		"a key that was deleted": func(g *gate) {
			var old auth.AccessKey
			if err := g.db.Get(context.Background(), auth.AccessKeyKey(g.key.ID), &old); err != nil {
				g.t.Fatal(err)
			}
			g.write(func(tx *table.Tx) { tx.Remove(&old) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t)
			if _, err := g.enter("", ""); err != nil {
				t.Fatal(err)
			}
			change(g)
			g.wall.Advance(time.Minute)
			if _, err := g.enter("", ""); !errors.Is(err, auth.ErrUnauthenticated) {
				t.Errorf("got %v, want 401", err)
			}
		})
	}
	t.Run("a role", func(t *testing.T) {
		g := newGate(t)
		if p, err := g.enter("", ""); err != nil || !p.May(auth.UserManage) {
			t.Fatalf("got %+v, %v", p, err)
		}
		next := *g.user
		next.Roles = []auth.Role{auth.Finance}
		g.write(func(tx *table.Tx) { tx.Replace(g.user, &next) })
		g.wall.Advance(time.Minute)
		if p, err := g.enter("", ""); err != nil || p.May(auth.UserManage) {
			t.Errorf("got %+v, %v, want no user:manage", p.Permissions, err)
		}
	})
}

func TestAKeyCanBeNarrowerThanItsUser(t *testing.T) {
	g := newGate(t)
	g.changeKey(func(k *auth.AccessKey) {
		k.Permissions, k.Sources = []auth.Permission{auth.SubscriptionRead}, []string{"203.0.113.0/24"}
	})
	p, err := g.enter("203.0.113.7", "")
	if err != nil || len(p.Permissions) != 1 || !p.May(auth.SubscriptionRead) {
		t.Errorf("got %v, %v", p.Permissions, err)
	}
	for _, source := range []string{"198.51.100.1", "", "nonsense"} {
		if _, err := g.enter(source, ""); !errors.Is(err, auth.ErrUnauthenticated) {
			t.Errorf("from %q: %v, want 401", source, err)
		}
	}
}

func TestTheLastUseIsWrittenOnceAnHour(t *testing.T) {
	g := newGate(t)
	var m table.Meter
	ctx := table.WithMeter(context.Background(), &m)
	for range 59 {
		r := httptest.NewRequest(http.MethodGet, "http://h/v2/x", http.NoBody)
		auth.Sign(r, nil, g.key.ID, g.secret, g.wall.Now())
		if _, err := g.auth.Authenticate(ctx, r, nil, ""); err != nil {
			t.Fatal(err)
		}
		g.wall.Advance(time.Minute)
	}
	if got := m.Read().WCU; got != 1 {
		t.Errorf("an hour of calls wrote %v units, want 1", got)
	}
	var key auth.AccessKey
	if err := g.db.Get(context.Background(), auth.AccessKeyKey(g.key.ID), &key); err != nil || !key.LastUsed.Equal(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the last use is %s, %v", key.LastUsed, err)
	}
}

func TestNobodyLearnsWhichAccessKeysExist(t *testing.T) {
	g := newGate(t)
	_, known := g.enterAs(g.key.ID, "another secret")
	_, unknown := g.enterAs("AKNOBODY", "another secret")
	g.changeKey(func(k *auth.AccessKey) { k.Disabled = true })
	g.wall.Advance(time.Minute)
	_, disabled := g.enterAs(g.key.ID, g.secret)
	for name, err := range map[string]error{"a wrong secret": known, "a disabled key": disabled} {
		if !errors.Is(err, auth.ErrUnauthenticated) || err.Error() != unknown.Error() {
			t.Errorf("%s answers %v, an unknown key %v", name, err, unknown)
		}
	}
}

func TestAnOldRequestIsRefusedBeforeAnythingIsRead(t *testing.T) {
	g := newGate(t)
	r := httptest.NewRequest(http.MethodGet, "http://h/v2/x", http.NoBody)
	auth.Sign(r, nil, g.key.ID, g.secret, g.wall.Now().Add(-16*time.Minute))
	var m table.Meter
	_, err := g.auth.Authenticate(table.WithMeter(context.Background(), &m), r, nil, "")
	if !errors.Is(err, auth.ErrUnauthenticated) || m.Read().RoundTrips != 0 {
		t.Errorf("got %v after %d round trips", err, m.Read().RoundTrips)
	}
}

func TestACustomRoleHoldsNoMoreThanAnAdministrator(t *testing.T) {
	g := newGate(t)
	key := auth.CustomRolesKey("p")
	role := auth.CustomRole{ID: auth.NewCustomRole("r"), Name: "R", Items: []auth.Permission{auth.SubscriptionRead, auth.PartyCreate}}
	u := auth.NewUser("u", "p", auth.Partner, "Cat", "", []auth.Role{role.ID, "custom:gone"})
	g.write(func(tx *table.Tx) {
		tx.Create(&auth.CustomRoles{Head: key.Head(), Of: []auth.CustomRole{role}})
		tx.Create(u)
	})
	read, err := auth.LoadUser(t.Context(), g.db, "u")
	if got := read.Permissions(); err != nil || len(got) != 1 || got[0] != auth.SubscriptionRead {
		t.Errorf("got %v (%v), want what a partner's administrator has of it", got, err)
	}
}

func TestCredentialsThatAreNoneLookAlike(t *testing.T) {
	g := newGate(t)
	for name, header := range map[string]string{
		"nothing": "", "a password": "Basic QWxhZGRpbg==", "half a signature": "SDK-HMAC-SHA256 Access=" + g.key.ID,
		"an unknown key":        "SDK-HMAC-SHA256 Access=AKNOBODY, SignedHeaders=x-sdk-date, Signature=00",
		"a key longer than any": "SDK-HMAC-SHA256 Access=" + strings.Repeat("A", 3000) + ", SignedHeaders=x-sdk-date, Signature=00",
	} {
		r := httptest.NewRequest(http.MethodGet, "http://h/v2/x", http.NoBody)
		r.Header.Set("Authorization", header)
		r.Header.Set("X-Sdk-Date", g.wall.Now().Format("20060102T150405Z"))
		_, err := g.auth.Authenticate(context.Background(), r, nil, "")
		refusal, ok := problem.As(err)
		if !ok || refusal.Status != http.StatusUnauthorized || refusal.Code != "APIG.0301" {
			t.Errorf("%s: got %v, want 401 APIG.0301", name, err)
		}
	}
}

func TestTheDefaultIsRefusal(t *testing.T) {
	nobody := auth.Principal{Kind: auth.Vendor, Permissions: auth.PermissionsOf(auth.Vendor, []auth.Role{auth.Admin})}
	if err := (auth.Allow{}).Permits(nobody); err == nil || !(auth.Allow{}).Nobody() {
		t.Error("the zero Allow lets somebody in")
	}
	finance := auth.Principal{Kind: auth.Customer, Permissions: auth.PermissionsOf(auth.Customer, []auth.Role{auth.Finance})}
	allow := auth.Only(auth.Customer, auth.SubscriptionAutoRenew)
	if err := allow.Permits(finance); err == nil || !strings.Contains(err.Error(), string(auth.SubscriptionAutoRenew)) {
		t.Errorf("got %v, want the missing permission item named", err)
	}
	if err := allow.Or(auth.Vendor, auth.PartyRead).Permits(nobody); err != nil {
		t.Error(err)
	}
}

func TestTheKeyringGivesEverybodyTheSameKey(t *testing.T) {
	db, sealer := tabletest.New(t), auth.LocalSealer{Key: []byte(strings.Repeat("k", 32))}
	one, other := &auth.Keyring{Table: db, Sealer: sealer}, &auth.Keyring{Table: db, Sealer: sealer}
	idA, a, errA := one.Key(context.Background(), "marker")
	idB, b, errB := other.Key(context.Background(), "marker")
	_, c, errC := other.Key(context.Background(), "link")
	if errA != nil || errB != nil || errC != nil || idA != idB || string(a) != string(b) || string(a) == string(c) || len(a) != 32 {
		t.Errorf("got %s and %s (%v, %v, %v)", idA, idB, errA, errB, errC)
	}
}
