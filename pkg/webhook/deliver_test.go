package webhook_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/webhook"
)

func TestAnEventIsSentOnceSignedAndWithoutPersonalData(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	h := w.hook(p1, r.URL+"/hear?x=1")
	w.happens("E1", "subscription.renewed", "resale", map[string]string{"order": "CS1", "amount": "10.00", "email": "a@customer.example"})
	w.soon()
	got := r.heard()
	if len(got) != 1 {
		t.Fatalf("heard %d times, want once", len(got))
	}
	want := `{"version":"1","id":"E1","type":"subscription.renewed","created_at":"` + w.deliveryTime(h.ID) +
		`","party_id":"resale","subject_id":"subject","data":{"amount":"10.00","order":"CS1"}}`
	if got[0].body != want {
		t.Errorf("got  %s\nwant %s", got[0].body, want)
	}
	signature := got[0].header.Get(webhook.HeaderSignature)
	wall := clock.System{}.Now()
	if !webhook.Verify(signature, got[0].body, h.Secret, wall, 5*time.Minute) {
		t.Errorf("the signature %s is not of the body", signature)
	}
	if webhook.Verify(signature, got[0].body+" ", h.Secret, wall, 5*time.Minute) || webhook.Verify(signature, got[0].body, "other", wall, 5*time.Minute) ||
		webhook.Verify(signature, got[0].body, h.Secret, wall.Add(time.Hour), 5*time.Minute) {
		t.Error("the signature is of another body, secret or time")
	}
	if got[0].header.Get(webhook.HeaderID) != "E1" || got[0].header.Get(webhook.HeaderType) != "subscription.renewed" {
		t.Errorf("headers %v", got[0].header)
	}
	if all := w.deliveries(p1, h.ID); len(all) != 1 || all[0].State != "DELIVERED" || all[0].Attempts[0].Status != 200 {
		t.Errorf("the log has %+v", all)
	}
}

// deliveryTime gives the time that the only delivery's payload says.
func (w *world) deliveryTime(id string) string {
	w.t.Helper()
	var p struct {
		At string `json:"created_at"`
	}
	if err := json.Unmarshal([]byte(w.deliveries(p1, id)[0].Payload), &p); err != nil {
		w.t.Fatal(err)
	}
	return p.At
}

func TestWhoHearsOfWhat(t *testing.T) {
	w, mine, other, theirs := newWorld(t, "anywhere"), newReceiver(t), newReceiver(t), newReceiver(t)
	w.hook(p1, mine.URL)
	w.hook(p2, other.URL)
	w.hook("customer resale", theirs.URL)
	w.happens("1", "subscription.renewed", "resale", nil)
	w.happens("2", "subscription.renewed", "advisory", nil)
	w.happens("3", "association.ended", "advisory", map[string]string{"partner": "p2"})
	w.happens("4", "account.balance_low", "p1", nil)
	w.happens("5", "party.access_key_issued", "p1", nil) // not published
	w.happens("6", "order.paid", "nobody", nil)
	w.soon()
	for _, c := range []struct {
		who  string
		r    *receiver
		want []string
	}{{"the partner", mine, []string{"1", "4"}}, {"the other", other, []string{"3"}}, {"the customer", theirs, []string{"1"}}} {
		var got []string
		for _, request := range c.r.heard() {
			got = append(got, request.header.Get(webhook.HeaderID))
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("%s heard of %v, want %v", c.who, got, c.want)
		}
	}
}

// Must show 4: an endpoint that answers 500 for a day.
func TestAnEndpointThatFailsForADayIsSwitchedOffAndItsOwnerTold(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	r.answers(status(http.StatusInternalServerError))
	h := w.hook(p1, r.URL)
	began := w.clock.Now()
	for n := range 20 {
		w.happens(fmt.Sprintf("E%02d", n), "account.balance_low", "p1", nil)
	}
	w.runs(began.Add(23 * time.Hour))
	if n := len(r.heard()); n != 6 {
		t.Errorf("asked %d times within a day, want 6, however much there is to send", n)
	}
	if got := w.shown(p1, h.ID); got.Status != "ENABLED" {
		t.Errorf("%s before the day is over", got.Status)
	}
	w.runs(began.Add(25 * time.Hour))
	if got := w.shown(p1, h.ID); got.Status != "FAILED" || len(r.heard()) != 7 {
		t.Errorf("%s after %d attempts, want FAILED after 7", got.Status, len(r.heard()))
	}
	if got := w.told("p1"); !slices.Equal(got, []string{"webhook.created", "webhook.failed", "notify.immediatewebhook_failed"}) {
		t.Errorf("events %v", got)
	}
	for _, d := range w.deliveries(p1, h.ID) {
		if d.State != "FAILED" {
			t.Errorf("%s is %s", d.ID, d.State)
		}
	}
	w.happens("late", "account.balance_low", "p1", nil)
	w.runs(began.Add(80 * time.Hour))
	if n := len(r.heard()); n != 7 {
		t.Errorf("asked %d times, also when it is switched off", n)
	}

	r.answers(nil)
	w.call(p1, http.MethodPut, hooks+"/"+h.ID, `{"status":"ENABLED"}`).Into(t, nil)
	w.call(p1, http.MethodPost, hooks+"/"+h.ID+"/deliveries", `{"delivery_id":"E05"}`).Into(t, nil)
	w.soon()
	if got := r.heard(); len(got) != 8 || got[7].header.Get(webhook.HeaderID) != "E05" {
		t.Errorf("asked %d times", len(got))
	}
}

