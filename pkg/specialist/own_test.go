package specialist_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/specialist"
)

const (
	ownInvitations = members + "/own-invitations"
	ownProfile     = members + "/own-profile"
	ada            = "customer a1 admin"
)

type ownInvitation struct {
	Partner string `json:"partner_id"`
	Name    string `json:"partner_name"`
	State   specialist.State
	Expires string `json:"expires_at"`
	Profile *specialist.Profile
}

func (w *world) own(query string) (all []ownInvitation, marker string) {
	w.t.Helper()
	var out struct {
		Invitations []ownInvitation
		Marker      string
	}
	w.call(ada, http.MethodGet, ownInvitations+query, "").Into(w.t, &out)
	return out.Invitations, out.Marker
}

// Source: DOMAIN.md 13, "the person accepts while logged in personally".
func TestAPersonFindsItsInvitationsAndAcceptsOne(t *testing.T) {
	w := newWorld(t)
	if got, _ := w.own(""); len(got) != 0 {
		t.Errorf("without an account: %+v", got)
	}
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
	}
	w.invite(second, "a2").Into(t, nil)
	w.invite(second, "a1").Into(t, nil)
	w.clock.Advance(8 * 24 * time.Hour)
	w.invite(partner, "a1").Into(t, nil)
	got, _ := w.own("")
	if len(got) != 2 || got[0].Partner != "p1" || got[0].Name != "Partner p1" || got[0].State != specialist.Invited || got[0].Expires == "" ||
		got[1].State != specialist.Expired {
		t.Fatalf("got %+v", got)
	}
	w.does(ada, http.MethodPost, members+"/acceptances", `{"partner_id":"`+got[0].Partner+`"}`)
	w.act(second, "a1", "INVITE").Refused(t, 400, "CBC.99001263", "another partner") // and is no second entry
	one, marker := w.own("?limit=1")
	two, _ := w.own("?limit=1&marker=" + marker)
	if len(one) != 1 || one[0].State != specialist.Bound || len(two) != 1 || two[0].Partner != "p2" {
		t.Errorf("page after page: %+v, %+v", one, two)
	}
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	w.act(partner, "a1", "INVITE").Into(t, nil)
	if got, _ := w.own(""); len(got) != 2 || got[0].State != specialist.Invited {
		t.Errorf("invited again: %+v", got)
	}
	w.call("customer a1 finance", http.MethodGet, ownInvitations, "").Refused(t, 403, "CBC.0155", "")
	w.call(partner, http.MethodGet, ownInvitations, "").Refused(t, 403, "CBC.0155", "")
	w.call(ada, http.MethodGet, ownInvitations+"?marker=x", "").Refused(t, 400, "CBC.0100", "marker")
}

func TestAPersonMaintainsItsProfileWhileItIsBound(t *testing.T) {
	w := newWorld(t)
	const profile = `{"employment":[{"company":"Acme","title":"Engineer","from":"2020-01-01"}]}`
	w.call(ada, http.MethodPut, ownProfile, profile).Refused(t, notFound, "CBC.0404", "accept an invitation first")
	w.account("a1")
	w.invite(partner, "a1").Into(t, nil)
	w.call(ada, http.MethodPut, ownProfile, profile).Refused(t, notFound, "CBC.0404", "accept an invitation first")
	if _, err := w.service().Accept(t.Context(), w.link("p1", "a1")); err != nil {
		t.Fatal(err)
	}
	w.call(ada, http.MethodPut, ownProfile, `{"training":[{"name":"A","completed":"yesterday!"}]}`).Refused(t, 400, "CBC.0100", "training[0].completed")
	w.does(ada, http.MethodPut, ownProfile, profile)
	if shown := w.seen(partner, "a1"); !strings.Contains(shown, "Acme") {
		t.Errorf("the partner sees %s", shown)
	}
	if got, _ := w.own(""); got[0].Profile == nil || len(got[0].Profile.Employment) != 1 {
		t.Errorf("the person sees %+v", got)
	}
	if told := w.trail("p1", specialist.EventProfileSet); len(told) != 1 || !strings.Contains(told[0].By, "a1") {
		t.Errorf("the trail has %+v", told)
	}
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	w.call(ada, http.MethodPut, ownProfile, profile).Refused(t, notFound, "CBC.0404", "accept an invitation first")
	if got, _ := w.own(""); got[0].Profile != nil {
		t.Errorf("after unbinding the person sees %+v", got)
	}
	w.bind(second, "a1")
	if shown := w.seen(second, "a1"); strings.Contains(shown, "Acme") {
		t.Errorf("the next partner sees %s", shown)
	}
}

// A profile that is set while its owner is unbound goes to nobody.
func TestAProfileOfWhoLeavesMeanwhileGoesToNobody(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	w.meanwhile(committing, func() {
		w.act(partner, "a1", "UNBIND").Into(t, nil)
	})
	w.call(ada, http.MethodPut, ownProfile, `{}`).Refused(t, notFound, "CBC.0404", "accept an invitation first")
	if told := w.trail("p1", specialist.EventProfileSet); len(told) != 0 {
		t.Errorf("the trail has %+v", told)
	}
}
