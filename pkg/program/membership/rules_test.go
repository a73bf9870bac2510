package membership

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/party"
)

// TestEveryStepOfAMembershipIsLegalOrRefused walks every state and event.
func TestEveryStepOfAMembershipIsLegalOrRefused(t *testing.T) {
	fresh := map[Event]State{Invite: Invited, Apply: Applied}
	legal := map[State]map[Event]State{
		None: fresh, Rejected: fresh, Declined: fresh, Expired: fresh, Exited: fresh,
		Invited:     {Invite: Invited, Accept: Applied, Decline: Declined, Lapse: Expired},
		Applied:     {Check: UnderReview, Reject: Rejected},
		UnderReview: {Approve: Joined, Reject: Rejected},
		Joined:      {Renew: Joined, Lapse: Expired, Leave: Exiting},
		Exiting:     {Finish: Exited},
	}
	for _, from := range append(States(), None) {
		for _, e := range Events() {
			t.Run(string(from)+" "+string(e), func(t *testing.T) {
				got, err := from.After(e)
				want, ok := legal[from][e]
				switch {
				case ok && (err != nil || got != want):
					t.Errorf("got %s, %v, want %s", got, err, want)
				case !ok && (!errors.Is(err, ErrState) || got != from):
					t.Errorf("got %s, %v, want a refusal", got, err)
				}
			})
		}
	}
}

func TestWhatTheClockHasEndedIsOver(t *testing.T) {
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		m    Membership
		e    Event
		want State // empty for a refusal
	}{
		"an invitation in time":      {Membership{Row: Row{State: Invited}, Expires: now.Add(1)}, Accept, Applied},
		"an invitation at its end":   {Membership{Row: Row{State: Invited}, Expires: now}, Accept, ""},
		"declined too late":          {Membership{Row: Row{State: Invited}, Expires: now}, Decline, ""},
		"one that is sent again":     {Membership{Row: Row{State: Invited}, Expires: now}, Invite, Invited},
		"who applies instead":        {Membership{Row: Row{State: Invited}, Expires: now}, Apply, Applied},
		"its end is written down":    {Membership{Row: Row{State: Invited}, Expires: now}, Lapse, Expired},
		"a member in its term":       {Membership{Row: Row{State: Joined}, Until: now.Add(1)}, Leave, Exiting},
		"a member behind its term":   {Membership{Row: Row{State: Joined}, Until: now}, Renew, ""},
		"that is written down":       {Membership{Row: Row{State: Joined}, Until: now}, Lapse, Expired},
		"a member without a term":    {Membership{Row: Row{State: Joined}}, Leave, Exiting},
		"who is exiting can't again": {Membership{Row: Row{State: Exiting}}, Leave, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.m.take(c.e, now)
			if (err == nil) != (c.want != "") || err == nil && got.State != c.want {
				t.Errorf("got %s, %v", got.State, err)
			}
		})
	}
}

func TestEachGuardFailsByItselfWithItsOwnMessage(t *testing.T) {
	plan := Plan{Identity: auth.Reseller, Guards: []Guard{RealName, Resources, Arrears, Balance, Invoiceable, PostPaid, Contracts, Customer}}
	clean := Facts{Kind: auth.Customer, Standing: party.Normal, Enterprise: true}
	seen := map[string]Guard{}
	for guard, spoil := range map[Guard]func(f *Facts){
		RealName:    func(f *Facts) { f.Enterprise = false },
		Resources:   func(f *Facts) { f.Resources = 1 },
		Arrears:     func(f *Facts) { f.Owes = true },
		Balance:     func(f *Facts) { f.Balance = money.Fen(1) },
		Invoiceable: func(f *Facts) { f.Invoiceable = money.Fen(1) },
		PostPaid:    func(f *Facts) { f.Credit = money.Fen(1) },
		Contracts:   func(f *Facts) { f.Contracts = 1 },
		Customer:    func(f *Facts) { f.Partner = "p" },
		Standing:    func(f *Facts) { f.Standing = party.Frozen },
	} {
		f := clean
		spoil(&f)
		got := plan.failing(f)
		if len(got) != 1 || got[0].Guard != guard || got[0].Message == "" {
			t.Errorf("%s: got %+v", guard, got)
			continue
		}
		if other, is := seen[got[0].Message]; is {
			t.Errorf("%s says what %s says", guard, other)
		}
		seen[got[0].Message] = guard
		if err := refusal(got); !errors.Is(err, ErrGuards) || !strings.Contains(err.Error(), got[0].Message) {
			t.Errorf("%s is refused by %v", guard, err)
		}
	}
	if got := plan.failing(clean); len(got) > 0 {
		t.Errorf("nothing is in the way, and it says %+v", got)
	}
	all := Facts{Kind: auth.Customer, Partner: "p", Standing: party.Restricted, Resources: 2, Owes: true, Balance: 1, Invoiceable: 1, Credit: 1, Contracts: 1}
	if got := plan.failing(all); len(got) != len(guards) {
		t.Errorf("everything is in the way, and it names %d of %d", len(got), len(guards))
	}
	all.Kind = auth.Reseller // an account that is one has balance and credit as resellers have them
	if got := plan.failing(all); len(got) != 1 || got[0].Guard != Standing {
		t.Errorf("of a reseller it names %+v, want its standing", got)
	}
}

