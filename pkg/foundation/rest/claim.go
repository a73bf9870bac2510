package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// How long a request is remembered. Source: MECHANICS.md "Requests".
const (
	claimLife = 24 * time.Hour // of business time
	claimKept = 48 * time.Hour // of wall time, until the item may vanish
)

const idempotencyHeader = "Idempotency-Key"

// Claim makes the effects of a request happen once: the n-th effect writes the claim's n-th item in its own transaction, so that a call
// that failed can be made again and a repeated one finds what the first did. A request is known by its Idempotency-Key, else by its
// signature. The claim of a request with neither claims nothing.
type Claim struct {
	key    string
	hash   string
	now    time.Time // business
	expire int64
	err    error
}

// claimItem says what the n-th effect of a request answered.
type claimItem struct {
	table.Head
	Hash   string    `dynamodbav:"hash"`
	Answer string    `dynamodbav:"answer"`
	At     time.Time `dynamodbav:"at"`
}

type claimKey struct{}

func withClaim(ctx context.Context, a *API, caller auth.Principal, r *http.Request, body []byte) context.Context {
	sum := sha256.Sum256([]byte(r.Method + "\n" + r.URL.Path + "\n" + r.URL.RawQuery + "\n" + string(body)))
	c := Claim{hash: hex.EncodeToString(sum[:16]), now: a.config.Clock.Now(), expire: a.config.Wall.Now().Add(claimKept).Unix()}
	key := r.Header.Get(idempotencyHeader)
	switch {
	case key != "" && !table.IsID(key):
		c.err = problem.Invalid(idempotencyHeader, "%.64q is not 1 to 64 letters, digits, dots, underscores, colons or hyphens", key)
	case key != "":
		c.key = caller.Masked() + "#" + key
	case caller.Signature != "":
		c.key = caller.Masked() + "#" + caller.Signature
	}
	return context.WithValue(ctx, claimKey{}, c)
}

// ClaimOf gives the claim of a request.
func ClaimOf(ctx context.Context) Claim {
	c, _ := ctx.Value(claimKey{}).(Claim)
	return c
}

func (c Claim) at(n int) table.Key {
	return table.Key{PK: fmt.Sprintf("IDEM#%s#%d", c.key, n), SK: "IDEM"}
}

// Taken gives what the n-th effect of an earlier request of the same key answered.
// Errors: 409 when that request was another one; CBC.0100 for a key that is none.
func (c Claim) Taken(ctx context.Context, db *table.Client, n int) (earlier string, found bool, err error) {
	if c.err != nil || c.key == "" {
		return "", false, c.err
	}
	var item claimItem
	err = db.Get(ctx, c.at(n), &item)
	switch {
	case errors.Is(err, table.ErrNotFound):
		return "", false, nil
	case err != nil:
		return "", false, err
	case c.now.Sub(item.At) >= claimLife: // its key is free again: it must not be in the way of Put
		if err := db.Remove(ctx, &item); !errors.Is(err, table.ErrConflict) {
			return "", false, err
		}
		return "", false, nil // somebody else has removed it
	}
	if item.Hash != c.hash {
		return "", false, errIdempotency.In(idempotencyHeader)
	}
	return item.Answer, true, nil
}

// Put appends to tx that the n-th effect of the request happened, with what a repeat needs for its answer: ids, never secrets.
func (c Claim) Put(tx *table.Tx, n int, answer string) {
	if c.key == "" {
		return
	}
	key := c.at(n)
	tx.Create(&claimItem{Head: table.Head{PK: key.PK, SK: key.SK, TTL: c.expire}, Hash: c.hash, Answer: answer, At: c.now})
}

// Do does the n-th effect of a request in one transaction, which effect fills and the claim goes into; nothing when the request did it before, or
// when effect appends nothing. Errors: as Taken, those of effect, and of the commit, behind which it can be called again.
func (c Claim) Do(ctx context.Context, db *table.Client, n int, effect func(tx *table.Tx) error) error {
	_, found, err := c.Taken(ctx, db, n)
	if err != nil {
		return err
	}
	if found {
		MarkReplay(ctx)
		return nil
	}
	tx := table.NewTx()
	if err := effect(tx); err != nil || tx.Len() == 0 {
		return err
	}
	c.Put(tx, n, "done")
	return db.Commit(ctx, tx)
}

// Persist does an effect as [table.Persist] does, of which one that is refused can be told, as of a row among others. Error: ErrTryAgain.
func Persist(ctx context.Context, effect func() error) error {
	err := table.Persist(ctx, effect)
	if errors.Is(err, table.ErrConflict) || errors.Is(err, table.ErrBusy) {
		return ErrTryAgain.Because(err)
	}
	return err
}

// Effect does the effect of a request in one transaction, which effect fills and the claim goes into with what effect answers, tried by retry. Who
// repeats the request gets that answer. Errors: as Once.
func (c Claim) Effect(
	ctx context.Context, db *table.Client, retry func(ctx context.Context, effect func() error) error, effect func(tx *table.Tx) (answer string, err error),
) (string, error) {
	answer, _, err := c.Once(ctx, db, func() (answer string, err error) {
		err = retry(ctx, func() error {
			tx := table.NewTx()
			if answer, err = effect(tx); err != nil {
				return err
			}
			c.Put(tx, 0, answer)
			return db.Commit(ctx, tx)
		})
		return answer, err
	})
	return answer, err
}

// Once does the effect of a request that creates something, and gives the answer that the effect put into the claim as its first. When the same
// request did it before, or meanwhile, it gives that one's answer and marks the response as a replay.
func (c Claim) Once(ctx context.Context, db *table.Client, effect func() (answer string, err error)) (answer string, again bool, err error) {
	if answer, again, err = c.Taken(ctx, db, 0); err == nil && !again {
		if answer, err = effect(); err == nil {
			return answer, false, nil
		}
		if earlier, found, lookErr := c.Taken(ctx, db, 0); lookErr == nil && found {
			answer, again, err = earlier, true, nil
		}
	}
	if again {
		MarkReplay(ctx)
	}
	return answer, again, err
}
