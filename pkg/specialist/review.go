package specialist

import (
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/upload"
)

// ReviewKind is what the vendor reviews.
type ReviewKind string

// The kinds of review.
const (
	ReviewApplication ReviewKind = "APPLICATION" // to be a specialist
	ReviewCancel      ReviewKind = "CANCEL"      // to be one no more
	ReviewCertificate ReviewKind = "CERTIFICATE" // that was uploaded
	ReviewTransfer    ReviewKind = "TRANSFER"    // of a certificate to another account
)

// Outcome is how far a review is.
type Outcome string

// The outcomes.
const (
	Pending   Outcome = "PENDING"
	Passed    Outcome = "PASSED"
	Refused   Outcome = "REJECTED"
	Withdrawn Outcome = "WITHDRAWN" // by who asked
)

// Outcomes are all outcomes.
func Outcomes() []Outcome { return []Outcome{Pending, Passed, Refused, Withdrawn} }

// Review is something that the vendor decides on. What was submitted never changes. Times are business time, UTC.
type Review struct {
	table.Head
	ReviewRow `dynamodbav:"row"`
	By        string        `dynamodbav:"by"`               // who asked, masked
	Reason    string        `dynamodbav:"reason,omitempty"` // why it was asked for
	Files     []upload.File `dynamodbav:"files,omitempty"`
	Decider   string        `dynamodbav:"decider,omitempty"` // masked
	Remark    string        `dynamodbav:"remark,omitempty"`  // of the decision
}

// ReviewRow is what lists show of a review.
type ReviewRow struct {
	ID      string       `dynamodbav:"id"`
	Kind    ReviewKind   `dynamodbav:"kind"`
	State   Outcome      `dynamodbav:"st"`
	Partner auth.PartyID `dynamodbav:"ptnr"`
	Account AccountID    `dynamodbav:"acct"`             // whom it is about; of a transfer, from whom
	To      AccountID    `dynamodbav:"toacct,omitempty"` // of a transfer
	Number  Number       `dynamodbav:"no,omitempty"`     // of the certificate
	Path    Path         `dynamodbav:"path,omitempty"`
	Asked   time.Time    `dynamodbav:"asked"`
	Decided time.Time    `dynamodbav:"decided,omitempty"`
}

// ErrDecided: the review is decided or withdrawn. ASSUMED code.
var ErrDecided = problem.New(http.StatusConflict, "CBC.99001261", "the review is closed")

// ended gives a pending review with an outcome. Error: ErrDecided.
func (r Review) ended(as Outcome, by, remark string, now time.Time) (Review, error) {
	if r.State != Pending {
		return r, ErrDecided.Saying("the review is %s since %s; a review is decided once", r.State, r.Decided.UTC().Format(time.RFC3339))
	}
	r.State, r.Decider, r.Remark, r.Decided = as, by, remark, now
	r.G1PK = reviewsOf(as, monthOf(r.Asked))
	return r, nil
}
