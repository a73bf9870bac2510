package customer_test

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/customer/joinlink"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/party"
)

const (
	invitationsPath = "/v2/partners/customer-invitations"
	acceptPath      = "/v2/customers/partner-invitations/accept"
)

type inviteOut struct {
	ID       string `json:"invitation_id"`
	State    string `json:"state"`
	Link     string `json:"link"`
	Expires  string `json:"expires_at"`
	Customer string `json:"customer_id"`
}

func (w *world) invited(who caller, body string) inviteOut {
	w.t.Helper()
	var out inviteOut
	w.call(who, "POST", invitationsPath, body).Into(w.t, &out)
	return out
}

func (w *world) invitation(id string) inviteOut {
	w.t.Helper()
	var out inviteOut
	w.call(admin, "GET", invitationsPath+"/"+id, "").Into(w.t, &out)
	return out
}

var anyLink = regexp.MustCompile(`/links/[A-Za-z0-9_-]+`)

// deliver sends what partners' events want sent at once, as the notifier does.
func (w *world) deliver() {
	w.t.Helper()
	sender := &immediate.Sender{
		Table: w.db, Clock: w.clock, Once: &notify.Once{Table: w.db, Mail: w.inbox, SMS: w.phone, Clock: w.clock, Wall: clock.System{}},
		Writers: map[string]immediate.Writer{customer.WriterInvitation: joinlink.Writer(w.service)},
	}
	for _, owner := range []string{"partner", "other"} {
		for e, err := range event.List(context.Background(), w.db, owner, time.Time{}) {
			if err != nil {
				w.t.Fatal(err)
			}
			if e.Type != immediate.Event {
				continue
			}
			if err := sender.Send(context.Background(), *e); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// mailed gives the link of the last mail to an address.
func (w *world) mailed(to string) string {
	w.t.Helper()
	w.deliver()
	mails := w.inbox.Mails()
	for n := len(mails) - 1; n >= 0; n-- {
		if mails[n].To == to {
			return anyLink.FindString(html.UnescapeString(mails[n].HTML))
		}
	}
	w.t.Fatalf("no mail to %s among %d", to, len(mails))
	return ""
}

// page gives what a link's page says.
func (w *world) page(method, url string) string { return w.typed(method, url, "") }

// typed gives what a link's page says to who types something into it.
func (w *world) typed(method, url, given string) string {
	w.t.Helper()
	signer := link.SignerOf(w.env)
	l, err := signer.Open(w.t.Context(), strings.TrimPrefix(url, link.TokenPath))
	if err != nil {
		return err.Error()
	}
	purpose := joinlink.Purpose(w.service)
	do := purpose.Show
	if method == "POST" {
		do = func(ctx context.Context, l link.Link) (link.Page, error) { return purpose.Act(ctx, l, given) }
	}
	page, err := do(w.t.Context(), l)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(page.Write())
}

func (w *world) accept(id auth.PartyID, url string) answer {
	w.t.Helper()
	return w.call(caller("customer "+string(id)+" admin"), "POST", acceptPath, fmt.Sprintf(`{"link":%q,"notice_accepted":true}`, url))
}

func count(t *testing.T, w *world) int {
	t.Helper()
	return w.list(admin, `{}`).Count
}

// CASES.md B42, B44.
func TestThePageOfAnInvitationShowsOnGetAndAssociatesOnceOnPost(t *testing.T) {
	w := newWorld(t)
	i := w.invited(admin, `{"kind":"ONLINE","association_type":1,"email":"a@x.example","customer_name":"Apollo","label":"gold","locale":"en-US"}`)
	if i.Link != "" || i.Expires[:10] != "2026-12-08" {
		t.Errorf("the answer shows %+v: an online link goes to its mail address alone", i)
	}
	url := w.mailed("a@x.example")
	w.deliver()
	if n := len(w.inbox.Mails()); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
	for range 100 {
		if page := w.page("GET", url); !strings.Contains(page, "<button>") || !strings.Contains(page, "go on trading with the vendor") {
			t.Fatalf("the page is %s", page)
		}
	}
	if n := count(t, w); n != 0 {
		t.Fatalf("looking at it made %d customers", n)
	}
	first, second := w.page("POST", url), w.page("POST", url)
	if !strings.Contains(first, "accepted") || first != second {
		t.Errorf("the first time %s, the second %s", first, second)
	}
	got := w.invitation(i.ID)
	c := w.read(auth.PartyID(got.Customer))
	if count(t, w) != 1 || got.State != "accepted" || c.Partner != "partner" || c.AssociationType != party.Referral || c.Email != "a@x.example" ||
		c.Profile.Label != "gold" {
		t.Errorf("the invitation is %+v, the customer %+v", got, c)
	}
	if got := w.events(string(c.ID)); got != "association.started" {
		t.Errorf("the customer's events are %s", got)
	}
	if len(w.people.known) != 1 || w.people.known[auth.UserID(c.ID)] != "a@x.example" {
		t.Errorf("%v may sign in", w.people.known)
	}
}

func TestPostsAtOnceMakeOneAccount(t *testing.T) {
	w := newWorld(t)
	w.invited(admin, `{"kind":"ONLINE","association_type":2,"email":"a@x.example"}`)
	url := w.mailed("a@x.example")
	pages := make(chan string)
	for range 4 {
		go func() { pages <- w.page("POST", url) }()
	}
	for range 4 {
		if page := <-pages; !strings.Contains(page, "邀请已接受") {
			t.Errorf("the page is %s", page)
		}
	}
	if n := count(t, w); n != 1 {
		t.Errorf("%d customers, want 1", n)
	}
}

// CASES.md B43.
func TestAnInvitationThatExpiredIsSentAgainWithAnotherLink(t *testing.T) {
	w := newWorld(t)
	i := w.invited(admin, `{"kind":"ONLINE","association_type":2,"email":"a@x.example"}`)
	old := w.mailed("a@x.example")
	w.clock.Advance(7 * 24 * time.Hour)
	if got := w.invitation(i.ID).State; got != "expired" {
		t.Errorf("after 7 days it is %s", got)
	}
	if got := w.page("POST", old); got != link.ErrExpired.Error() {
		t.Errorf("the link does %s", got)
	}
	w.call(admin, "POST", invitationsPath+"/"+i.ID+"/resend", "").Into(t, nil)
	second := w.mailed("a@x.example")
	w.call(admin, "POST", invitationsPath+"/"+i.ID+"/resend", "").Into(t, nil)
	third := w.mailed("a@x.example")
	if page := w.page("POST", second); second == third || !strings.Contains(page, "链接已失效") {
		t.Errorf("the second link shows %s", page)
	}
	w.call(admin, "DELETE", invitationsPath+"/"+i.ID, "").Into(t, nil)
	if page := w.page("POST", third); !strings.Contains(page, "链接已失效") {
		t.Errorf("the link of a revoked invitation shows %s", page)
	}
	w.call(admin, "POST", invitationsPath+"/"+i.ID+"/resend", "").Refused(t, 409, "CBC.99001016", "revoked")
	if n := count(t, w); n != 0 {
		t.Errorf("%d customers", n)
	}
}

func TestAnOfflineLinkHasNoEndAndServesManyUntilItIsRevoked(t *testing.T) {
	w := newWorld(t)
	i := w.invited("partner partner account_manager", `{"kind":"OFFLINE","association_type":2,"label":"fair"}`)
	w.clock.Advance(400 * 24 * time.Hour)
	if page := w.page("GET", i.Link); i.Expires != "" || !strings.Contains(page, "登录") || !strings.Contains(page, "您的邮箱") {
		t.Errorf("the page of %+v is %s", i, page)
	}
	w.customer("c1", "")
	w.customer("c2", "")
	w.accept("c1", i.Link).Into(t, nil)
	w.accept("c1", i.Link).Into(t, nil)
	w.accept("c2", strings.TrimPrefix(i.Link, link.TokenPath)).Into(t, nil)
	if c := w.read("c1"); c.Partner != "partner" || c.Profile.Label != "fair" || c.Profile.Manager != "account_manager" {
		t.Errorf("the customer is %+v", c)
	}
	if got := w.list("partner partner account_manager", `{}`).ids(); got != "c1 c2" {
		t.Errorf("its account manager sees %q", got)
	}
	if got := w.events("c1"); got != "association.started" {
		t.Errorf("accepting twice did %s", got)
	}
	w.call(admin, "DELETE", invitationsPath+"/"+i.ID, "").Into(t, nil)
	w.customer("c3", "")
	w.accept("c3", i.Link).Refused(t, 410, "CBC.99001019", "revoked")
}

func TestAnAccountIsAssociatedWhenItIsTheInvitedOneAndMayBe(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "")
	w.customer("stranger", "")
	w.invited(admin, `{"kind":"ONLINE","association_type":2,"email":"C@customer.example"}`)
	url := w.mailed("C@customer.example")
	w.accept("stranger", url).Refused(t, 400, "CBC.99001005", "another mail address")
	unread := fmt.Sprintf(`{"link":%q,"notice_accepted":false}`, url)
	w.call("customer c admin", "POST", acceptPath, unread).Refused(t, 400, "CBC.0100", "notice_accepted")
	w.call("customer c finance", "POST", acceptPath, unread).Refused(t, 403, "CBC.0155", "association:accept")
	w.accept("c", url+"x").Refused(t, 400, "CBC.0100", "link")
	w.accept("c", "nothing").Refused(t, 400, "CBC.0100", "link")
	w.change("partner", func(p *party.Party) { p.Standing = party.Frozen })
	w.call(vendorAdmin, "PUT", followPath, `{"contact":"c@customer.example","followed_by":"TELE_SALES"}`).Into(t, nil)
	refused := w.accept("c", url)
	refused.Refused(t, 400, "CBC.99001005", "tele-sales")
	refused.Refused(t, 400, "CBC.99001005", "the partner is frozen")
	w.change("partner", func(p *party.Party) { p.Standing = party.Normal })
	w.call(vendorAdmin, "PUT", followPath, `{"contact":"c@customer.example","followed_by":"NOBODY"}`).Into(t, nil)
	if c := w.read("c"); c.Partner != "" {
		t.Errorf("refused calls associated it: %+v", c)
	}
	w.accept("c", url).Into(t, nil)
	w.accept("c", url).Into(t, nil)
	w.accept("stranger", url).Refused(t, 409, "CBC.99001020", "accepted")
	if page := w.page("POST", url); !strings.Contains(page, "邀请已接受") || len(w.people.known) != 0 {
		t.Errorf("afterwards the page is %s, and %v may sign in anew", page, w.people.known)
	}
}

// DOMAIN.md 3, "When a customer cannot associate at all".
func TestWhatTheVendorKnowsOfACustomerKeepsItFromAssociating(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "")
	link := map[int]string{}
	for kind := range 2 {
		link[kind+1] = w.invited(admin, fmt.Sprintf(`{"kind":"OFFLINE","association_type":%d}`, kind+1)).Link
	}
	knows := func(obstacles string) {
		t.Helper()
		w.call(vendorAdmin, "PUT", "/v2/vendor/customers/c/association-obstacles", `{"obstacles":[`+obstacles+`]}`).Into(t, nil)
	}
	for obstacle, c := range map[string]struct {
		says string
		both bool // types; else resale alone
	}{
		"ARREARS": {"unsettled bills", true}, "SPECIAL_CONTRACT": {"special contract", true},
		"PROFESSIONAL_SERVICE": {"professional-service", false}, "RESERVED_INSTANCE": {"reserved instance", false},
		"INDEPENDENT_MEMBER": {"member", false}, "INDEPENDENT_MEMBERS": {"master", false},
	} {
		knows(`"` + obstacle + `"`)
		w.accept("c", link[party.Resale]).Refused(t, 400, "CBC.99001005", c.says)
		if c.both {
			w.accept("c", link[party.Referral]).Refused(t, 400, "CBC.99001005", c.says)
		}
	}
	knows(`"ARREARS","RESERVED_INSTANCE"`)
	all := w.accept("c", link[party.Resale])
	all.Refused(t, 400, "CBC.99001005", "unsettled bills")
	all.Refused(t, 400, "CBC.99001005", "reserved instance")
	knows(`"RESERVED_INSTANCE","INDEPENDENT_MEMBER","SUPPORT_PLAN"`)
	w.accept("c", link[party.Referral]).Into(t, nil)
}

func TestAnOldAccountIsAssociatedWithWhoHasReportedIt(t *testing.T) {
	w := newWorld(t)
	w.customer("c", "")
	w.clock.Advance(8 * 24 * time.Hour)
	invite := func(who caller) string {
		return w.invited(who, `{"kind":"OFFLINE","association_type":1}`).Link
	}
	r := w.reported(admin, "c@customer.example", "")
	w.accept("c", invite(otherAdmin)).Refused(t, 400, "CBC.99001005", "not reported it")
	w.accept("c", invite(admin)).Into(t, nil)
	if got := w.reportNow(r.ID); got.State != "registered" || got.Customer != "c" {
		t.Errorf("the report is %+v", got)
	}
}

func TestTwoPartnersInvitationsAcceptedAtOnceMakeOneAssociation(t *testing.T) {
	w := newWorld(t)
	links := []string{
		w.invited(admin, `{"kind":"OFFLINE","association_type":2}`).Link, w.invited(otherAdmin, `{"kind":"OFFLINE","association_type":1}`).Link,
	}
	for round := range 5 {
		id := auth.PartyID(fmt.Sprint("c", round))
		w.customer(id, "")
		w.clock.Advance(time.Second)
		answers := make(chan answer)
		for n, url := range links {
			go func() {
				body := fmt.Sprintf(`{"link":%q,"notice_accepted":true}`, url)
				answers <- w.send(caller("customer "+string(id)+" admin"), fmt.Sprint(id, n), "POST", acceptPath, body)
			}()
		}
		first, second := <-answers, <-answers
		if first.Status+second.Status != 204+400 {
			t.Errorf("got %d %s and %d %s, want one success and one refusal", first.Status, first.Body, second.Status, second.Body)
		}
		if got := w.events(string(id)); got != "association.started" {
			t.Errorf("the events of %s are %q", id, got)
		}
		of, others := w.list(admin, `{"customer_id":"`+string(id)+`"}`), w.list(otherAdmin, `{"customer_id":"`+string(id)+`"}`)
		if of.Count+others.Count != 1 {
			t.Errorf("%s stands in %d lists", id, of.Count+others.Count)
		}
	}
}

func TestBadInvitationsAreRefused(t *testing.T) {
	w := newWorld(t)
	for body, says := range map[string]string{
		`{"kind":"ONLINE","association_type":2}`:                                               "email",
		`{"kind":"ONLINE","association_type":2,"mobile":"13800000000"}`:                        "mail address",
		`{"kind":"ONLINE","association_type":3,"email":"a@x.example"}`:                         "association_type",
		`{"kind":"FAX","association_type":2,"email":"a@x.example"}`:                            "kind",
		`{"kind":"OFFLINE","association_type":2,"account_manager":"nobody"}`:                   "account_manager",
		`{"kind":"OFFLINE","association_type":2,"unknown":1}`:                                  "unknown",
		`{"kind":"OFFLINE","association_type":2,"label":"` + strings.Repeat("x", 65) + `"}`:    "label",
		`{"kind":"ONLINE","association_type":2,"email":"a@x.example","account_manager":"a/b"}`: "account_manager",
		`{"kind":"ONLINE","association_type":2,"email":"a@x.example","locale":"fr-FR"}`:        "locale",
	} {
		w.call(admin, "POST", invitationsPath, body).Refused(t, 400, "CBC.0100", says)
	}
	w.call(admin, "POST", invitationsPath, `{"kind":"ONLINE","association_type":2,"report_id":"none"}`).Refused(t, 404, "CBC.0404", "none")
	w.call("partner partner finance", "POST", invitationsPath, `{"kind":"OFFLINE","association_type":2}`).Refused(t, 403, "CBC.0155", "customer:invite")
	theirs := w.invited(otherAdmin, `{"kind":"OFFLINE","association_type":2}`)
	w.call(admin, "DELETE", invitationsPath+"/"+theirs.ID, "").Refused(t, 404, "CBC.0404", theirs.ID)
	w.call(otherAdmin, "POST", invitationsPath+"/"+theirs.ID+"/resend", "").Refused(t, 409, "CBC.99001016", "offline")
	if n := w.inbox.Mails(); len(n) != 0 {
		t.Errorf("%d mails", len(n))
	}
}
