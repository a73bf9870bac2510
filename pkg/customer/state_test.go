package customer

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/party"
)

func TestEveryStepOfAReportInEveryState(t *testing.T) {
	steps := map[ReportStep]ReportState{
		ReportAccepts: ReportRegistered, ReportRunsOut: ReportExpired, ReportWithdraws: ReportWithdrawn, ReportEdits: ReportLive,
	}
	for step, next := range steps {
		if got, err := ReportLive.After(step); err != nil || got != next {
			t.Errorf("%s of a live report: %s, %v; want %s", step, got, err, next)
		}
		for _, state := range []ReportState{ReportRegistered, ReportExpired, ReportWithdrawn} {
			if got, err := state.After(step); !errors.Is(err, ErrState) || got != state {
				t.Errorf("%s of one that is %s: %s, %v", step, state, got, err)
			}
		}
	}
	if _, err := ReportLive.After("nothing"); !errors.Is(err, ErrState) {
		t.Errorf("a step that is none: %v", err)
	}
}

func TestEveryStepOfAnInvitationInEveryState(t *testing.T) {
	allowed := map[InviteState]map[InviteStep]InviteState{
		InviteOpen:     {InviteAccepts: InviteAccepted, InviteRevokes: InviteRevoked, InviteResends: InviteOpen},
		InviteExpired:  {InviteRevokes: InviteRevoked, InviteResends: InviteOpen},
		InviteAccepted: {},
		InviteRevoked:  {},
	}
	for state, steps := range allowed {
		for _, step := range []InviteStep{InviteAccepts, InviteRevokes, InviteResends} {
			want, ok := steps[step]
			got, err := state.After(step)
			if ok && (err != nil || got != want) || !ok && (!errors.Is(err, ErrState) || got != state) {
				t.Errorf("%s of one that is %s: %s, %v; want %q, allowed %t", step, state, got, err, want, ok)
			}
		}
	}
}

func TestAnOpenInvitationReadsAsExpiredFromItsEndOn(t *testing.T) {
	end := time.Date(2026, 12, 8, 1, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state InviteState
		now   time.Time
		want  InviteState
	}{
		{InviteOpen, end.Add(-time.Second), InviteOpen},
		{InviteOpen, end, InviteExpired},
		{InviteAccepted, end, InviteAccepted},
		{InviteRevoked, end, InviteRevoked},
	} {
		if got := (Invitation{State: c.state, Expires: end}).StateAt(c.now); got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.state, c.now, got, c.want)
		}
	}
}

func TestWhatKeepsACustomerFromAssociating(t *testing.T) {
	now := time.Date(2026, 12, 10, 0, 0, 0, 0, time.UTC)
	fresh := candidate{Registered: now.Add(-freshAccount), Type: party.Resale}
	for name, c := range map[string]struct {
		edit func(c *candidate)
		says []string
	}{
		"nothing":                    {func(*candidate) {}, nil},
		"a partner":                  {func(c *candidate) { c.Partner = "p" }, []string{"associated"}},
		"an old account":             {func(c *candidate) { c.Registered = c.Registered.Add(-time.Second) }, []string{"7 days"}},
		"an old one, reported":       {func(c *candidate) { c.Registered, c.Reported = time.Time{}, true }, nil},
		"the vendor's sales":         {func(c *candidate) { c.FollowedBy = "DIRECT_SALES" }, []string{"direct sales"}},
		"a frozen account":           {func(c *candidate) { c.Blocked = true }, []string{"frozen"}},
		"a frozen partner":           {func(c *candidate) { c.PartnerBlocked = true }, []string{"partner is frozen"}},
		"a frozen one, for referral": {func(c *candidate) { c.PartnerBlocked, c.Type = true, party.Referral }, nil},
		"several at once": {func(c *candidate) {
			c.Partner, c.FollowedBy, c.Blocked = "p", "TELE_SALES", true
		}, []string{"associated", "tele-sales", "frozen"}},
	} {
		of := fresh
		c.edit(&of)
		got := bars(of, now)
		ok := len(got) == len(c.says)
		for i := range min(len(got), len(c.says)) {
			ok = ok && strings.Contains(got[i], c.says[i])
		}
		if !ok {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
}

// Whatever steps come, a report leaves its live state once and never comes back.
func TestAReportEndsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state, ends := ReportLive, 0
		all := []ReportStep{ReportAccepts, ReportRunsOut, ReportWithdraws, ReportEdits}
		for _, step := range rapid.SliceOf(rapid.SampledFrom(all)).Draw(t, "steps") {
			next, err := state.After(step)
			if err == nil && next != ReportLive {
				ends++
			}
			state = next
		}
		if ends > 1 || (ends == 1) != (state != ReportLive) {
			t.Fatalf("it ended %d times and is %s", ends, state)
		}
	})
}
