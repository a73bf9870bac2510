package icalendar_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/icalendar"
	"partnercenter/pkg/party"
)

var start = time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)

const (
	site  = "https://site.example"
	feeds = "/v2/calendar-feeds"
)

type world struct {
	t       *testing.T
	clock   *clock.Fake
	api     *rest.API
	entries []icalendar.Entry
	asked   icalendar.Ask
	calls   int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: clock.NewFake(start)}
	db := tabletest.New(t)
	env := &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sealer: auth.LocalSealer{Key: make([]byte, 32)},
		Setting: func(name string) string { return map[string]string{function.SettingSite: site}[name] },
	}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	w.api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: env.Log})
	icalendar.FunctionWith(func(*function.Env) []icalendar.Source {
		return []icalendar.Source{func(_ context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
			w.asked = ask
			return func(yield func(icalendar.Entry, error) bool) {
				for _, e := range w.entries {
					if !yield(e, nil) {
						return
					}
				}
			}
		}}
	}).HTTP(w.api, env)
	tx := table.NewTx()
	for _, id := range []auth.PartyID{"p1", "p2"} {
		party.Create(tx, party.Party{Row: party.Row{ID: id, Kind: auth.Partner, Name: string(id)}}, "test", start)
	}
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) call(who, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	w.clock.Advance(200 * time.Millisecond)
	return resttest.Call{Who: who, Signature: fmt.Sprint("s", w.calls), Method: method, Path: path, Body: body}.On(w.api)
}

type feed struct {
	ID  string `json:"feed_id"`
	URL string `json:"url"`
}

func (w *world) feed(who string) (f feed) {
	w.t.Helper()
	w.call(who, http.MethodPost, feeds, `{"name":"Ends","language":"en-US"}`).Into(w.t, &f)
	return f
}

// get asks as a calendar program does, without a credential.
func (w *world) get(url, known string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, strings.TrimPrefix(url, site), nil)
	r.Header.Set("If-None-Match", known)
	out := httptest.NewRecorder()
	w.api.ServeHTTP(out, r)
	return out
}

func TestAFeedIsReadByItsAddressAlone(t *testing.T) {
	w := newWorld(t)
	w.entries = []icalendar.Entry{
		{UID: "b", Day: day.AddDays(1), Summary: "second", Changed: start},
		{UID: "a", Day: day, Summary: "first", Changed: start},
		{UID: "old", Day: day.AddDays(-100), Summary: "too old", Changed: start},
		{UID: "far", Day: day.AddDays(500), Summary: "too far", Changed: start},
	}
	f := w.feed("partner p1")
	out := w.get(f.URL, "")
	body, tag := out.Body.String(), out.Header().Get("ETag")
	if out.Code != http.StatusOK || out.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || tag == "" {
		t.Errorf("%d %v", out.Code, out.Header())
	}
	if strings.Count(body, "BEGIN:VEVENT") != 2 || strings.Index(body, "first") > strings.Index(body, "second") {
		t.Errorf("the feed is\n%s", body)
	}
	if w.asked.Party.ID != "p1" || w.asked.Locale != notify.English {
		t.Errorf("asked for %+v", w.asked)
	}
	for _, known := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		if again := w.get(f.URL, known); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("If-None-Match %s: %d", known, again.Code)
		}
	}
	w.entries[0].Summary = "changed"
	if again := w.get(f.URL, tag); again.Code != http.StatusOK || again.Header().Get("ETag") == tag {
		t.Errorf("a changed feed is %d", again.Code)
	}
}