func TestThePlansAreWhole(t *testing.T) {
	seen := map[PlanCode]bool{}
	for _, p := range Plans() {
		if seen[p.Code] || p.Code == "" || p.Reviewer != auth.Vendor && p.Reviewer != auth.Distributor {
			t.Errorf("plan %+v", p)
		}
		seen[p.Code] = true
		for _, l := range []notify.Locale{notify.Chinese, notify.English} {
			if p.Names[l] == "" {
				t.Errorf("%s has no name in %s", p.Code, l)
			}
			for _, c := range slices.Concat(p.Benefits, p.Duties) {
				if c.Code == "" || c.Texts[l] == "" {
					t.Errorf("%s: clause %+v says nothing in %s", p.Code, c, l)
				}
			}
		}
		for _, g := range p.Guards {
			if !slices.ContainsFunc(guards, func(known struct {
				guard Guard
				fails func(Facts) bool
				says  string
			},
			) bool {
				return known.guard == g
			}) {
				t.Errorf("%s has the guard %q, which is none", p.Code, g)
			}
		}
		if len(p.Benefits) == 0 || len(p.Duties) == 0 {
			t.Errorf("%s has no benefits or no duties", p.Code)
		}
	}
	for _, code := range []PlanCode{Distribution, Reselling, "solution-provider"} {
		if !seen[code] {
			t.Errorf("there is no plan %s", code)
		}
	}
	if p, _ := PlanOf(Distribution); !p.InviteOnly {
		t.Error("the distribution plan is not by invitation only")
	}
}

func TestAMembershipIsRemindedOfItsEndOnce(t *testing.T) {
	end := time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC)
	of := func(s State) Membership { return Membership{Row: Row{State: s}, Expires: end, Until: end} }
	for name, c := range map[string]struct {
		m         Membership
		mark, now int // days before the end
		want      int // -1 for nothing
	}{
		"an invitation, a week before": {of(Invited), 8, 7, 7},
		"told already":                 {of(Invited), 7, 6, -1},
		"both missed":                  {of(Invited), 20, 1, 1},
		"over":                         {of(Invited), 20, 0, -1},
		"a term, thirty days before":   {of(Joined), 31, 30, 30},
		"a term, a week before":        {of(Joined), 30, 5, 7},
		"who has exited":               {of(Exited), 31, 5, -1},
		"without end":                  {Membership{Row: Row{State: Joined}}, 31, 5, -1},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := c.m.Remind(before(end, c.mark), before(end, c.now))
			if ok != (c.want >= 0) || ok && got.Days != c.want {
				t.Errorf("got %+v, %t", got, ok)
			}
		})
	}
}

func TestATermEndsWithTheDayInBeijing(t *testing.T) {
	p := Plan{Months: 12}
	joined := calendar.Date{Year: 2027, Month: 2, Day: 28}.At(23, 0)
	if got := p.term(joined); !got.Equal(calendar.Date{Year: 2028, Month: 2, Day: 28}.End()) {
		t.Errorf("got %s", got)
	}
	if !(Plan{}).term(joined).IsZero() {
		t.Error("a plan without terms has one")
	}
}
