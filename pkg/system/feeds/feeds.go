// Package feeds is the function of calendar feeds with what they show: the ends of resources' terms, and of large orders that are to be renewed; the days
// on which invoices, bills, statements and opportunities wait for their partner or the vendor; the ends of certificates, memberships and declarations.
// A feed says by ids what it is about: it is read by whoever has its address.
package feeds

import (
	"context"
	"iter"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/icalendar"
	"partnercenter/pkg/renewaltask"
	"partnercenter/pkg/subscription"
)

// Function declares the function of calendar feeds.
var Function = icalendar.FunctionWith(sources)

func sources(env *function.Env) []icalendar.Source {
	db := env.Table()
	return []icalendar.Source{
		expiries(db), ofPartners(tasks(renewaltask.New(env))),
		requests(db), ofPartners(lists(db)), ofPartners(bills(db)), ofPartners(statements(db)), ofPartners(opportunities(db)), ofPartners(certificates(db)),
		memberships(db), ofPartners(declaration(db)),
	}
}

// expiries are the ends of the terms of main resources that are in use or in grace: a customer's own, or those of a partner's customers.
func expiries(db *table.Client) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		return func(yield func(icalendar.Entry, error) bool) {
			for s, err := range held(ctx, db, ask) {
				switch {
				case err != nil:
					yield(icalendar.Entry{}, err)
					return
				case s.Parent != "", s.Status != subscription.StatusInUse && s.Status != subscription.StatusExpired:
				case !yield(ending(s, ask), nil):
					return
				}
			}
		}
	}
}

func held(ctx context.Context, db *table.Client, ask icalendar.Ask) iter.Seq2[*subscription.Subscription, error] {
	if ask.Party.Kind != auth.Customer {
		return subscription.OfPartner(ctx, db, ask.Party.ID, ask.From, ask.To)
	}
	return func(yield func(*subscription.Subscription, error) bool) {
		for f, err := range subscription.Families(ctx, db, ask.Party.ID) {
			if !yield(&f.Main, err) || err != nil {
				return
			}
		}
	}
}

// ending is the entry of a resource whose term ends. Its customer is told by id.
func ending(s *subscription.Subscription, ask icalendar.Ask) icalendar.Entry {
	w := wordsOf(ask.Locale)
	facts := []string{w.resource + string(s.ResourceID), w.service + s.ServiceTypeCode}
	if ask.Party.Kind != auth.Customer {
		facts = append(facts, w.customer+string(s.Customer))
	}
	if s.Policy == subscription.PolicyAutoRenew {
		facts = append(facts, w.auto)
	}
	name := s.Name
	if name == "" {
		name = string(s.ResourceID)
	}
	return icalendar.Entry{
		UID: uid("expiry", string(s.ResourceID)), Day: s.Expiry, Summary: w.expires + name, Text: strings.Join(facts, "\n"), Changed: s.UpdatedAt,
	}
}

// tasks are the renewal tasks that a partner still has to do, on the day on which the first of what they are about expires.
func tasks(s *renewaltask.Service) icalendar.Source {
	return func(ctx context.Context, ask icalendar.Ask) iter.Seq2[icalendar.Entry, error] {
		return func(yield func(icalendar.Entry, error) bool) {
			for row, err := range s.Open(ctx, ask.Party) {
				if err != nil {
					yield(icalendar.Entry{}, err)
					return
				}
				if !yield(task(row, wordsOf(ask.Locale)), nil) {
					return
				}
			}
		}
	}
}

func task(row renewaltask.Row, w words) icalendar.Entry {
	changed := row.Created
	if row.Handled.After(changed) {
		changed = row.Handled
	}
	return icalendar.Entry{
		UID: uid("renewal-task", string(row.ID())), Day: row.Expiry, Summary: w.task + string(row.Order),
		Text: w.customer + string(row.Customer), Changed: changed,
	}
}
