package opportunity_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	. "partnercenter/pkg/opportunity"
)

// legal is the state machine as DOMAIN.md 12 draws it, by hand: what each state takes, and where to.
const legal = `
DRAFT           SUBMIT         AUDITING
DRAFT           DELETE         -
AUDITING        AUDIT_PASS     VERIFYING
AUDITING        AUDIT_REJECT   AUDIT_REJECTED
AUDITING        ESCALATE       AUDITING
AUDIT_REJECTED  COPY           AUDIT_REJECTED
VERIFYING       VERIFY_PASS    VERIFIED
VERIFYING       VERIFY_REJECT  VERIFY_REJECTED
VERIFYING       VERIFY_OVERDUE VERIFY_REJECTED
VERIFY_REJECTED COPY           VERIFY_REJECTED
VERIFIED        PROGRESS       IN_PROGRESS
VERIFIED        LOST           LOST
VERIFIED        CANCEL         CANCELLED
SHARED          ACCEPT         ACCEPTED
SHARED          REJECT         REJECTED
SHARED          ANSWER_OVERDUE REJECTED
ACCEPTED        PROGRESS       IN_PROGRESS
ACCEPTED        LOST           LOST
ACCEPTED        CANCEL         CANCELLED
IN_PROGRESS     PROGRESS       IN_PROGRESS
IN_PROGRESS     DELIVERED      DELIVERED
IN_PROGRESS     LOST           LOST
IN_PROGRESS     CANCEL         CANCELLED
DELIVERED       RELEASE        DELIVERED
`

// drawn gives the state machine by state and event.
func drawn() map[string]string {
	want := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(legal), "\n") {
		f := strings.Fields(line)
		want[f[0]+" "+f[1]] = strings.TrimPrefix(f[2], "-")
	}
	return want
}

// everyEvent is Events, and SHARE, with which nothing that is there begins again.
func everyEvent() []Event { return append(Events(), Share) }

func TestEveryStateTakesItsEventsAndRefusesAllOthers(t *testing.T) {
	want := drawn()
	for _, s := range States() {
		for _, e := range everyEvent() {
			next, err := s.After(e)
			to, ok := want[fmt.Sprint(s, " ", e)]
			switch {
			case ok && (err != nil || string(next) != to):
				t.Errorf("%s of %s: got %q, %v; want %q", e, s, next, err, to)
			case ok:
			case next != s:
				t.Errorf("%s of %s is refused and yet leads to %s", e, s, next)
			case (e == Delete || e == Withdraw) && s != Draft:
				if !errors.Is(err, ErrWithdrawal) {
					t.Errorf("%s of %s: got %v, want ErrWithdrawal", e, s, err)
				}
			case !errors.Is(err, ErrState):
				t.Errorf("%s of %s: got %v, want ErrState", e, s, err)
			}
		}
	}
}

// Each pair is walked a moment before the deadline of the state, at it and long behind it. Of a verification and an HO time alone decides from then on;
// audits and all others go on.
func TestPastADeadlineTimeAloneDecides(t *testing.T) {
	want, entered := drawn(), day("2026-11-25").At(10, 0)
	for _, s := range States() {
		end, _, waits := s.Deadline(entered)
		if !waits {
			end = entered.Add(time.Hour)
		}
		for _, e := range everyEvent() {
			for _, now := range []time.Time{end.Add(-time.Second), end, end.Add(1000 * time.Hour)} {
				o := Opportunity{Row: Row{State: s, Entered: entered, Submitted: entered}}
				if waits {
					o.Deadline = end
				}
				to, ok := want[fmt.Sprint(s, " ", e)]
				late := (s == Verifying || s == Shared) && !now.Before(end)
				next, err := Step(o, e, now)
				switch {
				case ok && (!late || e == VerifyLapse || e == AnswerLapse):
					if err != nil || string(next.State) != to {
						t.Errorf("%s of %s at %s: got %q, %v; want %q", e, s, now, next.State, err, to)
					}
					stepped(t, o, next, e, now)
				case err == nil || next.State != s:
					t.Errorf("%s of %s at %s: got %q, %v; want a refusal", e, s, now, next.State, err)
				case ok && (!errors.Is(err, ErrState) || !strings.Contains(err.Error(), "its time ended on")):
					t.Errorf("%s of %s at %s is refused by %v", e, s, now, err)
				}
			}
		}
	}
}

