package opportunity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Service does the capability's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
}

// New returns the capability's service in env.
func New(env *function.Env) *Service { return &Service{Table: env.Table(), Clock: env.Clock} }

// The events of opportunities, whose owner is the partner.
const (
	EventCreated  = "opportunity.created"
	EventChanged  = "opportunity.changed" // in some of its fields
	EventDeleted  = "opportunity.deleted"
	EventShared   = "opportunity.shared" // an HO
	EventStepped  = "opportunity.stepped"
	EventReleased = "opportunity.released"         // it excludes others no longer
	EventRevealed = "opportunity.contact_revealed" // somebody read the contact in full
)

// What events tell besides.
const (
	StepDatum   = "step"
	StateDatum  = "state"
	reasonDatum = "reason"
	fieldsDatum = "fields"
	fromDatum   = "from"
)

// The writers of what goes out at once.
const (
	WriterDecided   = "opportunity_decided"   // to the partner
	WriterEscalated = "opportunity_escalated" // to the vendor
)

// system is who acts when nobody does.
const system = "system"

// What is refused in this capability. ASSUMED codes.
var (
	// ErrMissing: there is no such opportunity, for the caller.
	ErrMissing = problem.New(http.StatusNotFound, "CBC.0404", "there is no such opportunity")
	// ErrFaults: reviewers would reject it; the message has all the reasons by field.
	ErrFaults = problem.New(http.StatusBadRequest, "CBC.99001234", "the opportunity would be rejected")
)

// refuseFaults says everything that is wrong at once.
func refuseFaults(faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	said := make([]string, len(faults))
	for i, f := range faults {
		said[i] = f.Field + " (" + string(f.Reason) + "): " + f.Message
	}
	return ErrFaults.Saying("it would be rejected: %s", strings.Join(said, "; ")).In(faults[0].Field)
}

// read reads an opportunity's head, strongly consistent. Error: ErrMissing.
func (s *Service) read(ctx context.Context, partner auth.PartyID, id ID) (Opportunity, error) {
	var o Opportunity
	missing := ErrMissing.Saying("there is no opportunity %q", id).In("opportunity_id")
	if !table.IsID(string(id)) || !table.IsID(string(partner)) {
		return o, missing
	}
	err := s.Table.Get(ctx, headKey(partner, id), &o)
	if errors.Is(err, table.ErrNotFound) {
		return o, missing
	}
	return o, err
}

// Read is read for who writes notices. Error: ErrMissing.
func (s *Service) Read(ctx context.Context, partner auth.PartyID, id ID) (Opportunity, error) {
	return s.read(ctx, partner, id)
}

// content reads the rest of an opportunity, strongly consistent.
func (s *Service) content(ctx context.Context, o Opportunity) (Content, error) {
	var c Content
	return c, s.Table.Get(ctx, contentKey(o.Partner, o.ID), &c)
}

// whole reads an opportunity that find finds, and its content.
func (s *Service) whole(ctx context.Context, find finder) (Opportunity, Content, error) {
	o, err := find(ctx)
	if err != nil {
		return o, Content{}, err
	}
	c, err := s.content(ctx, o)
	return o, c, err
}

// finder reads the opportunity that a call is about, if the caller may.
type finder func(ctx context.Context) (Opportunity, error)

// taken tells whether another opportunity counts for what one is about. Source: DOMAIN.md 12, Duplicates.
func (s *Service) taken(ctx context.Context, o Opportunity) (bool, error) {
	if Company(o.Company) == "" {
		return false, nil
	}
	holds, err := table.GetAll[Hold](ctx, s.Table, o.claims())
	for _, h := range holds {
		if h.ID != o.ID || h.Partner != o.Partner {
			return true, err
		}
	}
	return false, err
}

// move is one step: what happens, by whom, and what is said of it.
type move struct {
	event Event
	side  Side
	by    string
	why   Why
	note  string
	stage Stage
}

