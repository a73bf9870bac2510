package opportunity

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// ErrDuplicate: another opportunity counts for the same company and an offering or cloud service of this one. ASSUMED code.
var ErrDuplicate = problem.New(http.StatusConflict, "CBC.99001232", anotherExists)

// Hold says that an opportunity is there for a company, or that it counts for one of its offerings or cloud services. It is made and removed, and never
// changed, in the transaction of the step.
type Hold struct {
	table.Head
	Partner auth.PartyID `dynamodbav:"ptnr"`
	ID      ID           `dynamodbav:"id"`
	Since   time.Time    `dynamodbav:"at"`
}

// held gives what an opportunity holds in its state: its place among those of its company once it was submitted, and, once it counts, each of
// its offerings and cloud services. Whoever shares one of those with it can't come to count. Source: DOMAIN.md 12, Duplicates.
func (o Opportunity) held() []table.Key {
	if o.State == Draft || o.State == gone || o.State.Ended() && (!o.State.Counts() || o.Released) {
		return nil
	}
	pk := heldBy(o.Company)
	keys := []table.Key{{PK: pk, SK: livePrefix + string(o.Partner) + "#" + string(o.ID)}}
	if o.State.Counts() {
		keys = append(keys, o.claims()...)
	}
	return keys
}

// claims gives the keys of what only one opportunity may hold: each offering and cloud service, at the company.
func (o Opportunity) claims() []table.Key {
	pk, keys := heldBy(o.Company), []table.Key{}
	for _, offering := range o.Offerings {
		keys = append(keys, table.Key{PK: pk, SK: "O#" + strings.ToLower(offering.ID)})
	}
	for _, service := range o.Services {
		keys = append(keys, table.Key{PK: pk, SK: "S#" + strings.ToLower(service)})
	}
	return keys
}

// moveHolds appends to tx what an opportunity comes to hold, and no longer holds. The transaction fails on what another one holds.
func moveHolds(tx *table.Tx, old, next Opportunity, now time.Time) {
	before, after := old.held(), next.held()
	for _, key := range after {
		if !slices.Contains(before, key) {
			tx.Create(&Hold{Head: key.Head(), Partner: next.Partner, ID: next.ID, Since: now})
		}
	}
	for _, key := range before {
		if !slices.Contains(after, key) {
			tx.Remove(&Hold{Head: table.Head{PK: key.PK, SK: key.SK, Ver: 1}, Partner: old.Partner, ID: old.ID})
		}
	}
}
