package agreement

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Relation is a sensitive relation between somebody at a partner and somebody at the vendor.
type Relation struct {
	Employee    string `dynamodbav:"who" json:"employee" minLength:"1" maxLength:"128" doc:"Of the vendor"`
	Relation    string `dynamodbav:"rel" json:"relation" minLength:"1" maxLength:"64" doc:"Such as spouse, parent, shareholder"`
	Description string `dynamodbav:"desc,omitempty" json:"description,omitempty" maxLength:"500"`
}

// Declaration is what a partner has declared of its relations: that it has none, or which. It is never changed.
type Declaration struct {
	table.Head
	N     int         `dynamodbav:"n"` // 1 is the first
	Items []Relation  `dynamodbav:"items,omitempty"`
	By    auth.UserID `dynamodbav:"user"`
	At    time.Time   `dynamodbav:"at"` // business time, UTC
	Until time.Time   `dynamodbav:"until"`
}

// Relations is until when a partner has declared its relations, or should have done so for the first time. It is due when the partner is to be reminded.
type Relations struct {
	table.Head
	N     int       `dynamodbav:"n"` // of the declaration in force; 0: it never declared any
	Until time.Time `dynamodbav:"until"`
}

// Missing says whether a partner should declare its relations and never did.
func (r Relations) Missing() bool { return r.N == 0 && !r.Until.IsZero() }

// Until gives until when a declaration holds that is made at an instant: the end of the day a year later, Beijing.
func Until(at time.Time) time.Time {
	day := calendar.DateOf(at)
	return day.AddMonths(declared, day.Day).End()
}

// Await appends to tx that a partner, which joins a plan, is reminded of declaring its relations, unless it did so before, or is awaited to already.
func Await(ctx context.Context, db *table.Client, tx *table.Tx, partner auth.PartyID, now time.Time) error {
	old, _, err := RelationsOf(ctx, db, partner)
	if err != nil || old.Ver > 0 {
		return err
	}
	next := Relations{Head: relationsKey(partner).Head(), Until: calendar.DateOf(now).AddDays(daysUntilDeclared).Start()}
	next.arm(partner, now)
	tx.Create(&next)
	return nil
}

// Reminder says that a declaration is to be renewed, or made for the first time.
type Reminder struct {
	Days  int // until it ends; 0: it has ended, or there never was one
	Until time.Time
}

// Remind gives what there is to tell of after mark and until now: the latest missed threshold alone. ok is false when there is nothing.
func (r Relations) Remind(mark, now time.Time) (told Reminder, ok bool) {
	for _, days := range r.reminded() {
		if at := r.threshold(days); at.After(mark) && !at.After(now) {
			told, ok = Reminder{Days: max(days, 0), Until: r.Until}, true
		}
	}
	return told, ok
}

// NextReminder gives the first threshold after an instant. ok is false when there is none.
func (r Relations) NextReminder(after time.Time) (at time.Time, ok bool) {
	for _, days := range r.reminded() {
		if at := r.threshold(days); at.After(after) {
			return at, true
		}
	}
	return at, false
}

// reminded gives how many days before the end a partner is reminded, in the order of time: none of what nobody awaits.
func (r Relations) reminded() []int {
	switch {
	case r.Missing():
		return daysBeforeFirst
	case r.Until.IsZero():
		return nil
	}
	return daysBeforeRenewal
}

// threshold gives the instant so many days before the end.
func (r Relations) threshold(days int) time.Time {
	return r.Until.Add(-time.Duration(days) * 24 * time.Hour)
}

// arm makes the partner due for its next reminder after an instant, if there is one.
func (r *Relations) arm(partner auth.PartyID, after time.Time) {
	lifecycle.Disarm(&r.Head)
	if at, ok := r.NextReminder(after); ok {
		lifecycle.Arm(&r.Head, WorkDeclaration, string(partner), "relations", at)
	}
}

// RelationsOf reads until when a partner has declared its relations. ok is false when it never did: then r says whether it is Missing.
func RelationsOf(ctx context.Context, db *table.Client, partner auth.PartyID) (r Relations, ok bool, err error) {
	err = db.Get(ctx, relationsKey(partner), &r)
	if errors.Is(err, table.ErrNotFound) {
		return Relations{}, false, nil
	}
	return r, err == nil && r.N > 0, err
}

// checkRelations says what is wrong with a declaration. Error: CBC.0100.
func checkRelations(none bool, items []Relation) error {
	switch {
	case none && len(items) > 0:
		return problem.Invalid("items", "there are %d relations, and none is said to be true: leave out one of the two", len(items))
	case !none && len(items) == 0:
		return problem.Invalid("items", "there are no relations: name them, or say none=true")
	case len(items) > mostRelations:
		return problem.Invalid("items", "there are %d relations; %d are the most", len(items), mostRelations)
	}
	for i, one := range items {
		if slices.ContainsFunc(items[:i], func(o Relation) bool { return o.Employee == one.Employee && o.Relation == one.Relation }) {
			return problem.Invalid("items["+strconv.Itoa(i)+"]", "the relation %q to %q is named twice", one.Relation, one.Employee)
		}
	}
	return nil
}

// declare adds a declaration of a partner, which holds for a year from now on. What was declared before stays. It answers with its number.
func (s *Service) declare(ctx context.Context, items []Relation, by auth.Principal) (int, error) {
	answer, err := rest.ClaimOf(ctx).Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) {
		old, _, err := RelationsOf(ctx, s.Table, by.Party)
		if err != nil {
			return "", err
		}
		now := s.Clock.Now()
		next := Relations{Head: old.Head, N: old.N + 1, Until: Until(now)}
		made := Declaration{Head: declarationKey(by.Party, next.N).Head(), N: next.N, Items: items, By: by.User, At: now, Until: next.Until}
		if old.Ver == 0 {
			next.Head = relationsKey(by.Party).Head()
		}
		next.arm(by.Party, now)
		if old.Ver > 0 {
			tx.Replace(&old, &next)
		} else {
			tx.Create(&next)
		}
		tx.Create(&made)
		event.Append(tx, event.Event{
			Type: EventDeclared, Owner: string(by.Party), Subject: strconv.Itoa(made.N), At: now, By: by.Masked(),
			Data: map[string]string{"relations": strconv.Itoa(len(items)), "until": made.Until.UTC().Format(time.RFC3339)},
		})
		return strconv.Itoa(made.N), nil
	})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(answer)
}

// Work is the due work that the package does, by kind.
func (s *Service) Work() map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{WorkDeclaration: s.DoDeclaration, WorkNews: s.DoNews}
}

// DoDeclaration says that a partner's declaration is to be renewed or made, which its digest then tells, and arms the next reminder. Missed ones are one.
// It is a lifecycle.Handler.
func (s *Service) DoDeclaration(ctx context.Context, due lifecycle.Due) error {
	var old Relations
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &old); err != nil {
		return err
	}
	partner := auth.PartyID(old.PK[len(ownerKey("")):])
	next := old
	next.arm(partner, now)
	tx := table.NewTx()
	tx.Replace(&old, &next)
	told, _ := old.Remind(time.Time{}, now)
	event.Append(tx, event.Event{
		Type: EventDeclarationDue, Owner: string(partner), Subject: strconv.Itoa(old.N), At: now, By: system,
		Data: map[string]string{"days": strconv.Itoa(told.Days), "until": old.Until.UTC().Format(time.RFC3339)},
	})
	return s.Table.Commit(ctx, tx)
}
