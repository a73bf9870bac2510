package lifecycle

import (
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

// maxKeys is how many pieces of due work one message carries.
const maxKeys = 100

// message is due work of one account and one due time.
type message struct {
	Account string    `json:"account"`
	At      time.Time `json:"at"`
	Work    []Due     `json:"work"`
}

// messages puts due work, in its order, into messages of up to 100 pieces of one account and due time. A second sweep of the same pass
// makes the same messages, which the queue drops.
func messages(work []Due, pass string) ([]function.Outgoing, error) {
	var out []function.Outgoing
	part := 0
	for len(work) > 0 {
		n := 1
		for n < len(work) && n < maxKeys && work[n].Account == work[0].Account && work[n].At.Equal(work[0].At) {
			n++
		}
		body, err := json.Marshal(message{Account: work[0].Account, At: work[0].At, Work: work[:n]})
		if err != nil {
			return nil, err
		}
		out = append(out, function.Outgoing{Body: string(body), Group: group(work[0].Account), Dedup: dedup(work[0], part, pass)})
		if part++; n < len(work) && (work[n].Account != work[0].Account || !work[n].At.Equal(work[0].At)) {
			part = 0
		}
		work = work[n:]
	}
	return out, nil
}

// group and dedup are hashes, since SQS takes fewer characters than ids have.
func group(account string) string { return hash(account) }

func dedup(first Due, part int, pass string) string {
	return hash(fmt.Sprintf("%s %s %d %s %s", first.Account, first.At.Format(dueFormat), part, first.Key, pass))
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// dueOf reads the entry of the due index.
func dueOf(item *table.Raw) (Due, bool) {
	parts := strings.SplitN(item.G2SK, separator, 3)
	at, ok := DueAt(&item.Head)
	if !ok || len(parts) != 3 {
		return Due{}, false
	}
	return Due{Key: item.Key(), Kind: item.Work, Account: parts[1], At: at}, true
}
