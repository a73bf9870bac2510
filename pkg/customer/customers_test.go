package customer_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/party"
)

const (
	listPath     = "/v2/partners/sub-customers/query"
	createPath   = "/v2/partners/sub-customers"
	identityPath = "/v2/partners/sub-customers/users/check-identity"
	codePath     = "/v2/bases/verificationcode/send"
	tagsPath     = "/v2/partners/sub-customers/new-customers-tags/batch-query"
	demandPath   = "/v2/partners/sub-customers/on-demand-resources/query"
)

type customersOut struct {
	Infos []struct {
		CustomerID      string `json:"customer_id"`
		AccountName     string `json:"account_name"`
		AssociationType string `json:"association_type"`
		AssociatedOn    string `json:"associated_on"`
		VerifiedStatus  string `json:"verified_status"`
		CustomerType    int    `json:"customer_type"`
		IsFrozen        int    `json:"is_frozen"`
		Telephone       string `json:"telephone"`
		Xaccount        string `json:"xaccount_id"`
	} `json:"customer_infos"`
	Count  int    `json:"count"`
	Marker string `json:"marker"`
}

func (c customersOut) ids() string {
	ids := ""
	for _, info := range c.Infos {
		ids += info.CustomerID + " "
	}
	return strings.TrimSpace(ids)
}

func (w *world) list(who caller, body string) customersOut {
	w.t.Helper()
	var out customersOut
	w.call(who, "POST", listPath, body).Into(w.t, &out)
	return out
}

// code asks for a registration code for a number and reads it from the phone.
func (w *world) code(number string) string {
	w.t.Helper()
	w.call(admin, "POST", codePath, `{"receiver_type":1,"mobile_phone":"`+number+`"}`).Into(w.t, nil)
	texts := w.phone.Texts()
	return texts[len(texts)-1].Params["code"]
}

func TestACreatedCustomerIsListedWithWhatItWasCreatedWith(t *testing.T) {
	w := newWorld(t)
	body := `{"domain_name":"apollo-1","mobile_phone":"13800000000","verification_code":"` + w.code("13800000000") +
		`","xaccount_id":"x1","xaccount_type":"platform","password":"Secret.123"}`
	var made, again struct {
		ID   string `json:"domain_id"`
		Name string `json:"domain_name"`
	}
	w.signed(admin, "same", "POST", createPath, body).Into(t, &made)
	repeat := w.signed(admin, "same", "POST", createPath, body)
	repeat.Into(t, &again)
	if again != made || repeat.Header.Get("Idempotent-Replay") != "true" || made.Name != "apollo-1" {
		t.Errorf("the first answer is %+v, the repeat's %+v", made, again)
	}
	out := w.list(admin, `{}`)
	if out.Count != 1 || out.Infos[0].CustomerID != made.ID || out.Infos[0].AssociationType != "2" || out.Infos[0].Telephone != "13800000000" ||
		out.Infos[0].VerifiedStatus != "-1" || out.Infos[0].CustomerType != -1 || out.Infos[0].Xaccount != "x1" || out.Infos[0].AssociatedOn == "" {
		t.Errorf("got %+v", out)
	}
	if c := w.read(auth.PartyID(made.ID)); c.Partner != "partner" || c.AssociationType != party.Resale || c.Kind != auth.Customer {
		t.Errorf("the party is %+v", c)
	}
	if got := w.events(made.ID); got != "association.started" {
		t.Errorf("the events are %q", got)
	}
	w.call(admin, "POST", createPath, strings.Replace(body, "apollo-1", "apollo-2", 1)).Refused(t, 400, "CBC.99001011", "verification_code")
}

