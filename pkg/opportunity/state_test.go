package opportunity_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

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

func TestEveryStateTakesItsEventsAndRefusesAllOthers(t *testing.T) {
	want := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(legal), "\n") {
		f := strings.Fields(line)
		want[f[0]+" "+f[1]] = strings.TrimPrefix(f[2], "-")
	}
	for _, s := range States() {
		for _, e := range Events() {
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
