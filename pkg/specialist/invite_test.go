package specialist_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/specialist"
)

func TestAnAccountIsInvitedByPhoneMailOrName(t *testing.T) {
	w := newWorld(t)
	for n, by := range []string{`"mobile":"MOBILE"`, `"email":"ID@mail.example"`, `"account_name":"name-ID"`} {
		id := fmt.Sprint("a", n)
		w.account(id)
		var out struct {
			Result     string
			Specialist struct {
				State   string
				Name    string
				Expires string `json:"expires_at"`
				Actions []string
			}
		}
		by = strings.ReplaceAll(strings.ReplaceAll(by, "MOBILE", mobileOf(id)), "ID", id)
		w.call(partner, http.MethodPost, members+"/invitations", "{"+by+"}").Into(t, &out)
		if out.Result != "INVITED" || out.Specialist.State != "INVITED" || out.Specialist.Name != "n***" || len(out.Specialist.Actions) != 1 {
			t.Errorf("%s: got %+v", by, out)
		}
		if !strings.HasPrefix(out.Specialist.Expires, "2026-12-08T02:00") {
			t.Errorf("it expires at %s, want seven days later", out.Specialist.Expires)
		}
	}
}

func TestOfSeveralAccountsThatMatchTheInviterPicksOne(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.does(vendor, http.MethodPut, keeping+id, fmt.Sprintf(`{"account_name":"name-%s","mobile":"%s"}`, id, phone))
	}
	w.account("a3")
	var out struct {
		Result     string
		Candidates []struct {
			ID     string `json:"account_id"`
			Name   string `json:"account_name"`
			Mobile string
		}
	}
	w.call(partner, http.MethodPost, members+"/invitations", `{"mobile":"138 0000 0000"}`).Into(t, &out)
	if out.Result != "CHOOSE" || len(out.Candidates) != 2 || out.Candidates[0].Name != "n***" || strings.Contains(out.Candidates[0].Mobile, "00000") {
		t.Fatalf("got %+v, want two masked candidates", out)
	}
	w.call(partner, http.MethodGet, members+"/a1", "").Refused(t, notFound, "CBC.0404", "")
	w.call(partner, http.MethodPost, members+"/invitations", `{"mobile":"13800000000","account_id":"a3"}`).Refused(t, 400, "CBC.0100", "account_id")
	w.call(partner, http.MethodPost, members+"/invitations", `{"mobile":"13800000000","account_id":"a2"}`).Into(t, &out)
	if got := w.state(partner, "a2"); got != specialist.Invited || out.Result != "INVITED" {
		t.Errorf("got %s, %s", got, out.Result)
	}
}

func TestEachConditionOnAnAccountHasItsMessage(t *testing.T) {
	w := newWorld(t)
	w.does(vendor, http.MethodPut, keeping+"ent", `{"account_name":"name-ent","enterprise_authenticated":true}`)
	w.does(vendor, http.MethodPut, keeping+"ptr", `{"account_name":"name-ptr","partner_account":true}`)
	w.account("other")
	w.bind(second, "other")
	w.account("busy")
	for _, who := range []string{second, third, fourth} {
		w.bind(who, "busy")
		w.act(who, "busy", "UNBIND").Into(t, nil)
	}
	for id, says := range map[string]string{
		"ent": "authenticated as an enterprise", "ptr": "a partner account itself", "other": "associated with another partner",
		"busy": "3 partners within the past year",
	} {
		w.invite(partner, id).Refused(t, 400, "CBC.99001263", says)
		w.call(partner, http.MethodGet, members+"/"+id, "").Refused(t, notFound, "CBC.0404", "")
	}
	w.invite(partner, "nobody").Refused(t, 400, "CBC.99001262", "no account information found")
	w.call(partner, http.MethodPost, members+"/invitations", `{"mobile":"13911111111"}`).Refused(t, 400, "CBC.99001262", "country code")
	w.clock.Advance(366 * 24 * time.Hour)
	w.invite(partner, "busy").Into(t, nil)
}

func TestAPartnerThatHasJoinedNothingInvitesNobody(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.joined = false
	w.invite(partner, "a1").Refused(t, 400, "CBC.99001265", "joined a path or a plan")
}

func TestBadInvitationsNameTheirField(t *testing.T) {
	w := newWorld(t)
	for body, field := range map[string]string{
		`{}`: "mobile", `{"mobile":"1","email":"a@b.c"}`: "mobile", `{"mobile":"abc"}`: "mobile", `{"email":"a@b.c","locale":"fr"}`: "locale",
	} {
		w.call(partner, http.MethodPost, members+"/invitations", body).Refused(t, 400, "CBC.0100", field)
	}
	for body, field := range map[string]string{
		`{"account_name":"x","mobile":"abc"}`: "mobile", `{"account_name":"x","email":"@"}`: "email", `{"account_name":""}`: "account_name",
	} {
		w.call(vendor, http.MethodPut, keeping+"a1", body).Refused(t, 400, "CBC.0100", field)
	}
	w.call(vendor, http.MethodPut, keeping+"a%20b", `{"account_name":"x"}`).Refused(t, 400, "CBC.0100", "account_id")
}

