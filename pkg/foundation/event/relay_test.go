package event_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
)

// outbox is a queue that takes calls until one is to fail.
type outbox struct {
	calls, failAt int
	sent          []function.Outgoing
}

func (o *outbox) Send(_ context.Context, messages []function.Outgoing) error {
	if o.calls++; o.calls == o.failAt {
		return errors.New("the queue is away")
	}
	o.sent = append(o.sent, messages...)
	return nil
}

// inserted gives the stream's record of a new event.
func inserted(t *testing.T, n int, e event.Event) function.Record {
	t.Helper()
	e.ID = fmt.Sprintf("E%02d", n)
	e.Head = table.Head{PK: "PARTY#" + e.Owner, SK: "EVENT#" + e.ID}
	image, err := table.Marshal(&e)
	if err != nil {
		t.Fatal(err)
	}
	return function.Record{Sequence: fmt.Sprint(n), Name: "INSERT", New: image}
}

func TestARelayedEventArrivesAsItWasWritten(t *testing.T) {
	queue, want := &outbox{}, largest()
	if failed := event.Relay(context.Background(), queue, []function.Record{inserted(t, 7, want)}); failed != "" {
		t.Fatalf("record %s failed", failed)
	}
	got, err := event.FromMessage(function.Message{Body: queue.sent[0].Body})
	want.ID = "E07"
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v,\nwant %+v", got, err, want)
	}
	if _, err := event.FromMessage(function.Message{Body: "{"}); err == nil {
		t.Error("half a message is read as an event")
	}
}

func TestEventsOfOneOwnerKeepTheirOrderInOneGroup(t *testing.T) {
	queue := &outbox{}
	var batch []function.Record
	for n := range 25 {
		batch = append(batch, inserted(t, n, event.Event{Owner: fmt.Sprint("c", n%2), At: noon}))
	}
	event.Relay(context.Background(), queue, batch)
	groups := map[string]bool{}
	for n, m := range queue.sent {
		groups[m.Group] = true
		if want := fmt.Sprintf("E%02d", n); m.Dedup != want || m.Group != queue.sent[n%2].Group {
			t.Errorf("message %d is %s of group %s, want %s of its owner's", n, m.Dedup, m.Group, want)
		}
	}
	if len(queue.sent) != 25 || len(groups) != 2 || queue.calls != 3 {
		t.Errorf("%d messages of %d groups in %d calls, want 25 of 2 in 3", len(queue.sent), len(groups), queue.calls)
	}
}

func TestNothingButNewEventsIsRelayed(t *testing.T) {
	queue := &outbox{}
	other := inserted(t, 2, event.Event{Owner: "c1", At: noon})
	other.New["SK"] = &types.AttributeValueMemberS{Value: "SUB#1"}
	removed := inserted(t, 3, event.Event{Owner: "c1", At: noon})
	removed.Name, removed.New = "REMOVE", nil
	if failed := event.Relay(context.Background(), queue, []function.Record{other, removed}); failed != "" || queue.calls != 0 {
		t.Errorf("failed at %q with %d calls, want none", failed, queue.calls)
	}
}

func TestABatchComesAgainFromItsFirstFailureOn(t *testing.T) {
	var batch []function.Record
	for n := range 25 {
		batch = append(batch, inserted(t, n, event.Event{Owner: "c1", At: noon}))
	}
	queue := &outbox{failAt: 2}
	if failed := event.Relay(context.Background(), queue, batch); failed != "10" || len(queue.sent) != 10 {
		t.Errorf("failed at %q with %d sent, want at 10 with 10", failed, len(queue.sent))
	}
	batch[13].New["at"] = &types.AttributeValueMemberS{Value: "noon"}
	queue = &outbox{}
	if failed := event.Relay(context.Background(), queue, batch); failed != "13" || len(queue.sent) != 13 {
		t.Errorf("with a record that is none, failed at %q with %d sent, want at 13 with 13", failed, len(queue.sent))
	}
}
