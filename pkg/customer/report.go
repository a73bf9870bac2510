package customer

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// Report is a partner's claim on a customer that it is about to win (报备): for its time no other partner can report the same mail address or
// phone number. Source: DOMAIN.md 4.
type Report struct {
	table.Head
	ID         string       `dynamodbav:"id"`
	Partner    auth.PartyID `dynamodbav:"partner"`
	By         auth.UserID  `dynamodbav:"by"`
	Name       string       `dynamodbav:"name"`
	Email      string       `dynamodbav:"email,omitempty"`
	Mobile     string       `dynamodbav:"mobile,omitempty"`
	State      ReportState  `dynamodbav:"state"`
	Reported   time.Time    `dynamodbav:"at"`             // business time, UTC
	Until      time.Time    `dynamodbav:"until"`          // business time, UTC
	Invitation string       `dynamodbav:"inv,omitempty"`  // the newest online one; those before it are good no more
	Customer   auth.PartyID `dynamodbav:"cust,omitempty"` // who it became
}

// contacts gives what the report locks.
func (r Report) contacts() []string {
	return slices.DeleteFunc([]string{r.Email, r.Mobile}, func(c string) bool { return c == "" })
}

// locks says whether a contact is one that the report locks, in whatever capitals.
func (r Report) locks(contact string) bool {
	return slices.ContainsFunc(r.contacts(), func(c string) bool { return reportedKey(c) == reportedKey(contact) })
}

// ReportState says how far a report is.
type ReportState string

// The states of a report. Only the first is live: it locks, and counts against its partner's limit.
const (
	ReportLive       ReportState = "reported"
	ReportRegistered ReportState = "registered" // its customer is associated with its partner
	ReportExpired    ReportState = "expired"
	ReportWithdrawn  ReportState = "withdrawn"
)

// ReportStep is what happens to a report.
type ReportStep string

// The steps of a report.
const (
	ReportAccepts   ReportStep = "accept"
	ReportRunsOut   ReportStep = "run_out"
	ReportWithdraws ReportStep = "withdraw"
	ReportEdits     ReportStep = "edit"
)

// After gives a report's state after a step. It is the whole state machine: whatever is not live stays as it is. Error: ErrState.
func (r ReportState) After(step ReportStep) (ReportState, error) {
	if r != ReportLive {
		return r, ErrState.Saying("the report is %s", r)
	}
	switch step {
	case ReportAccepts:
		return ReportRegistered, nil
	case ReportRunsOut:
		return ReportExpired, nil
	case ReportWithdraws:
		return ReportWithdrawn, nil
	case ReportEdits:
		return ReportLive, nil
	}
	return r, ErrState.Saying("nothing is called %q", step)
}

// StateAt gives the state at a business time: a report whose time is over has expired before anybody has noted it.
func (r Report) StateAt(now time.Time) ReportState {
	if r.State == ReportLive && !now.Before(r.Until) {
		return ReportExpired
	}
	return r.State
}

// reported says whose report a mail address or phone number is.
type reported struct {
	table.Head
	Partner auth.PartyID `dynamodbav:"partner"`
	Report  string       `dynamodbav:"report"`
	Until   time.Time    `dynamodbav:"until"` // business time, UTC
}

// reports counts a partner's live reports.
type reports struct {
	table.Head
	Live int `dynamodbav:"live"`
}

// claimOn reads who has reported a contact; nobody when no report of it is live.
func (s *Service) claimOn(ctx context.Context, contact string) (held reported, live bool, err error) {
	err = s.Table.Get(ctx, reportedKey(contact), &held)
	if absent(err) {
		return reported{}, false, nil
	}
	return held, err == nil && s.Clock.Now().Before(held.Until), err
}

// lock appends to tx that a contact is a report's. Error: ErrReported.
func (s *Service) lock(ctx context.Context, tx *table.Tx, r Report, contact string) error {
	held, live, err := s.claimOn(ctx, contact)
	if err != nil {
		return err
	}
	if live {
		return ErrReported.Saying("%q is reported already, until %s", contact, held.Until.UTC().Format(time.RFC3339))
	}
	next := reported{Head: reportedKey(contact).Head(), Partner: r.Partner, Report: r.ID, Until: r.Until}
	if held.Ver == 0 {
		tx.Create(&next)
	} else {
		tx.Replace(&held, &next)
	}
	return nil
}

// unlock appends to tx that a contact is no longer a report's.
func (s *Service) unlock(ctx context.Context, tx *table.Tx, r Report, contact string) error {
	held, _, err := s.claimOn(ctx, contact)
	if err == nil && held.Ver != 0 && held.Report == r.ID {
		tx.Remove(&held)
	}
	return err
}

