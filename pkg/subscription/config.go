package subscription

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// EventConfigured tells that a customer has set how its resources renew.
const EventConfigured = "subscription.renewal_configured"

type configInput struct {
	rest.Lenient
	Body struct {
		Name  string `json:"config_name" enum:"DEDUCTION_DATE,EXPIRE_DATE"`
		Value string `json:"config_value" maxLength:"4" doc:"DEDUCTION_DATE: 2 to 7 days before expiry; EXPIRE_DATE: 1 to 28, -1 for the last day of the month"`
	}
}

type shownConfig struct {
	DeductionDays int `json:"deduction_date" doc:"Days before expiry on which auto-renewal is first tried"`
	ExpiryDay     int `json:"expire_date,omitempty" doc:"The unified expiry day, -1 for the last day of the month; absent when there is none"`
}

type configOutput struct{ Body shownConfig }

// configure sets the deduction day or the unified expiry day of the calling customer. A new deduction day holds at once for every resource:
// those that come into their window by it are tried at the next 03:00. Source: DOMAIN.md 1, Decisions 1 and 2.
func (s *Service) configure(ctx context.Context, in *configInput) (*struct{}, error) {
	set, err := setting(in.Body.Name, in.Body.Value)
	if err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx)
	return nil, s.retry(ctx, func() error {
		old, err := party.Get(ctx, s.Table, caller.Party)
		if err != nil {
			return err
		}
		next := old
		set(&next)
		if next.DeductionDays == old.DeductionDays && next.ExpiryDay == old.ExpiryDay {
			return nil
		}
		now := s.Clock.Now()
		tx := table.NewTx()
		tx.Replace(&old, &next)
		if next.DeductionDays != old.DeductionDays {
			if err := s.rearmAll(ctx, tx, caller.Party, now); err != nil {
				return err
			}
		}
		event.Append(tx, event.Event{
			Type: EventConfigured, Subject: string(caller.Party), Owner: string(caller.Party), At: now, By: caller.Masked(),
			Data: map[string]string{"name": in.Body.Name, "value": in.Body.Value},
		})
		return s.Table.Commit(ctx, tx)
	})
}

// setting reads a value of the configuration. Error: CBC.0100 on config_value.
func setting(name, value string) (func(*party.Party), error) {
	n, err := strconv.Atoi(value)
	if err != nil {
		n = 0
	}
	if name == "DEDUCTION_DATE" {
		if n < MinDeductionDays || n > MaxDeductionDays {
			return nil, problem.Invalid("config_value", "%q is not a number of days from %d to %d", value, MinDeductionDays, MaxDeductionDays)
		}
		return func(p *party.Party) { p.DeductionDays = n }, nil
	}
	switch {
	case n == -1:
		n = LastOfMonth
	case n < 1 || n > MaxExpiryDay:
		return nil, problem.Invalid("config_value", "%q is neither a day from 1 to %d nor -1, the last day of the month", value, MaxExpiryDay)
	}
	return func(p *party.Party) { p.ExpiryDay = n }, nil
}

func (s *Service) showConfig(ctx context.Context, _ *struct{}) (*configOutput, error) {
	holder, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
	shown := shownConfig{DeductionDays: TermsOf(holder).DeductionDays, ExpiryDay: holder.ExpiryDay}
	if shown.ExpiryDay == LastOfMonth {
		shown.ExpiryDay = -1
	}
	return &configOutput{Body: shown}, err
}

// rearm says that a customer's auto-renewals are to be made due anew, since its deduction day is another. Reached is how far that is.
type rearm struct {
	table.Head
	Changed time.Time `dynamodbav:"at"`
	Reached ID        `dynamodbav:"upto,omitempty"`
}

// rearmAll appends to tx that a customer's resources are made due anew, from the first one on.
func (s *Service) rearmAll(ctx context.Context, tx *table.Tx, customer auth.PartyID, now time.Time) error {
	var old rearm
	err := s.Table.Get(ctx, rearmKey(customer), &old)
	if err != nil && !isAbsent(err) {
		return err
	}
	next := old
	next.Changed, next.Reached = now, ""
	lifecycle.Arm(&next.Head, WorkRearm, string(customer), "rearm", now)
	if err == nil {
		tx.Replace(&old, &next)
		return nil
	}
	key := rearmKey(customer)
	next.PK, next.SK = key.PK, key.SK
	tx.Create(&next)
	return nil
}

// rearmAtOnce is how many resources one transaction makes due anew: two items each.
const rearmAtOnce = 20

// DoRearm makes a customer's auto-renewals due anew, some in each transaction, which also notes how far it is.
func (s *Service) DoRearm(ctx context.Context, due lifecycle.Due) error {
	var work rearm
	if err := s.Table.Get(ctx, due.Key, &work); err != nil {
		return err
	}
	holder, err := party.Get(ctx, s.Table, auth.PartyID(due.Account))
	if err != nil {
		return err
	}
	q := table.Query{PK: ownerKey(holder.ID), From: subPrefix + string(work.Reached), To: subPrefix + afterFamily, Strong: true}
	tx := table.NewTx()
	next := work
	commit := func(done bool) error {
		if done {
			tx.Remove(&work)
		} else {
			tx.Replace(&work, &next)
		}
		err := s.Table.Commit(ctx, tx)
		tx, work = table.NewTx(), next
		return err
	}
	for one, err := range table.All[Subscription](ctx, s.Table, q) {
		if err != nil {
			return err
		}
		if !rearmed(tx, *one, holder, work.Changed) {
			continue
		}
		if next.Reached = one.ResourceID; tx.Len() >= 2*rearmAtOnce {
			if err := commit(false); err != nil {
				return err
			}
		}
	}
	return commit(true)
}

// rearmed appends to tx that a resource which renews itself is due by its holder's deduction day. It is false when nothing changes.
func rearmed(tx *table.Tx, s Subscription, holder party.Party, changed time.Time) bool {
	if s.Policy != PolicyAutoRenew || s.Parent != "" {
		return false
	}
	next := s
	next.ArmedAt = second(changed)
	next = armed(next, TermsOf(holder), changed)
	if next.G2SK == s.G2SK {
		return false
	}
	put(tx, s, next)
	event.Append(tx, event.Event{
		Type: EventRearmed, Subject: string(s.ResourceID), Owner: string(s.Customer), At: changed, By: system, Why: "the deduction day has changed",
	})
	return true
}
