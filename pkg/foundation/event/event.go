package event

import (
	"context"
	"iter"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
)

// Event tells of one change. As an item it stays under 1 KB, so that it costs a transaction two write units.
type Event struct {
	table.Head `json:"-"`
	ID         string            `dynamodbav:"id" json:"id"`     // set by Append
	Type       string            `dynamodbav:"type" json:"type"` // such as subscription.renewed
	Subject    string            `dynamodbav:"subj" json:"subject"`
	Owner      string            `dynamodbav:"owner" json:"owner"` // the party, or whatever else the subject belongs to
	At         time.Time         `dynamodbav:"at" json:"at"`       // business time, UTC
	By         string            `dynamodbav:"by" json:"by"`       // a masked principal, or the system
	Why        string            `dynamodbav:"why,omitempty" json:"why,omitempty"`
	Data       map[string]string `dynamodbav:"data,omitempty" json:"data,omitempty"`
}

const (
	keyPrefix  = "EVENT#"
	keyEnd     = keyPrefix + "~" // behind every time
	timeFormat = "2006-01-02T15:04:05.000Z"
)

// Filter is the pattern by which the stream lets new events through, and nothing else.
const Filter = `{"eventName":["INSERT"],"dynamodb":{"Keys":{"SK":{"S":[{"prefix":"` + keyPrefix + `"}]}}}}`

// Notifications is the queue that events go to, in the order of each owner.
var Notifications = &function.Queue{Name: "notifications", FIFO: true, MaxReceive: 5}

// Append adds e to the transaction of the change that it tells of. Its id and key are set here.
func Append(tx *table.Tx, e Event) {
	e.At, e.ID = e.At.UTC(), ulid.Make().String()
	e.PK, e.SK = partition(e.Owner), keyPrefix+e.At.Format(timeFormat)+"#"+e.ID
	tx.Create(&e)
}

// List yields an owner's events from a time on, that included, oldest first and strongly consistent.
func List(ctx context.Context, db *table.Client, owner string, since time.Time) iter.Seq2[*Event, error] {
	return table.All[Event](ctx, db, table.Query{
		PK: partition(owner), From: keyPrefix + since.UTC().Format(timeFormat), To: keyEnd, Strong: true,
	})
}

func partition(owner string) string { return "PARTY#" + owner }
