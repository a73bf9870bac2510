package customer_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/party"
)

func ofReport(kind string, r reportOut) string {
	return `{"kind":"` + kind + `","association_type":2,"report_id":"` + r.ID + `"}`
}

// An offline link is for anybody: that it was made for a report says nothing of who follows it.
func TestAReportIsUsedUpByWhomItNamesAloneWhateverTheLink(t *testing.T) {
	w := newWorld(t)
	w.customer("old", "")
	w.clock.Advance(8 * 24 * time.Hour)
	w.customer("young", "")
	r := w.reported(admin, "apollo@x.example", "")
	url := w.invited(admin, ofReport("OFFLINE", r)).Link
	w.accept("old", url).Refused(t, 400, "CBC.99001005", "not reported it")
	w.accept("young", url).Into(t, nil)
	if got := w.reportNow(r.ID); got.State != "reported" || got.Customer != "" {
		t.Errorf("after somebody else came by the link the report is %+v", got)
	}
	w.customer("named", "")
	w.change("named", func(p *party.Party) { p.Email, p.Created = "Apollo@x.example", p.Created.Add(-30*24*time.Hour) })
	w.accept("named", url).Into(t, nil)
	if got := w.reportNow(r.ID); got.State != "registered" || got.Customer != "named" {
		t.Errorf("after its customer came by the link the report is %+v", got)
	}
}

// DOMAIN.md 21, row 14: the customer's mail address changed after it was reported.
func TestNoLinkToTheOldAddressOutlivesTheContactOfAReport(t *testing.T) {
	for _, second := range []string{"OFFLINE", "ONLINE"} {
		w := newWorld(t)
		r := w.reported(admin, "old@x.example", "")
		w.invited(admin, ofReport("ONLINE", r))
		first := w.mailed("old@x.example")
		w.invited(admin, ofReport(second, r))
		again := w.mailed("old@x.example")
		w.call(admin, "PUT", reportsPath+"/"+r.ID+"/contact", `{"email":"new@x.example"}`).Into(t, nil)
		for _, url := range []string{first, again} {
			if page := w.page("POST", url); !strings.Contains(page, "链接已失效") {
				t.Errorf("with another one %s, a link to the old address is good", second)
			}
		}
		if page := w.page("GET", w.mailed("new@x.example")); !strings.Contains(page, "<button>") {
			t.Errorf("with another one %s, the new link is not good", second)
		}
	}
}

func TestAnAccountManagerInvitesByItsOwnReportsAlone(t *testing.T) {
	w := newWorld(t)
	const manager = caller("partner partner account_manager")
	theirs, own := w.reported(admin, "a@x.example", ""), w.reported(manager, "b@x.example", "")
	w.call(manager, "POST", invitationsPath, ofReport("ONLINE", theirs)).Refused(t, 404, "CBC.0404", theirs.ID)
	w.invited(manager, ofReport("ONLINE", own))
}

// DESIGN.md idea 4: a missed sweep changes nothing.
func TestAReportHasExpiredBeforeAnybodyHasNotedIt(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "")
	r := w.reported(admin, "c@customer.example", "")
	w.invited(admin, ofReport("ONLINE", r))
	w.clock.Advance(10 * 24 * time.Hour)
	i := w.reportNow(r.ID).Invitation
	w.call(admin, "POST", invitationsPath+"/"+i+"/resend", "").Into(t, nil)
	w.clock.Set(begin.Add(15*24*time.Hour + time.Minute))
	if got := w.reportNow(r.ID).State; got != "expired" {
		t.Errorf("it is shown as %s", got)
	}
	var list struct {
		Total int `json:"total_count"`
	}
	if w.call(admin, "GET", reportsPath+"?state=expired", "").Into(t, &list); list.Total != 1 {
		t.Errorf("%d are listed as expired", list.Total)
	}
	w.call(admin, "PUT", reportsPath+"/"+r.ID+"/contact", `{"email":"late@x.example"}`).Refused(t, 409, "CBC.99001016", "expired")
	w.call(admin, "POST", invitationsPath, ofReport("OFFLINE", r)).Refused(t, 409, "CBC.99001016", "expired")
	w.call(admin, "DELETE", reportsPath+"/"+r.ID, "").Refused(t, 409, "CBC.99001016", "expired")
	w.accept("c", w.mailed("c@customer.example")).Refused(t, 400, "CBC.99001005", "not reported it")
	if err := w.runs(r.ID); err != nil {
		t.Fatal(err)
	}
}

