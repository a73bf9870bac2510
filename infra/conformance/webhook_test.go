package conformance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	ics "github.com/arran4/golang-ical"
)

// hearer is a partner's own system: it hears of events, and answers by a status.
type hearer struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	bodies []string
	signed []string
}

func newHearer(t *testing.T) *hearer {
	t.Helper()
	h := &hearer{status: http.StatusOK}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bodies, h.signed = append(h.bodies, string(body)), append(h.signed, r.Header.Get("X-Webhook-Signature"))
		w.WriteHeader(h.status)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hearer) answers(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

// heard gives what was heard of a type, and the signature of the last.
func (h *hearer) heard(t *testing.T, kind string) (payloads []map[string]any, body, signature string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, text := range h.bodies {
		var p map[string]any
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatalf("heard %q: %v", text, err)
		}
		if p["type"] == kind {
			payloads, body, signature = append(payloads, p), text, h.signed[i]
		}
	}
	return payloads, body, signature
}

// listens has a party's own system hear of everything, and gives a check that it has heard of types, each with the step that it took if it has one.
func (c cloud) listens(t *testing.T, p principal) func(want ...string) {
	t.Helper()
	h := newHearer(t)
	made := c.does(t, p, "POST", "/v2/webhooks", fmt.Sprintf(`{"url":%q}`, h.URL))
	t.Cleanup(func() { c.does(t, p, "DELETE", "/v2/webhooks/"+made["webhook_id"].(string), "") })
	return func(want ...string) {
		t.Helper()
		c.local(t, "/local/clock", map[string]string{"advance": "PT1S"}, nil) // no sweep is needed
		for _, one := range want {
			kind, step, _ := strings.Cut(one, " ")
			got, body, signature := h.heard(t, kind)
			found := false
			for _, p := range got {
				data, _ := p["data"].(map[string]any)
				found = found || step == "" || data["step"] == step
			}
			if !found || !signed(signature, body, made["secret"].(string)) {
				t.Errorf("%s did not hear of %s, but of %v", p.PartyID, one, got)
			}
		}
	}
}

// signed tells whether a signature is of a body, as a receiver does.
func signed(signature, body, secret string) bool {
	seconds, _, _ := strings.Cut(strings.TrimPrefix(signature, "t="), ",")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(seconds + "." + body))
	return signature == "t="+seconds+",v1="+hex.EncodeToString(mac.Sum(nil))
}

// hears lets what happened reach the notifier, and what that makes due be done.
func (c cloud) hears(t *testing.T) {
	t.Helper()
	for _, while := range []string{"PT1S", "PT20M"} {
		c.local(t, "/local/clock", map[string]string{"advance": while}, nil)
	}
}

