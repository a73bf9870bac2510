package membership

import (
	"context"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

// Vendor is the host of the plans that the vendor runs.
const Vendor auth.PartyID = "vendor"

// Membership is how an account stands to a plan. Times are business time, UTC.
type Membership struct {
	table.Head
	Row `dynamodbav:"row"`

	Email       string        `dynamodbav:"email,omitempty"` // where the invitation went
	Locale      notify.Locale `dynamodbav:"lang,omitempty"`  // of it
	Serial      int           `dynamodbav:"serial,omitempty"`
	Vouched     bool          `dynamodbav:"vouched,omitempty"` // the host has invited it, who decides: an acceptance needs no review
	Expires     time.Time     `dynamodbav:"expires,omitempty"` // of the invitation
	Joined      time.Time     `dynamodbav:"joined,omitempty"`
	Until       time.Time     `dynamodbav:"until,omitempty"` // end of the term; zero is without end
	Certificate string        `dynamodbav:"cert,omitempty"`  // number of the joining certificate
	Why         string        `dynamodbav:"why,omitempty"`   // it was rejected
	Failed      []Failure     `dynamodbav:"failed,omitempty"`

	// How far the system is with what follows on joining or exiting.
	Step    string       `dynamodbav:"step,omitempty"`
	After   string       `dynamodbav:"after,omitempty"`
	Current auth.PartyID `dynamodbav:"cur,omitempty"` // the customer that is being moved
	Moved   int          `dynamodbav:"moved,omitempty"`
}

// Row is what lists show of a membership.
type Row struct {
	Party auth.PartyID `dynamodbav:"party"`
	Name  string       `dynamodbav:"name"`
	Plan  PlanCode     `dynamodbav:"plan"`
	State State        `dynamodbav:"st"`
	Host  auth.PartyID `dynamodbav:"host"` // who decides: Vendor, or a distributor
	Since time.Time    `dynamodbav:"since"`
}

// StateAt gives the state at an instant: whatever due work has not come to yet is over as well.
func (m Membership) StateAt(now time.Time) State {
	switch {
	case m.State == Invited && !now.Before(m.Expires):
		return Expired
	case m.State == Joined && !m.Until.IsZero() && !now.Before(m.Until):
		return Expired
	}
	return m.State
}

// plan gives the membership's plan.
func (m Membership) plan() Plan {
	p, _ := PlanOf(m.Plan) // of a membership that there is
	return p
}

// take gives the membership behind an event. Error: ErrState.
func (m Membership) take(e Event, now time.Time) (Membership, error) {
	state, err := m.StateAt(now).After(e)
	if err != nil && e == Lapse { // it has lapsed by the clock, and is written down now
		state, err = m.State.After(e)
	}
	if err != nil {
		return m, err
	}
	next := m
	next.State, next.Since, next.Why, next.Failed = state, now, "", nil
	next.Step, next.After = "", ""
	lifecycle.Disarm(&next.Head)
	return next, nil
}

// arm makes the membership due.
func (m *Membership) arm(at time.Time) {
	lifecycle.Arm(&m.Head, WorkMembership, string(m.Party), string(m.Plan), at)
}

// term gives the end of a term that begins at an instant: the end of the day so many months later, Beijing; zero for a plan without terms.
func (p Plan) term(from time.Time) time.Time {
	if p.Months == 0 {
		return time.Time{}
	}
	day := calendar.DateOf(from)
	return day.AddMonths(p.Months, day.Day).End()
}

// Reminder is what a digest tells of a membership: that an invitation or a term ends in so many days.
type Reminder struct {
	Days  int
	Until time.Time
}

// thresholds gives the end that a membership is reminded of, and how many days before.
func (m Membership) thresholds() (end time.Time, days []int) {
	switch m.State { //nolint:exhaustive // the others have no end
	case Invited:
		return m.Expires, daysBeforeInvitationEnds
	case Joined:
		return m.Until, daysBeforeMembershipEnds
	}
	return time.Time{}, nil
}

// Remind gives what there is to tell of after mark and until now: the latest missed threshold alone, and nothing once the end has come.
func (m Membership) Remind(mark, now time.Time) (told Reminder, ok bool) {
	end, days := m.thresholds()
	if end.IsZero() || !now.Before(end) {
		return Reminder{}, false
	}
	for _, n := range days {
		if at := before(end, n); at.After(mark) && !at.After(now) {
			told, ok = Reminder{Days: n, Until: end}, true
		}
	}
	return told, ok
}

// NextReminder gives the first threshold after an instant. ok is false when there is none.
func (m Membership) NextReminder(after time.Time) (at time.Time, ok bool) {
	end, days := m.thresholds()
	if end.IsZero() {
		return at, false
	}
	for _, n := range days {
		if at = before(end, n); at.After(after) {
			return at, true
		}
	}
	return at, false
}

func before(end time.Time, days int) time.Time { return end.Add(-time.Duration(days) * 24 * time.Hour) }

// Load reads an account's membership of a plan, strongly consistent; one that there is not has the state None.
func Load(ctx context.Context, db *table.Client, of auth.PartyID, plan PlanCode) (Membership, error) {
	var m Membership
	err := db.Get(ctx, membershipKey(of, plan), &m)
	if errors.Is(err, table.ErrNotFound) {
		return Membership{Head: membershipKey(of, plan).Head(), Row: Row{Party: of, Plan: plan}}, nil
	}
	return m, err
}

// All reads an account's memberships, strongly consistent.
func All(ctx context.Context, db *table.Client, of auth.PartyID) ([]Membership, error) {
	var all []Membership
	for m, err := range table.All[Membership](ctx, db, table.Query{PK: ownerKey(of), Prefix: membershipPrefix, Strong: true}) {
		if err != nil {
			return nil, err
		}
		all = append(all, *m)
	}
	return all, nil
}

// Member says whether an account has joined any plan; with some named, whether it has joined one of these. Source: DOMAIN.md 13, "Preconditions of
// partner".
func Member(ctx context.Context, db *table.Client, of auth.PartyID, now time.Time, plans ...PlanCode) (bool, error) {
	all, err := All(ctx, db, of)
	for _, m := range all {
		if m.StateAt(now) == Joined && (len(plans) == 0 || slices.Contains(plans, m.Plan)) {
			return true, err
		}
	}
	return false, err
}
