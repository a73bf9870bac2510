package relay_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/relay"
)

// outbox is a queue that keeps what it is given, unless it is away.
type outbox struct {
	away bool
	sent []function.Outgoing
}

// Send takes messages.
func (o *outbox) Send(_ context.Context, messages []function.Outgoing) error {
	if o.away {
		return errors.New("the queue is away")
	}
	o.sent = append(o.sent, messages...)
	return nil
}

const records = `{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"41","NewImage":{
	"PK":{"S":"PARTY#c1"},"SK":{"S":"EVENT#2026-12-01T04:00:00.000Z#E1"},"id":{"S":"E1"},"type":{"S":"party.created"},
	"subj":{"S":"c1"},"owner":{"S":"c1"},"at":{"S":"2026-12-01T04:00:00Z"},"by":{"S":"system"}}}}]}`

func TestAnEventGoesToTheNotificationsQueueOrComesAgain(t *testing.T) {
	for away, want := range map[bool]string{false: `{"batchItemFailures":[]}`, true: `{"batchItemFailures":[{"itemIdentifier":"41"}]}`} {
		queue := &outbox{away: away}
		env := &function.Env{Clock: clock.System{}, Wall: clock.System{}, Log: slog.New(slog.NewJSONHandler(io.Discard, nil))}
		function.PutSender(env, event.Notifications, queue)
		answer, err := function.Invoker(relay.Function, env).Invoke(context.Background(), []byte(records))
		if err != nil || string(answer) != want {
			t.Errorf("it answers %s, %v, want %s", answer, err, want)
		}
		if !away && (len(queue.sent) != 1 || queue.sent[0].Dedup != "E1") {
			t.Errorf("it sent %+v, want the one event", queue.sent)
		}
	}
}
