package specialist_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/specialist"
)

func (w *world) expectState(who, id string, want specialist.State) {
	w.t.Helper()
	if got := w.state(who, id); got != want {
		w.t.Errorf("%s is %s, want %s", id, got, want)
	}
}

func TestAMemberGoesThroughTheWholeMachine(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	w.decide(w.applies(partner, "a1"), "REJECT").Into(t, nil)
	w.expectState(partner, "a1", specialist.SpecialistRejected)
	review := w.applies(partner, "a1")
	w.expectState(partner, "a1", specialist.SpecialistReviewing)
	w.act(partner, "a1", "WITHDRAW").Refused(t, 409, "CBC.99001260", "the vendor decides")
	w.decide(review, "PASS").Into(t, nil)
	w.decide(review, "REJECT").Refused(t, 409, "CBC.99001261", "decided once")
	w.expectState(partner, "a1", specialist.Specialist)
	w.act(partner, "a1", "UNBIND").Refused(t, 409, "CBC.99001260", "cancel the specialist first")
	withdrawn := w.cancels(partner, "a1")
	w.act(partner, "a1", "WITHDRAW").Into(t, nil)
	w.expectState(partner, "a1", specialist.Specialist)
	w.decide(withdrawn, "PASS").Refused(t, 409, "CBC.99001261", "WITHDRAWN")
	w.decide(w.cancels(partner, "a1"), "REJECT").Into(t, nil)
	w.expectState(partner, "a1", specialist.Specialist)
	w.decide(w.cancels(partner, "a1"), "PASS").Into(t, nil)
	w.expectState(partner, "a1", specialist.CancelApproved)
	w.decide(w.applies(partner, "a1"), "PASS").Into(t, nil)
	const stop = "/v2/vendor/specialists/partners/p1/a1/stop"
	w.does(vendor, http.MethodPost, stop, `{"reason":"misconduct"}`)
	w.expectState(partner, "a1", specialist.CancelledByVendor)
	w.call(vendor, http.MethodPost, stop, `{"reason":"again"}`).Refused(t, 409, "CBC.99001260", "")
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	w.expectState(partner, "a1", specialist.Unbound)
	w.act(partner, "a1", "INVITE").Into(t, nil)
	w.expectState(partner, "a1", specialist.Invited)
}

// CASES.md, invariant 9.
func TestEveryChangeOfStateHasOneEvent(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	w.decide(w.applies(partner, "a1"), "PASS").Into(t, nil)
	w.cancels(partner, "a1")
	w.act(partner, "a1", "WITHDRAW").Into(t, nil)
	w.decide(w.cancels(partner, "a1"), "PASS").Into(t, nil)
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	var got []string
	for e, err := range event.List(t.Context(), w.db, "p1", december(1).Start()) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(e.Type, "specialist.") {
			got = append(got, strings.TrimPrefix(e.Type, "specialist."))
		}
	}
	want := "invited bound applied reviewed cancel_requested cancel_withdrawn cancel_requested reviewed unbound"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestABatchOfApplicationsJudgesEachRow(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2", "a3"} {
		w.account(id)
	}
	w.bind(partner, "a1")
	w.bind(partner, "a2")
	w.invite(partner, "a3").Into(t, nil)
	row := func(id, file string) string {
		return fmt.Sprintf(`{"specialist_id":%q,"path":"LEARNING","file_ids":[%q]}`, id, file)
	}
	f := w.file(partner)
	body := `{"applications":[` + strings.Join([]string{row("a1", f), row("a2", "none"), row("a3", f), row("a4", f)}, ",") + `]}`
	var out struct {
		Submitted, Refused int
		Verdicts           []struct {
			Result string
			Code   string `json:"error_code"`
			Msg    string `json:"error_msg"`
			Review string `json:"review_id"`
		}
	}
	var reviewed string
	for n := range 2 { // the same request twice is one
		a := w.signed(partner, "batch", http.MethodPost, members+"/applications", body)
		a.Into(t, &out)
		if out.Submitted != 1 || out.Refused != 3 || n == 1 && (a.Header.Get("Idempotent-Replay") != "true" || out.Verdicts[0].Review != reviewed) {
			t.Errorf("got %+v", out)
		}
		reviewed = out.Verdicts[0].Review
	}
	for n, code := range []string{"", "CBC.0404", "CBC.99001260", "CBC.0404"} {
		if out.Verdicts[n].Code != code {
			t.Errorf("row %d: %+v, want %s", n, out.Verdicts[n], code)
		}
	}
	if !strings.Contains(out.Verdicts[1].Msg, "file_ids") {
		t.Errorf("got %+v", out.Verdicts[1])
	}
	w.call(partner, http.MethodPost, members+"/applications", `{"applications":[`+row("a1", f)+","+row("a1", f)+`]}`).Refused(t, 400, "CBC.0100", "twice")
	w.call(partner, http.MethodPost, members+"/applications", `{"applications":[{"specialist_id":"a2","path":"NONE","file_ids":["x"]}]}`).Refused(t, 400, "CBC.0100", "path")
}

