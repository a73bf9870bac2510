package event_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

var noon = time.Date(2026, 12, 1, 4, 0, 0, 0, time.UTC)

// largest is an event whose every field is as long as the system makes it.
func largest() event.Event {
	id := strings.Repeat("a", 64)
	return event.Event{
		Type: "subscription.renewal_failed", Subject: id, Owner: id, At: noon, By: id + "/" + id,
		Why: "insufficient balance", Data: map[string]string{"order": id, "amount": "-9999999999999.99", "expires": "2026-12-31"},
	}
}

func TestAnEventIsWrittenWithItsChangeOrNotAtAll(t *testing.T) {
	ctx, db := context.Background(), tabletest.New(t)
	change := &table.Head{PK: "PARTY#c1", SK: "PARTY"}
	for _, want := range []int{1, 1} { // the second time the change does not hold
		tx := table.NewTx()
		tx.Create(change)
		event.Append(tx, event.Event{Type: "party.created", Subject: "c1", Owner: "c1", At: noon, By: "system"})
		err := db.Commit(ctx, tx)
		if got := listed(t, db, "c1", time.Time{}); len(got) != want {
			t.Errorf("after %v there are %d events, want %d", err, len(got), want)
		}
	}
}

func TestAnOwnersEventsAreInTheOrderInWhichTheyHappened(t *testing.T) {
	ctx, db := context.Background(), tabletest.New(t)
	for i, at := range []time.Time{noon.Add(time.Minute), noon, noon.Add(time.Minute), noon.Add(-time.Second)} {
		tx := table.NewTx()
		event.Append(tx, event.Event{Type: fmt.Sprint(i), Owner: "c1", At: at})
		event.Append(tx, event.Event{Type: "of another", Owner: "c2", At: at})
		if err := db.Commit(ctx, tx); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(listed(t, db, "c1", time.Time{})); got != "[3 1 0 2]" {
		t.Errorf("all events are %s, want [3 1 0 2]", got)
	}
	if got := fmt.Sprint(listed(t, db, "c1", noon)); got != "[1 0 2]" {
		t.Errorf("the events since noon are %s, want [1 0 2]", got)
	}
}

func TestTheLargestEventCostsTwoWriteUnits(t *testing.T) {
	db, meter := tabletest.New(t), new(table.Meter)
	tx := table.NewTx()
	event.Append(tx, largest())
	if err := db.Commit(table.WithMeter(context.Background(), meter), tx); err != nil {
		t.Fatal(err)
	}
	if got := meter.Read().WCU; got != 2 {
		t.Errorf("it costs %v WCU, want 2", got)
	}
}

func TestTheFilterLetsInsertedEventsThroughAlone(t *testing.T) {
	var filter struct {
		EventName []string `json:"eventName"`
		DynamoDB  struct {
			Keys struct {
				SK struct{ S []struct{ Prefix string } }
			}
		} `json:"dynamodb"`
	}
	if err := json.Unmarshal([]byte(event.Filter), &filter); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(filter.EventName, filter.DynamoDB.Keys.SK.S); got != "[INSERT] [{EVENT#}]" {
		t.Errorf("the filter asks for %s", got)
	}
}

// listed gives the types of an owner's events.
func listed(t *testing.T, db *table.Client, owner string, since time.Time) []string {
	t.Helper()
	var types []string
	for e, err := range event.List(context.Background(), db, owner, since) {
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, e.Type)
	}
	return types
}