func TestACustomerOfAResellerIsCreatedByItsDistributorAlone(t *testing.T) {
	w := newWorld(t)
	body := `{"domain_name":"apollo-1","xaccount_id":"x","xaccount_type":"p","cooperation_type":"1","indirect_partner_id":"res"}`
	w.call(admin, "POST", createPath, body).Refused(t, 400, "CBC.99000037", "indirect_partner_id")
	w.call(distributor, "POST", createPath, body).Into(t, nil)
	if own := w.list(distributor, `{}`); own.Count != 0 {
		t.Errorf("the distributor's own customers are %+v", own)
	}
	if of := w.list(distributor, `{"indirect_partner_id":"res"}`); of.Count != 1 || of.Infos[0].AssociationType != "1" {
		t.Errorf("the reseller's customers are %+v", of)
	}
	var out struct {
		Count    int `json:"count"`
		Partners []struct {
			ID string `json:"indirect_partner_id"`
			On string `json:"associated_on"`
		} `json:"indirect_partners"`
	}
	w.call(distributor, "POST", "/v2/partners/indirect-partners/query", `{}`).Into(t, &out)
	if out.Count != 1 || out.Partners[0].ID != "res" || out.Partners[0].On == "" {
		t.Errorf("the resellers are %+v", out)
	}
	w.call(distributor, "POST", "/v2/partners/indirect-partners/query", `{"indirect_partner_id":"partner"}`).Into(t, &out)
	if out.Count != 0 {
		t.Errorf("another's reseller: %+v", out)
	}
	w.call(admin, "POST", "/v2/partners/indirect-partners/query", `{}`).Refused(t, 403, "CBC.0155", "distributor")
}

func TestNamesNumbersAndPlatformIDsAreTakenOnce(t *testing.T) {
	w := newWorld(t)
	create := func(name, x string) answer {
		return w.call(admin, "POST", createPath, fmt.Sprintf(`{"domain_name":%q,"xaccount_id":%q,"xaccount_type":"p"}`, name, x))
	}
	check := func(kind, value string) string {
		var out struct {
			Result string `json:"check_result"`
			Left   *int   `json:"mobile_remain_available_num"`
		}
		w.call(admin, "POST", identityPath, fmt.Sprintf(`{"search_type":%q,"search_value":%q}`, kind, value)).Into(t, &out)
		if out.Left != nil {
			return fmt.Sprint(out.Result, *out.Left)
		}
		return out.Result
	}
	if got := check("name", "apollo-1"); got != "available" {
		t.Errorf("before: %s", got)
	}
	create("apollo-1", "x1").Into(t, nil)
	if got := check("name", "APOLLO-1"); got != "used_by_user" {
		t.Errorf("after: %s", got)
	}
	create("Apollo-1", "x2").Refused(t, 409, "CBC.99001015", "domain_name")
	create("apollo-2", "x1").Refused(t, 409, "CBC.99001015", "xaccount_id")
	for left := 5; left > 0; left-- {
		if got := check("mobile", "0086-13800000000"); got != fmt.Sprint("available", left) {
			t.Errorf("with %d left: %s", left, got)
		}
		w.call(admin, "POST", createPath, fmt.Sprintf(`{"mobile_phone":"13800000000","verification_code":%q,"xaccount_id":"m%d","xaccount_type":"p"}`,
			w.code("13800000000"), left)).Into(t, nil)
	}
	if got := check("mobile", "0086-13800000000"); got != "used_by_user0" {
		t.Errorf("after five: %s", got)
	}
}

func TestTwoCreationsOfOneNameAtOnceMakeOneCustomer(t *testing.T) {
	w := newWorld(t)
	answers := make(chan int)
	for n := range 2 {
		go func() {
			body := fmt.Sprintf(`{"domain_name":"apollo-1","xaccount_id":"x%d","xaccount_type":"p"}`, n)
			answers <- w.send(admin, fmt.Sprint("at-once-", n), "POST", createPath, body).Status
		}()
	}
	if first, second := <-answers, <-answers; first+second != 200+409 {
		t.Errorf("got %d and %d, want 200 and 409", first, second)
	}
	if out := w.list(admin, `{}`); out.Count != 1 {
		t.Errorf("%d customers", out.Count)
	}
}

