package lifecycle

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"partnercenter/pkg/foundation/table"
)

// Keys of the due index, GSI2: DUE#<shard> / <time>#<account>#<id>. Work that failed for good stands under FAILED#<shard> with the same sort key.
// Access patterns: what is due in a shard, oldest first; what failed for good, by shard.
const (
	shards     = 16
	dueFormat  = "2006-01-02T15:04:05Z"
	duePrefix  = "DUE#"
	failPrefix = "FAILED#"
	separator  = "#"
)

// Due is a piece of due work as the index and the queue know it. At is UTC, to the second.
type Due struct {
	Key     table.Key `json:"key"`
	Kind    string    `json:"kind"`
	Account string    `json:"-"` // a message's pieces are of one account
	At      time.Time `json:"-"` // and one due time
}

// ErrNotDue: the work is no longer due, since somebody has done it. To the worker that is success; it counts it as a duplicate.
var ErrNotDue = errors.New("no longer due")

// Handler does one piece of due work. It reads the item again and does what is still due, on the condition that it is: nil when it is done, nil
// or ErrNotDue when there was nothing to do. A refusal that the domain foresees is an outcome and no error. After table.ErrConflict the worker
// calls it again; after any other error it puts the work off.
type Handler func(ctx context.Context, due Due) error

// Shard gives the shard of an account: the first byte of its SHA-256, modulo 16. Source: MECHANICS.md "Due work".
func Shard(account string) int {
	sum := sha256.Sum256([]byte(account))
	return int(sum[0]) % shards
}

// Arm makes an item due at a time, cut to the second. Work of one account is done in the order in which it is due, whatever its kind; id tells
// apart what is due at one time.
func Arm(h *table.Head, kind, account, id string, at time.Time) {
	h.G2PK = partition(duePrefix, Shard(account))
	h.G2SK = strings.Join([]string{at.UTC().Format(dueFormat), account, id}, separator)
	h.Work, h.Tries = kind, 0
}

// Disarm takes an item out of the due index.
func Disarm(h *table.Head) { h.G2PK, h.G2SK, h.Work, h.Tries = "", "", "", 0 }

// DueAt gives the time at which an item is due. Work that failed for good is not.
func DueAt(h *table.Head) (time.Time, bool) {
	at, _, ok := split(h.G2SK)
	return at, ok && strings.HasPrefix(h.G2PK, duePrefix)
}

// Load reads the item of due work, strongly consistent. Error: ErrNotDue, also when it is gone.
func Load(ctx context.Context, db *table.Client, key table.Key, now time.Time, out table.Item) error {
	err := db.Get(ctx, key, out)
	if errors.Is(err, table.ErrNotFound) {
		return ErrNotDue
	}
	if at, armed := DueAt(out.Header()); err == nil && (!armed || at.After(now)) {
		return ErrNotDue
	}
	return err
}

// dueOf reads an entry of the due index.
func dueOf(item *table.Raw) (Due, bool) {
	at, account, ok := split(item.G2SK)
	return Due{Key: item.Key(), Kind: item.Work, Account: account, At: at}, ok
}

func partition(prefix string, shard int) string { return fmt.Sprintf("%s%02d", prefix, shard) }

// split reads the due time and the account of a sort key.
func split(sk string) (at time.Time, account string, ok bool) {
	parts := strings.SplitN(sk, separator, 3)
	if len(parts) < 3 {
		return at, "", false
	}
	at, err := time.Parse(dueFormat, parts[0])
	return at, parts[1], err == nil
}

// moveTo gives a sort key with another time.
func moveTo(sk string, at time.Time) string {
	return at.UTC().Format(dueFormat) + sk[len(dueFormat):]
}
