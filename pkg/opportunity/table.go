package opportunity

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<partner> / OPPORTUNITY#<id>              an opportunity's head         due work "opportunity" while something must happen to it
//	PARTY#<partner> / OPPORTUNITYCONTENT#<id>       its content
//	PARTY#<partner> / OPPORTUNITYRECORD#<id>#<n>    a step of its history
//	OPPORTUNITYHELD#<hash of the company> / O#<offering>, S#<service>   which opportunity counts for a company's offering or cloud service
//	OPPORTUNITYHELD#<hash of the company> / LIVE#<partner>#<id>         one of the company that was submitted, and has not ended or counts still
//
// Listed in GSI1:
//
//	OPPORTUNITYQUEUE#<state>#<month of submission>  / <submitted>#<partner>#<id>
//	OPPORTUNITYQUEUE#<state>#<year of submission>   / as above, of what waits for the vendor: few, and as old as they may be all listed
//
// Access patterns: an opportunity by partner and id; a partner's, newest first, POs and HOs each; its history; whether others count for what it is
// about; the live ones of a company; the vendor's queue by state, month after month, and what
// waits year after year.

// Work is the kind of due work that this capability does.
const Work = "opportunity"

const (
	headPrefix = "OPPORTUNITY#"
	heldPrefix = "OPPORTUNITYHELD#"
	livePrefix = "LIVE#"
	timeForm   = "2006-01-02T15:04:05.000Z"
	monthForm  = "2006-01"
	yearForm   = "2006"
	behind     = "~" // sorts behind every character of an id
)

func ownerKey(partner auth.PartyID) string { return "PARTY#" + string(partner) }

func headKey(partner auth.PartyID, id ID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: headPrefix + string(id)}
}

func contentKey(partner auth.PartyID, id ID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "OPPORTUNITYCONTENT#" + string(id)}
}

func recordKey(partner auth.PartyID, id ID, n int) table.Key {
	return table.Key{PK: ownerKey(partner), SK: recordPrefix(id) + fmt.Sprintf("%06d", n)}
}

func recordPrefix(id ID) string { return "OPPORTUNITYRECORD#" + string(id) + "#" }

// heldBy gives the partition of what opportunities of a company hold.
func heldBy(company string) string {
	sum := sha256.Sum256([]byte(Company(company)))
	return heldPrefix + hex.EncodeToString(sum[:16])
}

// list puts an opportunity that was submitted into the vendor's queue of its state.
func (o *Opportunity) list() {
	if o.State == Draft {
		return
	}
	o.G1PK = queueOf(o.State, calendar.DateOf(o.Submitted))
	o.G1SK = strings.Join([]string{o.Submitted.UTC().Format(timeForm), string(o.Partner), string(o.ID)}, "#")
}

func queueOf(s State, day calendar.Date) string {
	period := monthForm
	if s.Waits() {
		period = yearForm
	}
	return "OPPORTUNITYQUEUE#" + string(s) + "#" + day.String()[:len(period)]
}
