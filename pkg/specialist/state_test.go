package specialist

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
)

// TestEveryStepInEveryState walks the whole state machine of DOMAIN.md 13: what stands here is legal, all else is refused with ErrState and changes
// nothing.
func TestEveryStepInEveryState(t *testing.T) {
	legal := map[State]map[Step]State{
		Invited:             {StepResend: Invited, StepAccept: Bound, StepExpire: Expired},
		Expired:             {StepInvite: Invited},
		Bound:               {StepApply: SpecialistReviewing, StepUnbind: Unbound},
		SpecialistReviewing: {StepPass: Specialist, StepReject: SpecialistRejected},
		SpecialistRejected:  {StepApply: SpecialistReviewing, StepUnbind: Unbound},
		Specialist:          {StepCancel: CancelReviewing, StepStop: CancelledByVendor},
		CancelReviewing:     {StepPass: CancelApproved, StepReject: Specialist, StepWithdraw: Specialist},
		CancelApproved:      {StepApply: SpecialistReviewing, StepUnbind: Unbound},
		CancelledByVendor:   {StepApply: SpecialistReviewing, StepUnbind: Unbound},
		Unbound:             {StepInvite: Invited},
	}
	walked := 0
	for _, state := range States() {
		for _, step := range append(Steps(), "NOTHING") {
			want, ok := legal[state][step]
			got, err := state.After(step)
			if ok && (err != nil || got != want) || !ok && (!errors.Is(err, ErrState) || got != state) {
				t.Errorf("%s of one that is %s: %s, %v; want %q, legal %t", step, state, got, err, want, ok)
			}
			walked++
		}
	}
	if want := 10 * 12; walked != want {
		t.Errorf("%d pairs were walked, want %d", walked, want)
	}
	if got, err := State("").After(StepAccept); !errors.Is(err, ErrState) || got != "" {
		t.Errorf("of one that is nothing: %s, %v", got, err)
	}
}

func TestARefusedStepSaysWhatToDoInstead(t *testing.T) {
	for _, c := range []struct {
		state State
		step  Step
		says  string
	}{
		{Specialist, StepUnbind, "cancel the specialist first"},
		{CancelReviewing, StepUnbind, "wait for the review"},
		{SpecialistReviewing, StepUnbind, "wait for the review"},
		{SpecialistReviewing, StepWithdraw, "the vendor decides"},
		{Invited, StepInvite, "send it again"},
		{Expired, StepResend, "invite again"},
		{Bound, StepInvite, "belongs to you already"},
	} {
		if _, err := c.state.After(c.step); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s of one that is %s: %v, want %q", c.step, c.state, err, c.says)
		}
	}
}

func TestWhatIsAllowedIsWhatTheMachineLetsAnAdministratorDo(t *testing.T) {
	for state, want := range map[State][]Step{
		Invited: {StepResend}, Expired: {StepInvite}, Bound: {StepApply, StepUnbind}, SpecialistReviewing: {}, Specialist: {StepCancel},
		CancelReviewing: {StepWithdraw}, CancelledByVendor: {StepApply, StepUnbind}, Unbound: {StepInvite},
	} {
		if got := state.Allowed(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", state, got, want)
		}
	}
}

func TestAnInvitationReadsAsExpiredFromItsEndOn(t *testing.T) {
	end := time.Date(2026, 12, 8, 1, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		state State
		now   time.Time
		want  State
	}{
		{Invited, end.Add(-time.Second), Invited},
		{Invited, end, Expired},
		{Bound, end, Bound},
	} {
		if got := (Member{MemberRow: MemberRow{State: c.state}, Expires: end}).StateAt(c.now); got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.state, c.now, got, c.want)
		}
	}
}

// TestARandomWalkKeepsTheMachinesPromises: a member is due while it is invited and never else, each sending has a link of its own, and nobody is
// unbound who is held.
func TestARandomWalkKeepsTheMachinesPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)
		m := Member{MemberRow: MemberRow{Partner: "p1", Account: "a1", State: Unbound}}
		links := map[string]bool{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 80).Draw(t, "hours")) * time.Hour)
			step := rapid.SampledFrom(Steps()).Draw(t, "step")
			before := m
			next, err := m.stepped(step, now)
			if err != nil {
				if next != before {
					t.Fatalf("a refused %s changed %+v to %+v", step, before, next)
				}
				continue
			}
			if step == StepInvite || step == StepResend {
				next = next.asked(now)
				if period := next.Link().Period; links[period] {
					t.Fatalf("the link %s was sent twice", period)
				} else {
					links[period] = true
				}
			}
			if step == StepUnbind && before.State.Held() {
				t.Fatalf("%s was unbound", before.State)
			}
			if _, due := lifecycle.DueAt(&next.Head); due != (next.State == Invited) {
				t.Fatalf("%s: due %t", next.State, due)
			}
			m = next
		}
	})
}

