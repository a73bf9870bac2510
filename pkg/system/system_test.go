package system_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system"
)

func TestEveryFunctionHasOneTriggerAndAFolder(t *testing.T) {
	names := map[string]bool{}
	for _, d := range system.Functions() {
		triggers := 0
		for _, set := range []bool{d.HTTP != nil, d.Queue != nil, d.Schedule != nil, d.Stream != nil, d.Resource != nil} {
			if set {
				triggers++
			}
		}
		if triggers != 1 || names[d.Name] || d.Does == "" {
			t.Errorf("function %q: %d triggers, seen before: %t, does %q", d.Name, triggers, names[d.Name], d.Does)
		}
		names[d.Name] = true
		if d.CatchAll && d.HTTP == nil {
			t.Errorf("function %s answers every path and has none", d.Name)
		}
	}
	folders, err := os.ReadDir("../../functions")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !names[f.Name()] {
			t.Errorf("functions/%s is not in the system's list", f.Name())
		}
		delete(names, f.Name())
	}
	for name := range names {
		t.Errorf("%s has no folder in functions", name)
	}
}

func TestEveryQueueThatIsSentToStartsAFunction(t *testing.T) {
	var names []string
	for _, q := range system.Queues() {
		if q.MaxReceive < 2 {
			t.Errorf("queue %s gives up after %d receives", q.Name, q.MaxReceive)
		}
		names = append(names, q.Name)
	}
	for _, d := range system.Functions() {
		for _, g := range d.Grants {
			if g.On.Kind == function.KindQueue && !slices.Contains(names, g.On.Name) {
				t.Errorf("%s sends to %s, from which nobody takes", d.Name, g.On.Name)
			}
		}
	}
}

func TestGrantsAreSingleActionsAndNoScan(t *testing.T) {
	for _, d := range system.Functions() {
		for _, g := range d.Grants {
			for _, action := range g.Do {
				if strings.Contains(action, "*") || strings.EqualFold(action, "dynamodb:Scan") {
					t.Errorf("%s may %s", d.Name, action)
				}
			}
		}
	}
}

func TestOneFunctionAnswersWhatNobodyHas(t *testing.T) {
	n := 0
	for _, d := range system.Functions() {
		if d.CatchAll {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d functions answer every path, want one", n)
	}
}

// API Gateway lets every request through to its function. This is why it may.
func TestEveryOperationRefusesWhoHasNoCredential(t *testing.T) {
	env := &function.Env{
		Clock: clock.System{}, Wall: clock.System{}, Log: slog.New(slog.DiscardHandler), Setting: func(string) string { return "" },
	}
	api := function.NewAPI(env, system.Functions()...)
	protected := 0
	for _, op := range api.Operations() {
		if op.Allow.IsPublic() {
			continue
		}
		protected++
		path := strings.NewReplacer("{", "", "}", "").Replace(op.Path)
		answer := httptest.NewRecorder()
		api.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), op.Method, path, http.NoBody))
		if answer.Code != http.StatusUnauthorized || !strings.Contains(answer.Body.String(), "APIG.0301") {
			t.Errorf("%s without a credential: %d %s", op.ID, answer.Code, answer.Body)
		}
	}
	if protected == 0 {
		t.Error("no operation needs a credential")
	}
}

func TestLocalPathsAreNoOperations(t *testing.T) {
	for _, op := range system.NewAPI().Operations() {
		if strings.HasPrefix(op.Path, "/local") {
			t.Errorf("%s %s is the local cloud's", op.Method, op.Path)
		}
	}
}

func TestTheCommittedOpenAPIDocumentIsTheOperations(t *testing.T) {
	want, err := system.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/openapi.json differs from what the functions declare: run make openapi and commit it")
	}
}
