package table_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

type thing struct {
	table.Head
	N   int `dynamodbav:"n"`
	Row struct {
		Name string `dynamodbav:"name"`
	} `dynamodbav:"row"`
}

func newThing(pk, sk string, n int) *thing {
	return &thing{Head: table.Head{PK: pk, SK: sk}, N: n}
}

func listedThing(sk string, n int) *thing {
	it := newThing("P#"+sk, sk, n)
	it.G1PK, it.G1SK = "LIST", sk
	return it
}

func create(t *testing.T, c *table.Client, items ...table.Item) {
	t.Helper()
	for _, item := range items {
		if err := c.Create(context.Background(), item); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, c *table.Client, key table.Key) *thing {
	t.Helper()
	var got thing
	if err := c.Get(context.Background(), key, &got); err != nil {
		t.Fatal(err)
	}
	return &got
}

// raise adds one to a thing on the condition that it is as it was read.
func raise(ctx context.Context, c *table.Client, key table.Key) error {
	var old thing
	if err := c.Get(ctx, key, &old); err != nil {
		return err
	}
	next := old
	next.N++
	tx := table.NewTx()
	tx.Replace(&old, &next)
	return c.Commit(ctx, tx)
}

func TestAWriteHoldsOnlyForWhatWasRead(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	create(t, c, newThing("a", "b", 1))
	old := read(t, c, table.Key{PK: "a", SK: "b"})
	next := *old
	next.N = 2
	if err := c.Replace(ctx, old, &next); err != nil {
		t.Fatal(err)
	}
	again := *old
	again.N = 3
	if err := c.Replace(ctx, old, &again); !errors.Is(err, table.ErrConflict) || errors.Is(err, table.ErrExists) {
		t.Errorf("writing over an item that changed gave %v, want a conflict", err)
	}
	if err := c.Create(ctx, newThing("a", "b", 9)); !errors.Is(err, table.ErrExists) {
		t.Errorf("creating what exists gave %v, want ErrExists", err)
	}
	if got := read(t, c, old.Key()).N; got != 2 {
		t.Errorf("the item holds %d, want 2", got)
	}
}

func TestATransactionIsAllOrNothingAndNamesTheCulprit(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	create(t, c, newThing("a", "1", 1))
	tx := table.NewTx()
	tx.Create(newThing("a", "2", 2))
	tx.Create(newThing("a", "1", 9))
	err := c.Commit(ctx, tx)
	if !table.ConflictOn(err, table.Key{PK: "a", SK: "1"}) || table.ConflictOn(err, table.Key{PK: "a", SK: "2"}) {
		t.Errorf("got %v, want a conflict on a/1 alone", err)
	}
	if err := c.Get(ctx, table.Key{PK: "a", SK: "2"}, &thing{}); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("half of a refused transaction was written: %v", err)
	}
}

func TestATransactionRefusesTwoStepsOnOneItemAndMoreThanAHundred(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	twice := table.NewTx()
	twice.Create(newThing("a", "1", 1))
	twice.Absent(table.Key{PK: "a", SK: "1"})
	if err := c.Commit(ctx, twice); err == nil {
		t.Error("two steps on one item were taken")
	}
	many := table.NewTx()
	for i := range 101 {
		many.Create(newThing("a", fmt.Sprint(i), i))
	}
	if err := c.Commit(ctx, many); err == nil {
		t.Error("101 items were taken")
	}
}

func TestAFailedConditionIsNotRetriedAndPassingTroubleIs(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	create(t, c, newThing("a", "b", 0))
	for name, verdict := range map[string]table.Verdict{"conflict": table.Conflict, "throttle": table.Throttle} {
		t.Run(name+" three times, then success", func(t *testing.T) {
			before, calls := read(t, c, table.Key{PK: "a", SK: "b"}).N, 0
			faulty := c.WithFault(func(op table.Op) table.Verdict {
				if op.Kind != table.OpTx {
					return table.Pass
				}
				if calls++; calls <= 3 {
					return verdict
				}
				return table.Pass
			})
			if err := raise(ctx, faulty, table.Key{PK: "a", SK: "b"}); err != nil {
				t.Fatal(err)
			}
			if got := read(t, c, table.Key{PK: "a", SK: "b"}).N; got != before+1 || calls != 4 {
				t.Errorf("after %d calls the item holds %d, want 4 calls and %d", calls, got, before+1)
			}
		})
		t.Run(name+" for ever ends in ErrBusy", func(t *testing.T) {
			before := read(t, c, table.Key{PK: "a", SK: "b"}).N
			faulty := c.WithFault(func(op table.Op) table.Verdict {
				if op.Kind == table.OpTx {
					return verdict
				}
				return table.Pass
			})
			if err := raise(ctx, faulty, table.Key{PK: "a", SK: "b"}); !errors.Is(err, table.ErrBusy) {
				t.Errorf("got %v, want ErrBusy", err)
			}
			if got := read(t, c, table.Key{PK: "a", SK: "b"}).N; got != before {
				t.Errorf("the item holds %d, want %d", got, before)
			}
		})
	}
}

