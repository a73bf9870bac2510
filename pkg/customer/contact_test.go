package customer_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const contactPath = "/v2/customers/contact"

var sixDigits = regexp.MustCompile(`\d{6}`)

// mailedCode gives the code in the last mail to an address.
func (w *world) mailedCode(to string) string {
	w.t.Helper()
	mails := w.inbox.Mails()
	for n := len(mails) - 1; n >= 0; n-- {
		if mails[n].To == to {
			return sixDigits.FindString(mails[n].Text)
		}
	}
	w.t.Fatalf("no mail to %s", to)
	return ""
}

func TestACustomerChangesItsContactWithCodesToBoth(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	w.customer("d", "partner")
	const c = caller("customer c admin")
	change := func(who caller, code, present string) answer {
		return w.call(who, "PUT", contactPath, fmt.Sprintf(`{"email":"new@x.example","code":%q,"present_code":%q}`, code, present))
	}
	w.call(c, "POST", contactPath+"/codes", `{"email":"new@x.example"}`).Into(t, nil)
	fresh, present := w.mailedCode("new@x.example"), w.mailedCode("c@customer.example")
	wrong := map[bool]string{true: "000001", false: "000000"}[fresh == "000000" || present == "000000"]
	change(c, wrong, present).Refused(t, 400, "CBC.99001011", "code")
	change(c, fresh, wrong).Refused(t, 400, "CBC.99001011", "present_code")
	change(c, fresh, "").Refused(t, 400, "CBC.99001011", "present_code")
	change("customer d admin", fresh, w.mailedCode("c@customer.example")).Refused(t, 400, "CBC.99001011", "present_code")
	if got := w.read("c").Email; got != "c@customer.example" {
		t.Fatalf("refused calls changed it to %s", got)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { change(c, fresh, present) })
	}
	all.Wait()
	if got, listed := w.read("c").Email, w.list(admin, `{"customer_id":"c"}`); got != "new@x.example" || listed.Count != 1 {
		t.Errorf("it has %s", got)
	}
	if got := strings.Count(w.events("c"), "customer.contact_changed"); got != 1 {
		t.Errorf("it changed %d times: %s", got, w.events("c"))
	}
	if got := w.holds("email", "new@x.example"); got != "used_by_user" {
		t.Errorf("the new address is %s", got)
	}
	w.clock.Advance(2 * time.Minute)
	w.call("customer d admin", "POST", contactPath+"/codes", `{"email":"new@x.example"}`).Into(t, nil)
	change("customer d admin", w.mailedCode("new@x.example"), w.mailedCode("d@customer.example")).Refused(t, 409, "CBC.99001015", "email")
}

func TestABadChangeOfContactIsRefused(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "partner")
	const c = caller("customer c admin")
	for body, field := range map[string]string{
		`{}`: "email", `{"email":"nonsense"}`: "email", `{"mobile":"12"}`: "mobile", `{"email":"C@customer.example"}`: "email",
		`{"email":"a@x.example","mobile":"13800000000"}`: "email",
	} {
		w.call(c, "POST", contactPath+"/codes", body).Refused(t, 400, "CBC.0100", field)
	}
	w.call(admin, "POST", contactPath+"/codes", `{"email":"a@x.example"}`).Refused(t, 403, "CBC.0155", "customer")
	w.call("customer c finance", "POST", contactPath+"/codes", `{"email":"a@x.example"}`).Refused(t, 403, "CBC.0155", "contact:manage")
	if n := len(w.inbox.Mails()); n != 0 {
		t.Errorf("%d mails went out", n)
	}
}

// holds says whether somebody registered with something.
func (w *world) holds(kind, value string) string {
	w.t.Helper()
	var out struct {
		Result string `json:"check_result"`
	}
	w.call(admin, "POST", identityPath, fmt.Sprintf(`{"search_type":%q,"search_value":%q}`, kind, value)).Into(w.t, &out)
	return out.Result
}
