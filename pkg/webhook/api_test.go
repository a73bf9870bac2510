package webhook_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/weburl/hostile"
	"partnercenter/pkg/webhook"
)

func TestAWebhookIsMadeShownChangedAndDeleted(t *testing.T) {
	w := newWorld(t, "")
	var h hook
	w.call(p1, http.MethodPost, hooks, `{"url":"https://Example.com/hear","event_types":["order.paid"]}`).Into(t, &h)
	if h.Status != "ENABLED" || !strings.HasPrefix(h.Secret, "whsec_") || !slices.Equal(h.Types, []string{"order.paid"}) {
		t.Errorf("made %+v", h)
	}
	if got := w.shown(p1, h.ID); got.Secret != "" || got.Status != "ENABLED" {
		t.Errorf("shown %+v", got)
	}
	w.call(p1, http.MethodPut, hooks+"/"+h.ID, `{"event_types":[],"status":"DISABLED","url":"https://example.com/other"}`).Into(t, &h)
	if h.Status != "DISABLED" || len(h.Types) != 0 {
		t.Errorf("changed to %+v", h)
	}
	w.call(p1, http.MethodDelete, hooks+"/"+h.ID, "").Into(t, nil)
	if got := w.shown(p1, h.ID); got.ID != "" {
		t.Errorf("deleted, but shown as %+v", got)
	}
	if got := w.told("p1"); !slices.Equal(got, []string{"webhook.created", "webhook.changed", "webhook.deleted"}) {
		t.Errorf("events %v", got)
	}
}

func TestARepeatedRequestMakesOneWebhookAndTellsNoSecretAgain(t *testing.T) {
	w := newWorld(t, "")
	var first, second hook
	call := resttest.Call{Who: p1, Signature: "same", Method: http.MethodPost, Path: hooks, Body: `{"url":"https://example.com/"}`}
	call.On(w.api).Into(t, &first)
	call.On(w.api).Into(t, &second)
	if first.ID != second.ID || first.Secret == "" || second.Secret != "" {
		t.Errorf("%+v and %+v", first, second)
	}
}

func TestTheSecretIsKeptSealed(t *testing.T) {
	w := newWorld(t, "")
	h := w.hook(p1, "https://example.com/")
	var item table.Raw
	if err := w.db.Get(t.Context(), table.Key{PK: "PARTY#p1", SK: "WEBHOOKS"}, &item); err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%s %v", item.Rest, item.Rest); strings.Contains(text, h.Secret) || strings.Contains(text, "whsec_") {
		t.Error("the table has the secret")
	}
}

func TestASixthWebhookIsRefused(t *testing.T) {
	w := newWorld(t, "")
	for range 5 {
		w.hook(p1, "https://example.com/")
	}
	w.call(p1, http.MethodPost, hooks, `{"url":"https://example.com/"}`).Refused(t, http.StatusConflict, "CBC.0409", "5 webhooks")
}

func TestOnlyPublicHTTPSIsTaken(t *testing.T) {
	w := newWorld(t, "")
	made := w.hook(p1, "https://example.com/")
	for _, c := range hostile.Addresses() {
		ok := strings.HasPrefix(c.Verdict, "pass https://")
		for _, call := range []struct{ method, path string }{{http.MethodPost, hooks}, {http.MethodPut, hooks + "/" + made.ID}} {
			got := w.call("partner p2", call.method, call.path, fmt.Sprintf(`{"url":%s}`, quoted(c.Address)))
			switch {
			case call.method == http.MethodPut:
			case ok && got.Status == http.StatusCreated:
				var h hook
				got.Into(t, &h)
				w.call("partner p2", http.MethodDelete, hooks+"/"+h.ID, "").Into(t, nil)
			case !ok && got.Status == http.StatusBadRequest, !ok && got.Status == http.StatusUnprocessableEntity:
			default:
				t.Errorf("%.100q: %d %s", c.Address, got.Status, got.Body)
			}
		}
	}
}

// quoted writes a JSON string of what may be no UTF-8.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range []byte(s) {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(rune(r)))
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteByte(r)
		}
	}
	return b.String() + `"`
}

func TestAStrangersWebhookIsNone(t *testing.T) {
	w := newWorld(t, "")
	h := w.hook(p1, "https://example.com/")
	for _, c := range []struct{ method, path, body string }{
		{http.MethodPut, "", `{"status":"DISABLED"}`}, {http.MethodDelete, "", ""}, {http.MethodGet, "/deliveries", ""}, {http.MethodPost, "/deliveries", `{}`},
	} {
		theirs, nobodys := w.call(p2, c.method, hooks+"/"+h.ID+c.path, c.body), w.call(p2, c.method, hooks+"/wh-none"+c.path, c.body)
		theirs.Refused(t, http.StatusNotFound, "CBC.0404", h.ID)
		if strings.ReplaceAll(theirs.Body, h.ID, "wh-none") != nobodys.Body {
			t.Errorf("%s %s: %s and %s", c.method, c.path, theirs.Body, nobodys.Body)
		}
	}
}

