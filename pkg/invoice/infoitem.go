package invoice

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// InfoState is how an account's invoice info stands.
type InfoState string

// The states of invoice info. What was valid stays so while a change is reviewed, and after one that was refused.
const (
	NoInfo       InfoState = "" // none was ever submitted
	InfoInReview InfoState = "UNDER_REVIEW"
	InfoValid    InfoState = "VALID"
	InfoRejected InfoState = "REJECTED" // and none is valid
)

// accountInfo is an account's invoice info: one valid record at most (唯一有效的发票信息). Source: DOMAIN.md 9; 21, row 11.
type accountInfo struct {
	table.Head
	Listed  infoRow       `dynamodbav:"row"`
	State   InfoState     `dynamodbav:"st,omitempty"`
	Valid   *Info         `dynamodbav:"valid,omitempty"`
	Pending *Info         `dynamodbav:"pending,omitempty"`
	Of      string        `dynamodbav:"of,omitempty"`   // which older record Pending is to replace; empty is Valid
	Reason  string        `dynamodbav:"why,omitempty"`  // of the last refusal
	By      calendar.Date `dynamodbav:"by,omitempty"`   // until when it is reviewed
	Older   int           `dynamodbav:"old,omitempty"`  // records of before there was to be one alone
	Open    int           `dynamodbav:"open,omitempty"` // requests for invoices by it that are open
}

// infoRow is what the vendor's queue shows of info under review.
type infoRow struct {
	Account auth.PartyID `dynamodbav:"id"`
	Title   string       `dynamodbav:"title"`
	Change  bool         `dynamodbav:"change,omitempty"` // rather than the account's first
	At      time.Time    `dynamodbav:"at"`
}

// olderInfo is a record that an account had before 2020-08-01. It is kept, and changes by review as the one valid record does.
type olderInfo struct {
	table.Head
	ID   string    `dynamodbav:"id"`
	Info Info      `dynamodbav:"info"`
	At   time.Time `dynamodbav:"at"` // when it was imported
}

// info reads an account's invoice info, strongly consistent; one of which nothing is known yet has neither key nor state.
func (s *Service) info(ctx context.Context, account auth.PartyID) (accountInfo, error) {
	var i accountInfo
	err := s.Table.Get(ctx, infoKey(account), &i)
	if errors.Is(err, table.ErrNotFound) {
		return accountInfo{}, nil
	}
	return i, err
}

// putInfo appends to tx invoice info over what was read.
func putInfo(tx *table.Tx, account auth.PartyID, old, next accountInfo) {
	if next.Listed.Account = account; old.PK == "" {
		next.Head = infoKey(account).Head()
		next.G1PK, next.G1SK = old.G1PK, old.G1SK
	}
	if next.State == InfoInReview {
		next.G1PK = infoReviewsOf(MonthOf(calendar.DateOf(next.Listed.At)))
		next.G1SK = stamp(next.Listed.At) + "#" + string(account)
	} else {
		next.G1PK, next.G1SK = "", ""
	}
	if old.PK == "" {
		tx.Create(&next)
		return
	}
	tx.Replace(&old, &next)
}

// verifiedName gives the name that an account is verified by, which its invoices bear: of a partner its own when no other is known, since the vendor
// contracts with it by that name; of a customer nothing until it is verified.
func verifiedName(p party.Party) string {
	if p.Profile.RealName != "" && (p.Profile.VerifiedAs == party.Verified || p.Kind != auth.Customer) {
		return p.Profile.RealName
	}
	if p.Kind == auth.Customer {
		return ""
	}
	return p.Name
}

// submission is invoice info that an account submits: its first, or a change of its valid one or of an older one.
type submission struct {
	Info   Info
	Change bool
	Of     string // which older record is changed; empty is the valid one
}

// submitInfo appends to tx that an account submits invoice info for the vendor to review.
// Errors: as submittable; ErrNoInfo for a change of an older record that there is not; ErrInfo.
func (s *Service) submitInfo(ctx context.Context, tx *table.Tx, p party.Party, what submission, now time.Time) error {
	old, err := s.info(ctx, p.ID)
	if err != nil {
		return err
	}
	if err := submittable(old, what); err != nil {
		return err
	}
	if what.Of != "" {
		if _, err := s.olderRecord(ctx, p.ID, what.Of); err != nil {
			return err
		}
	}
	if err := what.Info.Check(verifiedName(p)); err != nil {
		return err
	}
	next := old
	next.State, next.Pending, next.Of, next.Reason = InfoInReview, &what.Info, what.Of, ""
	next.By, _ = calendar.AddWorkingDays(calendar.DateOf(now), reviewDays)
	next.Listed = infoRow{Account: p.ID, Title: what.Info.Title, Change: what.Change, At: now}
	putInfo(tx, p.ID, old, next)
	note(ctx, tx, EventInfo, p.ID, string(p.ID), "submit", string(next.State), "", now)
	return nil
}

