package invoice

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// series is the numbers of an issuer's lists in a Beijing year: 1 to Last, without a gap.
type series struct {
	table.Head
	Last int64 `dynamodbav:"last"`
}

// numbered says which list has a number.
type numbered struct {
	table.Head
	Number  string       `dynamodbav:"no"`
	List    ListID       `dynamodbav:"id"`
	Partner auth.PartyID `dynamodbav:"ptnr"`
	Sums    `dynamodbav:"sums"`
	At      time.Time `dynamodbav:"at"` // business time, UTC
}

// DoList issues a draft that is due. It is a lifecycle.Handler. What hides the list is looked at again: while something does, the draft is due again
// when time alone ends that, else on the next day at 00:00 Beijing.
func (s *Service) DoList(ctx context.Context, due lifecycle.Due) error {
	var l List
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &l); err != nil {
		return err
	}
	if l.State != Draft {
		return lifecycle.ErrNotDue
	}
	why, from, err := s.obstacles(ctx, l, now)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		return s.wait(ctx, l, from, now)
	}
	return s.Issue(ctx, l.Partner, l.ID)
}

// obstacles gives everything that keeps a draft from being issued, and from when on when time alone ends it.
func (s *Service) obstacles(ctx context.Context, l List, now time.Time) ([]Hidden, time.Time, error) {
	business, err := s.business(ctx, l.Partner)
	if err != nil {
		return nil, time.Time{}, err
	}
	why, from := Why(business, &Payable{Applied: l.Applied}, now)
	if _, err = s.buyer(ctx, l.Buyer); errors.Is(err, ErrNoBuyer) {
		return append(why, NoBuyer), from, nil
	}
	return why, from, err
}

// wait makes a draft that can't be issued yet due at a later time.
func (s *Service) wait(ctx context.Context, l List, from, now time.Time) error {
	next := l
	if from.IsZero() {
		from = calendar.DateOf(now).End()
	}
	lifecycle.Arm(&next.Head, WorkList, string(l.Partner), string(l.ID), from)
	return s.Table.Replace(ctx, &l, &next)
}

// Issue gives a draft its number and its content, in one transaction: the number is the next of the issuer and the Beijing year, so that numbers have no
// gaps and a draft has none. Many at once contend for one series, and each is tried until it has its own. A list that is issued stays as it is.
//
// Errors: ErrNoList; ErrNoBuyer, while the vendor has not said who is invoiced; rest.ErrTryAgain, after which it can be called again.
// Source: CASES.md B34 and invariant 8.
func (s *Service) Issue(ctx context.Context, partner auth.PartyID, id ListID) error {
	remind := func() error { return notify.Touch(ctx, s.Table, partner, s.Clock.Now()) } // who forgets its invoice has a digest that says so
	if err := remind(); err != nil {                                                     // first, for nobody would do it after a crash between the two
		return err
	}
	err := rest.Persist(ctx, func() error {
		l, err := s.list(ctx, partner, id)
		if err != nil || l.State != Draft {
			return err
		}
		return s.issue(ctx, l)
	})
	if err != nil {
		return err
	}
	return remind() // again, for the morning's digest may have passed between the two
}

func (s *Service) issue(ctx context.Context, l List) error {
	buyer, err := s.buyer(ctx, l.Buyer)
	if err != nil {
		return err
	}
	business, err := s.business(ctx, l.Partner)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	tx := table.NewTx()
	no, err := s.nextNumber(ctx, tx, l, now)
	if err != nil {
		return err
	}
	next := l
	if next.State, err = l.State.After(Issue); err != nil {
		return err
	}
	next.Number, next.IssuedAt, next.Lines = no, now, nil
	next.G1PK, next.G1SK = listsOf(l.Partner), stamp(now)+"#"+string(l.ID)
	lifecycle.Disarm(&next.Head)
	tx.Replace(&l, &next)
	tx.Create(&Content{
		Head: contentKey(l.Partner, l.ID).Head(), List: l.ID, Partner: l.Partner, Number: no, Issued: now, Source: l.Source, Payable: l.Payable,
		Periods: l.Periods, Buyer: buyer, Rate: l.Rate, Lines: l.Lines, Sums: l.Sums, Remark: remark(l.Payable, l.Periods),
		Seller: Seller{Title: business.Title, TaxID: business.TaxID, Bank: business.Bank, BankAccount: business.BankAccount},
	})
	tell(ctx, tx, WriterIssued, next, Issue, now)
	return s.Table.Commit(ctx, tx)
}

// nextNumber appends to tx that a list takes the next number of its issuer and the Beijing year.
func (s *Service) nextNumber(ctx context.Context, tx *table.Tx, l List, now time.Time) (string, error) {
	year := calendar.DateOf(now).Year
	key := seriesKey(l.Buyer, year)
	var old series
	err := s.Table.Get(ctx, key, &old)
	first := errors.Is(err, table.ErrNotFound)
	if err != nil && !first {
		return "", err
	}
	next := old
	next.Last++
	if first {
		next.Head = key.Head()
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	no := number(l.Buyer, year, next.Last)
	tx.Create(&numbered{
		Head: numberKey(l.Buyer, year, next.Last).Head(), Number: no, List: l.ID, Partner: l.Partner, Sums: l.Sums, At: now,
	})
	return no, nil
}

// list reads a list of a partner, strongly consistent. Error: ErrNoList.
func (s *Service) list(ctx context.Context, partner auth.PartyID, id ListID) (List, error) {
	var l List
	missing := ErrNoList.Saying("there is no invoice list %.64q", id).In("list_id")
	if _, _, ok := id.parts(); !ok || !table.IsID(string(partner)) {
		return l, missing
	}
	err := s.Table.Get(ctx, listKey(partner, id), &l)
	if errors.Is(err, table.ErrNotFound) {
		return l, missing
	}
	return l, err
}

// content reads what an issued list says.
func (s *Service) content(ctx context.Context, l List) (Content, error) {
	var c Content
	err := s.Table.Get(ctx, contentKey(l.Partner, l.ID), &c)
	return c, err
}

// buyer reads a company that partners invoice. Error: ErrNoBuyer.
func (s *Service) buyer(ctx context.Context, code string) (Buyer, error) {
	var b buyerItem
	err := s.Table.Get(ctx, buyerKey(code), &b)
	if errors.Is(err, table.ErrNotFound) {
		return b.Buyer, ErrNoBuyer.Saying("there is no buyer %.20q: the vendor sets it first", code).In("buyer_code")
	}
	return b.Buyer, err
}
