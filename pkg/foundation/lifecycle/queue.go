package lifecycle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
)

// Queue is where the sweep sends due work: in order by account.
var Queue = &function.Queue{Name: "lifecycle", FIFO: true, MaxReceive: 5}

const (
	perMessage = 100 // pieces of due work at most. Source: DESIGN.md "What happens later"
	perCall    = 10  // messages at most. Source: AWS, SendMessageBatch
)

// message is due work of one account and one due time.
type message struct {
	Account string    `json:"account"`
	At      time.Time `json:"at"`
	Work    []Due     `json:"work"`
}

func (m *message) takes(due Due) bool {
	return len(m.Work) < perMessage && m.Account == due.Account && m.At.Equal(due.At)
}

// outgoing gives the message as the queue takes it. Within a pass the same work makes the same message, of which the queue drops the second. A
// part of an account's work is known by its first piece.
func (m *message) outgoing(pass time.Time) (function.Outgoing, error) {
	body, err := json.Marshal(m)
	part := []string{m.Account, m.At.Format(dueFormat), m.Work[0].Key.String(), pass.Format(dueFormat)}
	return function.Outgoing{Body: string(body), Group: hash(m.Account), Dedup: hash(strings.Join(part, " "))}, err
}

// Prompt sends a piece of work that is due now to the queue at once, for what should not wait for the next sweep. It is called behind the write
// that armed it, and may fail or be left out: a sweep sends the piece as well, while it is still due. An item that is not armed is nothing to send.
func Prompt(ctx context.Context, queue function.Sender, item *table.Head) error {
	at, armed := DueAt(item)
	if !armed {
		return nil
	}
	_, account, _ := split(item.G2SK)
	m := message{Account: account, At: at, Work: []Due{{Key: item.Key(), Kind: item.Work, Account: account, At: at}}}
	out, err := m.outgoing(time.Time{}) // of no pass, so that no sweep's message is dropped for it
	if err != nil {
		return err
	}
	return queue.Send(ctx, []function.Outgoing{out})
}

// incoming reads a message of the queue.
func incoming(m function.Message) ([]Due, error) {
	var in message
	if err := json.Unmarshal([]byte(m.Body), &in); err != nil {
		return nil, fmt.Errorf("message %s is no due work: %w", m.ID, err)
	}
	for i := range in.Work {
		in.Work[i].Account, in.Work[i].At = in.Account, in.At
	}
	return in.Work, nil
}

// hash makes of ids what SQS takes as a group or a deduplication id.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// parcel is the messages of one call.
type parcel struct {
	messages []message
	pieces   int
	last     string // sort key of the last piece
}

// add takes one more piece, in the order of the index. It is false when there is no room for it.
func (p *parcel) add(due Due, at string) bool {
	n := len(p.messages)
	switch {
	case n > 0 && p.messages[n-1].takes(due):
		p.messages[n-1].Work = append(p.messages[n-1].Work, due)
	case n < perCall:
		p.messages = append(p.messages, message{Account: due.Account, At: due.At, Work: []Due{due}})
	default:
		return false
	}
	p.pieces, p.last = p.pieces+1, at
	return true
}
