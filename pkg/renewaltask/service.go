package renewaltask

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// Service does the capability's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
}

// New returns the capability's service in env.
func New(env *function.Env) *Service { return &Service{Table: env.Table(), Clock: env.Clock} }

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	s := New(env)
	return map[string]lifecycle.Handler{WorkGeneration: s.DoGeneration, WorkTask: s.DoTask}
}

// The events of tasks, whose owner is the partner.
const (
	EventEnrolled   = "renewal_task.partner_enrolled"
	EventCreated    = "renewal_task.created"
	EventHandled    = "renewal_task.handled"
	EventCompleted  = "renewal_task.completed"
	EventTerminated = "renewal_task.terminated"
)

// system is who acts when nobody does.
const system = "system"

// What is refused in this capability.
var (
	// ErrMissing: the partner has no such task. ASSUMED code.
	ErrMissing = problem.New(http.StatusNotFound, "CBC.0404", "there is no such task")
	// ErrReseller: a reseller can't handle tasks. Source: DOMAIN.md 15, 18.
	ErrReseller = problem.New(http.StatusBadRequest, "CBC.18000016", "contact your distributor, who handles the renewal tasks of your customers")
)

func (r Row) told(kind, by string, now time.Time, data map[string]string) event.Event {
	return event.Event{Type: kind, Owner: string(r.Partner), Subject: string(r.ID()), At: now, By: by, Data: data}
}

// holding reads a resource of a customer and what pays for it from a month on. One that is there no more is a closed one.
func holding(ctx context.Context, p *subscription.Payments, id subscription.ID, month Month) (Holding, error) {
	s, err := p.Resource(ctx, id)
	if errors.Is(err, subscription.ErrUnknown) {
		s.Status = subscription.StatusClosed
		return Holding{Resource: s}, nil
	}
	if err != nil {
		return Holding{}, err
	}
	stretches, err := p.Stretches(ctx, s, month.first())
	return Holding{Resource: s, Stretches: stretches}, err
}

// look finds how a task and its customer stand now.
func (s *Service) look(ctx context.Context, t Task) (Finding, party.Party, error) {
	holder, err := party.Get(ctx, s.Table, t.Customer)
	if err != nil {
		return Finding{}, holder, err
	}
	found := Finding{Left: holder.Partner != t.Partner, Gone: true}
	payments := subscription.PaymentsOf(s.Table, t.Customer)
	for _, l := range t.Lines {
		h, err := holding(ctx, payments, l.Resource, t.Month)
		if err != nil {
			return found, holder, err
		}
		found.Renewed += h.renewedAfter(l.Expiry)
		found.Gone = found.Gone && h.closed()
	}
	return found, holder, nil
}

// DoTask looks at an open task that is due, each day: it notes how much is renewed, and ends the task when there is nothing more to do. It is a
// lifecycle.Handler; days that were missed are one look.
func (s *Service) DoTask(ctx context.Context, due lifecycle.Due) error {
	var t Task
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &t); err != nil {
		return err
	}
	found, _, err := s.look(ctx, t)
	if err != nil {
		return err
	}
	next, ended, err := t.looked(found, now)
	if err != nil {
		return err
	}
	if ended == nil {
		return s.Table.Replace(ctx, &t, &next)
	}
	tx := table.NewTx()
	tx.Replace(&t, &next)
	event.Append(tx, *ended)
	return s.Table.Commit(ctx, tx)
}

// looked gives an open task as a finding leaves it and, when that ends it, the event that tells so.
func (t Task) looked(found Finding, now time.Time) (Task, *event.Event, error) {
	next := t
	next.Renewed, next.Refreshed = found.Renewed, now
	what, why := t.Judge(found, now)
	if what == "" {
		next.arm(now)
		return next, nil, nil
	}
	var err error
	if next.State, err = t.State.After(what); err != nil {
		return t, nil, err
	}
	next.Ending, next.Ended = why, now
	lifecycle.Disarm(&next.Head)
	list(&next)
	kind := EventTerminated
	if next.State == Completed {
		kind = EventCompleted
	}
	ended := next.told(kind, system, now, map[string]string{
		"why": string(why), "expiring": t.Expiring.String(), "renewed": found.Renewed.String(),
	})
	return next, &ended, nil
}

// arm makes an open task due for its next daily look.
func (t *Task) arm(now time.Time) {
	lifecycle.Arm(&t.Head, WorkTask, string(t.Partner), string(t.ID()), nextLook(now))
}

// task reads a task of a partner, strongly consistent. Error: ErrMissing.
func (s *Service) task(ctx context.Context, partner auth.PartyID, id ID) (Task, error) {
	var t Task
	missing := ErrMissing.Saying("you have no renewal task %q", id).In("task_id")
	if _, _, ok := id.parts(); !ok {
		return t, missing
	}
	err := s.Table.Get(ctx, taskKey(partner, id), &t)
	if errors.Is(err, table.ErrNotFound) {
		return t, missing
	}
	return t, err
}

// Open yields the open tasks that a partner handles, its resellers' customers' too, as its lists have them: perhaps as they were a moment ago.
func (s *Service) Open(ctx context.Context, handler party.Party) iter.Seq2[Row, error] {
	tabs := []Tab{Own}
	if handler.Kind == auth.Distributor {
		tabs = append(tabs, Resellers)
	}
	this := MonthOf(calendar.DateOf(s.Clock.Now()))
	var parts []table.Query
	for _, tab := range tabs {
		f := Filter{Tab: tab, States: []State{ToDo, InProgress}, From: this.plus(-openMonths - 1).first(), To: this.first()}
		parts = append(parts, f.partitions(party.Reader{Party: handler.ID, Kind: handler.Kind})...)
	}
	return func(yield func(Row, error) bool) {
		for _, q := range parts {
			for t, err := range table.All[Task](ctx, s.Table, q) {
				if err != nil {
					yield(Row{}, err)
					return
				}
				if !yield(t.Row, nil) {
					return
				}
			}
		}
	}
}

// Now gives a task as it stands at this instant, and its customer. open is false when a look at it would end it, or has. It changes nothing.
func (s *Service) Now(ctx context.Context, r Row) (t Task, customer party.Party, open bool, err error) {
	if t, err = s.task(ctx, r.Partner, r.ID()); err != nil || !t.State.Open() {
		return t, customer, false, err
	}
	found, customer, err := s.look(ctx, t)
	t.Renewed = found.Renewed
	what, _ := t.Judge(found, s.Clock.Now())
	return t, customer, what == "", err
}
