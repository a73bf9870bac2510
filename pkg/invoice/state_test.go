package invoice

import (
	"errors"
	"testing"
)

// walk checks every pair of a state and an event: legal ones lead where want says, all others are refused and lead nowhere.
func walk[S, E ~string](t *testing.T, states []S, events []E, after func(S, E) (S, error), want map[S]map[E]S) {
	t.Helper()
	steps := 0
	for _, s := range states {
		for _, e := range events {
			next, legal := want[s][e]
			got, err := after(s, e)
			if legal && (got != next || err != nil) {
				t.Errorf("%s, %s: got %s and %v, want %s", s, e, got, err, next)
			}
			if !legal && (got != s || !errors.Is(err, ErrState)) {
				t.Errorf("%s, %s: got %s and %v, want a refusal", s, e, got, err)
			}
			if legal {
				steps++
			}
		}
	}
	listed := 0
	for _, byEvent := range want {
		listed += len(byEvent)
	}
	if steps != listed {
		t.Errorf("walked %d legal steps of %d: a state or an event is not listed", steps, listed)
	}
}

func TestAListTakesItsStepsAndNoOthers(t *testing.T) {
	walk(t, ListStates(), ListEvents(), ListState.After, map[ListState]map[ListEvent]ListState{
		"DRAFT":      {"issue": "TO_INVOICE"},
		"TO_INVOICE": {"register": "REGISTERED"},
		"REGISTERED": {"register": "REGISTERED", "mail": "MAILED"},
		"MAILED":     {"receive": "RECEIVED"},
		"RECEIVED":   {"approve": "APPROVED", "reject": "REJECTED"},
		"REJECTED":   {"register": "REGISTERED"},
		"APPROVED":   {},
	})
}

func TestABillTakesItsStepsAndNoOthers(t *testing.T) {
	walk(t, BillStates(), BillEvents(), BillState.After, map[BillState]map[BillEvent]BillState{
		"COLLECTING":             {"generate": "TO_COUNTERSIGN", "generate_to_confirm": "TO_CONFIRM"},
		"TO_CONFIRM":             {"confirm": "TO_COUNTERSIGN"},
		"TO_COUNTERSIGN":         {"start_countersign": "COUNTERSIGNING"},
		"COUNTERSIGNING":         {"pass_countersign": "TO_PAYMENT_REQUEST", "reject_countersign": "COUNTERSIGN_REJECTED"},
		"COUNTERSIGN_REJECTED":   {"handle_rejection": "TO_COUNTERSIGN"},
		"TO_PAYMENT_REQUEST":     {"create_payment_request": "INVOICE_REVIEW", "payment_request_fails": "PAYMENT_REQUEST_FAILED"},
		"PAYMENT_REQUEST_FAILED": {"retry_payment_request": "TO_PAYMENT_REQUEST"},
		"INVOICE_REVIEW":         {"approve_invoices": "PAYING"},
		"PAYING":                 {"paid": "COMPLETED", "pay_failed": "PAY_FAILED"},
		"PAY_FAILED":             {"pay_again": "PAYING"},
		"COMPLETED":              {},
	})
}

func TestARequestTakesItsStepsAndNoOthers(t *testing.T) {
	walk(t, RequestStates(), RequestEvents(), RequestState.After, map[RequestState]map[RequestEvent]RequestState{
		"TO_REVIEW": {"withdraw": "WITHDRAWN", "approve": "ISSUING", "reject": "REJECTED"},
		"ISSUING": {
			"ask_withdrawal": "ISSUING", "refuse_withdrawal": "ISSUING", "allow_withdrawal": "WITHDRAWN", "send": "TO_SIGN", "issue": "ISSUED",
		},
		"TO_SIGN":       {"sign": "SIGNED"},
		"SIGNED":        {"ask_return": "RETURN_REVIEW"},
		"ISSUED":        {"ask_return": "RETURN_REVIEW"},
		"RETURN_REVIEW": {"accept_return": "RETURNED", "refuse_return_paper": "SIGNED", "refuse_return_file": "ISSUED"},
		"WITHDRAWN":     {"delete": "DELETED"},
		"REJECTED":      {"delete": "DELETED"},
		"RETURNED":      {},
		"DELETED":       {},
	})
}