func TestALostAnswerIsResolvedByTheStamp(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	key := table.Key{PK: "a", SK: "b"}
	loseOnce := func() *table.Client {
		lost := false
		return c.WithFault(func(op table.Op) table.Verdict {
			if lost || op.Kind == table.OpGet {
				return table.Pass
			}
			lost = true
			return table.LostAnswer
		})
	}
	if err := loseOnce().Create(ctx, newThing("a", "b", 1)); err != nil {
		t.Errorf("a lost create gave %v", err)
	}
	if err := raise(ctx, loseOnce(), key); err != nil {
		t.Errorf("a lost transaction gave %v", err)
	}
	if got := read(t, c, key).N; got != 2 {
		t.Errorf("the item holds %d, want 2", got)
	}
	if err := loseOnce().Remove(ctx, read(t, c, key)); err != nil {
		t.Errorf("a lost removal gave %v", err)
	}
	if err := c.Get(ctx, key, &thing{}); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("the item is still there: %v", err)
	}
}

func TestACrashIsNeverRetried(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	create(t, c, newThing("a", "b", 0))
	for verdict, want := range map[table.Verdict]int{table.CrashBefore: 0, table.CrashAfter: 1} {
		faulty := c.WithFault(func(op table.Op) table.Verdict {
			if op.Kind == table.OpTx {
				return verdict
			}
			return table.Pass
		})
		before := read(t, c, table.Key{PK: "a", SK: "b"}).N
		if err := raise(ctx, faulty, table.Key{PK: "a", SK: "b"}); !errors.Is(err, table.ErrCrash) {
			t.Errorf("got %v, want ErrCrash", err)
		}
		if got := read(t, c, table.Key{PK: "a", SK: "b"}).N - before; got != want {
			t.Errorf("verdict %d wrote %d times, want %d", verdict, got, want)
		}
	}
}

func TestConcurrentReadersOfOneVersionLetOneThrough(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	create(t, c, newThing("a", "b", 0))
	old := read(t, c, table.Key{PK: "a", SK: "b"})
	var through atomic.Int32
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			next := *old
			next.N++
			tx := table.NewTx()
			tx.Replace(old, &next)
			if c.Commit(ctx, tx) == nil {
				through.Add(1)
			}
		})
	}
	wait.Wait()
	if through.Load() != 1 {
		t.Errorf("%d writers got through, want 1", through.Load())
	}
}

func TestACounterStopsAtItsLimit(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	for want := int64(1); want <= 3; want++ {
		got, err := c.Count(ctx, table.Key{PK: "c", SK: "d"}, 3, time.Hour)
		if err != nil || got != want {
			t.Fatalf("got %d, %v, want %d", got, err, want)
		}
	}
	if _, err := c.Count(ctx, table.Key{PK: "c", SK: "d"}, 3, time.Hour); !errors.Is(err, table.ErrLimit) {
		t.Errorf("got %v, want ErrLimit", err)
	}
}

func TestInstantsAreReadAsTheyWereWritten(t *testing.T) {
	type dated struct {
		table.Head
		At time.Time `dynamodbav:"at,omitempty"`
	}
	c, second := tabletest.New(t), time.Date(2026, 12, 1, 19, 0, 0, 0, time.UTC)
	for sk, at := range map[string]time.Time{"none": {}, "second": second, "fraction": second.Add(time.Nanosecond), "before 1970": time.Date(1949, 10, 1, 7, 0, 0, 0, time.UTC)} {
		create(t, c, &dated{Head: table.Head{PK: "a", SK: sk}, At: at.In(time.FixedZone("", 8*3600))})
		var got dated
		if err := c.Get(context.Background(), table.Key{PK: "a", SK: sk}, &got); err != nil || got.At != at {
			t.Errorf("%s: wrote %s, read %s (%v)", sk, at, got.At, err)
		}
	}
	image, err := table.Marshal(&dated{At: second})
	if size := table.Size(map[string]types.AttributeValue{"at": image["at"]}); err != nil || size > 10 {
		t.Errorf("an instant takes %d bytes (%v), want a number's", size, err)
	}
}

