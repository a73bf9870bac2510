package subscription

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/party"
)

func TestEveryStepOfAPartnersPaymentInEveryState(t *testing.T) {
	steps := []AgentPayStep{AgentPayAsks, AgentPayRejects, AgentPayPays}
	no := AgentPayState("refused")
	for state, want := range map[AgentPayState][]AgentPayState{
		AgentPayNone:     {AgentPayAsked, no, no},
		AgentPayAsked:    {no, AgentPayRejected, AgentPayPaid},
		AgentPayRejected: {AgentPayAsked, no, no},
		AgentPayPaid:     {no, no, no},
	} {
		for i, step := range steps {
			got, err := state.After(step)
			allowed := want[i] != no
			if allowed && (err != nil || got != want[i]) || !allowed && (!errors.Is(err, ErrAgentPay) || got != state) {
				t.Errorf("%s of one that is %q: %s, %v; want %s", step, state, got, err, want[i])
			}
		}
	}
	if len(agentPaySteps) != 4 {
		t.Errorf("the machine knows %d states, the test 4", len(agentPaySteps))
	}
}

func TestWhoPaysForWhom(t *testing.T) {
	for _, c := range []struct {
		partner     auth.PartyID
		kind        auth.Kind
		association int
		pays        bool
	}{
		{"p", auth.Partner, party.Resale, true},
		{"p", auth.Partner, party.Referral, true},
		{"p", auth.Reseller, party.Resale, true},
		{"p", auth.Reseller, party.Referral, false},
		{"p", auth.Distributor, party.Referral, true},
		{"", "", 0, false},
	} {
		err := guardAgent(party.Party{Row: party.Row{ID: "c", Partner: c.partner, AssociationType: c.association}}, c.kind)
		if (err == nil) != c.pays || err != nil && !errors.Is(err, ErrNoAgent) {
			t.Errorf("a %s, association %d: %v, want %t", c.kind, c.association, err, c.pays)
		}
	}
}

func TestTheTimeOfAnOrderComes(t *testing.T) {
	placed := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	later, earlier := placed.Add(48*time.Hour), placed.Add(-48*time.Hour)
	for _, c := range []struct {
		kind      OrderType
		from, now time.Time
		want      bool
	}{
		{OrderRenewal, later, later.Add(-time.Second), false},
		{OrderRenewal, later, later, true},
		{OrderRenewal, earlier, later, false}, // it was placed in grace
		{OrderChange, later, later, false},
		{OrderNew, time.Time{}, later, false},
	} {
		o := Order{OrderRow: OrderRow{Type: c.kind, Placed: placed}, Lines: []OrderLine{{From: c.from}}}
		if got := begins(o, c.now); got != c.want {
			t.Errorf("type %d from %s at %s: %t", c.kind, c.from, c.now, got)
		}
	}
}

// Whoever paid what: the shares of a refund are its lines, each payer's together, and none is of nothing.
func TestSharesOfARefundSumToItByPayer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r Refund
		want := map[auth.PartyID]money.Fen{}
		for range rapid.IntRange(0, 8).Draw(t, "lines") {
			l := RefundLine{
				Back:  money.Fen(rapid.IntRange(0, 1000).Draw(t, "back")),
				Payer: auth.PartyID(rapid.SampledFrom([]string{"", "p", "q"}).Draw(t, "payer")),
			}
			r.Lines = append(r.Lines, l)
			if l.Payer == "" {
				l.Payer = "c"
			}
			want[l.Payer] += l.Back
		}
		var total money.Fen
		for _, s := range r.shares("c") {
			if s.amount != want[s.payer] || s.amount <= 0 {
				t.Fatalf("%s gets %s, want %s", s.payer, s.amount, want[s.payer])
			}
			total += s.amount
			delete(want, s.payer)
		}
		if total != r.Total() {
			t.Fatalf("the shares are %s, the refund is %s", total, r.Total())
		}
	})
}
