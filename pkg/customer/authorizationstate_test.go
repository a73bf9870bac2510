package customer

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

var (
	everyAuthorizationState = []auth.AuthorizationState{
		AuthorizationNone, AuthorizationPending, auth.Authorized, AuthorizationRejected, AuthorizationRevoked, AuthorizationExpired,
	}
	everyAuthorizationStep = []AuthorizationStep{
		AuthorizationRequests, AuthorizationAgrees, AuthorizationRejects, AuthorizationRevokes, AuthorizationRunsOut, AuthorizationParts,
	}
)

func TestEveryStepOfAnAuthorizationInEveryState(t *testing.T) {
	pending, no := AuthorizationPending, auth.AuthorizationState("")
	// In the order of the steps above.
	for state, want := range map[auth.AuthorizationState][]auth.AuthorizationState{
		AuthorizationNone:     {pending, no, no, no, no, no},
		AuthorizationPending:  {no, auth.Authorized, AuthorizationRejected, no, AuthorizationExpired, AuthorizationRevoked},
		auth.Authorized:       {no, no, no, AuthorizationRevoked, no, AuthorizationRevoked},
		AuthorizationRejected: {pending, no, no, no, no, no},
		AuthorizationRevoked:  {pending, no, no, no, no, no},
		AuthorizationExpired:  {pending, no, no, no, no, no},
	} {
		for i, step := range everyAuthorizationStep {
			got, err := authorizationAfter(state, step)
			allowed := want[i] != no
			if allowed && (err != nil || got != want[i]) || !allowed && (!errors.Is(err, ErrState) || got != state) {
				t.Errorf("%s of one that is %s: %s, %v; want %q", step, state, got, err, want[i])
			}
		}
	}
	if len(authorizationSteps) != len(everyAuthorizationState) {
		t.Errorf("the machine knows %d states, the test %d", len(authorizationSteps), len(everyAuthorizationState))
	}
}

// Whatever steps come: who may act was asked for and agreed to since it last might not.
func TestNobodyIsAuthorizedWithoutAnAgreementToARequest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state, asked, agreed := AuthorizationNone, false, false
		for _, step := range rapid.SliceOf(rapid.SampledFrom(everyAuthorizationStep)).Draw(t, "steps") {
			next, err := authorizationAfter(state, step)
			if err != nil {
				continue
			}
			state = next
			switch step {
			case AuthorizationRequests:
				asked, agreed = true, false
			case AuthorizationAgrees:
				agreed = asked
			case AuthorizationRejects, AuthorizationRevokes, AuthorizationRunsOut, AuthorizationParts:
				asked, agreed = false, false
			}
			if (state == auth.Authorized) != agreed {
				t.Fatalf("after %s it is %s; asked %t, agreed %t", step, state, asked, agreed)
			}
		}
	})
}

func TestAPendingAuthorizationReadsAsExpiredFromItsEndOn(t *testing.T) {
	end := time.Date(2026, 12, 31, 1, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state auth.AuthorizationState
		ver   int64
		now   time.Time
		want  auth.AuthorizationState
	}{
		{AuthorizationPending, 1, end.Add(-time.Second), AuthorizationPending},
		{AuthorizationPending, 1, end, AuthorizationExpired},
		{auth.Authorized, 2, end.Add(1000 * time.Hour), auth.Authorized},
		{"", 0, end, AuthorizationNone},
	} {
		a := Authorization{Authorization: auth.Authorization{Head: table.Head{Ver: c.ver}, State: c.state}, Until: end}
		if got := a.StateAt(c.now); got != c.want {
			t.Errorf("%q at %s: %s, want %s", c.state, c.now, got, c.want)
		}
	}
}
