package specialist_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/specialist"
)

const invitations = members + "/invitations"

// Who looks for accounts is held to the invitations of a day, whatever it finds.
func TestEveryAttemptToInviteCounts(t *testing.T) {
	for name, attempt := range map[string]func(w *world, n int) answer{
		"nobody is found": func(w *world, n int) answer { return w.invite(partner, fmt.Sprint("nobody", n)) },
		"several are found": func(w *world, _ int) answer {
			return w.call(partner, http.MethodPost, invitations, `{"mobile":"`+phone+`"}`)
		},
		"another one is picked": func(w *world, _ int) answer {
			return w.call(partner, http.MethodPost, invitations, `{"mobile":"`+phone+`","account_id":"firm"}`)
		},
		"who is found can't be bound":         func(w *world, _ int) answer { return w.invite(partner, "firm") },
		"who is found is a member":            func(w *world, _ int) answer { return w.invite(partner, "mine") },
		"who is invited again can't be bound": func(w *world, _ int) answer { return w.act(partner, "gone", "INVITE") },
		"it is sent again":                    func(w *world, _ int) answer { return w.act(partner, "open", "RESEND") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.scene()
			const scene = 3 // invitations that the scene needs
			for n := range 100 - scene {
				if a := attempt(w, n); strings.Contains(a.Body, "CBC.99001264") {
					t.Fatalf("attempt %d: %s", n, a.Body)
				}
			}
			attempt(w, 100).Refused(t, 400, "CBC.99001264", "100 invitations on 2026-12-01")
			w.invite("partner p1 admin ben", "free").Into(t, nil)
			w.clock.Set(december(2).Start())
			w.invite(partner, "other").Into(t, nil)
		})
	}
}

// scene puts accounts there in the ways that an invitation may meet them. The first administrator of p1 invites three times for that.
func (w *world) scene() {
	w.t.Helper()
	for _, id := range []string{"mine", "gone", "open", "free", "other"} {
		w.account(id)
	}
	for _, id := range []string{"one", "two"} {
		w.does(vendor, http.MethodPut, keeping+id, fmt.Sprintf(`{"account_name":"name-%s","mobile":"%s"}`, id, phone))
	}
	w.does(vendor, http.MethodPut, keeping+"firm", `{"account_name":"name-firm","enterprise_authenticated":true,"mobile":"+8613900000000"}`)
	w.bind(partner, "mine")
	w.bind(partner, "gone")
	w.act(partner, "gone", "UNBIND").Into(w.t, nil)
	w.bind(second, "gone")
	w.invite(partner, "open").Into(w.t, nil)
}

// CASES.md B35: attempts of all kinds at once do not get past the limit together.
func TestAttemptsOfAllKindsAtOnceStayWithinTheDay(t *testing.T) {
	w := newWorld(t)
	w.scene()
	const before, racing = 90, 24
	for n := range before - 3 {
		w.invite(partner, fmt.Sprint("nobody", n))
	}
	w.clock.Advance(10 * time.Second) // as many at once as the limit of one party lets through
	bodies := [][2]string{
		{invitations, `{"account_name":"name-free"}`},
		{invitations, `{"account_name":"name-nobody"}`},
		{invitations, `{"mobile":"` + phone + `"}`},
		{invitations, `{"account_name":"name-firm"}`},
		{members + "/open/actions", `{"action":"RESEND"}`},
		{members + "/gone/actions", `{"action":"INVITE"}`},
	}
	answers := make([]answer, racing)
	var wait sync.WaitGroup
	for n := range racing {
		wait.Go(func() {
			do := bodies[n%len(bodies)]
			answers[n] = resttest.Call{Who: partner, Signature: fmt.Sprint("race", n), Method: http.MethodPost, Path: do[0], Body: do[1]}.On(w.api)
		})
	}
	wait.Wait()
	over := 0
	for _, a := range answers {
		if a.Status >= http.StatusInternalServerError || strings.Contains(a.Body, "CBC.0409") {
			t.Errorf("got %d %s", a.Status, a.Body)
		}
		if strings.Contains(a.Body, "CBC.99001264") {
			over++
		}
	}
	if want := racing - (100 - before); over != want {
		t.Errorf("%d of %d were past the day's limit, want %d", over, racing, want)
	}
}

func TestARepeatedAttemptIsAnsweredAsTheFirstAndCountsOnce(t *testing.T) {
	w := newWorld(t)
	w.scene()
	for body, says := range map[string]string{
		`{"account_name":"name-nobody"}`: "CBC.99001262", `{"account_name":"name-firm"}`: "CBC.99001263", `{"mobile":"` + phone + `"}`: `"CHOOSE"`,
		`{"account_name":"name-free"}`: `"INVITED"`,
	} {
		first := w.signed(partner, body, http.MethodPost, invitations, body)
		again := w.signed(partner, body, http.MethodPost, invitations, body)
		if first.Body != again.Body || first.Status != again.Status || !strings.Contains(first.Body, says) || again.Header.Get("Idempotent-Replay") != "true" {
			t.Errorf("%s: got %d %s, and again %d %s", body, first.Status, first.Body, again.Status, again.Body)
		}
	}
	for n := range 100 - 3 - 4 {
		w.invite(partner, fmt.Sprint("nobody", n)).Refused(t, 400, "CBC.99001262", "")
	}
	w.invite(partner, "nobody").Refused(t, 400, "CBC.99001264", "")
}

