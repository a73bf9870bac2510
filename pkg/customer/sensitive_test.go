package customer_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/party"
)

func TestSensitiveOperationsNeedACodeOnceItIsRequired(t *testing.T) {
	w, _ := newParting(t)
	w.speaks("en-US")
	const path = "/v2/iam/sensitive-operations"
	with := func(body, given string) string {
		return strings.TrimSuffix(body, "}") + `,"verification_code":"` + given + `"}`
	}
	codeAt := func(who caller, path string) string {
		w.call(who, "POST", path+"/verification-code", "").Into(t, nil)
		mails := w.inbox.Mails()
		return regexp.MustCompile(`\b[0-9]{6}\b`).FindString(mails[len(mails)-1].Text)
	}
	w.call(admin, "PUT", path, `{"code_required":true}`).Into(t, nil)
	w.asks(admin, "c", 0).Refused(t, 400, "CBC.0100", "verification_code")
	given := codeAt(admin, path)
	w.call(admin, "POST", requestsPath, with(partnerAsks("c", 0), "000")).Refused(t, 400, "CBC.99001011", "verification_code")
	r := w.requested(w.call(admin, "POST", requestsPath, with(partnerAsks("c", 0), given)))
	w.call(admin, "PUT", path, `{"code_required":false}`).Refused(t, 400, "CBC.0100", "verification_code")
	w.call(admin, "PUT", path, with(`{"code_required":false}`, given)).Refused(t, 400, "CBC.99001011", "verification_code") // it is used up
	w.call(as("c"), "PUT", "/v2/iam/sensitive-operations", `{"code_required":true}`).Into(t, nil)
	decide := ownRequestsPath + "/" + r.ID + "/decide"
	w.call(as("c"), "POST", decide, agrees).Refused(t, 400, "CBC.0100", "verification_code")
	own := codeAt(as("c"), "/v2/iam/sensitive-operations")
	w.clock.Advance(11 * time.Minute)
	w.call(as("c"), "POST", decide, with(agrees, own)).Refused(t, 400, "CBC.99001011", "verification_code") // it has expired
	own = codeAt(as("c"), "/v2/iam/sensitive-operations")
	if got := w.requested(w.call(as("c"), "POST", decide, with(agrees, own))); got.State != "executing" {
		t.Errorf("got %+v", got)
	}
	var is struct {
		Required bool `json:"code_required"`
	}
	w.call(admin, "GET", path, "").Into(t, &is)
	w.call(admin, "PUT", path, with(`{"code_required":false}`, codeAt(admin, path))).Into(t, nil)
	var now struct {
		Required bool `json:"code_required"`
	}
	w.call(admin, "GET", path, "").Into(t, &now)
	if !is.Required || now.Required {
		t.Errorf("a code was required: %t, and is: %t", is.Required, now.Required)
	}
}

// A party that no code reaches could never do a sensitive operation again, nor end that codes are required.
func TestCodesAreNotRequiredOfAPartyThatNoneReaches(t *testing.T) {
	w := newWorld(t)
	const path = "/v2/iam/sensitive-operations"
	w.call(admin, "PUT", path, `{"code_required":true}`).Refused(t, 409, "CBC.99001016", "phone number")
	w.change("partner", func(p *party.Party) { p.Mobile = "13800000000" })
	w.call(admin, "PUT", path, `{"code_required":true}`).Into(t, nil)
}