func TestACancellationNeedsAReasonAndAFile(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	act := func(body string) func(status int, code, says string) {
		a := w.call(partner, http.MethodPost, members+"/a1/actions", body)
		return func(status int, code, says string) { t.Helper(); a.Refused(t, status, code, says) }
	}
	act(`{"action":"CANCEL"}`)(400, "CBC.0100", "reason")
	act(`{"action":"CANCEL","reason":"left"}`)(400, "CBC.0100", "file_id")
	act(`{"action":"CANCEL","reason":"left","file_id":"none"}`)(404, "CBC.0404", "file_id")
	act(`{"action":"UNBIND","reason":"left"}`)(400, "CBC.0100", "reason")
	act(`{"action":"UNBIND","file_id":"x"}`)(400, "CBC.0100", "file_id")
	act(`{"action":"STOP"}`)(400, "CBC.0100", "action")
	act(`{"action":"CANCEL","reason":"left","file_id":"`+w.file(partner)+`"}`)(409, "CBC.99001260", "BOUND")
	w.expectState(partner, "a1", specialist.Bound)
}

func TestAProfileIsSharedWhileItsOwnerIsBound(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	profile := `{"employment":[{"company":"Acme","title":"Engineer","from":"2020-01-01"}],"training":[{"name":"Cloud","completed":"2026-01-01"}],` +
		`"projects":[{"name":"Apollo","role":"Lead","from":"2026-01-01","to":"2026-06-30"}]}`
	w.invite(partner, "a1").Into(t, nil)
	w.call(partner, http.MethodPut, members+"/a1/profile", profile).Refused(t, 409, "CBC.99001260", "INVITED")
	if _, err := w.service().Accept(t.Context(), w.link("p1", "a1")); err != nil {
		t.Fatal(err)
	}
	w.sync("a1", "C1").Into(t, nil)
	w.does(partner, http.MethodPut, members+"/a1/profile", profile)
	shown := w.call(partner, http.MethodGet, members+"/a1", "").Body
	for _, says := range []string{"Acme", "Apollo", "C1", "Person a1", "certificates_synced_at", "name-a1"} {
		if !strings.Contains(shown, says) {
			t.Errorf("%s is not shown: %s", says, shown)
		}
	}
	w.act(partner, "a1", "UNBIND").Into(t, nil)
	shown = w.call(partner, http.MethodGet, members+"/a1", "").Body + w.call(partner, http.MethodGet, members, "").Body +
		w.call(partner, http.MethodGet, members+"/certificates", "").Body
	for _, secret := range []string{"Acme", "Apollo", "C1", "Person", "mail.example", "name-a1"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%s is shown after unbinding: %s", secret, shown)
		}
	}
	w.bind(second, "a1")
	if shown := w.call(second, http.MethodGet, members+"/a1", "").Body; strings.Contains(shown, "Acme") || !strings.Contains(shown, "C1") {
		t.Errorf("the next partner sees %s", shown)
	}
	for body, field := range map[string]string{
		`{"employment":[{"company":"A","title":"B","from":"2026-02-30"}]}`:                     "employment[0].from",
		`{"training":[{"name":"A","completed":"yesterday!"}]}`:                                 "training[0].completed",
		`{"projects":[{"name":"A","role":"B","from":"2026-02-03","to":"2026-02-02"}]}`:         "projects[0].to",
		`{"projects":[{"name":"A","role":"B","from":"2026-02-03","to":"2026-02-02","x":"y"}]}`: "x",
	} {
		w.call(second, http.MethodPut, members+"/a1/profile", body).Refused(t, 400, "CBC.0100", field)
	}
}