func TestAPartnerThatHasJoinedNothingLearnsNothingOfAccounts(t *testing.T) {
	w := newWorld(t)
	w.scene()
	w.joined = false
	for _, body := range []string{`{"mobile":"` + phone + `"}`, `{"account_name":"name-nobody"}`, `{"account_name":"name-firm"}`, `{"account_name":"name-free"}`} {
		w.call(partner, http.MethodPost, invitations, body).Refused(t, 400, "CBC.99001265", "join one first")
	}
	w.act(partner, "gone", "INVITE").Refused(t, 400, "CBC.99001265", "join one first")
}

// Source: DOMAIN.md 13, "not associated with 3 partners within the past year".
func TestWhoWasWithThreePartnersSinceItWasInvitedIsNotBound(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.invite(partner, "a1").Into(t, nil)
	l := w.link("p1", "a1")
	for _, who := range []string{second, third, fourth} {
		w.bind(who, "a1")
		w.act(who, "a1", "UNBIND").Into(t, nil)
	}
	w.call("customer a1 admin", http.MethodPost, members+"/acceptances", `{"partner_id":"p1"}`).Refused(t, 400, "CBC.99001263", "3 partners within the past year")
	if _, err := w.service().Accept(t.Context(), l); err == nil || !strings.Contains(err.Error(), "3 partners within the past year") {
		t.Errorf("by the link: %v", err)
	}
	w.expectState(partner, "a1", specialist.Invited)
}

func TestAnInvitationThatIsSentAgainIsInTheLanguageOfTheFirst(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.does(partner, http.MethodPost, invitations, `{"account_name":"name-a1","locale":"en-US"}`)
	expect := func(when string, want notify.Locale) {
		t.Helper()
		if got := w.link("p1", "a1").Locale; got != want {
			t.Errorf("%s it is in %s, want %s", when, got, want)
		}
	}
	expect("first", notify.English)
	w.act(partner, "a1", "RESEND").Into(t, nil)
	expect("sent again", notify.English)
	w.clock.Advance(8 * 24 * time.Hour)
	w.act(partner, "a1", "INVITE").Into(t, nil)
	expect("invited again", notify.English)
	w.clock.Advance(8 * 24 * time.Hour)
	w.does(partner, http.MethodPost, invitations, `{"account_name":"name-a1","locale":"zh-CN"}`)
	expect("in another language", notify.Chinese)
}

func TestWhomNoInvitationReachesIsNotInvited(t *testing.T) {
	w := newWorld(t)
	w.does(vendor, http.MethodPut, keeping+"a1", `{"account_name":"name-a1"}`)
	w.invite(partner, "a1").Refused(t, 400, "CBC.99001269", "neither a mobile number nor a mail address")
	w.call(partner, http.MethodGet, members+"/a1", "").Refused(t, notFound, "CBC.0404", "")
	w.does(vendor, http.MethodPut, keeping+"a1", `{"account_name":"name-a1","mobile":"`+phone+`"}`)
	w.invite(partner, "a1").Into(t, nil)
}

// Source: DOMAIN.md 13, "Preconditions of partner".
func TestASpecialistIsOneForAPathThatThePartnerHasJoined(t *testing.T) {
	w := newWorld(t)
	w.account("a1")
	w.bind(partner, "a1")
	file := w.file(partner)
	for _, joined := range specialist.Paths() {
		w.paths = []specialist.Path{joined}
		for _, path := range specialist.Paths() {
			a := w.call(partner, http.MethodPost, members+"/applications", fmt.Sprintf(`{"applications":[{"specialist_id":"a1","path":%q,"file_ids":[%q]}]}`, path, file))
			if path != joined {
				if !strings.Contains(a.Body, "CBC.99001265") || !strings.Contains(a.Body, string(path)) {
					t.Errorf("for %s by one that has joined %s: got %s", path, joined, a.Body)
				}
				continue
			}
			_, rest, ok := strings.Cut(a.Body, `"review_id":"`)
			if !ok {
				t.Fatalf("for %s, which was joined: got %s", path, a.Body)
			}
			w.decide(rest[:26], "REJECT").Into(t, nil)
		}
	}
}

func TestTheFilesOfABatchFitACall(t *testing.T) {
	w := newWorld(t)
	batch := func(rows, files int) answer {
		var all []string
		for n := range rows {
			ids := strings.TrimSuffix(strings.Repeat(`"none",`, files), ",")
			all = append(all, fmt.Sprintf(`{"specialist_id":"a%d","path":"SERVICES","file_ids":[%s]}`, n, ids))
		}
		return w.call(partner, http.MethodPost, members+"/applications", `{"applications":[`+strings.Join(all, ",")+`]}`)
	}
	batch(13, 5).Refused(t, 400, "CBC.0100", "65 files together")
	batch(12, 5).Into(t, nil)
	batch(50, 1).Into(t, nil)
}
