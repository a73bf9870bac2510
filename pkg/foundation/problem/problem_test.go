package problem_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/problem"
)

func TestACauseIsLoggedAndNeverSent(t *testing.T) {
	e := problem.Invalid("limit", "%d is more than %d", 2000, 1000).Because(errors.New("secret cause"))
	if got, want := e.Public(), "limit: 2000 is more than 1000"; got != want {
		t.Errorf("the public text is %q, want %q", got, want)
	}
	if !strings.Contains(e.Error(), "secret cause") {
		t.Errorf("the log text %q lacks the cause", e.Error())
	}
}

func TestASentinelMadeSpecificIsStillTheSentinel(t *testing.T) {
	sentinel := problem.New(400, "CBC.99003012", "no such resource")
	specific := fmt.Errorf("renew: %w", sentinel.Saying("%q does not exist", "r-1").In("resource_ids"))
	if !errors.Is(specific, sentinel) {
		t.Errorf("%v is not %v", specific, sentinel)
	}
	if errors.Is(specific, problem.New(400, "CBC.99003016", "released")) {
		t.Errorf("%v equals a refusal with another code", specific)
	}
	if sentinel.Message != "no such resource" || sentinel.Field != "" {
		t.Errorf("the sentinel was changed: %+v", sentinel)
	}
}