// CASES.md B35: many at once do not get past a limit.
func TestTheHundredAndFirstInvitationIsRefused(t *testing.T) {
	w := newWorld(t)
	const before, racing = 90, 20
	for n := range before + racing {
		w.account(fmt.Sprint("a", n))
	}
	for n := range before {
		w.invite(partner, fmt.Sprint("a", n)).Into(t, nil)
	}
	w.clock.Advance(10 * time.Second) // as many at once as the limit of one party lets through
	answers := make([]resttest.Answer, racing)
	var wait sync.WaitGroup
	for n := range racing {
		wait.Go(func() {
			answers[n] = resttest.Call{
				Who: partner + fmt.Sprint(" ", n), Signature: fmt.Sprint("race", n), Method: http.MethodPost, Path: members + "/invitations",
				Body: fmt.Sprintf(`{"account_name":"name-a%d"}`, before+n),
			}.On(w.api)
		})
	}
	wait.Wait()
	sent := 0
	for _, a := range answers {
		if a.Status == http.StatusOK {
			sent++
			continue
		}
		a.Refused(t, 400, "CBC.99001264", "100 invitations on 2026-12-01")
	}
	if sent != 100-before {
		t.Errorf("%d of the last were sent, want %d", sent, 100-before)
	}
	w.act(partner, "a0", "RESEND").Refused(t, 400, "CBC.99001264", "tomorrow")
	w.account("b1")
	w.invite("partner p1 admin ben", "b1").Into(t, nil) // another administrator has a hundred of its own
	w.clock.Set(december(2).Start())
	w.act(partner, "a0", "RESEND").Into(t, nil)
}

// CASES.md B42, B43, B44.
func TestALinkBindsOnceAndDiesWhenItIsSentAgain(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.invite(partner, "a1").Into(t, nil)
	first := w.link("p1", "a1")
	w.act(partner, "a1", "RESEND").Into(t, nil)
	if _, err := w.service().Accept(t.Context(), first); !errors.Is(err, specialist.ErrDeadLink) {
		t.Errorf("the link before: %v, want %v", err, specialist.ErrDeadLink)
	}
	next := w.link("p1", "a1")
	for range 100 {
		if o, err := w.service().Open(t.Context(), next); err != nil || o.Done || o.PartnerName != "Partner p1" {
			t.Fatalf("shown: %+v, %v", o, err)
		}
	}
	if got := w.state(partner, "a1"); got != specialist.Invited {
		t.Errorf("to look at it made it %s", got)
	}
	for range 2 {
		if o, err := w.service().Accept(t.Context(), next); err != nil || !o.Done {
			t.Errorf("accepted: %+v, %v", o, err)
		}
	}
	if got := w.state(partner, "a1"); got != specialist.Bound {
		t.Errorf("got %s", got)
	}
	if _, err := w.service().Accept(t.Context(), first); !errors.Is(err, specialist.ErrDeadLink) {
		t.Errorf("the link before, afterwards: %v", err)
	}
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	if _, err := w.service().Accept(t.Context(), next); !errors.Is(err, specialist.ErrDeadLink) {
		t.Errorf("after unbinding: %v, want %v", err, specialist.ErrDeadLink)
	}
}

func TestAnInvitationExpiresAfterSevenDaysAndIsMadeAgain(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.invite(partner, "a1").Into(t, nil)
	old := w.link("p1", "a1")
	if err := w.expire("p1", "a1"); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("at once: %v, want %v", err, lifecycle.ErrNotDue)
	}
	w.clock.Set(old.Expires)
	if got := w.state(partner, "a1"); got != specialist.Expired { // before due work says so
		t.Errorf("got %s", got)
	}
	w.act(partner, "a1", "RESEND").Refused(t, 409, "CBC.99001260", "invite again")
	if err := w.expire("p1", "a1"); err != nil {
		t.Fatal(err)
	}
	if err := w.expire("p1", "a1"); !errors.Is(err, lifecycle.ErrNotDue) {
		t.Errorf("twice: %v, want %v", err, lifecycle.ErrNotDue)
	}
	w.act(partner, "a1", "INVITE").Into(t, nil)
	if _, err := w.service().Accept(t.Context(), old); !errors.Is(err, specialist.ErrDeadLink) {
		t.Errorf("the link before: %v", err)
	}
	if _, err := w.service().Accept(t.Context(), w.link("p1", "a1")); err != nil {
		t.Error(err)
	}
}

func TestOfTwoPartnersThatAreAcceptedAtOnceOneIs(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.sync("a1", "C1").Into(t, nil)
	w.invite(partner, "a1").Into(t, nil)
	w.invite(second, "a1").Into(t, nil)
	links := []string{"p1", "p2"}
	errs := make([]error, 2)
	var wait sync.WaitGroup
	one, two := w.link("p1", "a1"), w.link("p2", "a1")
	wait.Go(func() { _, errs[0] = w.service().Accept(t.Context(), one) })
	wait.Go(func() { _, errs[1] = w.service().Accept(t.Context(), two) })
	wait.Wait()
	bound := 0
	for n, err := range errs {
		if err == nil {
			bound++
		} else if !errors.Is(err, specialist.ErrBarred) {
			t.Errorf("%s: %v", links[n], err)
		}
	}
	if got := w.counted(partner) + w.counted(second); bound != 1 || got != "C1" {
		t.Errorf("%d are bound, %q is counted", bound, got)
	}
}

func TestWhoIsSignedInAcceptsItsOwnInvitationAlone(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.invite(partner, "a1").Into(t, nil)
	const accept = "/v2/partners/specialists/acceptances"
	w.call("customer a2 admin", http.MethodPost, accept, `{"partner_id":"p1"}`).Refused(t, notFound, "CBC.0404", "partner_id")
	w.call("customer a1 admin", http.MethodPost, accept, `{"partner_id":"p2"}`).Refused(t, notFound, "CBC.0404", "partner_id")
	w.call("customer a1 finance", http.MethodPost, accept, `{"partner_id":"p1"}`).Refused(t, 403, "CBC.0155", "")
	for range 2 {
		w.does("customer a1 admin", http.MethodPost, accept, `{"partner_id":"p1"}`)
	}
	if got := w.state(partner, "a1"); got != specialist.Bound {
		t.Errorf("got %s", got)
	}
}
