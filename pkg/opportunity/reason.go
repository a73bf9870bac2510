package opportunity

import (
	"slices"

	"partnercenter/pkg/foundation/problem"
)

// Reason is why an opportunity is rejected, as a category; a text says the rest. Source: DOMAIN.md 12, Audit criteria; 21, row 9.
type Reason string

// The reasons.
const (
	Incomplete   Reason = "INCOMPLETE"    // 信息不完整: required fields are missing, or key information is not fully described
	Invalid      Reason = "INVALID"       // 机会点无效: no clear contact; no clear budget and time; no incremental revenue
	NotReal      Reason = "NOT_REAL"      // the customer says that there is no such project. Of verification
	Traded       Reason = "TRADED"        // the customer has traded already. Of verification
	Unrelated    Reason = "UNRELATED"     // nothing of the vendor's is in it. Of verification
	Duplicate    Reason = "DUPLICATE"     // another one exists. ASSUMED there, as the two below
	PublicTender Reason = "PUBLIC_TENDER" // it comes from a public tender or hearsay, not from the partner's own effort
	Compliance   Reason = "COMPLIANCE"    // above all, the customer's personal data may not be shared
	Overdue      Reason = "OVERDUE"       // nobody decided or answered in time: the system's alone
)

// Reasons are those that a reviewer can give.
func Reasons() []Reason {
	return []Reason{Incomplete, Invalid, NotReal, Traded, Unrelated, Duplicate, PublicTender, Compliance}
}

// ofVerification are the reasons that only asking the customer shows.
var ofVerification = []Reason{NotReal, Traded, Unrelated}

// Why says why an opportunity was rejected or ended.
type Why struct {
	Reason Reason `dynamodbav:"r,omitempty"`
	Text   string `dynamodbav:"t,omitempty"`
}

// check refuses a why that does not go with an event. Error: CBC.0100.
func (w Why) check(e Event) error {
	rejects := e == AuditReject || e == VerifyReject
	ends := rejects || e == Decline || e == Cancel || e == Lose
	switch {
	case rejects && !slices.Contains(Reasons(), w.Reason):
		return problem.Invalid("reason_category", "%.40q is none; a rejection has one of %v", w.Reason, Reasons())
	case e == AuditReject && slices.Contains(ofVerification, w.Reason):
		return problem.Invalid("reason_category", "%s is found by verification; an audit goes by %v", w.Reason, Reasons()[:2])
	case !rejects && w.Reason != "" && w.Reason != Overdue:
		return problem.Invalid("reason_category", "%s has none", e)
	case !ends && w.Text != "": // the partner would read it
		return problem.Invalid("reason", "%s has none; leave it out", e)
	case ends && w.Text == "":
		return problem.Invalid("reason", "it is missing; say why, so that the other side can mend it")
	}
	return nil
}

// anotherExists is all that a partner learns of a duplicate. Source: DOMAIN.md 12, Duplicates.
const anotherExists = "another opportunity for this company and offering or cloud service exists"

// ForPartner gives a why as the partner reads it: of a duplicate, whatever the reviewer wrote, only that another one exists.
func (w Why) ForPartner() Why {
	if w.Reason == Duplicate {
		w.Text = anotherExists
	}
	return w
}
