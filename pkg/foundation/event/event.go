// Package event is the outbox and the audit trail: an event is an item, written in the transaction of the change that it tells of, under
// the key of who owns what changed, so that one owner's events stay in order. The table's stream carries events to the notifier.
//
// Every state change has exactly one event. Source: DESIGN.md "What happens later".
package event

import (
	"context"
	"iter"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
)

// Event tells of one change.
//
// Keys: PARTY#<owner> / EVENT#<time>#<id>. Access patterns: an owner's events by time; all new ones by the stream.
type Event struct {
	table.Head
	ID      string            `dynamodbav:"id"`
	Type    string            `dynamodbav:"type"`
	Subject string            `dynamodbav:"subj"` // what changed
	Owner   string            `dynamodbav:"owner"`
	At      time.Time         `dynamodbav:"at"`            // business time, UTC
	By      string            `dynamodbav:"by"`            // a masked principal, or the system
	Why     string            `dynamodbav:"why,omitempty"` // the reason, where there is one
	Data    map[string]string `dynamodbav:"data,omitempty"`
}

const (
	keyPrefix  = "EVENT#"
	timeFormat = "2006-01-02T15:04:05.000Z"
)

// Filter is the pattern by which the stream lets events through, and nothing else.
const Filter = `{"eventName":["INSERT"],"dynamodb":{"Keys":{"SK":{"S":[{"prefix":"EVENT#"}]}}}}`

// Notifications is the queue that events go to, in the order of each owner.
var Notifications = &function.Queue{Name: "notifications", FIFO: true, MaxReceive: 5}

// Append adds e to the transaction of the change that it tells of. Its id and key are set here.
func Append(tx *table.Tx, e Event) {
	e.ID = ulid.Make().String()
	e.PK, e.SK = "PARTY#"+e.Owner, keyPrefix+e.At.UTC().Format(timeFormat)+"#"+e.ID
	tx.Create(&e)
}

// List yields an owner's events from a time on, strongly consistent.
func List(ctx context.Context, db *table.Client, owner string, since time.Time) iter.Seq2[*Event, error] {
	return table.All[Event](ctx, db, table.Query{
		PK: "PARTY#" + owner, From: keyPrefix + since.UTC().Format(timeFormat), To: keyPrefix + "~", Strong: true,
	})
}