func TestAnItemPastItsTTLReadsAsAbsent(t *testing.T) {
	ctx := context.Background()
	wall := clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	c := tabletest.NewAt(t, wall)
	item := newThing("a", "b", 1)
	item.TTL = wall.Now().Add(time.Hour).Unix()
	create(t, c, item)
	read(t, c, item.Key())
	wall.Advance(time.Hour)
	if err := c.Get(ctx, item.Key(), &thing{}); !errors.Is(err, table.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	for _, err := range table.All[thing](ctx, c, table.Query{PK: "a"}) {
		t.Errorf("a query found it (%v)", err)
	}
}

func TestAMarkerGoesOnWhereThePageEnded(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	for i := range 7 {
		create(t, c, listedThing(fmt.Sprintf("%02d", i), i))
	}
	q := table.Query{Index: table.Listed, PK: "LIST", Page: 3, Scope: "things"}
	var got []string
	for pages := 0; pages < 3; pages++ {
		count := 0
		var last *thing
		for item, err := range table.All[thing](ctx, c, q) {
			if err != nil {
				t.Fatal(err)
			}
			got, last = append(got, item.SK), item
			if count++; count == 3 {
				break
			}
		}
		marker, err := c.Marker(ctx, q, last)
		if err != nil {
			t.Fatal(err)
		}
		q.After = marker
	}
	if want := "[00 01 02 03 04 05 06]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	for name, bad := range map[string]table.Query{
		"made up":                {Index: table.Listed, PK: "LIST", Scope: "things", After: "AAAA"},
		"of another list":        {Index: table.Listed, PK: "LIST", Scope: "others", After: q.After},
		"of another partition":   {Index: table.Listed, PK: "OTHER", Scope: "things", After: q.After},
		"of an index, at a base": {PK: "LIST", Scope: "things", After: q.After},
	} {
		for _, err := range table.All[thing](ctx, c, bad) {
			if !errors.Is(err, table.ErrMarker) {
				t.Errorf("a marker %s gave %v, want ErrMarker", name, err)
			}
		}
	}
}

func TestAStaleIndexShowsTheTableBeforeTheLastWrites(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	faulty := c.WithFault(func(op table.Op) table.Verdict {
		if op.Kind == table.OpQuery {
			return table.StaleIndex
		}
		return table.Pass
	})
	create(t, c, listedThing("1", 1))
	create(t, faulty, listedThing("2", 2))
	old := read(t, c, table.Key{PK: "P#1", SK: "1"})
	gone := *old
	gone.G1PK, gone.G1SK = "", ""
	if err := faulty.Replace(ctx, old, &gone); err != nil {
		t.Fatal(err)
	}
	var got []string
	for item, err := range table.All[thing](ctx, faulty, table.Query{Index: table.Listed, PK: "LIST"}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, item.SK)
	}
	if fmt.Sprint(got) != "[1]" {
		t.Errorf("the stale index shows %v, want [1]", got)
	}
}

func TestTheMeterCountsCancelledTransactionsAtFullPrice(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	create(t, c, newThing("a", "1", 1))
	var m table.Meter
	tx := table.NewTx()
	tx.Create(newThing("a", "1", 9))
	tx.Create(newThing("a", "2", 9))
	if err := c.Commit(table.WithMeter(ctx, &m), tx); err == nil {
		t.Fatal("the transaction went through")
	}
	if got := m.Read(); got != (table.Use{WCU: 4, RoundTrips: 1}) {
		t.Errorf("got %+v, want 4 WCU in one round trip", got)
	}
}

// A version alone does not tell an item from one of the same key that was made when it was gone: both are the first.
func TestAWriteHoldsForNoItemThatWasMadeAnew(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	key := table.Key{PK: "a", SK: "b"}
	create(t, c, newThing("a", "b", 1))
	old := read(t, c, key)
	if err := c.Remove(ctx, read(t, c, key)); err != nil {
		t.Fatal(err)
	}
	create(t, c, newThing("a", "b", 2))
	next := *old
	next.N = 3
	if err := c.Replace(ctx, old, &next); !errors.Is(err, table.ErrConflict) {
		t.Errorf("replacing another item than was read: %v, want a conflict", err)
	}
	check := table.NewTx()
	check.Check(old)
	check.Create(newThing("a", "c", 1))
	if err := c.Commit(ctx, check); !errors.Is(err, table.ErrConflict) {
		t.Errorf("on the condition of another item than was read: %v, want a conflict", err)
	}
	if err := c.Remove(ctx, old); !errors.Is(err, table.ErrConflict) {
		t.Errorf("removing another item than was read: %v, want a conflict", err)
	}
	if got := read(t, c, key).N; got != 2 {
		t.Errorf("the item holds %d, want 2", got)
	}
}

// A marker may lie outside of the sort keys that are asked for by now, as of a list that a day ends: that is no fault of the table's.
func TestAMarkerOutsideOfWhatIsAskedForIsNone(t *testing.T) {
	ctx, c := context.Background(), tabletest.New(t)
	for i := range 4 {
		create(t, c, newThing("a", fmt.Sprint(i), i), listedThing(fmt.Sprint(i), i))
	}
	for name, q := range map[string]table.Query{"base": {PK: "a"}, "index": {Index: table.Listed, PK: "LIST"}} {
		var last *thing
		for it, err := range table.All[thing](ctx, c, q) {
			if err != nil {
				t.Fatal(err)
			}
			last = it
			break
		}
		var err error
		if q.After, err = c.Marker(ctx, q, last); err != nil {
			t.Fatal(err)
		}
		q.From, q.To = "2", "3"
		for _, err = range table.All[thing](ctx, c, q) {
			break
		}
		if !errors.Is(err, table.ErrMarker) {
			t.Errorf("%s: %v, want ErrMarker", name, err)
		}
	}
}