func TestTheListIsFilteredAndPagedAndNobodyElses(t *testing.T) {
	w := newWorld(t)
	for n := range 5 {
		w.customer(auth.PartyID(fmt.Sprintf("c%d", n)), "partner")
	}
	w.customer("theirs", "other")
	w.change("c1", func(p *party.Party) {
		p.Profile.Label, p.Profile.Account, p.AssociationType, p.Profile.RealName = "Gold-1", "apollo", party.Referral, "Apollo Ltd"
		p.Profile.Manager, p.Profile.Associated = "account_manager", begin.Add(-30*24*time.Hour)
	})
	for body, want := range map[string]string{
		`{}`:                     "c0 c1 c2 c3 c4",
		`{"label":"old-"}`:       "c1",
		`{"label":"gold"}`:       "",
		`{"account_name":"OLL"}`: "c1",
		`{"customer":"name"}`:    "c0 c2 c3 c4",
		`{"association_type":"1","customer_id":""}`:      "c1",
		`{"customer_id":"c3","label":null}`:              "c3",
		`{"customer_id":"theirs"}`:                       "",
		`{"associated_on_end":"2026-11-30T00:00:00Z"}`:   "c1",
		`{"associated_on_begin":"2026-11-30T00:00:00Z"}`: "c0 c2 c3 c4",
		`{"offset":1,"limit":2}`:                         "c1 c2",
	} {
		if got := w.list(admin, body).ids(); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
	first := w.list(admin, `{"limit":3}`)
	if second := w.list(admin, `{"limit":3,"marker":"`+first.Marker+`"}`); second.ids() != "c3 c4" || second.Marker != "" {
		t.Errorf("the second page is %q", second.ids())
	}
	w.call(otherAdmin, "POST", listPath, `{"marker":"`+first.Marker+`"}`).Refused(t, 400, "CBC.0100", "marker")
	if got := w.list("partner partner account_manager", `{}`).ids(); got != "c1" {
		t.Errorf("an account manager sees %q, want its own", got)
	}
}

func TestBadInputOfCustomersIsRefused(t *testing.T) {
	w := newWorld(t)
	w.customer("theirs", "other")
	create := func(fields string) string { return `{"xaccount_id":"x","xaccount_type":"p"` + fields + `}` }
	for name, c := range map[string]struct {
		path, body string
		status     int
		code, says string
	}{
		"no platform":             {createPath, `{"xaccount_id":"x"}`, 400, "CBC.0100", "xaccount_type"},
		"a short name":            {createPath, create(`,"domain_name":"four"`), 400, "CBC.0100", "domain_name"},
		"a name of digits":        {createPath, create(`,"domain_name":"12345"`), 400, "CBC.0100", "domain_name"},
		"a reserved name":         {createPath, create(`,"domain_name":"op_apollo"`), 400, "CBC.0100", "op_"},
		"a number without a code": {createPath, create(`,"mobile_phone":"13800000000"`), 400, "CBC.0100", "verification_code"},
		"a code never sent":       {createPath, create(`,"mobile_phone":"13800000000","verification_code":"1"`), 400, "CBC.99001011", "verification_code"},
		"a mail address besides":  {createPath, create(`,"mobile_phone":"13800000000","email":"a@x.example","verification_code":"1"`), 400, "CBC.0100", "email"},
		"a foreign number":        {createPath, create(`,"mobile_phone":"+4912345","verification_code":"1"`), 400, "CBC.0100", "mobile_phone"},
		"one class of password":   {createPath, create(`,"password":"abcdefgh"`), 400, "CBC.0100", "password"},
		"the name as password":    {createPath, create(`,"domain_name":"apollo-11","password":"11-olloPA"`), 400, "CBC.0100", "reverse"},
		"another's reseller":      {createPath, create(`,"indirect_partner_id":"res"`), 400, "CBC.99000037", "indirect_partner_id"},
		"an unknown search":       {identityPath, `{"search_type":"fax","search_value":"1"}`, 400, "CBC.0100", "search_type"},
		"a number without land":   {identityPath, `{"search_type":"mobile","search_value":"13800000000"}`, 400, "CBC.0100", "0086-"},
		"no mail address":         {identityPath, `{"search_type":"email","search_value":"a@"}`, 400, "CBC.0100", "search_value"},
		"a code to nowhere":       {codePath, `{"receiver_type":1}`, 400, "CBC.0100", "mobile_phone"},
		"a code for nobody's":     {codePath, `{"receiver_type":1,"mobile_phone":"13800000000","scene":18}`, 400, "CBC.99000047", "party"},
		"a space in a filter":     {listPath, `{"label":"a b"}`, 400, "CBC.0100", "label"},
		"a bad type":              {listPath, `{"association_type":"3"}`, 400, "CBC.0100", "association_type"},
		"too many tags":           {tagsPath, `{"customer_ids":[` + strings.Repeat(`"x",`, 100) + `"x"]}`, 400, "CBC.0100", "customer_ids"},
		"another's resources":     {demandPath, `{"customer_id":"theirs"}`, 400, "CBC.99000047", "theirs"},
	} {
		t.Run(name, func(t *testing.T) { w.call(admin, "POST", c.path, c.body).Refused(t, c.status, c.code, c.says) })
	}
	foreign := w.call(admin, "POST", demandPath, `{"customer_id":"theirs"}`)
	unknown := w.call(admin, "POST", demandPath, `{"customer_id":"nobody"}`)
	if strings.Replace(foreign.Body, "theirs", "nobody", 1) != unknown.Body {
		t.Errorf("another's customer answers %s, an unknown one %s", foreign.Body, unknown.Body)
	}
	if out := w.list(admin, `{}`); out.Count != 0 {
		t.Errorf("refused calls made %+v", out)
	}
}

func TestTheVendorsTagsAndOnDemandResourcesAreListed(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner")
	w.customer("c2", "partner")
	w.customer("theirs", "other")
	tag := "/v2/vendor/customers/c1/new-customer-tag"
	w.call(vendorAdmin, "PUT", tag, `{"new_customer_tag":"Y","effective_time":"2026-12","expire_time":"2027-11"}`).Into(t, nil)
	got := w.call(admin, "POST", tagsPath, `{"customer_ids":["c1","c2","theirs","nobody"]}`)
	want := `{"new_customer_tags":[{"customer_id":"c1","customer_tag_type":"SMB","new_customer_tag":"Y",` +
		`"effective_time":"2026-12","expire_time":"2027-11"},` +
		`{"customer_id":"c2","customer_tag_type":"SMB","new_customer_tag":"UNDETERMINED"}]}`
	if strings.TrimSpace(got.Body) != want {
		t.Errorf("got  %s\nwant %s", got.Body, want)
	}
	resource := `{"customer_id":"c1","region_code":"cn-north-1","service_type_code":"hws.service.type.obs",` +
		`"resource_type_code":"hws.resource.type.obs",` +
		`"resource_id":"bucket","effective_time":"2026-11-01T00:00:00Z","status":1}`
	w.call(vendorAdmin, "PUT", "/v2/vendor/on-demand-resources/bucket", resource).Into(t, nil)
	ended := strings.Replace(resource, `"status"`, `"expire_time":"2026-10-31T00:00:00Z","status"`, 1)
	w.call(vendorAdmin, "PUT", "/v2/vendor/on-demand-resources/bucket", ended).Refused(t, 400, "CBC.0100", "expire_time")
	w.call(vendorAdmin, "PUT", "/v2/vendor/on-demand-resources/bucket", strings.Replace(resource, `"status":1`, `"status":3`, 1)).Into(t, nil)
	for body, want := range map[string]int{
		`{"customer_id":"c1"}`: 1, `{"customer_id":"c1","status":3}`: 1, `{"customer_id":"c1","status":1}`: 0, `{"customer_id":"c2"}`: 0,
		`{"customer_id":"c1","resource_ids":["bucket"],"effective_time_begin":"2026-10-31T00:00:00Z"}`: 1,
	} {
		var out struct {
			Total     int `json:"total_count"`
			Resources []struct {
				ID     string `json:"resource_id"`
				From   string `json:"effective_time"`
				Expire string `json:"expire_time"`
			} `json:"resources"`
		}
		w.call(admin, "POST", demandPath, body).Into(t, &out)
		if out.Total != want || want == 1 && (out.Resources[0].From != "2026-11-01T00:00:00Z" || out.Resources[0].Expire != "") {
			t.Errorf("%s: got %+v, want %d", body, out, want)
		}
	}
}

func TestOnTheInternationalSiteACustomerRegistersByMail(t *testing.T) {
	w := newWorld(t)
	w.call(admin, "POST", codePath, `{"receiver_type":2,"email":"a@x.example","lang":"en-us","timeout":61}`).Into(t, nil)
	mails := w.inbox.Mails()
	given := regexp.MustCompile(`\b[0-9]{6}\b`).FindString(mails[0].Text)
	if !strings.Contains(mails[0].Text, "5 minutes") {
		t.Errorf("a code for more than an hour says %s", mails[0].Text)
	}
	body := `{"domain_name":"apollo-1","email":"a@x.example","domain_area":"SG","xaccount_id":"x","xaccount_type":"p",` +
		`"verification_code":"` + given + `"}`
	w.call(admin, "POST", codePath, `{"receiver_type":2,"email":"a@x.example"}`).Refused(t, 429, "CBC.99001010", "seconds")
	var made struct {
		ID string `json:"domain_id"`
	}
	w.call(admin, "POST", createPath, body).Into(t, &made)
	if got := w.people.known[auth.UserID(made.ID)]; got != "a@x.example" {
		t.Errorf("%v may sign in", w.people.known)
	}
	w.call(admin, "POST", identityPath, `{"search_type":"email","search_value":"A@x.example"}`).Into(t, nil)
	w.report(otherAdmin, "a@x.example", "").Refused(t, 400, "CBC.99001005", "partner already")
}

func TestADistributorFreezesItsResellersCustomersInTheirName(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "res")
	for body, failed := range map[string]int{
		`{"customer_ids":["c"],"reason":"x"}`:                             1,
		`{"customer_ids":["c"],"reason":"x","indirect_partner_id":"res"}`: 0,
	} {
		var out failures
		w.call(distributor, "POST", freezePath, body).Into(t, &out)
		if len(out.Details) != failed {
			t.Errorf("%s: %+v", body, out)
		}
	}
	w.call(admin, "POST", freezePath, `{"customer_ids":["c"],"reason":"x","indirect_partner_id":"res"}`).Refused(t, 400, "CBC.99000037", "res")
	if c := w.read("c"); c.Profile.Frozen != party.AccountFrozen {
		t.Errorf("the customer is %+v", c.Profile)
	}
}