func TestAnAddressThatWasEndedShowsNothing(t *testing.T) {
	w := newWorld(t)
	f, other := w.feed("partner p1"), w.feed("partner p1")
	w.call("partner p2", http.MethodDelete, feeds+"/"+f.ID, "").Refused(t, http.StatusNotFound, "CBC.0404", f.ID)
	w.call("partner p1", http.MethodDelete, feeds+"/"+f.ID, "").Into(t, nil)
	never := strings.TrimSuffix(f.URL, f.URL[len(f.URL)-4:]) + "AAAA" // its signature is altered
	ended, unknown := w.get(f.URL, ""), w.get(never, "")
	if ended.Code != http.StatusNotFound || ended.Body.String() != unknown.Body.String() || ended.Code != unknown.Code {
		t.Errorf("an ended feed is %d %s, and one that never was %d %s", ended.Code, ended.Body, unknown.Code, unknown.Body)
	}
	if known := w.get(f.URL, "*"); known.Code != http.StatusNotFound {
		t.Errorf("an ended feed is %d to who knows it", known.Code)
	}
	if out := w.get(other.URL, ""); out.Code != http.StatusOK {
		t.Errorf("the other feed is %d", out.Code)
	}
	urls := []string{other.URL + "A", site + "/calendar/x", other.URL[:len(other.URL)-1]}
	for at := len(site + "/calendar/"); at < len(other.URL)-1; at++ { // any character of its token altered; the last one has bits that mean nothing
		c := "A"
		if other.URL[at] == 'A' {
			c = "B"
		}
		urls = append(urls, other.URL[:at]+c+other.URL[at+1:])
	}
	for _, url := range urls {
		if out := w.get(url, ""); out.Code != http.StatusNotFound {
			t.Errorf("%s is %d", url, out.Code)
		}
	}
	w.clock.Advance(6 * 365 * 24 * time.Hour)
	if out := w.get(other.URL, ""); out.Code != http.StatusNotFound {
		t.Errorf("an expired feed is %d", out.Code)
	}
}

func TestFeedsAreListedWithoutTheirAddresses(t *testing.T) {
	w := newWorld(t)
	f := w.feed("partner p1")
	list := w.call("partner p1", http.MethodGet, feeds, "")
	if !strings.Contains(list.Body, f.ID) || strings.Contains(list.Body, "/calendar/") {
		t.Errorf("listed as %s", list.Body)
	}
	if other := w.call("partner p2", http.MethodGet, feeds, ""); strings.Contains(other.Body, f.ID) {
		t.Errorf("another party sees %s", other.Body)
	}
	for range 9 {
		w.feed("partner p1")
	}
	w.call("partner p1", http.MethodPost, feeds, `{"name":"x"}`).Refused(t, http.StatusConflict, "CBC.0409", "10 calendar feeds")
}

// DESIGN.md "Who is calling": secrets are never replayed, and a feed's address is one.
func TestARepeatedRequestMakesOneFeedAndTellsNoAddressAgain(t *testing.T) {
	w := newWorld(t)
	var first, second feed
	call := resttest.Call{Who: "partner p1", Signature: "same", Method: http.MethodPost, Path: feeds, Body: `{"name":"Ends"}`}
	call.On(w.api).Into(t, &first)
	call.On(w.api).Into(t, &second)
	if first.ID != second.ID || first.URL == "" || second.URL != "" {
		t.Errorf("%+v and %+v", first, second)
	}
}

func TestAFeedHasABound(t *testing.T) {
	w := newWorld(t)
	for n := range 3000 {
		w.entries = append(w.entries, icalendar.Entry{UID: fmt.Sprint(n), Day: day.AddDays(n % 300), Summary: "x", Changed: start})
	}
	body := w.get(w.feed("partner p1").URL, "").Body.String()
	if n := strings.Count(body, "BEGIN:VEVENT"); n != 2000 || len(body) > rest.MaxAnswer {
		t.Errorf("%d entries, %d bytes", n, len(body))
	}
}

// What is over makes room for what is still to come.
func TestAFullFeedLeavesOutWhatIsOver(t *testing.T) {
	w := newWorld(t)
	for n := range 2500 {
		day := calendar.DateOf(start).AddDays(-1 - n%20)
		w.entries = append(w.entries, icalendar.Entry{UID: fmt.Sprint("over", n), Day: day, Summary: "over", Changed: start})
	}
	for n := range 10 {
		day := calendar.DateOf(start).AddDays(n)
		w.entries = append(w.entries, icalendar.Entry{UID: fmt.Sprint("next", n), Day: day, Summary: "to come", Changed: start})
	}
	body := w.get(w.feed("partner p1").URL, "").Body.String()
	if all, next := strings.Count(body, "BEGIN:VEVENT"), strings.Count(body, "SUMMARY:to come"); all != 2000 || next != 10 {
		t.Errorf("%d entries, of which %d of 10 are to come", all, next)
	}
}
