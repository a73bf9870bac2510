package customer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/party"
)

type precheckOut struct {
	Passed bool   `json:"passed"`
	Failed []item `json:"fail_check_items"`
}

func (w *world) prechecks(who caller, id string, target int) precheckOut {
	w.t.Helper()
	var out precheckOut
	w.call(who, "POST", requestsPath+"/precheck", "{"+wants(id, target)+"}").Into(w.t, &out)
	return out
}

// obstacles lets the vendor say what is in the way of a customer.
func (w *world) obstacles(id, list string) {
	w.t.Helper()
	w.call(vendorAdmin, "PUT", "/v2/vendor/customers/"+id+"/association-obstacles", `{"obstacles":[`+list+`]}`).Into(w.t, nil)
}

func TestEachGuardIsToldByThePrecheckAndRefusesTheRequest(t *testing.T) {
	obstacle := func(name string) func(*world, *stub) {
		return func(w *world, _ *stub) { w.obstacles("c", `"`+name+`"`) }
	}
	for _, c := range []struct {
		code   string
		target int
		set    func(*world, *stub)
	}{
		{"INDEPENDENT_MEMBERS", 0, obstacle("INDEPENDENT_MEMBERS")},
		{"INDEPENDENT_MEMBER", 0, obstacle("INDEPENDENT_MEMBER")},
		{"RESERVED_INSTANCE", party.Referral, obstacle("RESERVED_INSTANCE")},
		{"SUPPORT_PLAN", 0, obstacle("SUPPORT_PLAN")},
		{"ARREARS", 0, obstacle("ARREARS")},
		{"SPECIAL_CONTRACT", 0, obstacle("SPECIAL_CONTRACT")},
		{"PICKUP_COUPON", party.Referral, obstacle("PICKUP_COUPON")},
		{"ORDER_AWAITS_PARTNER_PAYMENT", 0, func(_ *world, s *stub) { s.payments = []string{"CS1"} }},
		{"CUSTOMER_FROZEN", 0, func(w *world, _ *stub) {
			w.change("c", func(p *party.Party) { p.Profile.Frozen = party.AccountFrozen })
		}},
		{"PARTNER_FROZEN", 0, func(w *world, _ *stub) { w.change("partner", func(p *party.Party) { p.Standing = party.Frozen }) }},
		{"LIVE_REQUEST", 0, func(w *world, _ *stub) { w.requested(w.call(as("c"), "POST", ownRequestsPath, customerAsks)) }},
	} {
		t.Run(c.code, func(t *testing.T) {
			w, s := newParting(t)
			w.customer("c", "partner")
			if got := w.prechecks(admin, "c", c.target); !got.Passed || len(got.Failed) != 0 {
				t.Fatalf("before: %+v", got)
			}
			c.set(w, s)
			got := w.prechecks(admin, "c", c.target)
			if c.code == "LIVE_REQUEST" { // by whose being made another guard fails as well
				got.Failed = got.Failed[:1]
			}
			if got.Passed || codes(got.Failed) != c.code || got.Failed[0].Message == "" || got.Failed[0].Action == "" {
				t.Errorf("got %+v", got)
			}
			w.asks(admin, "c", c.target).Refused(t, 400, "CBC.99001005", c.code+": ")
			if c.code != "LIVE_REQUEST" {
				var own precheckOut
				w.call(as("c"), "POST", ownRequestsPath+"/precheck", "").Into(t, &own)
				if c.target == 0 && codes(own.Failed) != c.code {
					t.Errorf("the customer is told %+v", own)
				}
			}
		})
	}
}

func TestSeveralGuardsAreToldAtOnce(t *testing.T) {
	w, s := newParting(t)
	w.customer("c", "partner")
	w.obstacles("c", `"SPECIAL_CONTRACT","ARREARS","ARREARS"`)
	s.payments = []string{"CS1"}
	want := "ORDER_AWAITS_PARTNER_PAYMENT ARREARS SPECIAL_CONTRACT"
	if got := w.prechecks(admin, "c", 0); codes(got.Failed) != want {
		t.Errorf("got %+v, want %s", got, want)
	}
	w.obstacles("c", "")
	s.payments = nil
	if got := w.prechecks(admin, "c", 0); !got.Passed {
		t.Errorf("mended: %+v", got)
	}
}

func TestOnlyTheAdministratorEndsAnAssociation(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	w.change("c", func(p *party.Party) { p.Profile.Manager = "account_manager" })
	r := w.requested(w.call(as("c"), "POST", ownRequestsPath, customerAsks))
	for _, role := range []string{"account_manager", "supervisor", "finance", "sales", "custom"} {
		who := caller("partner partner " + role)
		w.asks(who, "c", 0).Refused(t, 403, "CBC.0155", "")
		w.call(who, "POST", requestsPath+"/"+r.ID+"/decide", agrees).Refused(t, 403, "CBC.0155", "")
		w.call(who, "POST", requestsPath+"/"+r.ID+"/withdraw", "").Refused(t, 403, "CBC.0155", "")
		if role == "custom" {
			continue
		}
		if got := w.prechecks(who, "c", 0); got.Passed || got.Failed[0].Code != "NOT_PARTNER_ADMIN" {
			t.Errorf("%s is told %+v", role, got)
		}
	}
	w.call("customer c finance", "POST", ownRequestsPath, customerAsks).Refused(t, 403, "CBC.0155", "")
	item := caller("partner partner custom+association:end") // its administrator may give a custom role any item
	w.asks(item, "c", 0).Refused(t, 403, "CBC.0155", "administrator")
	w.call(item, "POST", requestsPath+"/"+r.ID+"/decide", agrees).Refused(t, 403, "CBC.0155", "administrator")
	w.call(item, "POST", requestsPath+"/"+r.ID+"/withdraw", "").Refused(t, 403, "CBC.0155", "administrator")
	w.call(item, "PUT", "/v2/iam/sensitive-operations", `{"code_required":true}`).Refused(t, 403, "CBC.0155", "sensitive:manage")
	if got := w.requestNow(r.ID); got.State != "pending" {
		t.Errorf("the request is %s", got.State)
	}
}