func TestAnEndpointThatWorksAgainGetsEverything(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	r.answers(status(http.StatusBadGateway))
	h := w.hook(p1, r.URL)
	for n := range 5 {
		w.happens(fmt.Sprint("E", n), "account.balance_low", "p1", nil)
	}
	w.soon()
	r.answers(nil)
	w.runs(w.clock.Now().Add(6 * time.Minute))
	for _, d := range w.deliveries(p1, h.ID) {
		if d.State != "DELIVERED" {
			t.Errorf("%s is %s", d.ID, d.State)
		}
	}
	if n := len(r.heard()); n != 6 {
		t.Errorf("asked %d times, want once in vain and 5 times with success", n)
	}
}

// CASES.md B6: a day without an attempt, because there was nothing to send or nobody who sends, is no day of failures.
func TestAnEndpointThatWasNotAskedForADayIsNotSwitchedOff(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	r.answers(status(http.StatusInternalServerError))
	h := w.hook(p1, r.URL)
	w.happens("E1", "account.balance_low", "p1", nil)
	w.soon()
	w.clock.Advance(3 * 24 * time.Hour)
	w.soon()
	if got := w.shown(p1, h.ID); got.Status != "ENABLED" || len(r.heard()) != 2 {
		t.Errorf("%s after %d attempts, want ENABLED after 2", got.Status, len(r.heard()))
	}
	w.runs(w.clock.Now().Add(25 * time.Hour)) // but from now on it fails for a day
	if got := w.shown(p1, h.ID); got.Status != "FAILED" {
		t.Errorf("%s after %d attempts, want FAILED", got.Status, len(r.heard()))
	}
}

func TestADeliveryThatAlwaysFailsEndsWhileOthersArrive(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	r.answers(func(out http.ResponseWriter, in *http.Request) {
		if in.Header.Get(webhook.HeaderID) == "BAD" {
			out.WriteHeader(http.StatusBadRequest)
		}
	})
	h := w.hook(p1, r.URL)
	w.happens("BAD", "account.balance_low", "p1", nil)
	for n := range 60 {
		w.happens(fmt.Sprintf("E%02d", n), "account.balance_low", "p1", nil)
		w.runs(w.clock.Now().Add(time.Hour))
	}
	if got := w.shown(p1, h.ID); got.Status != "ENABLED" {
		t.Errorf("the endpoint is %s", got.Status)
	}
	for _, d := range w.deliveries(p1, h.ID) {
		if want := map[bool]string{true: "FAILED", false: "DELIVERED"}[d.ID == "BAD"]; d.State != want {
			t.Errorf("%s is %s, want %s", d.ID, d.State, want)
		}
		if d.ID == "BAD" && len(d.Attempts) != 7 {
			t.Errorf("%d attempts, want 7", len(d.Attempts))
		}
	}
}

// Must show 4: an endpoint that redirects to 169.254.169.254.
func TestNoRedirectIsFollowed(t *testing.T) {
	w, r, aim := newWorld(t, "anywhere"), newReceiver(t), newReceiver(t)
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{"http://169.254.169.254/latest/meta-data/", aim.URL} {
			r.answers(func(out http.ResponseWriter, in *http.Request) { http.Redirect(out, in, to, code) })
			h := w.hook(p1, r.URL)
			w.call(p1, http.MethodPost, hooks+"/"+h.ID+"/deliveries", `{}`).Into(t, nil)
			w.soon()
			d := w.deliveries(p1, h.ID)[0]
			if d.State != "PENDING" || d.Attempts[0].Status != code || d.Attempts[0].Error != string(webhook.Redirected) {
				t.Errorf("%d: %+v", code, d)
			}
			w.call(p1, http.MethodDelete, hooks+"/"+h.ID, "").Into(t, nil)
		}
	}
	if len(aim.heard()) > 0 {
		t.Error("a redirect was followed")
	}
}

