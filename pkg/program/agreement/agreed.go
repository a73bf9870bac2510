package agreement

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// ErrUnsigned: what is asked for needs a signature that is missing. ASSUMED code.
var ErrUnsigned = problem.New(http.StatusConflict, "CBC.99001200", "an agreement is not signed")

// Signature says that a party has signed a version. It is never changed.
type Signature struct {
	table.Head
	Code    Code        `dynamodbav:"code"`
	Version int         `dynamodbav:"n"`
	Locale  string      `dynamodbav:"lang"` // of the document that was signed
	Hash    string      `dynamodbav:"hash"` // of it, see Hash
	Signer  auth.UserID `dynamodbav:"user"`
	Source  string      `dynamodbav:"src,omitempty"` // the signer's address
	At      time.Time   `dynamodbav:"at"`            // business time, UTC
}

// Agreed tells whether a party has signed what a purpose needs at an instant: of each agreement that is required for it and of parties of its kind,
// the version that is in effect then. It reads strongly consistent.
//
// Errors: ErrUnsigned, which names what to sign; party.ErrUnknown.
func Agreed(ctx context.Context, db *table.Client, partner auth.PartyID, purpose Purpose, now time.Time) error {
	return AgreedAs(ctx, db, partner, "", purpose, now)
}

// AgreedAs is Agreed of a party that is to become one of a kind, such as a customer that joins a plan. An empty kind is the party's own.
func AgreedAs(ctx context.Context, db *table.Client, partner auth.PartyID, kind auth.Kind, purpose Purpose, now time.Time) error {
	needed, err := neededOf(ctx, db, partner, kind, purpose, now)
	if err != nil || len(needed) == 0 {
		return err
	}
	signed, err := signaturesOf(ctx, db, partner, needed)
	if err != nil {
		return err
	}
	var missing []string
	for _, e := range needed {
		if signed[signatureKey(partner, e.Code, e.N)] == nil {
			missing = append(missing, fmt.Sprintf("%s version %d", e.Code, e.N))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return ErrUnsigned.Saying("%s needs signed agreements: your administrator signs %s under Plans > Commitments & agreements, and then it is possible",
		words[purpose], strings.Join(missing, ", "))
}

// words name purposes in refusals.
var words = map[Purpose]string{Payout: "a payout", Invoicing: "invoicing", Joining: "joining a plan"}

// neededOf gives which versions a party must have signed for a purpose, as one of a kind or, when that is empty, of its own.
func neededOf(ctx context.Context, db *table.Client, id auth.PartyID, kind auth.Kind, purpose Purpose, now time.Time) ([]entry, error) {
	r, err := loadRegister(ctx, db, purpose)
	if err != nil || len(r.Entries) == 0 || kind != "" {
		return r.needed(kind, now), err
	}
	p, err := party.Get(ctx, db, id)
	return r.needed(p.Kind, now), err
}

// loadRegister reads the register of a purpose, an empty one when nothing was published for it.
func loadRegister(ctx context.Context, db *table.Client, purpose Purpose) (register, error) {
	var r register
	err := db.Get(ctx, registerKey(purpose), &r)
	if errors.Is(err, table.ErrNotFound) {
		return register{}, nil
	}
	return r, err
}

// signaturesOf reads a party's signatures of some versions.
func signaturesOf(ctx context.Context, db *table.Client, id auth.PartyID, of []entry) (map[table.Key]*Signature, error) {
	keys := make([]table.Key, len(of))
	for i, e := range of {
		keys[i] = signatureKey(id, e.Code, e.N)
	}
	return table.GetAll[Signature](ctx, db, keys)
}
