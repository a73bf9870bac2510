package incentive

import (
	"fmt"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	INCENTIVEPLAN#<plan> / VERSION#<n>                     a version of a plan; never changed
//	PARTY#<partner> / INCENTIVEMEMBER                      the plan that a partner is in            due work "incentive_close"
//	PARTY#<partner> / INCENTIVELEAVE                       what ends after it left its plan         due work "incentive_expiry"
//	PARTY#<partner> / INCENTIVESETTING                     how it applies by itself                 due work "incentive_apply"
//	PARTY#<partner> / INCENTIVEOWED                        what of its cash it owes invoices for
//	PARTY#<partner> / INCENTIVEBUSINESS                    its business information
//	PARTY#<partner> / INCENTIVESTATEMENT#<month>-<which>   a statement                              due work "incentive_statement" until it is confirmed
//	PARTY#<partner> / INCENTIVEDETAIL#<statement>          what a statement sums; never changed
//	PARTY#<partner> / INCENTIVE#<statement>[-credit]       an incentive
//	PARTY#<partner> / PAYMENTREQUEST#<request>             a payment request                        due work "payment_request" while the system files it
//
// Listed in GSI1:
//
//	INCENTIVEWORK#<what>#<month>                           / <since>#<partner>#<id>     what awaits the vendor; the month is that of since
//
// Access patterns: a plan's versions; a partner's statements, incentives and payment requests, latest first, strongly consistent; what awaits the vendor,
// month after month, the longest waiting first.

// The kinds of due work that this capability does.
const (
	WorkClose     = "incentive_close"
	WorkExpiry    = "incentive_expiry"
	WorkApply     = "incentive_apply"
	WorkStatement = "incentive_statement"
	WorkRequest   = "payment_request"
)

const (
	statementPrefix = "INCENTIVESTATEMENT#"
	incentivePrefix = "INCENTIVE#"
	requestPrefix   = "PAYMENTREQUEST#"
	versionPrefix   = "VERSION#"
	secondFormat    = "20060102T150405"
)

func planKey(id PlanID) string { return "INCENTIVEPLAN#" + string(id) }

func versionKey(id PlanID, n int) table.Key {
	return table.Key{PK: planKey(id), SK: fmt.Sprintf("%s%06d", versionPrefix, n)}
}

func ownerKey(partner auth.PartyID) string { return "PARTY#" + string(partner) }

func memberKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "INCENTIVEMEMBER"}
}

func leaveKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "INCENTIVELEAVE"}
}

func settingKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "INCENTIVESETTING"}
}

func owedKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "INCENTIVEOWED"}
}

func businessKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "INCENTIVEBUSINESS"}
}

func statementKey(partner auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(partner), SK: statementPrefix + id}
}

func detailKey(partner auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "INCENTIVEDETAIL#" + id}
}

func incentiveKey(partner auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(partner), SK: incentivePrefix + id}
}

func requestKey(partner auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(partner), SK: requestPrefix + id}
}

// Awaits says what the vendor has to do.
type Awaits string

// What awaits the vendor.
const (
	AwaitsAnswer   Awaits = "QUESTION"  // a partner's question about a statement
	AwaitsApproval Awaits = "STATEMENT" // a confirmed statement
	AwaitsPayment  Awaits = "PAYMENT"
	AwaitsHelp     Awaits = "FAILED" // a payment request that the system could not file
	AwaitsReview   Awaits = "BUSINESS"
)

func workOf(a Awaits, m Month) string { return "INCENTIVEWORK#" + string(a) + "#" + string(m) }

// Waiting is what the vendor's lists show of something that awaits it.
type Waiting struct {
	Partner auth.PartyID `dynamodbav:"ptnr"`
	ID      string       `dynamodbav:"id"`
	Amount  money.Fen    `dynamodbav:"amt"`
	Since   time.Time    `dynamodbav:"at"` // business time, UTC
}

// await puts an item into the vendor's list of what awaits it; for nothing it leaves every list.
func await(h *table.Head, row **Waiting, a Awaits, w Waiting) {
	h.G1PK, h.G1SK, *row = "", "", nil
	if a != "" {
		h.G1PK = workOf(a, MonthOf(calendar.DateOf(w.Since)))
		h.G1SK, *row = w.Since.UTC().Format(secondFormat)+"#"+string(w.Partner)+"#"+w.ID, &w
	}
}
