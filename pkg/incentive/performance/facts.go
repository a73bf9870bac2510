package performance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Standing says when a partner was in the plan and certified, in Beijing dates, each included. An empty date is no bound. Of whom the vendor has said
// nothing, both hold.
type Standing struct {
	table.Head
	Partner  auth.PartyID  `dynamodbav:"p"`
	PlanFrom calendar.Date `dynamodbav:"pf,omitempty"`
	PlanTo   calendar.Date `dynamodbav:"pt,omitempty"`
	CertFrom calendar.Date `dynamodbav:"cf,omitempty"`
	CertTo   calendar.Date `dynamodbav:"ct,omitempty"`
	Deals    []ZeroDeal    `dynamodbav:"zd,omitempty"`
}

// ZeroDeal is a contract with incentive 0 (合同激励为0): what its customer consumes while it holds is no performance of the partner's. Beijing dates, each
// included; an empty one is no bound. That a contract is of one partner and one customer is ASSUMED. Source: DOMAIN.md 6, "Zero performance reasons".
type ZeroDeal struct {
	Customer auth.PartyID  `dynamodbav:"c"`
	From     calendar.Date `dynamodbav:"f,omitempty"`
	To       calendar.Date `dynamodbav:"t,omitempty"`
}

// zeroDeal tells whether a contract with incentive 0 held for a customer on a day.
func (st Standing) zeroDeal(customer auth.PartyID, day calendar.Date) bool {
	return slices.ContainsFunc(st.Deals, func(d ZeroDeal) bool { return d.Customer == customer && within(day, d.From, d.To) })
}

func within(day, from, to calendar.Date) bool {
	return (from.IsZero() || !day.Before(from)) && (to.IsZero() || !day.After(to))
}

// Policy is what a product is worth from a month on. Source: DOMAIN.md 6, "Product policy".
type Policy struct {
	table.Head
	Service  string `dynamodbav:"svc"`
	Name     string `dynamodbav:"name"`
	From     Month  `dynamodbav:"from"`
	Policy   int    `dynamodbav:"pol"`
	Discount bool   `dynamodbav:"disc,omitempty"` // partners may grant one
	Curated  bool   `dynamodbav:"cur,omitempty"`  // sold in KooGallery's curated mall
}

// policies reads the policies of all products as of the last second of a month, by service type code, perhaps as they were a moment ago.
func (s *Service) policies(ctx context.Context, month Month) (map[string]*Policy, error) {
	found := map[string]*Policy{}
	for shard := range shards {
		for p, err := range table.All[Policy](ctx, s.Table, table.Query{PK: policiesOf(shard), Prefix: policyPrefix}) {
			if err != nil {
				return nil, err
			}
			if p.From <= month { // of one service they come by month
				found[p.Service] = p
			}
		}
	}
	return found, nil
}

// book is the facts of one month, each read once.
type book struct {
	service   *Service
	month     Month
	policies  map[string]*Policy
	standings map[auth.PartyID]Standing
}

func (s *Service) newBook(ctx context.Context, month Month) (*book, error) {
	policies, err := s.policies(ctx, month)
	return &book{service: s, month: month, policies: policies, standings: map[auth.PartyID]Standing{}}, err
}

func (s *Service) standing(ctx context.Context, partner auth.PartyID) (Standing, error) {
	st := Standing{Head: standingKey(partner).Head(), Partner: partner}
	err := s.Table.Get(ctx, standingKey(partner), &st)
	if errors.Is(err, table.ErrNotFound) {
		err = nil
	}
	return st, err
}

// facts gives what decides on a line for a partner.
func (b *book) facts(ctx context.Context, l *Line, partner auth.PartyID) (Facts, error) {
	f := Facts{HasPartner: partner != ""}
	if p := b.policies[l.Service]; p != nil {
		f.Policy, f.Curated = p.Policy, p.Curated
	}
	if partner == "" {
		return f, nil
	}
	st, known := b.standings[partner]
	if !known {
		var err error
		if st, err = b.service.standing(ctx, partner); err != nil {
			return f, err
		}
		b.standings[partner] = st
	}
	day := calendar.DateOf(l.At)
	f.Certified, f.InPlan = within(day, st.CertFrom, st.CertTo), within(day, st.PlanFrom, st.PlanTo)
	f.ZeroDeal = st.zeroDeal(l.Customer(), day)
	return f, nil
}

// judge decides on a line: whose it is, by the customer's history and by transfers in their order, and whether it counts.
func (b *book) judge(ctx context.Context, l *Line, customer party.Party, moves []*Transfer) error {
	var j Judged
	j.Partner, j.Type, _ = customer.AssociatedAt(l.At)
	holder := j.Partner
	for _, m := range moves {
		if m.From == holder && m.takes(l) {
			holder = m.To
		}
	}
	f, err := b.facts(ctx, l, j.Partner)
	if err != nil {
		return err
	}
	f.Transferred = holder != j.Partner
	v := Judge(l.Category, l.Instrument, f)
	j.Counts, j.Rule, j.Policy = v.Counts, v.Rule, f.Policy
	if f.Transferred {
		if f, err = b.facts(ctx, l, holder); err != nil {
			return err
		}
		v = Judge(l.Category, l.Instrument, f)
		j.Moved, j.MovedCount, j.MovedRule = holder, v.Counts, v.Rule
	}
	l.Judged = j
	return nil
}

// moves reads the transfers of a customer's month, in their order.
func (s *Service) moves(ctx context.Context, customer auth.PartyID, month Month) ([]*Transfer, error) {
	var all []*Transfer
	for t, err := range table.All[Transfer](ctx, s.Table, table.Query{PK: ofCustomer(customer, month), Prefix: transferPrefix, Strong: true}) {
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *Transfer) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

func (s *Service) customer(ctx context.Context, id auth.PartyID) (party.Party, error) {
	p, err := party.Get(ctx, s.Table, id)
	if err == nil && p.Kind != auth.Customer {
		err = party.ErrUnknown.Saying("party %q does not exist", id)
	}
	return p, err
}

var errNoMonth = errors.New("not a month's item")

// ofKey reads customer or partner and month from a partition's key.
func ofKey(pk string) (of auth.PartyID, month Month, err error) {
	parts := strings.Split(pk, "#")
	if len(parts) != 3 {
		return "", "", fmt.Errorf("%s: %w", pk, errNoMonth)
	}
	return auth.PartyID(parts[1]), Month(parts[2]), nil
}