// stepped checks what a step notes and arms.
func stepped(t *testing.T, old, next Opportunity, e Event, now time.Time) {
	t.Helper()
	due, armed := lifecycle.DueAt(&next.Head)
	deadline, _, waits := next.State.Deadline(now)
	switch {
	case e == Escalate || e == Release || e == Copy || e == Progress && old.State == InProgress:
		if next.Entered != old.Entered || armed || next.Escalated != (e == Escalate) || next.Released != (e == Release) {
			t.Errorf("%s of %s leaves %+v", e, old.State, next)
		}
		return
	case next.Entered != now || next.Escalated || next.Released:
		t.Errorf("%s of %s leaves %+v", e, old.State, next)
	}
	if next.State == Delivered {
		waits = true
		if due.Before(now.Add(364*24*time.Hour)) || due.After(now.Add(366*24*time.Hour)) || !next.Deadline.IsZero() {
			t.Errorf("%s of %s is due at %s, its deadline %s", e, old.State, due, next.Deadline)
		}
	} else if next.Deadline != deadline || waits && !due.Equal(deadline) {
		t.Errorf("%s of %s: the deadline is %s and it is due at %s, want %s", e, old.State, next.Deadline, due, deadline)
	}
	if armed != waits {
		t.Errorf("%s of %s: armed %t, want %t", e, old.State, armed, waits)
	}
	if (e == Submit) != next.Submitted.Equal(now) || (e == VerifyPass) != next.Verified.Equal(now) {
		t.Errorf("%s of %s: submitted %s, verified %s", e, old.State, next.Submitted, next.Verified)
	}
}

func TestWhatWasSubmittedIsNeverWithdrawnAndTheRefusalSaysWhatToDo(t *testing.T) {
	for s, what := range map[State]string{
		Auditing: "copy the rejected one into a new draft", Verifying: "ask the vendor's auditor to reject it", AuditRejected: "copy it into a new draft",
		VerifyRejected: "copy it", Verified: "ask the vendor's business developer to cancel it", InProgress: "cancel it", Accepted: "cancel it",
		Shared: "reject it with a reason", Delivered: "has ended and is kept", Lost: "is kept", Cancelled: "is kept", Declined: "is kept",
	} {
		for _, e := range []Event{Delete, Withdraw} {
			if _, err := s.After(e); err == nil || !strings.Contains(err.Error(), what) {
				t.Errorf("%s of %s: got %v, want one that says %q", e, s, err, what)
			}
		}
	}
}

func TestEachStateSaysWhatCanBeEdited(t *testing.T) {
	const brought = "amount expected_order_date offerings cloud_services contact personal_data_consent"
	for _, s := range States() {
		partner, vendor := strings.Join(Editable(s, ByPartner), " "), strings.Join(Editable(s, ByVendor), " ")
		wantPartner, wantVendor := "", ""
		switch s {
		case Draft:
			if n := len(Editable(s, ByPartner)); n != 17 || vendor != "" {
				t.Errorf("%d fields of a draft are the partner's and %q the vendor's, want all 17 and none", n, vendor)
			}
			continue
		case Verified, Accepted, InProgress:
			wantPartner, wantVendor = brought, "offerings cloud_services"
		case Auditing, Verifying, Shared:
			wantVendor = "offerings"
		default:
		}
		if partner != wantPartner || vendor != wantVendor {
			t.Errorf("%s: the partner can edit %q and the vendor %q, want %q and %q", s, partner, vendor, wantPartner, wantVendor)
		}
		if len(Editable(s, ByTime)) > 0 {
			t.Errorf("%s: time edits", s)
		}
	}
}

func TestOfWhatHasEndedTheDeliveredAloneCountsAndNoneWaits(t *testing.T) {
	for _, s := range States() {
		if s.Ended() && (s.Counts() != (s == Delivered) || s.Waits()) || s.Counts() && s.Waits() {
			t.Errorf("%s is in two minds", s)
		}
		_, _, waits := s.Deadline(day("2026-11-27").Start())
		if waits != slices.Contains([]State{Auditing, Verifying, Shared}, s) {
			t.Errorf("%s has a deadline: %t", s, waits)
		}
	}
}