func TestAnAddressInOtherCapitalsIsTheSameToAReport(t *testing.T) {
	w := newWorld(t)
	r := w.reported(admin, "Apollo@x.example", "")
	var out reportOut
	w.call(admin, "PUT", reportsPath+"/"+r.ID+"/contact", `{"email":"apollo@x.example","mobile":"13800000000"}`).Into(t, &out)
	if out.Email != "apollo@x.example" {
		t.Errorf("got %+v", out)
	}
	w.report(otherAdmin, "APOLLO@x.example", "").Refused(t, 409, "CBC.99001018", "reported")
	w.call(admin, "DELETE", reportsPath+"/"+r.ID, "").Into(t, nil)
	w.report(otherAdmin, "APOLLO@x.example", "13800000000").Into(t, nil)
}

func TestAnOfflineInvitationNamesNoBadContact(t *testing.T) {
	w := newWorld(t)
	for field, bad := range map[string]string{"email": "nobody", "mobile": "0049123"} {
		body := `{"kind":"OFFLINE","association_type":2,"` + field + `":"` + bad + `"}`
		w.call(admin, "POST", invitationsPath, body).Refused(t, 400, "CBC.0100", field)
	}
	w.invited(admin, `{"kind":"OFFLINE","association_type":2,"mobile":"13800000000"}`)
}

// CASES.md B5: what became needless fills no dead-letter queue.
func TestAForwardedInvitationWhoseOwnIsRevokedIsNotWritten(t *testing.T) {
	w := newWorld(t)
	i := w.invited(admin, `{"kind":"OFFLINE","association_type":2}`)
	w.typed("POST", i.Link, "a@x.example")
	w.call(admin, "DELETE", invitationsPath+"/"+i.ID, "").Into(t, nil)
	w.deliver()
	var list struct{ Invitations []inviteOut }
	w.call(admin, "GET", invitationsPath+"?state=open", "").Into(t, &list)
	for _, open := range list.Invitations {
		w.call(admin, "POST", invitationsPath+"/"+open.ID+"/resend", "").Refused(t, 409, "CBC.99001016", "revoked")
	}
	if mails := w.inbox.Mails(); len(mails) != 0 || len(list.Invitations) != 1 {
		t.Errorf("%d mails of %+v", len(mails), list.Invitations)
	}
}

// creates lets the partner create a customer by its mail address.
func (w *world) creates(email string) answer {
	w.t.Helper()
	w.call(admin, "POST", codePath, `{"receiver_type":2,"email":"`+email+`","lang":"en-us"}`).Into(w.t, nil)
	mails := w.inbox.Mails()
	given := regexp.MustCompile(`\b[0-9]{6}\b`).FindString(mails[len(mails)-1].Text)
	return w.call(admin, "POST", createPath, `{"email":"`+email+`","xaccount_id":"x","xaccount_type":"p","verification_code":"`+given+`"}`)
}

// DOMAIN.md 3, "When a customer cannot associate at all".
func TestWhomTheVendorLooksAfterGetsNoAccountThatIsAssociated(t *testing.T) {
	w := newWorld(t)
	w.invited(admin, `{"kind":"ONLINE","association_type":2,"email":"a@x.example","locale":"en-US"}`)
	url := w.mailed("a@x.example")
	w.call(vendorAdmin, "PUT", followPath, `{"contact":"a@x.example","followed_by":"DIRECT_SALES"}`).Into(t, nil)
	if page := w.page("POST", url); !strings.Contains(page, "direct sales") || count(t, w) != 0 {
		t.Errorf("by the link there are %d customers", count(t, w))
	}
	w.creates("a@x.example").Refused(t, 400, "CBC.99001005", "direct sales")
	if n := count(t, w); n != 0 {
		t.Errorf("%d customers", n)
	}
}

func TestAReportIsUsedUpByTheCreationOfItsCustomer(t *testing.T) {
	w := newWorld(t)
	r := w.reported(admin, "a@x.example", "")
	var made struct {
		ID string `json:"domain_id"`
	}
	w.creates("a@x.example").Into(t, &made)
	if got := w.reportNow(r.ID); got.State != "registered" || got.Customer != made.ID {
		t.Errorf("the report of %s is %+v", made.ID, got)
	}
}
