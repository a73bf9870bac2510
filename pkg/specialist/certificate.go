package specialist

import (
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

// CertificateType is what a certificate is of. Source: DOMAIN.md 13.
type CertificateType string

// The types.
const (
	HCIA  CertificateType = "HCIA"
	HCIP  CertificateType = "HCIP"
	HCIE  CertificateType = "HCIE"
	HCCDA CertificateType = "HCCDA"
	HCCDP CertificateType = "HCCDP"
	HCCDE CertificateType = "HCCDE"
)

// CertificateTypes are all types.
func CertificateTypes() []CertificateType {
	return []CertificateType{HCIA, HCIP, HCIE, HCCDA, HCCDP, HCCDE}
}

// Number is what a certificate is known by, in capital letters.
type Number string

// numberIn reads a certificate's number. ok is false for what is none.
func numberIn(text string) (Number, bool) {
	n := strings.ToUpper(strings.TrimSpace(text))
	return Number(n), table.IsID(n)
}

// Origin is how we know of a certificate.
type Origin string

// The origins.
const (
	Synced   Origin = "SYNC"   // the talent platform told
	Uploaded Origin = "UPLOAD" // the partner's administrator did
)

// Status is how far a certificate is.
type Status string

// The statuses.
const (
	Reviewing Status = "REVIEWING" // uploaded, and not decided on
	Valid     Status = "VALID"
	Rejected  Status = "REJECTED"
	Revoked   Status = "REVOKED" // by the talent platform
)

// Certificate is a certificate of a person. Times are business time, UTC.
type Certificate struct {
	table.Head
	CertificateRow `dynamodbav:"row"`
	Known          time.Time `dynamodbav:"known"`            // since when we know of it
	Review         string    `dynamodbav:"review,omitempty"` // its last, of an upload
	Moving         string    `dynamodbav:"moving,omitempty"` // the open review of its transfer
}

// CertificateRow is what lists show of a certificate.
type CertificateRow struct {
	Number  Number          `dynamodbav:"no"`
	Type    CertificateType `dynamodbav:"type"`
	Account AccountID       `dynamodbav:"acct"`           // who holds it
	Person  string          `dynamodbav:"person"`         // that one's name, masked
	Partner auth.PartyID    `dynamodbav:"ptnr,omitempty"` // whom the account is bound to
	Issued  calendar.Date   `dynamodbav:"from"`
	Expires calendar.Date   `dynamodbav:"to"` // the last day, Beijing
	Origin  Origin          `dynamodbav:"orig"`
	Status  Status          `dynamodbav:"st"`
	Why     string          `dynamodbav:"why,omitempty"` // it was rejected or revoked
}

// Counts says whether a certificate counts for a partner on a Beijing day: it is valid then, and who holds it is bound to the partner.
// Source: DOMAIN.md 13, "Certificates".
func (c CertificateRow) Counts(partner auth.PartyID, day calendar.Date) bool {
	return partner != "" && c.Partner == partner && c.Status == Valid && !day.Before(c.Issued) && !day.After(c.Expires)
}

// Remind gives what a digest made now says of a certificate to a reader whose last one was at mark: how many days are left, when one of its mornings
// lies between, and nothing of one that does not count. Mornings that were missed are one. Source: DOMAIN.md 13; CASES.md B39.
func (c CertificateRow) Remind(mark, now time.Time) (days int, ok bool) {
	today := calendar.DateOf(now)
	passed := slices.ContainsFunc(daysBeforeExpiry, func(n int) bool {
		at := c.morning(n)
		return at.After(mark) && !at.After(now)
	})
	return today.DaysUntil(c.Expires), passed && c.Counts(c.Partner, today)
}

// NextReminder gives the first morning after an instant on which there is something to say of a certificate, if nothing changes until then.
func (c CertificateRow) NextReminder(after time.Time) (at time.Time, ok bool) {
	for _, n := range daysBeforeExpiry {
		if morning := c.morning(n); morning.After(after) && (!ok || morning.Before(at)) {
			at, ok = morning, true
		}
	}
	return at, ok && c.Status == Valid
}

// morning gives 09:00 Beijing some days before the certificate's last day.
func (c CertificateRow) morning(days int) time.Time {
	return c.Expires.AddDays(-days).At(notify.MorningHour, 0)
}
