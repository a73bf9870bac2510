package main

import (
	"context"
	"fmt"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// discard is a queue that nobody reads.
type discard struct{}

// Send does nothing.
func (discard) Send(context.Context, []function.Outgoing) error { return nil }

// ratios measures what the design bounds as a ratio, start-up apart.
func (s *scene) ratios(ctx context.Context) (map[string]float64, error) {
	capacity, err := sweepCapacity(ctx)
	if err != nil {
		return nil, err
	}
	share, err := keyShare()
	if err != nil {
		return nil, err
	}
	page, err := customersPage(ctx)
	if err != nil {
		return nil, err
	}
	throughput, err := renewalThroughput(ctx)
	if err != nil {
		return nil, err
	}
	hot, err := appropriationThroughput(ctx)
	if err != nil {
		return nil, err
	}
	consumption, err := consumptionThroughput(ctx)
	return map[string]float64{"sweep_capacity": capacity, "customers_page": page, "renewal_throughput": throughput, "appropriation_throughput": hot, "consumption_throughput": consumption, "key_share": share}, err
}

// waiting is an item of the due index.
type waiting struct{ table.Head }

// sweepCapacity gives the read units of a sweep with 50 due among 5,000 items by those of one with 50 due among 500.
func sweepCapacity(ctx context.Context) (float64, error) {
	few, err := sweepAmong(ctx, 500)
	if err != nil {
		return 0, err
	}
	many, err := sweepAmong(ctx, 5000)
	return many / few, err
}

const dueItems = 50

func sweepAmong(ctx context.Context, all int) (float64, error) {
	s, err := newScene(ctx)
	if err != nil {
		return 0, err
	}
	defer s.drop(ctx)
	tx := table.NewTx()
	for n := range all {
		at := start.Start()
		if n >= dueItems {
			at = start.AddDays(30).Start()
		}
		item := &waiting{table.Head{PK: fmt.Sprint("WAITING#", n), SK: "WAITING"}}
		lifecycle.Arm(&item.Head, "bench", fmt.Sprint("account-", n%dueItems), fmt.Sprint(n), at)
		tx.Create(item)
		if tx.Len() < 100 && n < all-1 {
			continue
		}
		if err := s.db.Commit(ctx, tx); err != nil {
			return 0, err
		}
		tx = table.NewTx()
	}
	m, err := metered(ctx, "sweep", func(ctx context.Context) error {
		report, err := (&lifecycle.Sweep{Table: s.db, Clock: s.clock, Wall: s.clock, Queue: discard{}}).Tick(ctx)
		if err == nil && report.Sent != dueItems {
			err = fmt.Errorf("%d sent, want %d", report.Sent, dueItems)
		}
		return err
	})
	return m.RCU, err
}