// As by the lists of their orders and resources (party.Scope): whose account manager a reseller has sees its customers, and no other one.
func TestADistributorsAccountManagerSeesTheCustomersOfItsResellers(t *testing.T) {
	w := newWorld(t)
	const manager, of = caller("distributor dist account_manager"), "indirect_partner_id=res"
	w.customer("c", "res")
	w.invited(distributor, `{"kind":"OFFLINE","association_type":2,"indirect_partner_id":"res"}`)
	w.call(distributor, "POST", reportsPath, `{"customer_name":"A","email":"a@x.example","indirect_partner_id":"res"}`).Into(t, nil)
	for who, want := range map[auth.UserID]int{"account_manager": 1, "somebody": 0} {
		w.change("res", func(p *party.Party) { p.Profile.Manager = who })
		if got := w.list(manager, `{"indirect_partner_id":"res"}`); got.Count != want {
			t.Errorf("of %s's reseller it sees %d customers, want %d", who, got.Count, want)
		}
		if got := w.call(manager, "GET", budgetPath+"?customer_id=c&"+of, "").Status; (got == 200) != (want == 1) {
			t.Errorf("of %s's reseller a budget answers %d", who, got)
		}
		for _, path := range []string{invitationsPath, reportsPath} {
			var out struct {
				Total int `json:"total_count"`
			}
			if w.call(manager, "GET", path+"?"+of, "").Into(t, &out); out.Total != want {
				t.Errorf("of %s's reseller %s lists %d, want %d", who, path, out.Total, want)
			}
		}
	}
}
