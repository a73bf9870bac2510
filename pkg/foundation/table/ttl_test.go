package table_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

// DynamoDB may keep an item for days after its TTL has passed. Who reads it finds nothing, so who makes it anew must not be told that it exists.
func TestAnItemWhoseTTLHasPassedIsInNobodysWay(t *testing.T) {
	ctx, wall := context.Background(), clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	c := tabletest.NewAt(t, wall)
	key := table.Key{PK: "a", SK: "b"}
	brief := func(n int) *thing {
		it := newThing(key.PK, key.SK, n)
		it.TTL = wall.Now().Add(time.Hour).Unix()
		return it
	}
	absent := func() error {
		tx := table.NewTx()
		tx.Absent(key)
		tx.Create(newThing("other", wall.Now().String(), 0))
		return c.Commit(ctx, tx)
	}
	create(t, c, brief(1))
	wall.Advance(time.Hour - time.Second)
	if err := c.Create(ctx, brief(2)); !errors.Is(err, table.ErrExists) {
		t.Errorf("before its end: %v, want ErrExists", err)
	}
	if err := absent(); !errors.Is(err, table.ErrConflict) {
		t.Errorf("before its end it is absent: %v, want a conflict", err)
	}
	wall.Advance(time.Second)
	if err := absent(); err != nil {
		t.Errorf("after its end it is not absent: %v", err)
	}
	if err := c.Create(ctx, brief(3)); err != nil {
		t.Fatalf("after its end: %v", err)
	}
	if got := read(t, c, key).N; got != 3 {
		t.Errorf("the item holds %d, want 3", got)
	}
	tx := table.NewTx()
	tx.Create(brief(4))
	if err := c.Commit(ctx, tx); !errors.Is(err, table.ErrExists) {
		t.Errorf("made anew, it is made again: %v, want ErrExists", err)
	}
}
