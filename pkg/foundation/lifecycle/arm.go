package lifecycle

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"partnercenter/pkg/foundation/table"
)

const (
	shards     = 16
	dueFormat  = "2006-01-02T15:04:05Z"
	duePrefix  = "DUE#"
	separator  = "#"
	failPrefix = "FAILED#"
)

// Due is a piece of due work as the index and the queue know it.
type Due struct {
	Key     table.Key `json:"key"`
	Kind    string    `json:"kind"`
	Account string    `json:"account"`
	At      time.Time `json:"at"`
}

// Handler does one piece of due work. It reads the item again and does what is still due, on the condition that it is: nil when it is done or
// no longer due. A refusal that the domain foresees is an outcome and no error.
type Handler func(ctx context.Context, due Due) error

// Shard gives the shard of an account: the first byte of its SHA-256, modulo 16.
func Shard(account string) int {
	sum := sha256.Sum256([]byte(account))
	return int(sum[0]) % shards
}

// Arm makes an item due at a time, to the second. Work of one account is done in order, whatever its kind.
func Arm(h *table.Head, kind, account, id string, at time.Time) {
	h.G2PK = fmt.Sprintf("%s%02d", duePrefix, Shard(account))
	h.G2SK = strings.Join([]string{at.UTC().Format(dueFormat), account, id}, separator)
	h.Work, h.Tries = kind, 0
}

// Disarm takes an item out of the due index.
func Disarm(h *table.Head) { h.G2PK, h.G2SK, h.Work, h.Tries = "", "", "", 0 }

// DueAt gives the time at which an item is due.
func DueAt(h *table.Head) (time.Time, bool) {
	at, _, _ := strings.Cut(h.G2SK, separator)
	t, err := time.Parse(dueFormat, at)
	return t, err == nil && strings.HasPrefix(h.G2PK, duePrefix)
}