// count appends to tx that a partner has one live report more or less. Error: ErrLimit.
func (s *Service) count(ctx context.Context, tx *table.Tx, partner auth.PartyID, change int) error {
	var old reports
	err := s.Table.Get(ctx, reportsKey(partner), &old)
	if err != nil && !absent(err) {
		return err
	}
	next := old
	next.Live += change
	if change > 0 && next.Live > maxReports {
		return ErrLimit.Saying("a partner has %d live reports at most; wait until one ends, or withdraw one", maxReports)
	}
	if absent(err) {
		next.Head = reportsKey(partner).Head()
		tx.Create(&next)
		return nil
	}
	tx.Replace(&old, &next)
	return nil
}

// file appends to tx a new report. Errors: ErrReported, ErrLimit, ErrBarred.
func (s *Service) file(ctx context.Context, tx *table.Tx, r Report) error {
	now := s.Clock.Now()
	r.Head, r.State, r.Reported, r.Until = reportKey(r.Partner, r.ID).Head(), ReportLive, now, now.Add(reportLock)
	for _, contact := range r.contacts() {
		if err := s.free(ctx, contact); err != nil {
			return err
		}
		if err := s.lock(ctx, tx, r, contact); err != nil {
			return err
		}
	}
	if err := s.count(ctx, tx, r.Partner, 1); err != nil {
		return err
	}
	lifecycle.Arm(&r.Head, WorkReport, string(r.Partner), r.ID, r.Until)
	tx.Create(&r)
	s.audit(ctx, tx, event.Event{Type: EventReported, Owner: string(r.Partner), Subject: r.ID})
	return nil
}

// end appends to tx that a live report comes to its end, and gives it as it will be.
func (s *Service) end(ctx context.Context, tx *table.Tx, old Report, step ReportStep, customer auth.PartyID) error {
	next := old
	var err error
	if next.State, err = old.State.After(step); err != nil {
		return err
	}
	next.Customer = customer
	lifecycle.Disarm(&next.Head)
	for _, contact := range old.contacts() {
		if err := s.unlock(ctx, tx, old, contact); err != nil {
			return err
		}
	}
	if err := s.count(ctx, tx, old.Partner, -1); err != nil {
		return err
	}
	tx.Replace(&old, &next)
	event.Append(tx, event.Event{
		Type: EventReportEnded, Owner: string(old.Partner), Subject: old.ID, At: s.Clock.Now(), By: byOf(ctx),
		Data: map[string]string{"state": string(next.State)},
	})
	return nil
}

// edit appends to tx that a live report is of another mail address or phone number. Its open invitation dies, and another goes out.
func (s *Service) edit(ctx context.Context, tx *table.Tx, old Report, email, mobile string) error {
	next := old
	var err error
	if next.State, err = old.StateAt(s.Clock.Now()).After(ReportEdits); err != nil {
		return err
	}
	next.Email, next.Mobile = email, mobile
	for _, contact := range next.contacts() {
		if old.locks(contact) {
			continue
		}
		if err := s.free(ctx, contact); err != nil {
			return err
		}
		if err := s.lock(ctx, tx, next, contact); err != nil {
			return err
		}
	}
	for _, contact := range old.contacts() {
		if !next.locks(contact) {
			if err := s.unlock(ctx, tx, old, contact); err != nil {
				return err
			}
		}
	}
	if err := s.readdress(ctx, tx, next); err != nil {
		return err
	}
	tx.Replace(&old, &next)
	s.audit(ctx, tx, event.Event{Type: EventReportEdited, Owner: string(old.Partner), Subject: old.ID})
	return nil
}

// report reads a partner's report. Error: ErrMissing.
func (s *Service) report(ctx context.Context, partner auth.PartyID, id string) (Report, error) {
	missing := ErrMissing.Saying("you have no report %q", id)
	if !table.IsID(id) {
		return Report{}, missing
	}
	var r Report
	err := s.Table.Get(ctx, reportKey(partner, id), &r)
	if absent(err) {
		return r, missing
	}
	return r, err
}

// DoReport ends a report whose time is over.
func (s *Service) DoReport(ctx context.Context, due lifecycle.Due) error {
	var r Report
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &r); err != nil {
		return err
	}
	tx := table.NewTx()
	if err := s.end(ctx, tx, r, ReportRunsOut, ""); err != nil {
		return err
	}
	return s.Table.Commit(ctx, tx)
}
