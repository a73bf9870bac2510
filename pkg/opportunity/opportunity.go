package opportunity

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// ID names an opportunity of a partner: po- or ho- and, in lower case, a ULID of the business time at which it was made.
type ID string

// newID gives the id of an opportunity that is made now.
func newID(o Origin, now time.Time) ID {
	return ID(prefixOf(o) + strings.ToLower(ulid.MustNew(ulid.Timestamp(now), rand.Reader).String()))
}

func prefixOf(o Origin) string { return strings.ToLower(string(o)) + "-" }

// since gives an id that those made before an instant are below.
func since(o Origin, at time.Time) ID {
	var first ulid.ULID
	_ = first.SetTime(ulid.Timestamp(at)) // fails in the year 10889
	return ID(prefixOf(o) + strings.ToLower(first.String()))
}

// Opportunity is an opportunity's head. Times are business time, UTC.
type Opportunity struct {
	table.Head
	Row       `dynamodbav:"row"`
	Offerings []Offering `dynamodbav:"offers,omitempty"`
	Services  []string   `dynamodbav:"svc,omitempty"` // service type codes
	Why       Why        `dynamodbav:"why,omitempty"` // it was rejected or ended
	Verified  time.Time  `dynamodbav:"verified,omitempty"`
	Released  bool       `dynamodbav:"free,omitempty"` // delivered long ago, it excludes others no longer
	From      ID         `dynamodbav:"from,omitempty"` // the rejected one that it is a copy of
	Records   int        `dynamodbav:"n,omitempty"`    // of its history, so far
}

// Row is what lists show of an opportunity.
type Row struct {
	ID          ID            `dynamodbav:"id"`
	Origin      Origin        `dynamodbav:"org"`
	Partner     auth.PartyID  `dynamodbav:"ptnr"`
	User        auth.UserID   `dynamodbav:"user,omitempty"` // who made a PO, or answered an HO
	State       State         `dynamodbav:"st"`
	Name        string        `dynamodbav:"name,omitempty"`
	Company     string        `dynamodbav:"co,omitempty"`
	Amount      money.Fen     `dynamodbav:"amt,omitempty"`
	Expected    calendar.Date `dynamodbav:"exp,omitempty"` // of the order, Beijing
	Created     time.Time     `dynamodbav:"at"`
	Submitted   time.Time     `dynamodbav:"sub,omitempty"` // or shared
	Entered     time.Time     `dynamodbav:"in"`            // its state
	Deadline    time.Time     `dynamodbav:"due,omitempty"` // of its state
	Provisional bool          `dynamodbav:"prov,omitempty"`
	Escalated   bool          `dynamodbav:"esc,omitempty"` // its audit lasts too long
	Reason      Reason        `dynamodbav:"r,omitempty"`
}

// Offering is what a partner can sell and deliver itself. Source: DOMAIN.md 12.
type Offering struct {
	ID   string       `json:"offering_id" dynamodbav:"id" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9._:-]+$"`
	Name string       `json:"offering_name" dynamodbav:"n" minLength:"1" maxLength:"128"`
	Kind OfferingKind `json:"kind" dynamodbav:"k" enum:"KOOGALLERY,BASELINE_SOLUTION"`
}

// OfferingKind is what an offering is.
type OfferingKind string

// The kinds of offerings.
const (
	KooGallery OfferingKind = "KOOGALLERY"        // a KooGallery product
	Baseline   OfferingKind = "BASELINE_SOLUTION" // a baseline solution
)