func TestWhatKeepsAnAccountFromBeingBound(t *testing.T) {
	now := time.Date(2026, 12, 10, 0, 0, 0, 0, time.UTC)
	past := func(partner auth.PartyID, from, to time.Time) Binding { return Binding{partner, from, to} }
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * 24 * time.Hour) }
	three := []Binding{past("a", ago(300), ago(200)), past("b", ago(200), ago(100)), past("c", ago(100), ago(50))}
	for name, c := range map[string]struct {
		edit func(a *Account)
		says []string
	}{
		"nothing":              {func(*Account) {}, nil},
		"an enterprise":        {func(a *Account) { a.Enterprise = true }, []string{"enterprise"}},
		"another partner":      {func(a *Account) { a.Partner = "q" }, []string{"another partner"}},
		"the inviting partner": {func(a *Account) { a.Partner = "p" }, nil}, // that is the state machine's business
		"a partner account":    {func(a *Account) { a.OfPartner = true }, []string{"partner account itself"}},
		"three partners":       {func(a *Account) { a.Bindings = three }, []string{"3 partners"}},
		"two partners":         {func(a *Account) { a.Bindings = three[1:] }, nil},
		"one partner three times": {func(a *Account) {
			a.Bindings = []Binding{three[0], past("a", ago(90), ago(80)), past("a", ago(70), ago(60))}
		}, nil},
		"one a year and a day ago":  {func(a *Account) { a.Bindings = append([]Binding{past("z", ago(500), ago(366))}, three[1:]...) }, nil},
		"one that ended a year ago": {func(a *Account) { a.Bindings = append([]Binding{past("z", ago(500), ago(365))}, three[1:]...) }, nil},
		"one that ended a second off": {func(a *Account) {
			a.Bindings = append([]Binding{past("z", ago(500), ago(365).Add(time.Second))}, three[1:]...)
		}, []string{"3 partners"}},
		"all at once": {func(a *Account) {
			a.Enterprise, a.OfPartner, a.Partner, a.Bindings = true, true, "q", three
		}, []string{"enterprise", "partner account itself", "another partner", "3 partners"}},
	} {
		a := Account{ID: "a1"}
		c.edit(&a)
		got := a.Bars("p", now)
		ok := len(got) == len(c.says)
		for i := range min(len(got), len(c.says)) {
			ok = ok && strings.Contains(got[i], c.says[i])
		}
		if !ok {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
}

func TestBindingsAreRememberedForAYear(t *testing.T) {
	now := time.Date(2026, 12, 10, 0, 0, 0, 0, time.UTC)
	var a Account
	for i, partner := range []auth.PartyID{"p", "q", "r"} {
		at := now.Add(time.Duration(i) * 200 * 24 * time.Hour)
		a = a.bound(partner, at).unbound(at.Add(24 * time.Hour))
	}
	if len(a.Bindings) != 2 || a.Bindings[0].Partner != "q" || a.Partner != "" || a.Bindings[1].To.IsZero() {
		t.Errorf("got %+v, want those to q and r, both over", a)
	}
}

func TestANumberHasACountryCode(t *testing.T) {
	for text, want := range map[string]string{
		"13800000000": "+8613800000000", "+86 138-0000-0000": "+8613800000000", "0044 20 7946 0000": "+442079460000", "+1(202)5550100": "+12025550100",
		"+": "", "": "", "+86138x": "", "+1234567890123456": "", "+123": "",
	} {
		if got, ok := numberOf(text); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %t; want %q", text, got, ok, want)
		}
	}
}

// The limits of schemas are written in tags, which can't name a constant.
func TestSchemasHoldThePolicysLimits(t *testing.T) {
	var in applyInput
	rows, _ := reflect.TypeOf(in.Body).FieldByName("Applications")
	files, _ := reflect.TypeFor[applicationRow]().FieldByName("FileIDs")
	if got := rows.Tag.Get("maxItems"); got != strconv.Itoa(batchRows) {
		t.Errorf("a batch has %s rows, want %d", got, batchRows)
	}
	if got := files.Tag.Get("maxItems"); got != strconv.Itoa(mostEvidence) {
		t.Errorf("an application has %s files, want %d", got, mostEvidence)
	}
}