// A partner's own system hears that its customer's resource is renewed, fails for a day, is switched off with a mail to the partner, and hears again
// what it missed.
func TestAPartnersSystemHearsOfItsCustomers(t *testing.T) {
	s := set(t, "hooked", 1, "1000.00")
	h := newHearer(t)
	var partner principal
	s.local(t, "/local/keys", map[string]any{"party_id": "partner-hooked", "roles": []string{"admin"}}, &partner)
	made := s.does(t, partner, "POST", "/v2/webhooks", fmt.Sprintf(`{"url":%q,"event_types":["subscription.renewed"]}`, h.URL))
	at := "/v2/webhooks/" + made["webhook_id"].(string)
	s.does(t, partner, "POST", at+"/deliveries", `{}`)
	s.local(t, "/local/clock", map[string]string{"advance": "PT1S"}, nil) // no sweep is needed
	if got, _, _ := h.heard(t, "webhook.test"); len(got) != 1 {
		t.Fatalf("%d test events, want one", len(got))
	}

	renew := fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1,"is_auto_pay":1}`, s.resource("hooked", 1))
	s.does(t, s.customer, "POST", "/v2/orders/subscriptions/resources/renew", renew)
	s.hears(t)
	got, body, signature := h.heard(t, "subscription.renewed")
	if len(got) != 1 || got[0]["party_id"] != "hooked" || got[0]["subject_id"] != s.resource("hooked", 1) || strings.Contains(body, "customer.example") {
		t.Fatalf("heard %v", got)
	}
	if !signed(signature, body, made["secret"].(string)) {
		t.Errorf("signed %s", signature)
	}

	h.answers(http.StatusInternalServerError)
	s.does(t, s.customer, "POST", "/v2/orders/subscriptions/resources/renew", renew)
	s.hears(t)
	for range 13 {
		s.local(t, "/local/clock", map[string]string{"advance": "PT2H"}, nil)
	}
	hooks := s.does(t, partner, "GET", "/v2/webhooks", "")["webhooks"].([]any)
	if hooks[0].(map[string]any)["status"] != "FAILED" {
		t.Fatalf("behind a day of failures there is %v", hooks[0])
	}
	failed := s.does(t, partner, "GET", at+"/deliveries?state=FAILED", "")["deliveries"].([]any)
	if len(failed) != 1 {
		t.Fatalf("%d failed deliveries, want one", len(failed))
	}
	h.answers(http.StatusNoContent)
	s.does(t, partner, "PUT", at, `{"status":"ENABLED"}`)
	s.does(t, partner, "POST", at+"/deliveries", fmt.Sprintf(`{"delivery_id":%q}`, failed[0].(map[string]any)["delivery_id"]))
	s.local(t, "/local/clock", map[string]string{"advance": "PT20M"}, nil)
	done := s.does(t, partner, "GET", at+"/deliveries?state=DELIVERED", "")["deliveries"].([]any)
	if len(done) != 3 {
		t.Errorf("%d delivered, want the test and both renewals", len(done))
	}
}

// A calendar program shows the ends of a party's resources, until the feed is ended.
func TestACalendarShowsWhatEnds(t *testing.T) {
	s := set(t, "dated", 2, "1000.00")
	made := s.does(t, s.customer, "POST", "/v2/calendar-feeds", `{"name":"Ends","language":"en-US"}`)
	address := made["url"].(string)
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	file, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(file), "SUMMARY:Expires: Resource 1\r\n") {
		t.Fatalf("%s %s, %v", answer.Status, file, err)
	}
	known, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	known.Header.Set("If-None-Match", answer.Header.Get("ETag"))
	if again := send(t, known); again.StatusCode != http.StatusNotModified {
		t.Errorf("what is known is sent again: %s", again.Status)
	}
	s.does(t, s.customer, "DELETE", "/v2/calendar-feeds/"+made["feed_id"].(string), "")
	if gone, err := http.Get(address); err != nil || gone.StatusCode != http.StatusNotFound {
		t.Errorf("an ended feed: %v, %v", gone, err)
	}
}

// A partner's calendar has the day by which it confirms a statement, as another program reads it: in Beijing, once, under one id however often it is asked.
func TestAPartnersCalendarHasItsDeadlines(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "calendared", map[string]any{"email": "finance@calendared.example", "locale": "zh-CN"})
	period, _ := month(clock(t, c))
	statement := o.does(t, c.vendor(t), "POST", ofPartner+"calendared/special-incentives", fmt.Sprintf(`{"period":%q,"amount":1060,"reason":"a campaign"}`, period))
	id := statement["statement_id"].(string)
	last := o.does(t, o.partner, "GET", statementsPath+"/"+id, "")["confirm_by"].(string)
	made := o.does(t, o.partner, "POST", "/v2/calendar-feeds", `{"name":"截止日期, 伙伴; 一个很长的名称，用于检查每行不超过七十五个字节"}`)
	for range 2 {
		file, kind := fetched(t, made["url"].(string))
		if !strings.HasPrefix(kind, "text/calendar") {
			t.Fatalf("the feed is %s", kind)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(file, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
				t.Errorf("the line %q", line)
			}
		}
		read, err := ics.ParseCalendar(strings.NewReader(file))
		if err != nil || len(read.Events()) != 1 {
			t.Fatalf("%v: %s", err, file)
		}
		e := read.Events()[0]
		value := func(p ics.ComponentProperty) string { return e.GetProperty(p).Value }
		if e.Id() != "statement-calendared-"+id+"@partner-center" || value(ics.ComponentPropertyDtStart) != strings.ReplaceAll(last, "-", "") ||
			e.GetProperty(ics.ComponentPropertyDtStart).ICalParameters["VALUE"][0] != "DATE" || value(ics.ComponentPropertySummary) != "激励对账单确认截止："+id {
			t.Errorf("the entry is %s, want the statement %s on %s", file, id, last)
		}
		if at, err := e.GetDtStampTime(); err != nil || at.After(clock(t, c)) {
			t.Errorf("it was changed at %s, %v", at, err)
		}
	}
}

// Who follows a link that leads outside sees where it leads, and goes there by a click.
func TestALinkThatLeadsOutside(t *testing.T) {
	c := running(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	page := func(target string) (*http.Response, string) {
		t.Helper()
		answer, err := client.Get(c.API + "/external-link?lang=en&target=" + url.QueryEscape(target))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(text)
	}
	if answer, _ := page("https://support.huaweicloud.com/x"); answer.StatusCode != http.StatusFound || answer.Header.Get("Location") != "https://support.huaweicloud.com/x" {
		t.Errorf("the vendor's own: %s to %s", answer.Status, answer.Header.Get("Location"))
	}
	if answer, _ := page("javascript:alert(1)"); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("a script: %s", answer.Status)
	}
	answer, text := page("https://hu\u0430weicloud.com/")
	_, rest, found := strings.Cut(text, `name="token" value="`)
	if answer.StatusCode != http.StatusOK || !found || !strings.Contains(text, "xn--huweicloud-0qi.com") {
		t.Fatalf("%s %s", answer.Status, text)
	}
	token, _, _ := strings.Cut(rest, `"`)
	clicked, err := client.PostForm(c.API+"/external-link", url.Values{"token": {html.UnescapeString(token)}})
	if err != nil {
		t.Fatal(err)
	}
	defer clicked.Body.Close()
	if clicked.StatusCode != http.StatusSeeOther || clicked.Header.Get("Location") != "https://xn--huweicloud-0qi.com/" {
		t.Errorf("the click: %s to %s", clicked.Status, clicked.Header.Get("Location"))
	}
}