func TestWhatMeansNothingIsRefused(t *testing.T) {
	w := newWorld(t, "")
	h := w.hook(p1, "https://example.com/")
	at := hooks + "/" + h.ID
	w.call(p1, http.MethodPost, hooks, `{"url":"http://example.com/"}`).Refused(t, http.StatusBadRequest, "CBC.0100", "url: it is http; it has to be https")
	w.call(p1, http.MethodPost, hooks, `{"url":"https://10.0.0.1/"}`).Refused(t, http.StatusBadRequest, "CBC.0100", "not on the public Internet")
	w.call(p1, http.MethodPost, hooks, `{"url":"https://example.com/","event_types":["party.created"]}`).Refused(t, http.StatusBadRequest, "CBC.0100", "party.created")
	for _, kind := range []string{"agreement.published", "subscription.renewed"} { // the valid ones are named
		w.call(p1, http.MethodPut, at, `{"event_types":["party.created"]}`).Refused(t, http.StatusBadRequest, "CBC.0100", kind)
	}
	w.call(p1, http.MethodPost, at+"/deliveries", `{"delivery_id":"none"}`).Refused(t, http.StatusNotFound, "CBC.0404", "delivery_id")
	w.call(p1, http.MethodPost, at+"/deliveries", `{"delivery_id":"a#b"}`).Refused(t, http.StatusNotFound, "CBC.0404", "delivery_id")
	var d delivery
	w.call(p1, http.MethodPost, at+"/deliveries", `{}`).Into(t, &d)
	w.call(p1, http.MethodPost, at+"/deliveries", `{"delivery_id":"`+d.ID+`"}`).Refused(t, http.StatusConflict, "CBC.0409", "PENDING")
}

func TestAMarkerIsOfOneWebhooksDeliveries(t *testing.T) {
	w := newWorld(t, "")
	one, other := w.hook(p1, "https://example.com/1"), w.hook(p1, "https://example.com/2")
	for _, id := range []string{"E1", "E2", "E3"} {
		w.happens(id, "account.balance_low", "p1", nil)
	}
	var page struct {
		Deliveries []delivery
		Marker     string
	}
	w.call(p1, http.MethodGet, hooks+"/"+one.ID+"/deliveries?limit=1", "").Into(t, &page)
	next := "/deliveries?limit=1&marker=" + page.Marker
	w.call(p1, http.MethodGet, hooks+"/"+other.ID+next, "").Refused(t, http.StatusBadRequest, "CBC.0100", "marker")
	w.call(p1, http.MethodGet, hooks+"/"+one.ID+next, "").Into(t, &page)
	if len(page.Deliveries) != 1 || page.Deliveries[0].ID != "E2" {
		t.Errorf("the next page is %+v", page.Deliveries)
	}
}

func TestStatesOfWebhooks(t *testing.T) {
	for _, c := range []struct {
		from webhook.State
		step webhook.Step
		to   webhook.State // empty is refused
	}{
		{webhook.Enabled, webhook.Enable, webhook.Enabled},
		{webhook.Enabled, webhook.Disable, webhook.Disabled},
		{webhook.Enabled, webhook.Break, webhook.Failed},
		{webhook.Disabled, webhook.Enable, webhook.Enabled},
		{webhook.Disabled, webhook.Disable, webhook.Disabled},
		{webhook.Disabled, webhook.Break, ""},
		{webhook.Failed, webhook.Enable, webhook.Enabled},
		{webhook.Failed, webhook.Disable, webhook.Disabled},
		{webhook.Failed, webhook.Break, ""},
	} {
		got, err := c.from.After(c.step)
		if (err != nil) != (c.to == "") || err == nil && got != c.to {
			t.Errorf("%s, %s: %s, %v; want %s", c.from, c.step, got, err, c.to)
		}
	}
}

func TestOutcomesOfDeliveries(t *testing.T) {
	to := map[webhook.Step]webhook.Outcome{
		webhook.Deliver: webhook.Delivered, webhook.Postpone: webhook.Pending, webhook.GiveUp: webhook.GaveUp, webhook.Drop: webhook.Dropped,
		webhook.Redeliver: webhook.Pending,
	}
	for _, from := range []webhook.Outcome{webhook.Pending, webhook.Delivered, webhook.GaveUp, webhook.Dropped} {
		for step, want := range to {
			legal := (from == webhook.Pending) != (step == webhook.Redeliver)
			if got, err := from.After(step); (err == nil) != legal || legal && got != want {
				t.Errorf("%s, %s: %s, %v", from, step, got, err)
			}
		}
	}
}