// A stranger's id answers exactly like one that does not exist.
func TestAMemberIsItsPartnersAlone(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	for _, call := range [][3]string{
		{http.MethodGet, "", ""},
		{http.MethodPost, "/actions", `{"action":"UNBIND"}`},
		{http.MethodPut, "/profile", `{}`},
		{http.MethodPost, "/certificates", `{"certificate_no":"C1","type":"HCIA","issued":"2026-01-01","expires":"2027-01-01","file_id":"F"}`},
	} {
		body := strings.ReplaceAll(call[2], `"F"`, `"`+w.file(second)+`"`)
		strangers := w.call(second, call[0], members+"/a1"+call[1], body)
		missing := w.call(second, call[0], members+"/a9"+call[1], body)
		if strangers.Status != notFound || strings.ReplaceAll(strangers.Body, "a1", "a9") != missing.Body {
			t.Errorf("%s %s: got %d %s, want %d %s", call[0], call[1], strangers.Status, strangers.Body, missing.Status, missing.Body)
		}
	}
	w.expectState(partner, "a1", specialist.Bound)
	w.call(vendor, http.MethodPost, "/v2/vendor/specialists/partners/p2/a1/stop", `{"reason":"x"}`).Refused(t, notFound, "CBC.0404", "")
	w.call(vendor, http.MethodGet, reviews+"/none", "").Refused(t, notFound, "CBC.0404", "review_id")
}

func TestMembersAreListedByTheirState(t *testing.T) {
	w := newWorld(t)
	for n := range 5 {
		w.account(fmt.Sprint("a", n))
		w.invite(partner, fmt.Sprint("a", n)).Into(t, nil)
	}
	if _, err := w.service().Accept(t.Context(), w.link("p1", "a3")); err != nil {
		t.Fatal(err)
	}
	list := func(query string) (ids []string, marker string) {
		var out struct {
			Specialists []struct {
				ID string `json:"specialist_id"`
			}
			Marker string
		}
		w.call(partner, http.MethodGet, members+query, "").Into(t, &out)
		for _, s := range out.Specialists {
			ids = append(ids, s.ID)
		}
		return ids, out.Marker
	}
	if got, _ := list("?state=INVITED"); strings.Join(got, " ") != "a4 a2 a1 a0" {
		t.Errorf("invited: %v", got)
	}
	got, marker := list("?limit=2")
	more, _ := list("?limit=10&marker=" + marker)
	if strings.Join(append(got, more...), " ") != "a4 a3 a2 a1 a0" {
		t.Errorf("by marker: %v, then %v", got, more)
	}
	w.clock.Set(december(20).Start())
	if got, _ := list("?state=EXPIRED"); strings.Join(got, " ") != "a4 a2 a1 a0" {
		t.Errorf("expired: %v", got)
	}
	w.call(partner, http.MethodGet, members+"?marker=x", "").Refused(t, 400, "CBC.0100", "marker")
}

func TestReviewsAreListedAndShownWithTheirEvidence(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a1", "a2"} {
		w.account(id)
		w.bind(partner, id)
	}
	first, next := w.applies(partner, "a1"), w.applies(partner, "a2")
	list := func(query string) string {
		var out struct {
			Reviews []struct {
				ID string `json:"review_id"`
			}
			Marker string
		}
		w.call(vendor, http.MethodGet, reviews+query, "").Into(t, &out)
		var ids []string
		for _, r := range out.Reviews {
			ids = append(ids, r.ID)
		}
		return strings.Join(append(ids, out.Marker), " ")
	}
	if got := list(""); got != first+" "+next+" " {
		t.Errorf("got %s, want %s %s", got, first, next)
	}
	page := strings.Fields(list("?limit=1"))
	if rest := list("?limit=5&marker=" + page[1]); page[0] != first || rest != next+" " {
		t.Errorf("by marker: %v, then %s", page, rest)
	}
	w.clock.Set(december(1).AddMonths(2, 1).Start()) // two months later it is still there
	if got := list("?kind=APPLICATION"); got != first+" "+next+" " {
		t.Errorf("in February: %s", got)
	}
	if got := list("?kind=CANCEL"); got != "" {
		t.Errorf("cancellations: %s", got)
	}
	w.decide(first, "PASS").Into(t, nil)
	if got := list("?state=PASSED"); got != first+" " {
		t.Errorf("passed: %s", got)
	}
	if got := list("?until=2026-11"); got != "" {
		t.Errorf("until November: %s", got)
	}
	w.call(vendor, http.MethodGet, reviews+"?until=soon", "").Refused(t, 400, "CBC.0100", "until")
	var shown struct {
		Files []struct {
			Name string `json:"file_name"`
			URL  string `json:"download_url"`
			Sum  string `json:"sha256"`
		}
		Partner string `json:"partner_id"`
		Name    string `json:"real_name"`
	}
	w.call(vendor, http.MethodGet, reviews+"/"+next, "").Into(t, &shown)
	if len(shown.Files) != 1 || shown.Files[0].Name != "evidence.pdf" || shown.Files[0].URL == "" || len(shown.Files[0].Sum) != 64 || shown.Name != "Person a2" {
		t.Errorf("got %+v", shown)
	}
	w.call(vendor, http.MethodPost, reviews+"/"+next+"/decision", `{"decision":"REJECT"}`).Refused(t, 400, "CBC.0100", "remark")
}
