package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// The results of a review, by BSS's numbers.
const (
	resultPending  = 0
	resultRejected = 1
	resultPassed   = 2
)

// The customer types of a profile.
const (
	individual = 1
	enterprise = 2
)

// application is a customer's last real-name application (实名认证). What identifies people in it is sealed.
type application struct {
	table.Head
	Listed applicationRow `dynamodbav:"row"`
	Sealed []byte         `dynamodbav:"sealed"` // papers
	Result int            `dynamodbav:"result"`
	Why    string         `dynamodbav:"why,omitempty"` // of a rejection
	Was    int            `dynamodbav:"was,omitempty"` // the profile's state before, which a rejected change goes back to
}

// applicationRow is what lists show of an application.
type applicationRow struct {
	Customer auth.PartyID `dynamodbav:"id"`
	Partner  auth.PartyID `dynamodbav:"partner"`
	Type     int          `dynamodbav:"ctype"`
	Change   bool         `dynamodbav:"change,omitempty"` // from an individual to an enterprise
	At       time.Time    `dynamodbav:"at"`               // business time, UTC
}

// papers are what an application shows of who the customer is.
type papers struct {
	Name            string   `json:"name"`
	IdentifyType    int      `json:"identify_type"`
	CertificateType int      `json:"certificate_type,omitempty"`
	Number          string   `json:"number"`
	Files           []string `json:"files"`
	Country         string   `json:"country,omitempty"`
	Address         string   `json:"address,omitempty"`
	LegalName       string   `json:"legal_name,omitempty"`
	LegalNumber     string   `json:"legal_number,omitempty"`
	BankAccount     string   `json:"bank_account,omitempty"`
}

// mayApply refuses an application that a customer's real-name state does not allow: one at a time; a first one while the customer is not
// verified; a change while it is verified as an individual. Source: SDK Create- and ChangeEnterpriseRealnameAuthentication.
func mayApply(p party.Profile, change bool) error {
	switch {
	case p.VerifiedAs == party.UnderReview:
		return ErrState.Saying("an application is under review; wait for its result")
	case change && (p.VerifiedAs != party.Verified || p.CustomerType != individual):
		return ErrState.Saying("only a customer that is verified as an individual becomes an enterprise")
	case !change && p.VerifiedAs == party.Verified:
		return ErrState.Saying("the customer is verified already")
	}
	return nil
}

func sealedFor(customer auth.PartyID) string { return "realname:" + string(customer) }

// apply appends to tx a customer's application, for the vendor to decide on.
func (s *Service) apply(ctx context.Context, tx *table.Tx, c party.Party, kind int, change bool, what papers) error {
	if err := mayApply(c.Profile, change); err != nil {
		return err
	}
	plain, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("papers of %s: %w", c.ID, err)
	}
	var old application
	err = s.Table.Get(ctx, realnameKey(c.ID), &old)
	if err != nil && !absent(err) {
		return err
	}
	first, now := absent(err), s.Clock.Now()
	next := application{
		Head: realnameKey(c.ID).Head(), Was: c.Profile.VerifiedAs,
		Listed: applicationRow{Customer: c.ID, Partner: c.Partner, Type: kind, Change: change, At: now},
	}
	next.G1PK, next.G1SK = realnamesOf(monthOf(now)), now.UTC().Format(timeForm)+"#"+string(c.ID)
	if next.Sealed, err = s.Sealer.Seal(ctx, plain, sealedFor(c.ID)); err != nil {
		return err
	}
	if first {
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	waiting := c
	waiting.Profile.VerifiedAs = party.UnderReview
	s.audit(ctx, tx, event.Event{
		Type: EventRealnameApplied, Owner: string(c.ID), Subject: string(c.ID),
		Data: map[string]string{"type": fmt.Sprint(kind), "change": fmt.Sprint(change)},
	})
	return party.Change(ctx, s.Table, tx, c, waiting)
}

// decide appends to tx the vendor's decision on an application.
func (s *Service) decide(ctx context.Context, tx *table.Tx, id auth.PartyID, pass bool, opinion string) error {
	old, err := s.application(ctx, id)
	if err != nil {
		return err
	}
	if old.Result != resultPending {
		return ErrState.Saying("the application is decided already")
	}
	c, err := party.Get(ctx, s.Table, id)
	if err != nil {
		return err
	}
	what, err := s.papersOf(ctx, old)
	if err != nil {
		return err
	}
	next, decided := old, c
	next.G1PK, next.G1SK, next.Result, next.Why = "", "", resultRejected, opinion
	decided.Profile.VerifiedAs = party.ReviewRejected
	if old.Listed.Change {
		decided.Profile.VerifiedAs = old.Was
	}
	if pass {
		next.Result, next.Why = resultPassed, ""
		decided.Profile.VerifiedAs, decided.Profile.CustomerType, decided.Profile.RealName = party.Verified, old.Listed.Type, what.Name
	}
	tx.Replace(&old, &next)
	s.audit(ctx, tx, event.Event{
		Type: EventRealnameDecided, Owner: string(id), Subject: string(id), Why: opinion, Data: map[string]string{"passed": fmt.Sprint(pass)},
	})
	return party.Change(ctx, s.Table, tx, c, decided)
}

// application reads a customer's last application. Error: ErrMissing.
func (s *Service) application(ctx context.Context, id auth.PartyID) (application, error) {
	missing := ErrMissing.Saying("customer %q has not applied for real-name verification", id)
	if !table.IsID(string(id)) {
		return application{}, missing
	}
	var a application
	err := s.Table.Get(ctx, realnameKey(id), &a)
	if absent(err) {
		return a, missing
	}
	return a, err
}

func (s *Service) papersOf(ctx context.Context, a application) (papers, error) {
	var what papers
	plain, err := s.Sealer.Open(ctx, a.Sealed, sealedFor(a.Listed.Customer))
	if err == nil {
		err = json.Unmarshal(plain, &what)
	}
	return what, err
}

// submit does an application for a customer of the caller, once.
func (s *Service) submit(
	ctx context.Context, customer string, kind int, change bool, what papers, use func(tx *table.Tx) error,
) (*isReviewOutput, error) {
	if len(what.Files) == 0 {
		return nil, problem.Invalid("verified_file_url", "at least one file is needed")
	}
	err := s.once(ctx, 0, func(tx *table.Tx) error {
		c, err := s.mine(ctx, rest.Caller(ctx).Party, customer)
		if err != nil {
			return err
		}
		if use != nil {
			if err := use(tx); err != nil {
				return err
			}
		}
		return s.apply(ctx, tx, c, kind, change, what)
	})
	out := &isReviewOutput{}
	out.Body.IsReview = 1 // every application is decided by a person. ASSUMED
	return out, err
}