func TestAnAccountManagerSeesTheRecordsOfItsOwnCustomersAlone(t *testing.T) {
	w, _ := newParting(t)
	w.customer("hers", "partner")
	w.customer("theirs", "partner")
	w.change("hers", func(p *party.Party) { p.Profile.Manager = "account_manager" })
	hers, theirs := w.requested(w.asks(admin, "hers", 0)), w.requested(w.asks(admin, "theirs", 0))
	manager := caller("partner partner account_manager")
	var list struct{ Records []requestOut }
	w.call(manager, "GET", requestsPath, "").Into(t, &list)
	if len(list.Records) != 1 || list.Records[0].ID != hers.ID {
		t.Errorf("she lists %+v", list.Records)
	}
	w.call(manager, "GET", requestsPath+"/"+hers.ID, "").Into(t, nil)
	w.call(manager, "GET", requestsPath+"/"+theirs.ID, "").Refused(t, 404, "CBC.0404", theirs.ID)
	w.call(manager, "POST", requestsPath+"/precheck", "{"+wants("theirs", 0)+"}").Refused(t, 400, "CBC.99000047", "theirs")
}

func TestARequestNeedsItsReasonItsNoticeAndATypeThatDiffers(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	for body, field := range map[string]string{
		`{"customer_id":"c","kind":"DISASSOCIATE","notice_accepted":true}`:                                                 "reason",
		`{"customer_id":"c","kind":"DISASSOCIATE","reason":"r","notice_accepted":false}`:                                   "notice_accepted",
		`{"customer_id":"c","kind":"DISASSOCIATE","target_type":1,"reason":"r","notice_accepted":true}`:                    "target_type",
		`{"customer_id":"c","kind":"SWITCH","reason":"r","notice_accepted":true}`:                                          "target_type",
		`{"customer_id":"c","kind":"SWITCH","target_type":2,"reason":"r","notice_accepted":true}`:                          "target_type",
		`{"customer_id":"c","kind":"ASSOCIATE","reason":"r","notice_accepted":true}`:                                       "kind",
		`{"customer_id":"c","kind":"DISASSOCIATE","reason":"r","notice_accepted":true,"indirect_partner_id":"unheard-of"}`: "indirect_partner_id",
	} {
		w.call(admin, "POST", requestsPath, body).Refused(t, 400, "CBC.0100", field)
	}
	r := w.requested(w.asks(admin, "c", 0))
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", `{"decision":"REJECT"}`).Refused(t, 400, "CBC.0100", "reason")
	w.call(as("c"), "POST", ownRequestsPath+"/"+r.ID+"/decide", `{"decision":"AGREE"}`).Refused(t, 400, "CBC.0100", "notice_accepted")
	w.call(as("free"), "POST", ownRequestsPath, customerAsks).Refused(t, 400, "CBC.99000047", "free")
	w.customer("alone", "")
	w.call(as("alone"), "POST", ownRequestsPath, customerAsks).Refused(t, 404, "CBC.0404", "no partner")
	w.call(as("alone"), "POST", ownRequestsPath+"/precheck", "").Refused(t, 404, "CBC.0404", "no partner")
}

func TestEveryObstacleOfTheVendorsIsKnownToTheAPI(t *testing.T) {
	w, _ := newParting(t)
	w.customer("c", "partner")
	w.change("c", func(p *party.Party) { p.AssociationType = party.Referral })
	all := []customer.Obstacle{
		customer.IndependentMembers, customer.IndependentMember, customer.ReservedInstance, customer.SupportPlan, customer.Arrears,
		customer.SpecialContract, customer.PickupCoupon, customer.ProfessionalService,
	}
	for _, o := range all {
		w.obstacles("c", fmt.Sprintf("%q", o))
	}
	w.obstacles("c", `"PROFESSIONAL_SERVICE","INDEPENDENT_MEMBER"`)
	if got := w.prechecks(admin, "c", party.Resale); codes(got.Failed) != "INDEPENDENT_MEMBER PROFESSIONAL_SERVICE" {
		t.Errorf("got %+v", got)
	}
	w.call(vendorAdmin, "PUT", "/v2/vendor/customers/c/association-obstacles", `{"obstacles":["NOTHING"]}`).Refused(t, 400, "CBC.0100", "obstacles")
	if got := strings.Count(w.events("c"), "customer.obstacles_set"); got != len(all)+1 {
		t.Errorf("%d events", got)
	}
}

func TestTheDeclarationHandsInWhatOthersKnow(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	if got := w.prechecks(admin, "c", 0); !got.Passed {
		t.Fatalf("without parts: %+v", got)
	}
	w.api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log})
	customer.Associations(func(*function.Env) customer.Parts {
		knows := func(_ context.Context, id, partner auth.PartyID, h *customer.Holdings) error {
			h.Payments = append(h.Payments, string(id)+" of "+string(partner))
			return nil
		}
		return customer.Parts{Holdings: []func(context.Context, auth.PartyID, auth.PartyID, *customer.Holdings) error{knows}}
	}).HTTP(w.api, w.env)
	if got := w.prechecks(admin, "c", 0); codes(got.Failed) != "ORDER_AWAITS_PARTNER_PAYMENT" || !strings.Contains(got.Failed[0].Message, "c of partner") {
		t.Errorf("with parts: %+v", got)
	}
}
