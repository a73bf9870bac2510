package performance

import (
	"context"
	"errors"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// counted says whose slips have shares of a customer's month. Every recount replaces it, so that of two at once one begins anew.
type counted struct {
	table.Head
	Partners []auth.PartyID `dynamodbav:"ps,omitempty"`
}

// Recount judges all lines of a customer's month by the facts as they are and replaces its shares of the partners' slips, in one transaction with the
// slips' totals. What belongs to a final slip stays as it is. To repeat it changes nothing. Whoever calls it beside a review holds the month, see holding.
func (s *Service) Recount(ctx context.Context, customer auth.PartyID, month Month) error {
	b, err := s.newBook(ctx, month)
	if err != nil {
		return err
	}
	return s.recount(ctx, b, customer)
}

func (s *Service) recount(ctx context.Context, b *book, customer auth.PartyID) error {
	return table.Persist(ctx, func() error { return s.recountOnce(ctx, b, customer) })
}

// recountOnce is Recount without its retries. The lines are read behind the item that the transaction is conditional on, so that whoever has written
// lines since counts after it.
func (s *Service) recountOnce(ctx context.Context, b *book, customer auth.PartyID) error {
	old := counted{Head: countKey(customer, b.month).Head()}
	err := s.Table.Get(ctx, old.Key(), &old)
	fresh := errors.Is(err, table.ErrNotFound)
	if err != nil && !fresh {
		return err
	}
	c := &recounting{service: s, book: b, slips: map[auth.PartyID]*slipRead{}, tally: newTally(b.month)}
	if err := c.lines(ctx, customer); err != nil {
		return err
	}
	next := counted{Head: old.Head}
	lifecycle.Disarm(&next.Head)
	tx := table.NewTx()
	if next.Partners, err = c.shares(ctx, tx, customer, old.Partners); err != nil {
		return err
	}
	if fresh {
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	return s.Table.Commit(ctx, tx)
}

// doCount recounts a customer's month that is due for it. It is a lifecycle.Handler.
func (s *Service) doCount(ctx context.Context, due lifecycle.Due) error {
	var c counted
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &c); err != nil {
		return err
	}
	customer, month, err := ofKey(c.PK)
	if err != nil {
		return err
	}
	return s.holding(ctx, month, "count-"+string(customer), func() error { return s.Recount(ctx, customer, month) })
}

// recounting is one recount.
type recounting struct {
	service *Service
	book    *book
	slips   map[auth.PartyID]*slipRead
	tally   *tally
	changed []table.Item // lines whose verdict is another one
}

type slipRead struct {
	Slip
	found bool
}

// slip reads a partner's slip once.
func (c *recounting) slip(ctx context.Context, partner auth.PartyID) (*slipRead, error) {
	if read := c.slips[partner]; read != nil {
		return read, nil
	}
	slip, found, err := c.service.slip(ctx, partner, c.book.month)
	read := &slipRead{slip, found}
	c.slips[partner] = read
	return read, err
}

// lines judges all lines, and writes those anew whose verdict is another one.
func (c *recounting) lines(ctx context.Context, customer auth.PartyID) error {
	holder, err := c.service.customer(ctx, customer)
	if err != nil {
		return err
	}
	moves, err := c.service.moves(ctx, customer, c.book.month)
	if err != nil {
		return err
	}
	q := table.Query{PK: ofCustomer(customer, c.book.month), Prefix: linePrefix, Strong: true}
	for l, err := range table.All[Line](ctx, c.service.Table, q) {
		if err != nil {
			return err
		}
		was := l.Judged
		frozen, err := c.frozen(ctx, was)
		if err != nil {
			return err
		}
		if !frozen {
			if err := c.book.judge(ctx, l, holder, moves); err != nil {
				return err
			}
		}
		c.tally.add(l)
		if l.Judged != was {
			c.changed = append(c.changed, l)
		}
		if len(c.changed) >= chunkLines {
			if err := c.flush(ctx); err != nil {
				return err
			}
		}
	}
	return c.flush(ctx)
}

func (c *recounting) flush(ctx context.Context) error {
	lines := c.changed
	c.changed = nil
	return c.service.Table.PutAll(ctx, lines)
}

// frozen says whether a line belongs to a final slip, and keeps its verdict.
func (c *recounting) frozen(ctx context.Context, j Judged) (bool, error) {
	for _, partner := range []auth.PartyID{j.Partner, j.Moved} {
		if partner == "" {
			continue
		}
		slip, err := c.slip(ctx, partner)
		if err != nil || slip.Stage == Closed {
			return true, err
		}
	}
	return false, nil
}

// shares appends to tx the new shares with the slips' totals, and gives who has one now.
func (c *recounting) shares(ctx context.Context, tx *table.Tx, customer auth.PartyID, before []auth.PartyID) ([]auth.PartyID, error) {
	var all []auth.PartyID
	for partner := range c.tally.shares {
		all = append(all, partner)
	}
	now := slices.Clone(all)
	slices.Sort(now)
	for _, partner := range before {
		if !slices.Contains(all, partner) {
			all = append(all, partner)
		}
	}
	slices.Sort(all)
	for _, partner := range all {
		if err := c.replace(ctx, tx, customer, partner); err != nil {
			return nil, err
		}
	}
	return now, nil
}

// replace appends to tx a partner's new share and slip.
func (c *recounting) replace(ctx context.Context, tx *table.Tx, customer, partner auth.PartyID) error {
	slip, err := c.slip(ctx, partner)
	if err != nil || slip.Stage == Closed {
		return err
	}
	share := c.tally.share(partner)
	var old *Share
	read := Share{}
	switch err := c.service.Table.Get(ctx, shareKey(partner, c.book.month, customer), &read); {
	case err == nil:
		old = &read
	case !errors.Is(err, table.ErrNotFound):
		return err
	}
	next := slip.Slip
	next.Sums = slip.replaced(old, share)
	switch {
	case old != nil && share != nil:
		tx.Replace(old, share)
	case share != nil:
		tx.Create(share)
	case old != nil:
		tx.Remove(old)
	}
	if !slip.found {
		tx.Create(&next)
		return nil
	}
	tx.Replace(&slip.Slip, &next)
	return nil
}
