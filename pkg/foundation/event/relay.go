package event

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
)

// perCall is how many events go out in one call. Source: AWS, SendMessageBatch.
const perCall = 10

// Relay sends the events among a batch of the stream's records to the notifications queue, in order, and returns the sequence number from
// which on the batch must come again: empty when all is sent. An event that is sent twice is dropped by the queue, or by its consumers,
// which go by its id.
func Relay(ctx context.Context, queue function.Sender, batch []function.Record) (failed string) {
	for records := range slices.Chunk(batch, perCall) {
		if at, err := relay(ctx, queue, records); err != nil {
			function.Note(ctx, "relay_error", err.Error())
			return records[at].Sequence
		}
	}
	return ""
}

// relay sends the events among a few records in one call. With an error comes the place from which on they were not sent.
func relay(ctx context.Context, queue function.Sender, records []function.Record) (at int, err error) {
	var out []function.Outgoing
	for ; at < len(records); at++ {
		e, ok, unread := FromRecord(records[at])
		if unread != nil {
			err = unread
			break
		}
		if ok {
			out = append(out, outgoing(e))
		}
	}
	if len(out) == 0 {
		return at, err
	}
	if unsent := queue.Send(ctx, out); unsent != nil {
		return 0, unsent
	}
	return at, err
}

// FromRecord reads an event from a record of the stream. ok is false for what is no new event.
func FromRecord(r function.Record) (e Event, ok bool, err error) {
	if r.Name != "INSERT" {
		return e, false, nil
	}
	if err := table.Unmarshal(r.New, &e); err != nil {
		return e, false, fmt.Errorf("record %s: %w", r.Sequence, err)
	}
	return e, strings.HasPrefix(e.SK, keyPrefix), nil
}

// outgoing gives the message of an event. Its group is a hash, since SQS takes fewer characters than ids have.
func outgoing(e Event) function.Outgoing {
	body, err := json.Marshal(e)
	if err != nil {
		panic(err) // a struct of texts and a time
	}
	sum := sha256.Sum256([]byte(e.Owner))
	return function.Outgoing{Body: string(body), Group: hex.EncodeToString(sum[:16]), Dedup: e.ID}
}

// FromMessage reads an event from a message of the notifications queue.
func FromMessage(m function.Message) (Event, error) {
	var e Event
	if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
		return e, fmt.Errorf("a message that is no event: %w", err)
	}
	return e, nil
}
