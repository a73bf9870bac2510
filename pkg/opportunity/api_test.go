package opportunity_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/opportunity"
)

type toldList struct {
	Opportunities []told
	Total         int `json:"total_count"`
	Marker        string
}

func (l toldList) names() string {
	var all []string
	for _, o := range l.Opportunities {
		all = append(all, o.Company)
	}
	return strings.Join(all, " ")
}

func (w *world) list(who, path string) toldList {
	w.t.Helper()
	var out toldList
	w.call(who, http.MethodGet, path, "").Into(w.t, &out)
	return out
}

func TestAChangeIsOfWhatWasRead(t *testing.T) {
	w := newWorld(t)
	id := w.drafts(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	one := path + "/" + id
	first := w.show(alpha, id)
	if first.etag == "" {
		t.Fatal("there is no ETag")
	}
	const edit = `{"need":"Reports at noon"}`
	refusedIs(t, w.matching(alpha, http.MethodPut, one, "", edit), http.StatusPreconditionRequired, "CBC.0428", "If-Match")
	second := w.matching(alpha, http.MethodPut, one, first.etag, edit)
	second.Into(t, nil)
	if tag := second.Header.Get("ETag"); tag == first.etag || tag != w.show(alpha, id).etag {
		t.Errorf("the ETag was %s, became %s and is %s", first.etag, tag, w.show(alpha, id).etag)
	}
	for _, c := range []struct{ method, path, body string }{
		{http.MethodPut, one, edit}, {http.MethodPost, one + "/submit", ""}, {http.MethodDelete, one, ""},
	} {
		refusedIs(t, w.matching(alpha, c.method, c.path, first.etag, c.body), http.StatusPreconditionFailed, "CBC.0412", "read it again")
	}
	w.matching(alpha, http.MethodPost, one+"/submit", second.Header.Get("ETag"), "").Into(t, nil)
	refusedIs(t, w.matching(reviewer, http.MethodPost, decisions(alpha, id), first.etag, `{"decision":"AUDIT_PASS"}`), http.StatusPreconditionFailed, "CBC.0412", "")
	if got := w.audit("alpha", id); got != "created, changed, stepped SUBMIT" {
		t.Errorf("the audit trail is %s", got)
	}
}

// CASES.md, invariant 7.
func TestWhatWasSubmittedChangesOnlyInWhatItsStateAllows(t *testing.T) {
	w := newWorld(t)
	id := w.submits(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	one, shared := path+"/"+id, "/v2/vendor/opportunities/alpha/"+id
	refusedIs(t, w.matching(alpha, http.MethodPut, one, "*", `{"need":"More"}`), http.StatusConflict, "CBC.99001233", "need")
	const offerings = `{"offerings":[{"offering_id":"offer-7","offering_name":"Ocean","kind":"BASELINE_SOLUTION"}]}`
	refusedIs(t, w.matching(alpha, http.MethodPut, one, "*", offerings), http.StatusConflict, "CBC.99001233", "offerings")
	refusedIs(t, w.matching(vendor, http.MethodPut, shared, "", offerings), http.StatusPreconditionRequired, "CBC.0428", "If-Match")
	refusedIs(t, w.matching(vendor, http.MethodPut, shared, "*", `{"offerings":[],"need":"x"}`), http.StatusBadRequest, "CBC.0100", "need")
	refusedIs(t, w.matching(vendor, http.MethodPut, shared, "*", `{"offerings":[]}`), http.StatusBadRequest, "CBC.0100", "offerings")
	w.matching(vendor, http.MethodPut, shared, "*", offerings).Into(t, nil)
	if got := w.show(alpha, id); !slices.Equal(got.Tags, []string{"BASELINE_SOLUTION", "Ocean"}) {
		t.Errorf("the tags are %q", got.Tags)
	}
	w.ok(reviewer, http.MethodPost, decisions(alpha, id), `{"decision":"AUDIT_PASS"}`)
	w.ok(vendor, http.MethodPost, decisions(alpha, id), `{"decision":"VERIFY_PASS"}`)
	if got := w.holds("Apollo Ltd"); got != "LIVE:alpha O:alpha S:alpha" {
		t.Errorf("it holds %s", got)
	}
	w.matching(alpha, http.MethodPut, one, "*", `{"amount":5}`).Into(t, nil)
	refusedIs(t, w.matching(alpha, http.MethodPut, one, "*", `{"amount":0}`), http.StatusBadRequest, "CBC.0100", "amount")
}

func TestNobodyClaimsWithoutVerificationWhatAnotherOneIsVerifiedFor(t *testing.T) {
	w := newWorld(t)
	accepted := w.shared(beta, "Hera", "s1")
	w.ok(beta, http.MethodPost, path+"/"+accepted+"/answer", `{"answer":"ACCEPT"}`)
	verified := w.verified(alpha, "Apollo Ltd", "offer-1", "s1")
	for who, id := range map[string]string{alpha: verified, beta: accepted} {
		for body, says := range map[string]string{
			`{"cloud_services":["s1","s2"]}`: "s2", `{"cloud_services":["s2"]}`: "s2",
			`{"offerings":[{"offering_id":"offer-1","offering_name":"Lake","kind":"KOOGALLERY"},{"offering_id":"offer-2","offering_name":"Sea","kind":"KOOGALLERY"}]}`: "offer-2",
			`{"offerings":[{"offering_id":"offer-1","offering_name":"Sea","kind":"KOOGALLERY"}]}`:                                                                      "offer-1",
		} {
			refusedIs(t, w.matching(who, http.MethodPut, path+"/"+id, "*", body), http.StatusConflict, "CBC.99001233", says)
			refusedIs(t, w.matching(who, http.MethodPut, path+"/"+id, "*", body), http.StatusConflict, "CBC.99001233", "ask the vendor's business developer to add others")
		}
	}
	if got := w.holds("Apollo Ltd") + ", " + w.holds("Hera"); got != "LIVE:alpha O:alpha S:alpha, LIVE:beta O:beta S:beta" {
		t.Errorf("held is %s", got)
	}
	rival := w.verifying(beta, "Apollo", "offer-2", "s2")
	if got := w.ok(vendor, http.MethodPost, decisions(beta, rival), `{"decision":"VERIFY_PASS"}`); got.State != "VERIFIED" {
		t.Errorf("another thing is not verified: %+v", got)
	}
}

func TestTheVendorAddsToWhatWasVerifiedUnlessAnotherOneCountsAndThePartnerDrops(t *testing.T) {
	w := newWorld(t)
	id := w.verified(alpha, "Apollo Ltd", "offer-1", "s1")
	rival := w.verified(beta, "Apollo", "offer-2", "s2")
	its := "/v2/vendor/opportunities/alpha/" + id
	for _, taken := range []string{
		`{"cloud_services":["s1","s2"]}`, `{"cloud_services":["s1","s3","S2"]}`, `{"offerings":[{"offering_id":"OFFER-2","offering_name":"Sea","kind":"KOOGALLERY"}]}`,
	} {
		refusedIs(t, w.matching(vendor, http.MethodPut, its, "*", taken), http.StatusConflict, "CBC.99001232", "another")
	}
	if got := w.show(alpha, id); !slices.Equal(got.Services, []string{"s1"}) || got.Offerings[0].ID != "offer-1" {
		t.Errorf("the refused changes left %+v", got)
	}
	w.matching(vendor, http.MethodPut, its, "*", `{"cloud_services":["s1","s3"]}`).Into(t, nil)
	if got := w.holds("Apollo"); got != "LIVE:alpha LIVE:beta O:alpha O:beta S:alpha S:beta S:alpha" {
		t.Errorf("held is %s", got)
	}
	w.matching(alpha, http.MethodPut, path+"/"+id, "*", `{"cloud_services":["s3"]}`).Into(t, nil)
	w.matching(vendor, http.MethodPut, "/v2/vendor/opportunities/beta/"+rival, "*", `{"cloud_services":["s1","s2"]}`).Into(t, nil) // it was dropped
	refusedIs(t, w.matching(alpha, http.MethodPut, path+"/"+id, "*", `{"cloud_services":[]}`), http.StatusBadRequest, "CBC.0100", "cloud_services")
}

func TestBadFieldsAreNamed(t *testing.T) {
	w := newWorld(t)
	for body, says := range map[string]string{
		`{"amount":-1}`: "amount", `{"amount":1.234}`: "amount", `{"expected_order_date":"soon"}`: "expected_order_date",
		`{"cloud_services":["a b"]}`: "cloud_services", `{"cloud_services":["a","A"]}`: "cloud_services",
		`{"presales_activities":["SLEEPING"]}`: "presales_activities", `{"offerings":[{"offering_id":"a#b","offering_name":"x","kind":"KOOGALLERY"}]}`: "offering_id",
		`{"offerings":[{"offering_id":"a","offering_name":"x","kind":"KOOGALLERY"},{"offering_id":"A","offering_name":"x","kind":"KOOGALLERY"}]}`: "twice",
		`{"cloud_services":[` + strings.Repeat(`"s",`, 20) + `"s"]}`:                                                                              "at most 20", `{"surprise":1}`: "surprise", `{"contact":{"phone":1}}`: "phone",
		`{"opportunity_name":"` + strings.Repeat("x", 129) + `"}`: "opportunity_name",
	} {
		w.refused(alpha, http.MethodPost, path, body, http.StatusBadRequest, "CBC.0100", says)
	}
	if n := w.list(alpha, path).Total; n != 0 {
		t.Errorf("%d drafts are there", n)
	}
	id := w.drafts(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	refusedIs(t, w.matching(alpha, http.MethodPut, path+"/"+id, "*", `{}`), http.StatusBadRequest, "CBC.0100", "opportunity_name")
}

func TestContactsAreMaskedUntilSomebodyAsksWhichIsLogged(t *testing.T) {
	w := newWorld(t)
	id := w.submits(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	for who, one := range map[string]string{alpha: path + "/" + id, reviewer: "/v2/vendor/opportunities/alpha/" + id} {
		text := w.call(who, http.MethodGet, one, "").Body
		for _, secret := range []string{"13800001234", "li.lei@", "Li Lei"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is shown %s", who, text)
			}
		}
		if got := w.ok(who, http.MethodGet, one+"?reveal_contact=true", ""); got.Contact.Phone != "13800001234" || got.Contact.Name != "Li Lei" {
			t.Errorf("%s asks and is shown %+v", who, got.Contact)
		}
	}
	if got := w.audit("alpha", id); got != "created, stepped SUBMIT, contact_revealed, contact_revealed" {
		t.Errorf("the audit trail is %s", got)
	}
}

func TestWhomToAskOfAnHOIsShownInFullOnlyWhileItIsBroughtForward(t *testing.T) {
	w := newWorld(t)
	id := w.shared(alpha, "Apollo Ltd", "s1")
	one := path + "/" + id
	shows := func(full bool, who ...string) {
		t.Helper()
		for _, one := range who {
			got := w.ok(one, http.MethodGet, path+"/"+id+"?reveal_contact=true", "")
			if masked := strings.Contains(got.Contact.Phone, "*") && strings.Contains(got.Contact.Name, "*"); masked == full || got.Contact.Phone == "" {
				t.Errorf("%s, %s shows %+v", got.State, one, got.Contact)
			}
		}
		if got := w.ok(vendor, http.MethodGet, "/v2/vendor/opportunities/alpha/"+id+"?reveal_contact=true", ""); got.Contact.Phone != "13800001234" {
			t.Errorf("%s, the vendor is shown %+v", got.State, got.Contact)
		}
	}
	shows(false, alpha, manager, another) // it waits
	w.ok(alpha, http.MethodPost, one+"/answer", `{"answer":"ACCEPT"}`)
	shows(true, alpha)
	w.ok(alpha, http.MethodPost, one+"/progress", `{"note":"We met"}`)
	shows(true, alpha)
	if got := w.audit("alpha", id); strings.Count(got, "contact_revealed") != 5 { // three times by the vendor
		t.Errorf("the audit trail is %s", got)
	}
	w.ok(alpha, http.MethodPost, one+"/progress", `{"note":"done","outcome":"DELIVERED"}`)
	shows(false, alpha)
	id = w.shared(alpha, "Hera", "s1")
	w.ok(manager, http.MethodPost, path+"/"+id+"/answer", `{"answer":"REJECT","reason":"No capacity"}`)
	shows(false, alpha, manager)
	id = w.shared(alpha, "Hera", "s1")
	w.until(day("2026-12-03").At(0, 5)) // it lapses
	shows(false, alpha, manager, another)
}

func TestPDMsAuditAndBDsVerifyAndEnd(t *testing.T) {
	w := newWorld(t)
	id := w.submits(alpha, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	at := decisions(alpha, id)
	const why = `,"reason_category":"INVALID","reason":"x"}`
	for _, c := range []struct{ who, decision, needs string }{
		{vendor, `"AUDIT_PASS"}`, "opportunity:audit"},
		{vendor, `"AUDIT_REJECT"` + why, "opportunity:audit"},
		{reviewer, `"VERIFY_PASS"}`, "opportunity:verify"},
		{reviewer, `"VERIFY_REJECT"` + why, "opportunity:verify"},
		{reviewer, `"CANCEL","reason":"x"}`, "opportunity:verify"},
		{reviewer, `"LOST","reason":"x"}`, "opportunity:verify"},
		{"vendor vendor finance fay", `"AUDIT_PASS"}`, "opportunity:"},
	} {
		w.refused(c.who, http.MethodPost, at, `{"decision":`+c.decision, http.StatusForbidden, "CBC.0155", c.needs)
	}
	w.ok(reviewer, http.MethodPost, at, `{"decision":"AUDIT_PASS"}`)
	w.ok(vendor, http.MethodPost, at, `{"decision":"VERIFY_PASS"}`)
}

func TestAFrozenPartnerSubmitsNothing(t *testing.T) {
	w := newWorld(t)
	const cold = "partner cold admin cay"
	id := w.drafts(cold, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	w.refused(cold, http.MethodPost, path+"/"+id+"/submit", "", http.StatusBadRequest, "CBC.99003626", "frozen")
	if got := w.show(cold, id); got.State != "DRAFT" {
		t.Errorf("it is %s", got.State)
	}
}

func TestNobodySeesWhatIsNotTheirs(t *testing.T) {
	w := newWorld(t)
	id := w.drafts(manager, "Apollo Ltd", "offer-1", "hws.service.type.dws")
	for _, c := range []struct{ who, method, path, body string }{
		{beta, http.MethodGet, path + "/" + id, ""},
		{another, http.MethodGet, path + "/" + id, ""},
		{another, http.MethodPost, path + "/" + id + "/submit", ""},
		{another, http.MethodDelete, path + "/" + id, ""},
		{beta, http.MethodPost, path + "/" + id + "/copy", ""},
		{beta, http.MethodPost, path + "/" + id + "/check", ""},
		{beta, http.MethodPost, path + "/" + id + "/answer", `{"answer":"ACCEPT"}`},
		{vendor, http.MethodGet, "/v2/vendor/opportunities/alpha/" + id, ""}, // a draft
		{vendor, http.MethodGet, "/v2/vendor/opportunities/beta/" + id, ""},
		{reviewer, http.MethodPost, "/v2/vendor/opportunities/alpha/" + id + "/decisions", `{"decision":"AUDIT_PASS"}`},
		{alpha, http.MethodGet, path + "/a%23b", ""},
		{alpha, http.MethodGet, path + "/po-1", ""},
	} {
		w.refused(c.who, c.method, c.path, c.body, http.StatusNotFound, "CBC.0404", "there is no opportunity")
	}
	const supervisor = "partner alpha supervisor sue"
	w.refused(supervisor, http.MethodPost, path, `{}`, http.StatusForbidden, "CBC.0155", "opportunity:manage")
	w.refused(reviewer, http.MethodPost, "/v2/vendor/opportunities", ho(alpha, "Apollo", "hws.service.type.dws"), http.StatusForbidden, "CBC.0155", "opportunity:share")
	w.drafts(another, "Zeus", "offer-1", "hws.service.type.dws")
	w.shared(alpha, "Hera", "hws.service.type.dws")
	for who, want := range map[string]string{
		manager: "Apollo Ltd Hera", another: "Zeus Hera", supervisor: "Zeus Apollo Ltd Hera", alpha: "Zeus Apollo Ltd Hera", beta: "",
	} {
		if got := w.list(who, path).names(); got != want {
			t.Errorf("%s lists %q, want %q", who, got, want)
		}
	}
	for query, want := range map[string]string{
		"?origin=HO": "Hera", "?origin=PO": "Zeus Apollo Ltd", "?state=DRAFT": "Zeus Apollo Ltd", "?customer_company=aPO": "Apollo Ltd", "?offset=1&limit=1": "Apollo Ltd",
	} {
		if got := w.list(alpha, path+query).names(); got != want {
			t.Errorf("%s lists %q, want %q", query, got, want)
		}
	}
	first := w.list(alpha, path+"?limit=2")
	if rest := w.list(alpha, path+"?limit=2&marker="+first.Marker); rest.names() != "Hera" || rest.Marker != "" {
		t.Errorf("behind the marker there is %q", rest.names())
	}
	w.refused(beta, http.MethodGet, path+"?marker="+first.Marker, "", http.StatusBadRequest, "CBC.0100", "marker")
}

func TestTheVendorsQueueIsWhatWaitsTheOldestFirst(t *testing.T) {
	w := newWorld(t)
	w.submits(alpha, "Aa", "offer-1", "s1")
	w.verifying(alpha, "Bb Ltd", "offer-1", "s1")
	w.submits(beta, "Cc corp", "offer-1", "s1")
	w.drafts(beta, "Dd", "offer-1", "s1")
	w.shared(beta, "Eee", "s1")
	for query, want := range map[string]string{
		"": "Aa Bb Ltd Cc corp", "?state=SHARED": "Eee", "?state=VERIFYING": "Bb Ltd", "?partner_id=beta": "Cc corp", "?customer_company=bb": "Bb Ltd",
		"?submitted_from=2026-11&submitted_to=2026-11": "Aa Bb Ltd Cc corp", "?submitted_to=2026-10": "", "?escalated=true": "", "?limit=1&offset=1": "Bb Ltd",
		"?submitted_from=2025-12": "Aa Bb Ltd Cc corp", "?submitted_to=2025-12": "",
	} {
		if got := w.list(vendor, "/v2/vendor/opportunities"+query).names(); got != want {
			t.Errorf("%s lists %q, want %q", query, got, want)
		}
	}
	w.until(day("2026-12-03").Start())
	if got := w.list(vendor, "/v2/vendor/opportunities?escalated=true&limit=1"); got.names() != "Aa" || got.Marker == "" {
		t.Errorf("escalated are %q", got.names())
	} else if rest := w.list(vendor, "/v2/vendor/opportunities?escalated=true&limit=1&marker="+got.Marker); rest.names() != "Cc corp" {
		t.Errorf("and then %q", rest.names())
	}
	for _, query := range []string{"?submitted_from=soon", "?submitted_from=2026-12&submitted_to=2026-11", "?state=SHARED&submitted_from=2025-01", "?marker=x", "?state=DRAFT"} {
		w.refused(vendor, http.MethodGet, "/v2/vendor/opportunities"+query, "", http.StatusBadRequest, "CBC.0100", strings.Split(strings.TrimPrefix(query[1:], "state=SHARED&"), "=")[0])
	}
}

func TestAnAuditThatNobodyDecidesStaysInTheQueueAheadOfWhatCameLater(t *testing.T) {
	w := newWorld(t)
	w.submits(alpha, "Old", "offer-1", "s1")
	w.until(day("2028-12-01").At(10, 0)) // two years on
	later := func(body string) string {
		return strings.Replace(body, "2027-03-31", "2029-03-31", 1)
	}
	var ids []string
	for _, company := range []string{"Mid", "Newer", "Newest"} {
		id := w.ok(beta, http.MethodPost, path, later(draft(company, "offer-1", "s1"))).OpportunityID
		w.ok(beta, http.MethodPost, path+"/"+id+"/submit", "")
		ids = append(ids, id)
	}
	w.ok(reviewer, http.MethodPost, decisions(beta, ids[0]), `{"decision":"AUDIT_PASS"}`)
	w.ok(reviewer, http.MethodPost, decisions(beta, ids[2]), `{"decision":"AUDIT_PASS"}`)
	for query, want := range map[string]string{
		"": "Old Mid Newer Newest", "?escalated=true": "Old", "?state=AUDITING": "Old Newer", "?submitted_from=2026-11&submitted_to=2026-11": "Old",
		"?submitted_from=2027-01": "Mid Newer Newest",
	} {
		if got := w.list(vendor, "/v2/vendor/opportunities"+query).names(); got != want {
			t.Errorf("%s lists %q, want %q", query, got, want)
		}
	}
	for _, size := range []string{"1", "2", "3"} {
		walked, marker := []string{}, ""
		for range 5 {
			page := w.list(vendor, "/v2/vendor/opportunities?limit="+size+marker)
			walked = append(walked, page.names())
			if marker = "&marker=" + page.Marker; page.Marker == "" {
				break
			}
		}
		if got := strings.Join(walked, " "); got != "Old Mid Newer Newest" {
			t.Errorf("by pages of %s it lists %q", size, got)
		}
	}
}

func TestConsentIsOfWhomItWasGivenFor(t *testing.T) {
	w := newWorld(t)
	kept := func(id string) opportunity.Content {
		t.Helper()
		var c opportunity.Content
		if err := w.db.Get(t.Context(), table.Key{PK: "PARTY#alpha", SK: "OPPORTUNITYCONTENT#" + id}, &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	id := w.drafts(alpha, "Apollo Ltd", "offer-1", "s1")
	one := path + "/" + id
	given := w.clock.Now()
	if c := kept(id); !c.Consent || !c.ConsentAt.Equal(given) || c.ConsentBy != "alpha/ann" {
		t.Errorf("kept is %t, %s, %s", c.Consent, c.ConsentAt, c.ConsentBy)
	}
	w.matching(alpha, http.MethodPut, one, "*", `{"need":"More","contact":{"name":"Li Lei","phone":"13800001234","email":"li.lei@apollo.example","title":"CTO"}}`).Into(t, nil)
	if c := kept(id); !c.Consent || !c.ConsentAt.Equal(given) || c.Contact.Title != "CTO" {
		t.Errorf("with another title kept is %+v", c)
	}
	const han = `{"contact":{"name":"Han Mei","phone":"13900001234","title":"CFO"}`
	w.matching(alpha, http.MethodPut, one, "*", han+`}`).Into(t, nil)
	if c := kept(id); c.Consent || !c.ConsentAt.IsZero() || c.ConsentBy != "" {
		t.Errorf("of another person kept is %t, %s, %s", c.Consent, c.ConsentAt, c.ConsentBy)
	}
	w.refused(alpha, http.MethodPost, one+"/submit", "", http.StatusBadRequest, "CBC.99001234", "personal_data_consent (COMPLIANCE)")
	w.matching(alpha, http.MethodPut, one, "*", `{"personal_data_consent":true}`).Into(t, nil)
	w.ok(alpha, http.MethodPost, one+"/submit", "")
	w.ok(reviewer, http.MethodPost, decisions(alpha, id), `{"decision":"AUDIT_PASS"}`)
	w.ok(vendor, http.MethodPost, decisions(alpha, id), `{"decision":"VERIFY_PASS"}`)
	const wang = `{"contact":{"name":"Wang Wu","phone":"13700001234","title":"CIO"}`
	refusedIs(t, w.matching("partner alpha admin amy", http.MethodPut, one, "*", wang+`}`), http.StatusBadRequest, "CBC.0100", "personal_data_consent")
	refusedIs(t, w.matching("partner alpha admin amy", http.MethodPut, one, "*", `{"personal_data_consent":false}`), http.StatusBadRequest, "CBC.0100", "personal_data_consent")
	w.matching("partner alpha admin amy", http.MethodPut, one, "*", wang+`,"personal_data_consent":true}`).Into(t, nil)
	if c := kept(id); !c.Consent || !c.ConsentAt.Equal(w.clock.Now()) || c.ConsentBy != "alpha/amy" || c.Contact.Name != "Wang Wu" {
		t.Errorf("in the end kept is %+v", c)
	}
}

func TestARepeatedRequestIsOne(t *testing.T) {
	w := newWorld(t)
	body := draft("Apollo Ltd", "offer-1", "hws.service.type.dws")
	first := w.call(alpha, http.MethodPost, path, body)
	w.calls--
	second := w.call(alpha, http.MethodPost, path, body)
	if second.Header.Get("Idempotent-Replay") != "true" || second.Body != first.Body || w.list(alpha, path).Total != 1 {
		t.Errorf("got %s, then %s", first.Body, second.Body)
	}
}

// CASES.md B46.
func TestAnExportIsMaskedAndHarmless(t *testing.T) {
	w := newWorld(t)
	w.drafts(manager, "=HYPERLINK(1)", "offer-1", "hws.service.type.dws")
	zeus := w.ok(another, http.MethodPost, path, strings.NewReplacer("Data lake", "Lake of ZEUS ltd", "apollo.example", "zeus.example").Replace(
		draft("Zeus Ltd", "offer-2", "hws.service.type.ecs"))).OpportunityID
	w.ok(another, http.MethodPost, path+"/"+zeus+"/submit", "")
	w.ok(reviewer, http.MethodPost, decisions(alpha, zeus), `{"decision":"AUDIT_REJECT","reason_category":"INVALID","reason":"zeus, inc. has no budget"}`)
	var asked struct {
		ID string `json:"export_id"`
	}
	export := func(who, body string) string {
		t.Helper()
		w.call(who, http.MethodPost, path+"/exports", body).Into(t, &asked)
		w.until(w.clock.Now().Add(1e9))
		var made struct {
			State string
			URL   string `json:"download_url"`
		}
		w.call(who, http.MethodGet, path+"/exports/"+asked.ID, "").Into(t, &made)
		return string(w.store[strings.TrimPrefix(made.URL, "memory:")])
	}
	rows := strings.Split(strings.TrimSuffix(export(alpha, `{}`), "\r\n"), "\r\n")
	if len(rows) != 3 || !strings.HasPrefix(rows[0], "\xef\xbb\xbfopportunity_id,origin,state,opportunity_name,customer_company") {
		t.Fatalf("the file is %q", rows)
	}
	const want = ",PO,AUDIT_REJECTED,Lake of Z*** ltd,Z***,Shanghai,Retail,1000000.50,2027-03-31,Lake,hws.service.type.ecs,L***,"
	if !strings.Contains(rows[1], want) {
		t.Errorf("the row is %s, want one with %s", rows[1], want)
	}
	if !strings.Contains(rows[2], ",'=***,") {
		t.Errorf("a formula is not neutralised: %s", rows[2])
	}
	for _, secret := range []string{"13800001234", "li.lei", "Zeus", "Li Lei"} {
		if strings.Contains(strings.ToLower(strings.Join(rows, "")), strings.ToLower(secret)) {
			t.Errorf("the file has %s", secret)
		}
	}
	if file := export(manager, `{}`); strings.Count(file, "\r\n") != 2 || strings.Contains(file, "AUDIT_REJECTED") {
		t.Errorf("an account manager's file is %s", file)
	}
	if file := export(alpha, `{"state":"AUDIT_REJECTED"}`); strings.Count(file, "\r\n") != 2 {
		t.Errorf("the file of one state is %s", file)
	}
}

// CASES.md B36.
func TestTheDocumentedEnumsAreTheAcceptedOnes(t *testing.T) {
	w := newWorld(t)
	text, err := w.api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	decode(t, string(text), &doc)
	known := map[string][]string{
		"state":               append(texts(opportunity.States()), "WAITING", "COMPLETED", "FAILED"), // and of exports
		"reason_category":     append(texts(opportunity.Reasons()), string(opportunity.Overdue)),
		"presales_activities": texts(opportunity.Activities()), "step": append(texts(opportunity.Events()), string(opportunity.Share)),
		"decision": texts(opportunity.Events()), "answer": texts(opportunity.Events()), "outcome": texts(opportunity.Events()),
	}
	found := map[string][]string{}
	walk(doc, func(name string, enum []string) {
		for _, value := range enum {
			if all, ok := known[name]; ok && !slices.Contains(all, value) {
				t.Errorf("%s may be %s, which is none of %q", name, value, all)
			}
			found[name] = append(found[name], value)
		}
	})
	for name, values := range map[string][]string{
		"state": texts(opportunity.States()), "reason_category": known["reason_category"], "presales_activities": known["presales_activities"],
	} {
		for _, value := range values {
			if !slices.Contains(found[name], value) {
				t.Errorf("the document does not say that %s may be %s", name, value)
			}
		}
	}
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return out
}

// walk finds the enums of a document by the names of their fields and parameters.
func walk(doc any, see func(name string, enum []string)) {
	switch d := doc.(type) {
	case []any:
		for _, one := range d {
			walk(one, see)
		}
	case map[string]any:
		if name, ok := d["name"].(string); ok {
			see(name, enumOf(d["schema"]))
		}
		if properties, ok := d["properties"].(map[string]any); ok {
			for name, schema := range properties {
				see(name, enumOf(schema))
			}
		}
		for _, one := range d {
			walk(one, see)
		}
	}
}

func enumOf(schema any) []string {
	text, _ := json.Marshal(schema)
	var s struct {
		Enum  []string
		Items struct{ Enum []string }
	}
	_ = json.Unmarshal(text, &s) // enums of numbers are none of ours
	return append(s.Enum, s.Items.Enum...)
}