// Must show 4: an endpoint that hangs.
func TestAnEndpointThatHangsIsLeft(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	if wait := webhook.ClientPort.In(w.env).Timeout; wait != 5*time.Second { // as it is documented
		t.Errorf("a request waits for %s", wait)
	}
	webhook.Wait(w.env, 50*time.Millisecond)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for name, hang := range map[string]func(http.ResponseWriter){
		"before its answer": func(http.ResponseWriter) {},
		"within its answer": func(out http.ResponseWriter) {
			_, _ = out.Write([]byte("x"))
			_ = http.NewResponseController(out).Flush()
		},
	} {
		r.answers(func(out http.ResponseWriter, in *http.Request) {
			hang(out)
			select {
			case <-release:
			case <-in.Context().Done():
			}
		})
		h := w.hook(p1, r.URL)
		w.call(p1, http.MethodPost, hooks+"/"+h.ID+"/deliveries", `{}`).Into(t, nil)
		w.soon()
		if d := w.deliveries(p1, h.ID)[0]; d.State != "PENDING" || len(d.Attempts) != 1 || d.Attempts[0].Error != string(webhook.NoAnswer) {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// An answer that switches protocols hands the connection over: no limit of the client's ends what is read from it.
func TestAnEndpointThatSwitchesProtocolsIsLeft(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	left := make(chan error, 1)
	r.answers(func(out http.ResponseWriter, _ *http.Request) {
		line, _, err := http.NewResponseController(out).Hijack()
		if err != nil {
			left <- err
			return
		}
		defer func() { _ = line.Close() }()
		_, _ = line.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tea\r\n\r\n"))
		_ = line.SetReadDeadline(clock.System{}.Now().Add(10 * time.Second)) // twice as long as any request may take
		_, err = line.Read(make([]byte, 1))
		left <- err
	})
	h := w.hook(p1, r.URL)
	w.call(p1, http.MethodPost, hooks+"/"+h.ID+"/deliveries", `{}`).Into(t, nil)
	w.soon()
	if err := <-left; !errors.Is(err, io.EOF) {
		t.Errorf("the connection was not left: %v", err)
	}
	if d := w.deliveries(p1, h.ID)[0]; d.State != "PENDING" || d.Attempts[0].Status != 101 || d.Attempts[0].Error != string(webhook.NotAccepted) {
		t.Errorf("%+v", d)
	}
}

func TestAnEndlessAnswerIsCutOff(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	written := make(chan int, 1)
	r.answers(func(out http.ResponseWriter, _ *http.Request) {
		n := 0
		for chunk := make([]byte, 1<<16); n < 1<<30; n += len(chunk) {
			if _, err := out.Write(chunk); err != nil {
				break
			}
		}
		written <- n
	})
	h := w.hook(p1, r.URL)
	w.call(p1, http.MethodPost, hooks+"/"+h.ID+"/deliveries", `{}`).Into(t, nil)
	w.soon()
	if d := w.deliveries(p1, h.ID)[0]; d.State != "DELIVERED" {
		t.Errorf("%+v", d)
	}
	if n := <-written; n >= 1<<28 {
		t.Errorf("%d bytes were taken", n)
	}
}

// A site's policy and cookies alone may be longer than what is read of an answer; but there is an end to that as well.
func TestAnAnswerMayHaveLongHeadersButNotEndlessOnes(t *testing.T) {
	for _, c := range []struct {
		lines int
		state string
	}{{16, "DELIVERED"}, {1024, "PENDING"}} {
		w, r := newWorld(t, "anywhere"), newReceiver(t)
		r.answers(func(out http.ResponseWriter, _ *http.Request) {
			for n := range c.lines {
				out.Header().Set(fmt.Sprint("X-Line-", n), strings.Repeat("a", 1000))
			}
		})
		h := w.hook(p1, r.URL)
		w.call(p1, http.MethodPost, hooks+"/"+h.ID+"/deliveries", `{}`).Into(t, nil)
		w.soon()
		if d := w.deliveries(p1, h.ID)[0]; d.State != c.state || len(d.Attempts) != 1 {
			t.Errorf("with %d KB of headers: %+v, want %s", c.lines, d, c.state)
		}
	}
}

// What a name resolves to is checked when the connection is made, whatever was checked before.
func TestNoConnectionIsMadeToAnInsideAddress(t *testing.T) {
	r := newReceiver(t)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	for _, url := range []string{r.URL, strings.Replace(r.URL, "127.0.0.1", "localhost", 1), secure.URL, "https://localhost:1"} {
		w := newWorld(t, "anywhere")
		h := w.hook(p1, url)
		guarded := *w
		guarded.env = newWorld(t, "").env
		webhook.Share(guarded.env, w.db)
		w.call(p1, http.MethodPost, hooks+"/"+h.ID+"/deliveries", `{}`).Into(t, nil)
		guarded.env.Clock = w.clock
		guarded.soon()
		if d := w.deliveries(p1, h.ID)[0]; d.State != "PENDING" || len(d.Attempts) != 1 || d.Attempts[0].Error != string(webhook.NotPublic) {
			t.Errorf("%s: %+v", url, d)
		}
	}
	if len(r.heard()) > 0 {
		t.Error("an inside address was reached")
	}
}

func TestWhileASecretChangesBothSign(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	h := w.hook(p1, r.URL)
	var changed hook
	w.call(p1, http.MethodPut, hooks+"/"+h.ID, `{"rotate_secret":true}`).Into(t, &changed)
	w.happens("1", "account.balance_low", "p1", nil)
	w.soon()
	signature, wall := r.heard()[0].header.Get(webhook.HeaderSignature), clock.System{}.Now()
	if changed.Secret == "" || changed.Secret == h.Secret || w.shown(p1, h.ID).Secret != "" {
		t.Errorf("secrets %.9q and %.9q", h.Secret, changed.Secret)
	}
	for _, secret := range []string{h.Secret, changed.Secret} {
		if !webhook.Verify(signature, r.heard()[0].body, secret, wall, time.Minute) {
			t.Errorf("%s is not by both secrets", signature)
		}
	}
}

// Who never saw the answer to a change of the secret has to change it once more, while the receiver knows the one before.
func TestASecretThatIsChangedTwiceIsGoodForADayAllTheSame(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	h := w.hook(p1, r.URL)
	secrets := []string{h.Secret}
	signed := func(id string, last int) {
		t.Helper()
		w.happens(id, "account.balance_low", "p1", nil)
		w.soon()
		got := r.heard()[len(r.heard())-1]
		for n, secret := range secrets {
			by := webhook.Verify(got.header.Get(webhook.HeaderSignature), got.body, secret, clock.System{}.Now(), time.Minute)
			if want := n >= len(secrets)-last; by != want {
				t.Errorf("%s is signed by the secret %d of %d: %t", id, n, len(secrets), by)
			}
		}
	}
	for _, last := range []int{2, 3, 4, 4} { // the newest, and of the old ones three
		var changed hook
		w.call(p1, http.MethodPut, hooks+"/"+h.ID, `{"rotate_secret":true}`).Into(t, &changed)
		secrets = append(secrets, changed.Secret)
		signed(fmt.Sprint("E", len(secrets)), last)
	}
}

// What is disabled while it is asked in vain is not asked again, and has not failed.
func TestWhatIsDisabledMeanwhileDropsWhatItWasSent(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	h := w.hook(p1, r.URL)
	r.answers(func(out http.ResponseWriter, _ *http.Request) {
		w.call(p1, http.MethodPut, hooks+"/"+h.ID, `{"status":"DISABLED"}`).Into(t, nil)
		out.WriteHeader(http.StatusInternalServerError)
	})
	w.happens("1", "account.balance_low", "p1", nil)
	w.soon()
	if all := w.deliveries(p1, h.ID); len(all) != 1 || all[0].State != "DROPPED" || len(all[0].Attempts) != 1 {
		t.Errorf("the log has %+v", all)
	}
	if list := w.call(p1, http.MethodGet, hooks, ""); strings.Contains(list.Body, "failing_since") {
		t.Errorf("it is shown as %s", list.Body)
	}
}

func TestWhatIsDeletedOrDisabledHearsNoMore(t *testing.T) {
	w, r := newWorld(t, "anywhere"), newReceiver(t)
	disabled, deleted := w.hook(p1, r.URL), w.hook(p1, r.URL)
	w.happens("1", "account.balance_low", "p1", nil)
	w.call(p1, http.MethodPut, hooks+"/"+disabled.ID, `{"status":"DISABLED"}`).Into(t, nil)
	w.call(p1, http.MethodDelete, hooks+"/"+deleted.ID, "").Into(t, nil)
	w.happens("2", "account.balance_low", "p1", nil)
	w.soon()
	if len(r.heard()) > 0 {
		t.Errorf("heard %d times", len(r.heard()))
	}
	if all := w.deliveries(p1, disabled.ID); len(all) != 1 || all[0].State != "DROPPED" {
		t.Errorf("the log has %+v", all)
	}
	w.call(p1, http.MethodPost, hooks+"/"+disabled.ID+"/deliveries", `{}`).Refused(t, http.StatusConflict, "CBC.0409", "DISABLED")
	w.call(p1, http.MethodGet, hooks+"/"+deleted.ID+"/deliveries", "").Refused(t, http.StatusNotFound, "CBC.0404", deleted.ID)
}
