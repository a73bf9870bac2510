package invoice

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// billColumns are those of a file of bills.
var billColumns = []string{
	"bill_id", "source", "period", "state", "invoice_state", "line_count", "amount", "tax_amount", "total_amount", "payment_request_id", "out_at",
	"countersigned_at", "pay_by", "paid_at", "reason",
}

// lineColumns are those of a file of a bill's trades.
var lineColumns = []string{"bill_id", "line_id", "order_id", "customer_id", "goods_name", "charging_mode", "tax_rate", "amount", "trade_time"}

func (s *Service) exportBills(ctx context.Context, in *BillFilter) (*rest.File, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	sheet := export.NewSheet(billColumns...)
	for b, err := range table.All[Bill](ctx, s.Table, s.billsQuery(ctx, *in)) {
		if err != nil {
			return nil, err
		}
		if !in.keeps(b.BillRow) {
			continue
		}
		if err := sheet.Row(
			string(b.ID), string(b.Source), string(b.Period), string(b.State), string(b.Invoice), strconv.Itoa(b.Count), b.Net.String(), b.Tax.String(),
			b.Gross.String(), b.Payable, timeText(b.Out), timeText(b.Ended), b.PayBy.String(), timeText(b.Paid), b.Reason,
		); err != nil {
			return nil, err
		}
	}
	return rest.NewFile(csvType, "settlement-bills.csv", "settlement-bills.csv", sheet.Bytes()), nil
}

func (s *Service) exportBillLines(ctx context.Context, in *billInput) (*rest.File, error) {
	b, err := s.seenBill(ctx, in.BillID)
	if err != nil {
		return nil, err
	}
	lines, err := s.lines(ctx, b)
	if err != nil {
		return nil, err
	}
	sheet := export.NewSheet(lineColumns...)
	for _, l := range lines {
		if err := sheet.Row(string(b.ID), l.ID, l.Order, l.Customer, l.Goods, string(l.Charging), l.Rate.String(), l.Amount.String(), timeText(l.At)); err != nil {
			return nil, err
		}
	}
	name := "settlement-bill-" + string(b.ID) + ".csv"
	return rest.NewFile(csvType, name, name, sheet.Bytes()), nil
}

// timeText writes a time as files have it, none as nothing.
func timeText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
