package party_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

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

func TestNobodyGivesMoreThanItHas(t *testing.T) {
	o, vendor := newOffice(t)
	var narrow issued
	items, err := json.Marshal(append(auth.PermissionsOf(auth.Vendor, []auth.Role{auth.Reviewer}), auth.UserManage)) // what a reviewer has, whoever adds to it
	if err != nil {
		t.Fatal(err)
	}
	in(t, o.call(vendor, "POST", "/v2/iam/access-keys", `{"permissions":`+string(items)+`}`), &narrow)
	by := credential{narrow.Key, narrow.Secret}
	o.key("vendor", auth.Vendor, auth.Finance)
	for name, c := range map[string]struct{ method, path, body, missing string }{
		"a key for itself":      {"POST", "/v2/iam/access-keys", `{"user_id":"vendor-finance","permissions":["party:read"]}`, ""},
		"a wider key":           {"POST", "/v2/iam/access-keys", `{}`, "permission item"},
		"an administrator":      {"POST", "/v2/iam/users", `{"name":"Eve","roles":["admin"]}`, "permission item"},
		"an administrator made": {"PUT", "/v2/iam/users/vendor-finance/roles", `{"roles":["admin"]}`, "permission item"},
		"a narrower role":       {"PUT", "/v2/iam/users/vendor-finance/roles", `{"roles":["reviewer"]}`, ""},
	} {
		w := o.call(by, c.method, c.path, c.body)
		if c.missing != "" {
			refused(t, w, 403, "CBC.0155", c.missing)
		} else if w.Code >= 400 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestWhatAKeyCannotHaveIsRefused(t *testing.T) {
	o, vendor := newOffice(t)
	for body, says := range map[string]string{
		`{"permissions":["account:read"]}`:            "account:read",
		`{"permissions":["nonsense"]}`:                "nonsense",
		`{"sources":["203.0.113.7"]}`:                 "CIDR",
		`{"permissions":["party:read","party:read"]}`: "unique",
	} {
		refused(t, o.call(vendor, "POST", "/v2/iam/access-keys", body), 400, "CBC.0100", says)
	}
	refused(t, o.call(vendor, "POST", "/v2/iam/access-keys", `{"user_id":"nobody"}`), 404, "CBC.0404", "nobody")
	refused(t, o.call(vendor, "PUT", "/v2/iam/access-keys/"+vendor.ak, `{"status":"sleeping"}`), 400, "CBC.0100", "status")
}

func TestARepeatedIssueShowsTheKeyWithoutItsSecret(t *testing.T) {
	o, vendor := newOffice(t)
	var first, second issued
	in(t, o.keyed(vendor, "k1", "POST", "/v2/iam/access-keys", `{}`), &first)
	w := o.keyed(vendor, "k1", "POST", "/v2/iam/access-keys", `{}`)
	in(t, w, &second)
	if first.Key != second.Key || first.Secret == "" || second.Secret != "" || w.Header().Get("Idempotent-Replay") != "true" {
		t.Errorf("got key %s with a secret: %t, then %s with a secret: %t", first.Key, first.Secret != "", second.Key, second.Secret != "")
	}
}

func TestARepeatedInvitationIsOne(t *testing.T) {
	o, vendor := newOffice(t)
	var first, second struct {
		ID string `json:"user_id"`
	}
	body := `{"name":"Bob","email":"bob@vendor.example","roles":["finance"]}`
	in(t, o.keyed(vendor, "k1", "POST", "/v2/iam/users", body), &first)
	in(t, o.keyed(vendor, "k1", "POST", "/v2/iam/users", body), &second)
	if first != second || len(o.people.known) != 1 {
		t.Errorf("got %v and %v; %v sign in", first, second, o.people.known)
	}
}

const rolesPath = "/v2/iam/roles"

// made makes a custom role, and gives its id.
func (o *office) made(by credential, name, items string) string {
	o.t.Helper()
	var role struct {
		ID string `json:"role_id"`
	}
	in(o.t, o.keyed(by, name, "POST", rolesPath, fmt.Sprintf(`{"name":%q,"permissions":[%s]}`, name, items)), &role)
	return role.ID
}

func TestACustomRoleIsItsPermissionItems(t *testing.T) {
	o, _ := newOffice(t)
	admin, other := o.key("partner-1", auth.Partner, auth.Admin), o.key("partner-2", auth.Partner, auth.Admin)
	role := o.made(admin, "users", `"user:manage"`)
	for _, body := range []string{`{"name":"Cat","roles":["custom"]}`, `{"name":"Cat","roles":["custom:none"]}`, `{"name":"Cat","roles":[]}`} {
		refused(t, o.call(admin, "POST", "/v2/iam/users", body), 400, "CBC.0100", "roles")
	}
	refused(t, o.call(other, "POST", "/v2/iam/users", `{"name":"Cat","roles":["`+role+`"]}`), 400, "CBC.0100", "roles")
	var u struct {
		ID string `json:"user_id"`
	}
	in(t, o.call(admin, "POST", "/v2/iam/users", `{"name":"Cat","roles":["`+role+`"]}`), &u)
	var key issued
	in(t, o.call(admin, "POST", "/v2/iam/access-keys", `{"user_id":"`+u.ID+`"}`), &key)
	cat := credential{key.Key, key.Secret}
	if w := o.call(cat, "GET", "/v2/iam/users", ""); w.Code != 200 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	refused(t, o.call(cat, "GET", "/v2/iam/access-keys", ""), 403, "CBC.0155", "key:manage")
	refused(t, o.call(cat, "POST", rolesPath, `{"name":"more","permissions":["account:read"]}`), 403, "CBC.0155", "account:read")
	refused(t, o.call(admin, "DELETE", rolesPath+"/"+role, ""), 409, "CBC.99001016", u.ID)
	refused(t, o.call(other, "PUT", rolesPath+"/"+role, `{"name":"x","permissions":["user:manage"]}`), 404, "CBC.0404", role)
	if w := o.call(admin, "PUT", rolesPath+"/"+role, `{"name":"keys","permissions":["key:manage"]}`); w.Code != 200 {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	o.clock.Advance(61 * time.Second)
	refused(t, o.call(cat, "GET", "/v2/iam/users", ""), 403, "CBC.0155", "user:manage")
	if w := o.call(admin, "PUT", "/v2/iam/users/"+u.ID+"/roles", `{"roles":["sales"]}`); w.Code != 200 {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	if w := o.call(admin, "DELETE", rolesPath+"/"+role, ""); w.Code != 204 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestAKeyIsWithinWhatItsUserHasByCustomRoles(t *testing.T) {
	o, _ := newOffice(t)
	admin := o.key("partner-1", auth.Partner, auth.Admin)
	manages, pays := o.made(admin, "manages", `"user:manage","key:manage"`), o.made(admin, "pays", `"account:adjust","account:read"`)
	manager := o.keyOf(auth.NewUser("manager", "partner-1", auth.Partner, "M", "", []auth.Role{auth.Role(manages)}))
	o.keyOf(auth.NewUser("cashier", "partner-1", auth.Partner, "C", "", []auth.Role{auth.Role(pays)}))
	refused(t, o.call(manager, "POST", "/v2/iam/access-keys", `{"user_id":"cashier"}`), 403, "CBC.0155", "account:adjust")
	const narrow = `{"user_id":"cashier","permissions":["account:read"]}`
	refused(t, o.call(manager, "POST", "/v2/iam/access-keys", narrow), 403, "CBC.0155", "account:read")
	var key issued
	in(t, o.call(admin, "POST", "/v2/iam/access-keys", narrow), &key)
}

func TestAPartyHasTenCustomRolesAtMost(t *testing.T) {
	o, _ := newOffice(t)
	admin := o.key("partner-1", auth.Partner, auth.Admin)
	first := o.made(admin, "same", `"user:manage"`)
	if again := o.made(admin, "same", `"user:manage"`); again != first {
		t.Errorf("a repeat made %s, want %s", again, first)
	}
	var all sync.WaitGroup
	for n := range 12 {
		all.Go(func() {
			o.keyed(admin, fmt.Sprint("role", n), "POST", rolesPath, fmt.Sprintf(`{"name":"r%d","permissions":["user:manage"]}`, n))
		})
	}
	all.Wait()
	for n := range 10 { // in the place of those that gave way to others
		o.call(admin, "POST", rolesPath, fmt.Sprintf(`{"name":"s%d","permissions":["user:manage"]}`, n))
	}
	refused(t, o.call(admin, "POST", rolesPath, `{"name":"x","permissions":["user:manage"]}`), 400, "CBC.99001017", "10 custom roles")
	var out struct {
		Roles []struct {
			Preset bool     `json:"preset"`
			Items  []string `json:"permissions"`
		} `json:"roles"`
	}
	in(t, o.call(admin, "GET", rolesPath, ""), &out)
	own := 0
	for _, r := range out.Roles {
		if !r.Preset {
			own++
		}
	}
	if own != 10 || len(out.Roles) != 15 {
		t.Errorf("%d of %d roles are its own, want 10 of 15", own, len(out.Roles))
	}
	refused(t, o.call(admin, "POST", rolesPath, `{"name":"x","permissions":["party:create"]}`), 400, "CBC.0100", "party:create")
	refused(t, o.call(admin, "POST", rolesPath, `{"name":"x","permissions":[]}`), 400, "CBC.0100", "permissions")
}

func TestAPartyKeepsAnAdministrator(t *testing.T) {
	o, ann := newOffice(t)
	bob := o.keyOf(auth.NewUser("bob", "vendor", auth.Vendor, "Bob", "", []auth.Role{auth.Admin}))
	for _, by := range []credential{ann, bob} { // both are known to be administrators, for a minute
		if w := o.call(by, "GET", "/v2/iam/users", ""); w.Code != 200 {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	if w := o.call(ann, "DELETE", "/v2/iam/users/bob", ""); w.Code != 204 {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	refused(t, o.call(bob, "DELETE", "/v2/iam/users/vendor-admin", ""), 403, "CBC.0155", "no longer")
	refused(t, o.call(bob, "PUT", "/v2/iam/users/vendor-admin/roles", `{"roles":["finance"]}`), 403, "CBC.0155", "no longer")
	refused(t, o.call(bob, "POST", "/v2/iam/users", `{"name":"Bob again","roles":["admin"]}`), 403, "CBC.0155", "no longer")
	refused(t, o.call(bob, "POST", "/v2/iam/access-keys", `{"user_id":"vendor-admin"}`), 403, "CBC.0155", "no longer")
	refused(t, o.call(bob, "PUT", "/v2/iam/access-keys/"+ann.ak, `{"status":"disabled"}`), 403, "CBC.0155", "no longer")
	refused(t, o.call(bob, "DELETE", "/v2/iam/access-keys/"+ann.ak, ""), 403, "CBC.0155", "no longer")
}

func TestNobodyChangesARoleThatItWasGivenAMomentAgo(t *testing.T) {
	o, _ := newOffice(t)
	ann := o.key("partner-1", auth.Partner, auth.Admin)
	bob := o.keyOf(auth.NewUser("bob", "partner-1", auth.Partner, "Bob", "", []auth.Role{auth.Admin}))
	role := o.made(ann, "users", `"user:manage"`)
	if w := o.call(bob, "GET", rolesPath, ""); w.Code != 200 { // he is known to be an administrator, for a minute
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	for _, w := range []*httptest.ResponseRecorder{
		o.call(ann, "PUT", "/v2/iam/users/bob/roles", `{"roles":["`+role+`"]}`), o.call(bob, "DELETE", "/v2/iam/users/partner-1-admin", ""),
	} {
		if w.Code >= 300 {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	refused(t, o.call(bob, "PUT", rolesPath+"/"+role, `{"name":"x","permissions":["key:manage"]}`), 400, "CBC.0100", "itself")
}

func TestAUserIsOfTheKindThatItsPartyHasBecome(t *testing.T) {
	o, _ := newOffice(t)
	tx := table.NewTx()
	account := party.Party{Row: party.Row{ID: "account", Kind: auth.Customer, Name: "A"}}
	party.Create(tx, account, "test", o.clock.Now())
	if err := o.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	admin := o.key("account", auth.Customer, auth.Admin)
	if w := o.call(admin, "GET", "/v2/iam/users", ""); w.Code != 200 { // it is known to be a customer's, for a minute
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	account, err := party.Get(t.Context(), o.db, "account")
	if err != nil {
		t.Fatal(err)
	}
	tx = table.NewTx()
	if _, err := party.Become(t.Context(), o.db, tx, account, auth.Partner, "", "test", o.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := o.db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	const wish = `{"name":"F","roles":["finance"]}`
	refused(t, o.call(admin, "POST", "/v2/iam/users", wish), 403, "CBC.0155", "account:adjust")
	o.clock.Advance(time.Minute)
	var made struct {
		ID auth.UserID `json:"user_id"`
	}
	in(t, o.call(admin, "POST", "/v2/iam/users", wish), &made)
	u, err := auth.LoadUser(t.Context(), o.db, made.ID)
	if err != nil || u.Kind != auth.Partner {
		t.Errorf("the user is a %s's, %v", u.Kind, err)
	}
}

func TestTwoAdministratorsWhoRemoveEachOtherLeaveOne(t *testing.T) {
	o, _ := newOffice(t)
	o.keyOf(auth.NewUser("bob", "vendor", auth.Vendor, "Bob", "", []auth.Role{auth.Admin}))
	s := party.New(o.env)
	var wait sync.WaitGroup
	for by, whom := range map[auth.UserID]auth.UserID{"vendor-admin": "bob", "bob": "vendor-admin"} {
		wait.Go(func() {
			_ = s.Expel(context.Background(), auth.Principal{Party: "vendor", Kind: auth.Vendor, User: by}, whom)
		})
	}
	wait.Wait()
	left := 0
	for _, id := range []auth.UserID{"vendor-admin", "bob"} {
		if err := o.db.Get(context.Background(), auth.UserKey(id), new(auth.User)); err == nil {
			left++
		}
	}
	if left != 1 {
		t.Errorf("%d administrators are left, want one", left)
	}
}

func TestARemovalThatWasCutShortIsFinishedByTheNext(t *testing.T) {
	o, vendor := newOffice(t)
	var u struct {
		ID string `json:"user_id"`
	}
	in(t, o.call(vendor, "POST", "/v2/iam/users", `{"name":"Bob","email":"bob@vendor.example","roles":["finance"]}`), &u)
	s := party.New(o.env)
	s.Table = o.db.WithFault(func(op table.Op) table.Verdict {
		if op.Kind == table.OpTx {
			return table.CrashBefore
		}
		return table.Pass
	})
	by := auth.Principal{Party: "vendor", Kind: auth.Vendor, User: "vendor-admin"}
	if err := s.Expel(context.Background(), by, auth.UserID(u.ID)); err == nil || len(o.people.known) != 0 {
		t.Errorf("got %v, and %v sign in", err, o.people.known)
	}
	if w := o.call(vendor, "DELETE", "/v2/iam/users/"+u.ID, ""); w.Code != 204 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}
