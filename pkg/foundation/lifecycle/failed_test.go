package lifecycle_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// everybody is an operator of the vendor.
type everybody struct{}

// Authenticate knows whoever calls.
func (everybody) Authenticate(context.Context, *http.Request, []byte, string) (auth.Principal, error) {
	return auth.Principal{Party: "v1", Kind: auth.Vendor, User: "operator", Permissions: []auth.Permission{auth.WorkOperate}}, nil
}

// api gives the operations as operators have them.
func (w *world) api() http.Handler {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	env := &function.Env{Clock: w.business, Wall: w.wall, Log: log}
	function.Port[*table.Client]{Name: "table"}.Put(env, w.db)
	api := rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return everybody{} }, Clock: w.business, Wall: w.wall, Log: log,
	})
	lifecycle.RegisterOperations(api, env)
	return api
}

type failedList struct {
	FailedWork []struct {
		ID, Kind, Account, Reason string
		DueAt                     time.Time `json:"due_at"`
		Tries                     int
	} `json:"failed_work"`
	TotalCount int `json:"total_count"`
	Marker     string
}

func (w *world) list(api http.Handler, query string) failedList {
	w.t.Helper()
	status, body := call(api, http.MethodGet, "/v2/vendor/failed-work?"+query)
	var list failedList
	if err := json.Unmarshal([]byte(body), &list); err != nil || status != http.StatusOK {
		w.t.Fatalf("the list answered %d %s", status, body)
	}
	return list
}

func call(api http.Handler, method, path string) (int, string) {
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, httptest.NewRequest(method, path, nil))
	return answer.Code, answer.Body.String()
}

// fail makes everything that is due fail for good.
func (w *world) fail(why error) {
	w.t.Helper()
	for range 6 {
		w.tick()
		w.drain(w.worker(func(context.Context, lifecycle.Due) error { return why }))
		w.business.Advance(9 * time.Hour)
		w.wall.Advance(9 * time.Hour)
	}
}

func TestOperatorsReadWhyWorkFailedButNotItsCause(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	w.fail(problem.Invalid("chore", "%q is broken", "it").Because(errBroken))
	w.arm("c1", "2", w.business.Now())
	w.fail(errBroken)
	list := w.list(w.api(), "")
	if list.TotalCount != 2 || len(list.FailedWork) != 2 {
		t.Fatalf("the list is %+v, want two", list)
	}
	for i, want := range []string{`CBC.0100: chore: "it" is broken`, "an internal error; the log has it under the item's key"} {
		got := list.FailedWork[i]
		if got.Reason != want || got.Kind != kind || got.Account != "c1" || got.Tries != 6 {
			t.Errorf("it says %+v, want the reason %q", got, want)
		}
	}
}

func TestRedrivenWorkIsDueNowAsIfItHadNeverFailed(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	w.fail(errBroken)
	api := w.api()
	id := w.list(api, "").FailedWork[0].ID
	if status, body := call(api, http.MethodPost, "/v2/vendor/failed-work/"+id+"/redrive"); status != http.StatusNoContent {
		t.Fatalf("redrive answered %d %s", status, body)
	}
	c := w.read("c1", "1")
	if at, due := lifecycle.DueAt(&c.Head); !due || !at.Equal(w.business.Now()) || c.Tries != 0 {
		t.Errorf("it is due at %s (%t) with %d tries, want now with none", at, due, c.Tries)
	}
	if status, body := call(api, http.MethodPost, "/v2/vendor/failed-work/"+id+"/redrive"); status != http.StatusNotFound {
		t.Errorf("a second redrive answered %d %s, want 404", status, body)
	}
	var told []string
	for e, err := range event.List(context.Background(), w.db, "c1", noon) {
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, e.Type+" by "+e.By)
	}
	if got := fmt.Sprint(told); got != "[work.redriven by v1/operator]" {
		t.Errorf("the audit trail is %s, want one entry", got)
	}
	w.tick()
	w.drain(w.worker())
	w.wantDone([]string{"c1"}, []string{"1"})
	if n := w.list(api, "").TotalCount; n != 0 {
		t.Errorf("%d pieces are on the list, want none", n)
	}
}

func TestOnlyFailedWorkCanBeRedriven(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	name := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	before := w.read("c1", "1")
	for what, id := range map[string]string{
		"work that is due": name("PARTY#c1\x1fCHORE#1"), "no item": name("PARTY#c1\x1fCHORE#2"), "half a key": name("PARTY#c1"),
		"an empty key": name("\x1f"), "no id": "!",
	} {
		if status, body := call(w.api(), http.MethodPost, "/v2/vendor/failed-work/"+id+"/redrive"); status != http.StatusNotFound || !strings.Contains(body, "CBC.0404") {
			t.Errorf("%s answered %d %s, want 404 CBC.0404", what, status, body)
		}
	}
	if got := w.read("c1", "1"); got != before {
		t.Errorf("the item became %+v", got)
	}
}

func TestTheListGoesOverAllShardsPageByPage(t *testing.T) {
	w := newWorld(t)
	accounts := numbered(23)
	w.armAll(accounts, []string{"1", "2"}, noon)
	w.fail(errBroken)
	api := w.api()
	seen, pages := map[string]int{}, 0
	for query := "limit=5"; query != ""; pages++ {
		page := w.list(api, query)
		for _, one := range page.FailedWork {
			seen[one.ID]++
		}
		if query = ""; page.Marker != "" {
			query = "limit=5&marker=" + page.Marker
		}
	}
	if len(seen) != 46 || pages != 10 {
		t.Errorf("%d pages show %d pieces, want 10 with 46", pages, len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
	if got := w.list(api, "offset=44"); len(got.FailedWork) != 2 || got.TotalCount != 46 || got.Marker != "" {
		t.Errorf("the last page by offset is %+v", got)
	}
	for _, query := range []string{"marker=AAAA", "offset=10001", "limit=0"} {
		if status, body := call(api, http.MethodGet, "/v2/vendor/failed-work?"+query); status != http.StatusBadRequest {
			t.Errorf("%s answered %d %s, want 400", query, status, body)
		}
	}
}

func TestFailedWorkWhoseSubjectIsArmedAnewLeavesTheList(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	w.fail(errBroken)
	old := w.read("c1", "1")
	next := old
	lifecycle.Arm(&next.Head, kind, "c1", "1", w.business.Now())
	if err := w.db.Replace(context.Background(), &old, &next); err != nil {
		t.Fatal(err)
	}
	if got := w.list(w.api(), ""); got.TotalCount != 0 {
		t.Errorf("the list is %+v, want nothing", got)
	}
	w.tick()
	w.drain(w.worker())
	w.wantDone([]string{"c1"}, []string{"1"})
}
