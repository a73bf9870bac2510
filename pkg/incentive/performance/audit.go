package performance

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// Audit checks that a partner's slip is the sum of its lines to the fen, and unrounded to the last decimal: the lines of each share to the share, its rows
// to the share, the shares to the slip, and the slip to what Slip gives. It returns every breach at once, and is for when no import is under way.
func (s *Service) Audit(ctx context.Context, partner auth.PartyID, month Month) error {
	slip, _, err := s.slip(ctx, partner, month)
	if err != nil {
		return err
	}
	var breaches []error
	var total Sums
	for share, err := range table.All[Share](ctx, s.Table, sharesOf(partner, month)) {
		if err != nil {
			return err
		}
		found, err := s.linesSum(ctx, partner, month, share.Customer)
		if err != nil {
			return err
		}
		if found.Amount != share.Amount || found.Exact != share.Exact || found.Lines != share.Lines || found.Counted != share.Counted {
			breaches = append(breaches, fmt.Errorf("the lines of %s sum to %s (%s, %d of %d), its share is %s (%s, %d of %d)", share.Customer,
				found.Amount, found.Exact, found.Counted, found.Lines, share.Amount, share.Exact, share.Counted, share.Lines))
		}
		var rows money.Fen
		for _, r := range share.Rows {
			rows += r.Counted
		}
		if rows != share.Amount || share.until(mostDays) != share.Amount {
			breaches = append(breaches, fmt.Errorf("the share of %s is %s, its rows sum to %s and its days to %s", share.Customer, share.Amount, rows, share.until(mostDays)))
		}
		total = total.replaced(nil, share)
	}
	rows, err := s.Slip(ctx, partner, month)
	if err != nil {
		return err
	}
	var of money.Fen
	for _, r := range rows {
		of += r.Amount
	}
	if total.Amount != slip.Amount || total.Exact.rat().Cmp(slip.Exact.rat()) != 0 || total.Lines != slip.Lines || total.Counted != slip.Counted || of != slip.Amount {
		breaches = append(breaches, fmt.Errorf("the shares of %s in %s sum to %s (%s, %d of %d), its rows to %s, the slip is %s (%s, %d of %d)", partner, month,
			total.Amount, total.Exact, total.Counted, total.Lines, of, slip.Amount, slip.Exact, slip.Counted, slip.Lines))
	}
	return errors.Join(breaches...)
}

// linesSum sums a customer's lines that are in a partner's slip.
func (s *Service) linesSum(ctx context.Context, partner auth.PartyID, month Month, customer auth.PartyID) (Sums, error) {
	var sums Sums
	exact := new(big.Rat)
	q := table.Query{PK: ofCustomer(customer, month), Prefix: linePrefix, Strong: true}
	for l, err := range table.All[Line](ctx, s.Table, q) {
		if err != nil {
			return sums, err
		}
		if !l.in(partner) {
			continue
		}
		sums.Lines++
		if l.verdictFor(partner).Counts {
			sums.Counted++
			sums.Amount += l.Fen
			exact.Add(exact, l.Amount.rat())
		}
	}
	sums.Exact = exactSum(exact)
	return sums, nil
}