// submittable refuses a submission while another is reviewed or requests are open, and what would add a record.
// Errors: ErrInfoExists for a first that is not; ErrNoInfo for a change of none; ErrInfoBusy.
func submittable(old accountInfo, what submission) error {
	switch {
	case !what.Change && (old.State != NoInfo || old.Older > 0):
		return ErrInfoExists.Saying("an account has one invoice info; change the one that there is, no other is added")
	case old.State == InfoInReview:
		return ErrInfoBusy.Saying("the invoice info is under review until %s; wait for the result", old.By)
	case what.Change && what.Of == "" && old.State == NoInfo && old.Older > 0:
		return ErrNoInfo.Saying("the account has older invoice info alone; name which of it is changed").In("info_id")
	case what.Change && what.Of == "" && old.State == NoInfo:
		return ErrNoInfo.Saying("the account has no invoice info to change")
	case old.Open > 0:
		return ErrInfoBusy.Saying("%d requests for invoices are open; the invoice info does not change until they are done", old.Open)
	}
	return nil
}

// decideInfo appends to tx the vendor's decision on invoice info under review. What is approved takes the place of what it changes, so that an account
// never has a record more. Errors: ErrNoInfo, ErrState.
func (s *Service) decideInfo(ctx context.Context, tx *table.Tx, account auth.PartyID, approve bool, reason string, now time.Time) error {
	old, err := s.info(ctx, account)
	if err != nil {
		return err
	}
	if old.State == NoInfo {
		return ErrNoInfo.Saying("%q has no invoice info", account)
	}
	if old.State != InfoInReview {
		return ErrState.Saying("the invoice info is %s, not under review", old.State)
	}
	next, step := old.decided(approve, reason), "approve"
	if !approve {
		step = "reject"
	}
	if approve && old.Of != "" {
		record, err := s.olderRecord(ctx, account, old.Of)
		if err != nil {
			return err
		}
		changed := record
		changed.Info = *old.Pending
		tx.Replace(&record, &changed)
	}
	putInfo(tx, account, old, next)
	note(ctx, tx, EventInfo, account, string(account), step, string(next.State), reason, now)
	return nil
}

// decided gives invoice info after the review of what was pending: what was valid stays so unless that is what was changed.
func (i accountInfo) decided(approve bool, reason string) accountInfo {
	next := i
	next.Pending, next.Of, next.By, next.Reason = nil, "", calendar.Date{}, reason
	if approve && i.Of == "" {
		next.Valid = i.Pending
	}
	switch {
	case next.Valid != nil:
		next.State = InfoValid
	case i.Of != "":
		next.State = NoInfo // it has older records alone
	default:
		next.State = InfoRejected
	}
	return next
}

// keepOlder appends to tx a record that an account had before there was to be one alone. Error: ErrInfo.
func (s *Service) keepOlder(ctx context.Context, tx *table.Tx, p party.Party, i Info, id string, now time.Time) error {
	if err := i.Check(i.Title); err != nil { // titles of before need not be today's name
		return err
	}
	old, err := s.info(ctx, p.ID)
	if err != nil {
		return err
	}
	next := old
	next.Older++
	putInfo(tx, p.ID, old, next)
	tx.Create(&olderInfo{Head: oldInfoKey(p.ID, id).Head(), ID: id, Info: i, At: now})
	note(ctx, tx, EventInfo, p.ID, string(p.ID), "keep_older", string(next.State), "", now)
	return nil
}

// olderRecord reads a record that an account had before. Error: ErrNoInfo.
func (s *Service) olderRecord(ctx context.Context, account auth.PartyID, id string) (olderInfo, error) {
	var o olderInfo
	missing := ErrNoInfo.Saying("there is no older invoice info %.64q", id).In("info_id")
	if !table.IsID(id) {
		return o, missing
	}
	err := s.Table.Get(ctx, oldInfoKey(account, id), &o)
	if errors.Is(err, table.ErrNotFound) {
		return o, missing
	}
	return o, err
}

// older reads the records that an account had before.
func (s *Service) older(ctx context.Context, account auth.PartyID) ([]olderInfo, error) {
	var all []olderInfo
	q := table.Query{PK: ownerKey(account), Prefix: oldInfoPrefix, Strong: true}
	for one, err := range table.All[olderInfo](ctx, s.Table, q) {
		if err != nil {
			return nil, err
		}
		all = append(all, *one)
	}
	return all, nil
}
