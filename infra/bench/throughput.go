package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// How the throughput is measured: each effect by our own code beside a raw one of the same number and shape, so that a busy machine
// is busy for both. The first ones warm up and do not count.
const (
	effects = 300
	warmUp  = 20
)

// renewalThroughput gives one worker's renewals per second by the same number of raw GetItems and TransactWriteItems per second.
func renewalThroughput(ctx context.Context) (float64, error) {
	s, err := newScene(ctx)
	if err != nil {
		return 0, err
	}
	defer s.drop(ctx)
	if err := s.portfolio(ctx, effects+1); err != nil {
		return 0, err
	}
	worker := subscription.New(s.env)
	last := due("cust-1", resourceID(effects))
	r, err := s.newReplay(ctx, func(watched *table.Client) error {
		on := *worker
		on.Table = watched
		return on.Do(ctx, last)
	}, last.Key, effects) // a query reads the resource with what is attached to it, which is nothing
	if err != nil {
		return 0, err
	}
	ratio, err := besideRaw(ctx, r, func(n int) error { return worker.Do(ctx, due("cust-1", resourceID(n))) })
	return ratio, errors.Join(err, s.allRenewed(ctx, effects))
}

// appropriationThroughput gives the appropriations per second out of one partner's account by the same number of raw ones per second.
func appropriationThroughput(ctx context.Context) (float64, error) {
	s, err := newScene(ctx)
	if err != nil {
		return 0, err
	}
	defer s.drop(ctx)
	if err := s.portfolio(ctx, 0); err != nil {
		return 0, err
	}
	if _, err := s.call(ctx, vendor, "POST", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"r-1","amount":1000}`); err != nil {
		return 0, err
	}
	give := func(s *scene) error {
		_, err := s.call(ctx, "partner partner", "POST", "/v2/accounts/partner-accounts/adjust-amount", `{"customer_id":"cust-1","amount":1}`)
		return err
	}
	r, err := s.newReplay(ctx, func(watched *table.Client) error { return give(s.on(watched)) }, table.Key{}, effects)
	if err != nil {
		return 0, err
	}
	return besideRaw(ctx, r, func(int) error { return give(s) })
}

// besideRaw gives the effects per second by the same number of raw ones per second.
func besideRaw(ctx context.Context, r *replay, effect func(n int) error) (float64, error) {
	raw, ours := &timed{do: func(n int) error { return r.do(ctx, n) }}, &timed{do: effect}
	for n := range effects {
		sides := []*timed{raw, ours}
		if n%2 == 1 { // so that neither always follows the other
			slices.Reverse(sides)
		}
		if err := errors.Join(sides[0].time(n), sides[1].time(n)); err != nil {
			return 0, err
		}
	}
	return raw.median() / ours.median(), nil
}

// timed is one side of the comparison, with the seconds that each call took.
type timed struct {
	do   func(n int) error
	took []float64
}

func (t *timed) time(n int) error {
	began := time.Now()
	err := t.do(n)
	if n >= warmUp {
		t.took = append(t.took, time.Since(began).Seconds())
	}
	return err
}

func (t *timed) median() float64 {
	slices.Sort(t.took)
	return t.took[len(t.took)/2]
}

// portfolio imports resources that are due for their renewal.
func (s *scene) portfolio(ctx context.Context, size int) error {
	sheet := resourcesHeader
	for n := range size {
		sheet += resourceRow(resourceID(n), "cust-1", start.AddDays(9), 3)
	}
	if _, err := s.call(ctx, vendor, "POST", "/v2/vendor/customers/import?partner_id=partner", customersHeader+customerRow("cust-1")); err != nil {
		return err
	}
	if _, err := s.call(ctx, vendor, "POST", "/v2/vendor/subscriptions/import", sheet); err != nil {
		return err
	}
	s.clock.Set(start.AddDays(2).At(3, 0))
	return nil
}

// allRenewed makes sure that the worker has renewed what it was timed with.
func (s *scene) allRenewed(ctx context.Context, size int) error {
	for n := range size {
		var one subscription.Subscription
		if err := s.db.Get(ctx, due("cust-1", resourceID(n)).Key, &one); err != nil {
			return err
		}
		if !one.LastRenewal.Auto {
			return fmt.Errorf("%s was not renewed: %q", one.ResourceID, one.Refusal)
		}
	}
	return nil
}
