package party_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
)

// mayCall says by hand who may call each operation: "vendor" roles, or any kind's. Whoever is not named is refused.
var mayCall = map[string]map[auth.Kind]string{
	"CreateParty":        {auth.Vendor: "admin"},
	"ListParties":        {auth.Vendor: "admin operations finance reviewer"},
	"ShowParty":          {auth.Vendor: "admin operations finance reviewer"},
	"SetPartyStanding":   {auth.Vendor: "admin operations"},
	"InviteUser":         administrators,
	"ListUsers":          administrators,
	"SetUserRoles":       administrators,
	"ListRoles":          administrators,
	"CreateRole":         partnersAdmin,
	"ChangeRole":         partnersAdmin,
	"DeleteRole":         partnersAdmin,
	"RemoveUser":         administrators,
	"IssueAccessKey":     everybody,
	"ListAccessKeys":     everybody,
	"SetAccessKeyStatus": everybody,
	"DeleteAccessKey":    everybody,
	"ListFailedWork":     {auth.Vendor: "admin operations"},
	"RedriveFailedWork":  {auth.Vendor: "admin operations"},
}

var administrators = map[auth.Kind]string{
	auth.Vendor: "admin", auth.Distributor: "admin", auth.Reseller: "admin", auth.Partner: "admin", auth.Customer: "admin",
}

var partnersAdmin = map[auth.Kind]string{auth.Distributor: "admin", auth.Reseller: "admin", auth.Partner: "admin"}

const ofPartners = "admin account_manager supervisor finance sales"

var everybody = map[auth.Kind]string{
	auth.Vendor: "admin operations finance reviewer", auth.Distributor: ofPartners, auth.Reseller: ofPartners, auth.Partner: ofPartners,
	auth.Customer: "admin finance",
}

func TestOnlyThoseWhoMayCallAnOperationCan(t *testing.T) {
	o, _ := newOffice(t)
	operations := o.api.Operations()
	if len(operations) != len(mayCall) {
		t.Errorf("%d operations, and expectations of %d", len(operations), len(mayCall))
	}
	for _, kind := range auth.Kinds() {
		for _, role := range auth.RolesOf(kind) {
			by := o.keyOf(auth.NewUser(auth.UserID("walker-"+string(kind)+"-"+string(role)), auth.PartyID("p-"+string(kind)), kind, "W", "", []auth.Role{role}))
			for _, op := range operations {
				w := o.call(by, op.Method, strings.NewReplacer("{", "no-", "}", "").Replace(op.Path), "")
				may := slices.Contains(strings.Fields(mayCall[op.ID][kind]), string(role))
				if denied := w.Code == http.StatusForbidden; denied == may || w.Code == http.StatusUnauthorized {
					t.Errorf("%s by a %s's %s: %d %s, and it may: %t", op.ID, kind, role, w.Code, w.Body, may)
				}
			}
		}
	}
}

func TestRequestsThatAreNotTheirSignersAreRefused(t *testing.T) {
	o, vendor := newOffice(t)
	const path, body = "/v2/iam/users", `{"name":"Bob","roles":["finance"]}`
	for name, c := range map[string]struct {
		sign   func(r *http.Request)
		status int
		code   string
	}{
		"a wrong key": {func(r *http.Request) { auth.Sign(r, []byte(body), vendor.ak, "another", o.clock.Now()) }, 401, "APIG.0301"},
		"an old date": {func(r *http.Request) {
			auth.Sign(r, []byte(body), vendor.ak, vendor.sk, o.clock.Now().Add(-16*time.Minute))
		}, 401, "APIG.0301"},
		"altered body": {func(r *http.Request) { auth.Sign(r, []byte(`{}`), vendor.ak, vendor.sk, o.clock.Now()) }, 401, "APIG.0301"},
		"altered query": {func(r *http.Request) {
			auth.Sign(r, []byte(body), vendor.ak, vendor.sk, o.clock.Now())
			r.URL.RawQuery = "limit=1"
		}, 401, "APIG.0301"},
		"an unsigned date": {func(r *http.Request) {
			auth.Sign(r, []byte(body), vendor.ak, vendor.sk, o.clock.Now())
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "=x-sdk-date", "=content-type", 1))
		}, 401, "APIG.0301"},
		"an unsigned domain": {func(r *http.Request) {
			auth.Sign(r, []byte(body), vendor.ak, vendor.sk, o.clock.Now())
			r.Header.Set("X-Domain-Id", "vendor")
		}, 403, "CBC.0151"},
		"another's domain": {func(r *http.Request) {
			r.Header.Set("X-Domain-Id", "partner-1")
			auth.Sign(r, []byte(body), vendor.ak, vendor.sk, o.clock.Now())
		}, 403, "CBC.0151"},
		"an unsigned payload": {func(r *http.Request) {
			r.Header.Set("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD")
			auth.Sign(r, []byte(body), vendor.ak, vendor.sk, o.clock.Now())
		}, 401, "APIG.0301"},
		"no credential": {func(*http.Request) {}, 401, "APIG.0301"},
	} {
		t.Run(name, func(t *testing.T) {
			r := o.request("POST", path, body)
			c.sign(r)
			refused(t, o.send(r), c.status, c.code, "")
		})
	}
	var list struct {
		Total int `json:"total_count"`
	}
	if in(t, o.call(vendor, "GET", path, ""), &list); list.Total != 1 {
		t.Errorf("%d users after requests that were all refused, want 1", list.Total)
	}
}

func TestARoleThatWasTakenAwayEndsWithinAMinute(t *testing.T) {
	o, vendor := newOffice(t)
	bob := o.keyOf(auth.NewUser("bob", "vendor", auth.Vendor, "Bob", "", []auth.Role{auth.Admin}))
	if w := o.call(bob, "GET", "/v2/iam/users", ""); w.Code != 200 {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	if w := o.call(vendor, "PUT", "/v2/iam/users/bob/roles", `{"roles":["reviewer"]}`); w.Code != 200 {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	o.clock.Advance(time.Minute)
	refused(t, o.call(bob, "GET", "/v2/iam/users", ""), 403, "CBC.0155", "user:manage")
}