// told are the steps of which the partner hears at once.
var told = []Event{AuditPass, AuditReject, VerifyPass, VerifyReject, VerifyLapse, Share, AnswerLapse}

// put appends to tx what a step of an opportunity changes: its head, what it holds, its history, and what is told. A zero old is none.
func put(tx *table.Tx, old, next *Opportunity, m move, now time.Time) {
	next.Records++
	if !next.State.Counts() && m.why != (Why{}) {
		next.Why, next.Reason = m.why, m.why.Reason
	}
	if old.PK == "" {
		tx.Create(next)
	} else {
		tx.Replace(old, next)
	}
	moveHolds(tx, *old, *next, now)
	key := recordKey(next.Partner, next.ID, next.Records)
	tx.Create(&Record{
		Head: key.Head(), N: next.Records, Event: m.event, State: next.State, Why: m.why, Note: m.note, Stage: m.stage,
		Side: m.side, By: m.by, At: now,
	})
	kind := EventStepped
	if m.event == Share {
		kind = EventShared
	}
	data := map[string]string{StepDatum: string(m.event), StateDatum: string(next.State)}
	if m.why.Reason != "" {
		data[reasonDatum] = string(m.why.Reason)
	}
	e := next.tells(kind, m.by, now, data)
	event.Append(tx, e)
	if slices.Contains(told, m.event) || m.side == ByVendor && next.State.Ended() {
		immediate.Append(tx, WriterDecided, e)
	}
}

func (r Row) tells(kind, by string, now time.Time, data map[string]string) event.Event {
	return event.Event{Type: kind, Owner: string(r.Partner), Subject: string(r.ID), At: now, By: by, Data: data}
}

// take takes a step on the opportunity that find finds, once for each request. ready may refuse it, and make it depend on more. Errors: those of find and ready, rest.ErrStale, ErrState,
// ErrWithdrawal, ErrDuplicate.
func (s *Service) take(ctx context.Context, find finder, m rest.IfMatch, step move, ready func(tx *table.Tx, o Opportunity) error) error {
	step.by = rest.Caller(ctx).Masked()
	_, err := s.once(ctx, func(tx *table.Tx, next *Opportunity) error {
		old, err := find(ctx)
		if err != nil {
			return err
		}
		if err := m.Check(old.Ver); err != nil {
			return err
		}
		now := s.Clock.Now()
		if *next, err = old.step(step.event, now); err != nil {
			return err
		}
		if ready != nil {
			if err := ready(tx, old); err != nil {
				return err
			}
		}
		if step.event == Accept || step.event == Decline {
			next.User = rest.Caller(ctx).User
		}
		put(tx, &old, next, step, now)
		return nil
	})
	return err
}

// once does an effect that leaves an opportunity as next, once for each request, and gives that one's id. What others come to hold first refuses it: of
// those that race for one thing, exactly one gets it. Error: ErrDuplicate, and those of effect.
func (s *Service) once(ctx context.Context, effect func(tx *table.Tx, next *Opportunity) error) (ID, error) {
	var next Opportunity
	retry := func(ctx context.Context, again func() error) error {
		return table.Persist(ctx, func() error { return outrun(again(), next) })
	}
	id, err := rest.ClaimOf(ctx).Effect(ctx, s.Table, retry, func(tx *table.Tx) (string, error) {
		next = Opportunity{}
		err := effect(tx, &next)
		return string(next.ID), err
	})
	return ID(id), err
}

// outrun turns a commit that failed on what another opportunity holds into its refusal.
func outrun(err error, o Opportunity) error {
	if err == nil || table.ConflictOn(err, o.Key()) { // it moved itself: what failed besides may be its own
		return err
	}
	for _, key := range o.claims() {
		if table.ConflictOn(err, key) {
			return ErrDuplicate.Saying("%s; the earliest that was verified or shared counts", anotherExists) // not because of err, which is tried again
		}
	}
	return err
}