// Tags gives the tags that derive from an opportunity's offerings: their kinds and names, each once, sorted.
// Source: DOMAIN.md 12; which is ASSUMED.
func (o Opportunity) Tags() []string {
	tags := []string{}
	for _, offering := range o.Offerings {
		tags = append(tags, string(offering.Kind), offering.Name)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// Content is the rest of an opportunity: what is read when one is shown or decided on.
type Content struct {
	table.Head
	Region      string     `dynamodbav:"region,omitempty"`
	Industry    string     `dynamodbav:"industry,omitempty"`
	Description string     `dynamodbav:"text,omitempty"`
	Budget      string     `dynamodbav:"budget,omitempty"` // B
	Authority   string     `dynamodbav:"auth,omitempty"`   // A: who decides
	Need        string     `dynamodbav:"need,omitempty"`   // N
	Timing      string     `dynamodbav:"timing,omitempty"` // T
	Activities  []Activity `dynamodbav:"done,omitempty"`
	Tender      bool       `dynamodbav:"tender,omitempty"` // it is known from a public tender or hearsay
	Contact     Contact    `dynamodbav:"contact"`
	Consent     bool       `dynamodbav:"consent,omitempty"` // the customer agreed that its personal data is shared
	ConsentAt   time.Time  `dynamodbav:"consentat,omitempty"`
	ConsentBy   string     `dynamodbav:"consentby,omitempty"` // who said so: a masked principal
}

// Contact is whom to ask at the customer.
type Contact struct {
	Name  string `json:"name,omitempty" dynamodbav:"n,omitempty" maxLength:"64"`
	Phone string `json:"phone,omitempty" dynamodbav:"p,omitempty" maxLength:"32"`
	Email string `json:"email,omitempty" dynamodbav:"e,omitempty" maxLength:"128"`
	Title string `json:"title,omitempty" dynamodbav:"t,omitempty" maxLength:"64"`
}

// sameAs tells whether two contacts are one person under one number and address, whatever its title.
func (c Contact) sameAs(other Contact) bool {
	c.Title, other.Title = "", ""
	return c == other
}

// Activity is what a partner has done already. The list is ASSUMED.
type Activity string

// The activities.
const (
	Meeting   Activity = "MEETING"
	Alignment Activity = "ALIGNMENT" // of what the customer needs
	Proposal  Activity = "PROPOSAL"
	Proof     Activity = "POC"
	Quotation Activity = "QUOTATION"
)

// Activities are all of them.
func Activities() []Activity { return []Activity{Meeting, Alignment, Proposal, Proof, Quotation} }

// Side is who did something.
type Side string

// The sides.
const (
	ByPartner Side = "PARTNER"
	ByVendor  Side = "VENDOR"
	ByTime    Side = "SYSTEM"
)

// Record is one step of an opportunity. Its records are its history; none is ever changed.
type Record struct {
	table.Head
	N     int       `dynamodbav:"n"` // 1 is the first
	Event Event     `dynamodbav:"ev"`
	State State     `dynamodbav:"st"` // behind it
	Why   Why       `dynamodbav:"why,omitempty"`
	Note  string    `dynamodbav:"note,omitempty"` // of progress
	Stage Stage     `dynamodbav:"stage,omitempty"`
	Side  Side      `dynamodbav:"side"`
	By    string    `dynamodbav:"by"` // a masked principal
	At    time.Time `dynamodbav:"at"`
}

// Stage is how far a partner is with a customer. The list is ASSUMED.
type Stage string

// The stages.
const (
	StageSolution Stage = "SOLUTION"
	StagePOC      Stage = "POC"
	StageQuote    Stage = "QUOTATION"
	StageContract Stage = "CONTRACT"
	StageDelivery Stage = "DELIVERY"
)

// step gives an opportunity as an event leaves it now. A step that comes after the deadline at which another one happened is refused, though that one was
// not done yet. Errors: ErrState, ErrWithdrawal.
func (o Opportunity) step(e Event, now time.Time) (Opportunity, error) {
	state, err := o.State.After(e)
	if err != nil {
		return o, err
	}
	if o.lapsed(now) && e != patiences[o.State].otherwise {
		return o, ErrState.Saying("its time ended on %s without a result, so it counts as rejected", lastDay(o.Deadline))
	}
	next := o
	next.State = state
	if e == Escalate || e == Release {
		next.Escalated, next.Released = e == Escalate, e == Release
		lifecycle.Disarm(&next.Head)
		return next, nil
	}
	if state == o.State { // progress
		return next, nil
	}
	next.Escalated = false
	next.enter(now)
	if e == Submit {
		next.Submitted = now
	}
	if e == VerifyPass {
		next.Verified = now
	}
	next.list()
	return next, nil
}

// lapsed holds when something was to happen to an opportunity by now, and its time decides when nothing did.
func (o Opportunity) lapsed(now time.Time) bool {
	return (o.State == Verifying || o.State == Shared) && !now.Before(o.Deadline)
}

// enter notes that an opportunity comes to its state now, and arms what is due in it.
func (o *Opportunity) enter(now time.Time) {
	lifecycle.Disarm(&o.Head)
	o.Entered, o.Deadline, o.Provisional = now, time.Time{}, false
	if at, provisional, ok := o.State.Deadline(now); ok {
		o.Deadline, o.Provisional = at, provisional
		o.arm(at)
	}
	if o.State == Delivered { // nobody waits for it, so it is no deadline
		o.arm(releaseAt(now))
	}
}

func (o *Opportunity) arm(at time.Time) {
	lifecycle.Arm(&o.Head, Work, string(o.Partner), string(o.ID), at)
}
