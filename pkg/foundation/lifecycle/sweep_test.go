package lifecycle_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// sent is what a message says of itself.
type sent struct {
	Account string
	At      time.Time
	Work    []lifecycle.Due
}

func contents(t *testing.T, messages []function.Message) []sent {
	t.Helper()
	var all []sent
	for _, m := range messages {
		var s sent
		if err := json.Unmarshal([]byte(m.Body), &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func numbered(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%04d", i)
	}
	return ids
}

func TestATickSendsWhatIsDueAndNothingElse(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon.Add(-time.Hour))
	w.arm("c1", "2", noon)
	w.arm("c1", "3", noon.Add(time.Second))
	w.arm("c2", "4", noon.Add(365*24*time.Hour))
	if got, want := w.tick(), (lifecycle.Report{Shards: 1, Due: 2, Sent: 2, Lag: time.Hour}); got != want {
		t.Errorf("the tick reports %+v, want %+v", got, want)
	}
	w.drain(w.worker())
	if got := fmt.Sprint(w.done); got != "[c1/1 c1/2]" {
		t.Errorf("%s was done, want [c1/1 c1/2]", got)
	}
	if at, found, err := w.sweep().Earliest(context.Background()); !at.Equal(noon.Add(time.Second)) || !found || err != nil {
		t.Errorf("next is %s, %t, %v, want a second after noon", at, found, err)
	}
}

func TestASecondTickHasNoSecondEffect(t *testing.T) {
	w := newWorld(t)
	accounts, ids := []string{"c1", "c2", "c3"}, numbered(5)
	w.armAll(accounts, ids, noon)
	w.tick()
	w.tick()
	if n := len(w.queue.messages); n != len(accounts) {
		t.Errorf("two ticks at one time left %d messages, want %d: the queue knows the second ones", n, len(accounts))
	}
	w.drain(w.worker())
	w.wall.Advance(lifecycle.Every)
	w.business.Advance(lifecycle.Every)
	if got := w.tick(); got != (lifecycle.Report{}) {
		t.Errorf("a later tick reports %+v, want nothing", got)
	}
	w.wantDone(accounts, ids)
}

func TestB6AfterAWeeksOutageTheOldestComesFirst(t *testing.T) {
	w := newWorld(t)
	var days []string
	for day := range 7 {
		id := fmt.Sprint(6 - day) // ids do not follow the days
		days = append(days, id)
		w.armAll([]string{"c1", "c2"}, []string{id}, noon.Add(time.Duration(day)*24*time.Hour))
	}
	w.business.Advance(7 * 24 * time.Hour)
	if report := w.tick(); report.Lag != 7*24*time.Hour || report.Sent != 14 {
		t.Errorf("the tick reports %+v, want 14 sent, the oldest a week late", report)
	}
	w.drain(w.worker())
	for _, account := range []string{"c1", "c2"} {
		var order []string
		for _, done := range w.done {
			if id, its := strings.CutPrefix(done, account+"/"); its {
				order = append(order, id)
			}
		}
		if !slices.Equal(order, days) {
			t.Errorf("%s's work was done as %v, want %v", account, order, days)
		}
	}
	w.wantDone([]string{"c1", "c2"}, days)
}

func TestAMessageIsOfOneAccountAndDueTimeAndAtMostAHundredPieces(t *testing.T) {
	w := newWorld(t)
	neighbour := sharing("c1")
	ids := numbered(235)
	w.armAll([]string{"c1", neighbour}, ids[:230], noon.Add(-time.Minute))
	w.armAll([]string{"c1"}, ids[230:], noon)
	w.tick()
	var sizes []string
	for _, m := range contents(t, w.queue.messages) {
		sizes = append(sizes, fmt.Sprintf("%s %s %d", m.Account, m.At.Sub(noon), len(m.Work)))
		for _, due := range m.Work {
			if want := "PARTY#" + m.Account; due.Key.PK != want || due.Kind != kind {
				t.Errorf("a message for %s holds %+v", m.Account, due)
			}
		}
	}
	want := "[c1 -1m0s 100 c1 -1m0s 100 c1 -1m0s 30 N -1m0s 100 N -1m0s 100 N -1m0s 30 c1 0s 5]"
	if got := strings.ReplaceAll(fmt.Sprint(sizes), neighbour, "N"); got != want {
		t.Errorf("the messages are %s, want %s", got, want)
	}
	w.drain(w.worker())
	w.wantDone([]string{neighbour}, ids[:230])
	w.wantDone([]string{"c1"}, ids)
}

// sharing gives an account of the same shard.
func sharing(account string) string {
	for n := 0; ; n++ {
		if other := fmt.Sprint("d", n); lifecycle.Shard(other) == lifecycle.Shard(account) {
			return other
		}
	}
}

func TestTheLargestCallFitsSQS(t *testing.T) {
	w := newWorld(t)
	id := strings.Repeat("x", 57)
	var accounts []string
	for n := 0; len(accounts) < 10; n++ {
		if account := fmt.Sprintf("%s-%06d", id, n); lifecycle.Shard(account) == 0 {
			accounts = append(accounts, account)
		}
	}
	w.armAll(accounts, numbered(100), noon)
	w.tick()
	bytes := 0
	for _, m := range w.queue.messages {
		bytes += len(m.Body)
	}
	longer := 64 + 1 + 64 - len("0000") // ids may be this much longer, those of attached things have two
	if bytes += 1000 * longer; len(w.queue.messages) != 10 || bytes > 256<<10 {
		t.Errorf("%d messages have up to %d bytes, want 10 with at most 256 KB", len(w.queue.messages), bytes)
	}
}

func TestATickThatRunsOutOfTimeGoesOnInTheNext(t *testing.T) {
	w := newWorld(t)
	for n, id := range numbered(25) {
		w.arm("c1", id, noon.Add(time.Duration(n-25)*time.Second))
	}
	w.queue.onSend = func() table.Verdict {
		w.wall.Advance(time.Hour)
		return table.Pass
	}
	tick := func() int {
		ctx, cancel := context.WithDeadline(context.Background(), w.wall.Now().Add(time.Minute))
		defer cancel()
		report, err := w.sweep().Tick(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return report.Sent
	}
	for i, want := range []int{10, 10, 5, 10} { // the fourth is a new pass
		if got := tick(); got != want {
			t.Errorf("tick %d sent %d messages, want %d", i+1, got, want)
		}
	}
	w.business.Advance(15 * time.Minute)
	w.queue.messages = nil
	tick()
	if got := contents(t, w.queue.messages)[0].At; !got.Equal(noon.Add(-25 * time.Second)) {
		t.Errorf("after 15 minutes it goes on at %s, want from the beginning", got)
	}
	w.queue.onSend = nil
	w.tick()
	w.drain(w.worker())
	w.wantDone([]string{"c1"}, numbered(25))
}

func TestAShardIsLeftToTheSweepThatHasIt(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	w.queue.onSend = func() table.Verdict {
		w.queue.onSend = nil
		if got := w.tick(); got.Shards != 0 || got.Sent != 0 {
			t.Errorf("a second sweep reports %+v, want that it left the shard alone", got)
		}
		return table.Pass
	}
	if got := w.tick(); got.Sent != 1 {
		t.Errorf("the first sweep sent %d, want 1", got.Sent)
	}
}

func TestALeaseEndsByTheWallClock(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	w.queue.onSend = func() table.Verdict { return table.CrashBefore }
	dead := &lifecycle.Sweep{Table: w.db.WithFault(crashOnSecondWrite()), Clock: w.business, Wall: w.wall, Queue: w.queue}
	if _, err := dead.Tick(context.Background()); err == nil {
		t.Fatal("the first sweep did not crash")
	}
	w.queue.onSend = nil
	w.business.Advance(7 * 24 * time.Hour)
	w.wall.Advance(2*time.Minute - time.Second)
	if got := w.tick(); got.Sent != 0 {
		t.Errorf("after a week of business time and 1:59 of the wall clock it sent %d, want 0", got.Sent)
	}
	w.wall.Advance(time.Second)
	if got := w.tick(); got.Sent != 1 {
		t.Errorf("after 2 minutes of the wall clock it sent %d, want 1", got.Sent)
	}
}

func TestWhatWasLostIsSentAgainByTheNextPass(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	w.tick()
	w.queue.messages = nil // and the queue still knows what it took
	w.business.Advance(lifecycle.Every)
	w.tick()
	w.drain(w.worker())
	w.wantDone([]string{"c1"}, []string{"1"})
}

func TestAfterACrashTheSamePassGoesOn(t *testing.T) {
	w := newWorld(t)
	w.arm("c1", "1", noon)
	dead := &lifecycle.Sweep{Table: w.db.WithFault(crashOnSecondWrite()), Clock: w.business, Wall: w.wall, Queue: w.queue}
	if _, err := dead.Tick(context.Background()); err == nil {
		t.Fatal("the first sweep did not crash")
	}
	w.wall.Advance(2 * time.Minute)
	w.business.Advance(2 * time.Minute)
	if got := w.tick(); got.Sent != 1 || len(w.queue.messages) != 1 {
		t.Errorf("the next sweep sent %d pieces and the queue has %d messages, want 1 and 1: it knows them", got.Sent, len(w.queue.messages))
	}
}

// crashOnSecondWrite lets a sweep of one shard take its lease, and never give it back.
func crashOnSecondWrite() table.Fault {
	writes := 0
	return func(op table.Op) table.Verdict {
		if op.Kind != table.OpWrite {
			return table.Pass
		}
		if writes++; writes > 1 {
			return table.CrashBefore
		}
		return table.Pass
	}
}

func TestAShardThatFailsDoesNotHoldUpTheOthers(t *testing.T) {
	w := newWorld(t)
	accounts := numbered(40)
	bad := lifecycle.Shard(accounts[0])
	w.armAll(accounts, []string{"1"}, noon)
	broken := w.db.WithFault(func(op table.Op) table.Verdict {
		if op.Kind == table.OpGet && op.Keys[0].PK == fmt.Sprintf("SHARD#%02d", bad) {
			return table.CrashBefore
		}
		return table.Pass
	})
	sweep := &lifecycle.Sweep{Table: broken, Clock: w.business, Wall: w.wall, Queue: w.queue}
	report, err := sweep.Tick(context.Background())
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("shard %d:", bad)) {
		t.Errorf("the tick ended with %v, want an error that names shard %d", err, bad)
	}
	want := 0
	for _, account := range accounts {
		if lifecycle.Shard(account) != bad {
			want++
		}
	}
	if report.Sent != want || want == len(accounts) {
		t.Errorf("it sent %d pieces, want the %d of the other shards", report.Sent, want)
	}
}
