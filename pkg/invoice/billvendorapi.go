package invoice

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// billReviews registers what the vendor does of bills.
func billReviews(api *rest.API, env *function.Env) {
	manage := auth.Only(auth.Vendor, auth.BillManage)
	rest.Register(api, rest.Operation{
		ID: "CreateSettlementBill", Method: http.MethodPost, Path: vendorBillsPath, Status: http.StatusCreated,
		Summary:     "Post trades of a partner's goods, from which its bill of a month is made on the 3rd of the next",
		Description: "The first lines begin the bill, later ones join it until it is out. A line that is there already is left alone.",
		Allow:       manage,
	}, function.Lazily(env, New, (*Service).createBill))
	rest.Register(api, rest.Operation{
		ID: "ImportSettlementBillLines", Method: http.MethodPost, Path: vendorBillsPath + "/import",
		Summary: "Post trades of several partners' goods from a CSV file, with a verdict on each row", Allow: manage, Consumes: "text/csv",
	}, function.Lazily(env, New, (*Service).importLines))
	rest.Register(api, rest.Operation{
		ID: "ListPartnerSettlementBills", Method: http.MethodGet, Path: vendorBillsPath,
		Summary: "List all partners' bills of a source and period", Allow: manage,
	}, function.Lazily(env, New, (*Service).listAllBills))
	rest.Register(api, rest.Operation{
		ID: "ShowPartnerSettlementBill", Method: http.MethodGet, Path: vendorBillsPath + "/{partner_id}/{bill_id}",
		Summary: "Show a bill of a partner", Allow: manage,
	}, function.Lazily(env, New, (*Service).showPartnerBill))
	rest.Register(api, rest.Operation{
		ID: "StepSettlementBill", Method: http.MethodPost, Path: vendorBillsPath + "/{partner_id}/{bill_id}/steps",
		Summary: "Take a bill through its countersign, retry its payment request, or note that it was paid or that the bank returned it", Allow: manage,
	}, function.Lazily(env, New, (*Service).stepPartnerBill))
}

type postedLine struct {
	LineID     string       `json:"line_id" pattern:"^[A-Za-z0-9._:-]{1,64}$"`
	OrderID    string       `json:"order_id" pattern:"^[A-Za-z0-9._:-]{1,64}$"`
	CustomerID string       `json:"customer_id,omitempty" pattern:"^[A-Za-z0-9._:-]{1,64}$"`
	GoodsName  string       `json:"goods_name" minLength:"1" maxLength:"92"`
	Charging   Charging     `json:"charging_mode,omitempty" enum:"ONE_TIME,USAGE,TERM" doc:"TERM when absent"`
	TaxRate    string       `json:"tax_rate,omitempty" maxLength:"8" doc:"A share; 0.06, that of software goods for a term, when absent"`
	Amount     rest.Amount  `json:"amount" doc:"What is the partner's, without tax, above 0"`
	TradeTime  rest.Instant `json:"trade_time"`
}

// line reads a line for a bill's month. Errors: CBC.0100.
func (p postedLine) line(m Month) (BillLine, error) {
	l := BillLine{
		ID: p.LineID, Order: p.OrderID, Customer: p.CustomerID, Goods: p.GoodsName, Charging: p.Charging, Rate: SoftwareRate, Amount: money.Fen(p.Amount),
		At: time.Time(p.TradeTime).UTC(),
	}
	if l.Charging == "" {
		l.Charging = Term
	}
	if p.TaxRate != "" {
		var err error
		if l.Rate, err = ParseRate("tax_rate", p.TaxRate); err != nil {
			return l, err
		}
	}
	switch {
	case !isText(l.Goods, 1) || utf8.RuneCountInString(l.Goods) > mostGoods:
		return l, problem.Invalid("goods_name", "line %s: a goods name has 1 to %d characters, no blanks at its ends and no control characters", l.ID, mostGoods)
	case l.Amount <= 0:
		return l, problem.Invalid("amount", "line %s: %s is not above 0; post what is left after refunds", l.ID, l.Amount)
	case l.At.Before(m.first().Start()):
		return l, nil // an earlier trade that was settled in this month
	case !l.At.Before(m.plus(1).first().Start()):
		return l, problem.Invalid("trade_time", "line %s: %s is after the period %s", l.ID, l.At.Format(time.RFC3339), m)
	}
	return l, nil
}

type createBillInput struct {
	Body struct {
		PartnerID auth.PartyID `json:"partner_id" maxLength:"64"`
		Source    Source       `json:"source" enum:"KOOGALLERY,PROCUREMENT"`
		Period    string       `json:"period" maxLength:"7" doc:"A Beijing month such as 2026-11"`
		BuyerCode string       `json:"buyer_code,omitempty" maxLength:"16" doc:"HWC when absent; of the bill's first lines"`
		Lines     []postedLine `json:"lines" minItems:"1" maxItems:"90"`
	}
}

func (s *Service) createBill(ctx context.Context, in *createBillInput) (*billOutput, error) {
	b := Bill{BillRow: BillRow{Partner: in.Body.PartnerID, Source: in.Body.Source, Period: Month(in.Body.Period), Buyer: in.Body.BuyerCode}}
	if err := s.begin(ctx, &b); err != nil {
		return nil, err
	}
	lines := make([]BillLine, len(in.Body.Lines))
	seen := map[string]bool{}
	for i, posted := range in.Body.Lines {
		var err error
		if lines[i], err = posted.line(b.Period); err != nil {
			return nil, err
		}
		if seen[posted.LineID] {
			return nil, problem.Invalid("line_id", "line %s is there twice", posted.LineID)
		}
		seen[posted.LineID] = true
	}
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) { return string(b.ID), s.post(ctx, tx, b, lines, now) })
	if err != nil {
		return nil, err
	}
	return s.showPartnerBill(ctx, &partnerBillInput{PartnerID: b.Partner, BillID: b.ID})
}

// begin checks what a bill is of, and names it. Errors: CBC.0100, party.ErrUnknown.
func (s *Service) begin(ctx context.Context, b *Bill) error {
	if b.Period.first().IsZero() {
		return problem.Invalid("period", "%.10q is no month such as 2026-11", b.Period)
	}
	if this := MonthOf(calendar.DateOf(s.Clock.Now())); b.Period > this {
		return problem.Invalid("period", "%s has not begun", b.Period)
	}
	if b.Source != KooGallery && b.Source != Procurement {
		return problem.Invalid("source", "%.20q is neither KOOGALLERY nor PROCUREMENT", b.Source)
	}
	if b.Buyer == "" {
		b.Buyer = DefaultBuyer
	}
	if !isBuyerCode(b.Buyer) {
		return problem.Invalid("buyer_code", "%.20q is no code of a buyer", b.Buyer)
	}
	p, err := party.Get(ctx, s.Table, b.Partner)
	if err != nil {
		return err
	}
	if p.Kind != auth.Partner && p.Kind != auth.Distributor && p.Kind != auth.Reseller {
		return party.ErrUnknown.Saying("party %q is no partner", b.Partner).In("partner_id")
	}
	b.ID = billID(b.Source, b.Period)
	return nil
}

type allBillsInput struct {
	rest.QueryPaging
	Source string `query:"source" enum:"KOOGALLERY,PROCUREMENT" required:"true"`
	Period string `query:"period" maxLength:"7" required:"true" doc:"A Beijing month such as 2026-11"`
	State  string `query:"state" enum:"TO_CONFIRM,TO_COUNTERSIGN,COUNTERSIGNING,COUNTERSIGN_REJECTED,TO_PAYMENT_REQUEST,PAYMENT_REQUEST_FAILED,INVOICE_REVIEW,PAYING,PAY_FAILED,COMPLETED"`
}

// listedBill is a bill as the index has it.
type listedBill struct {
	table.Head
	Row BillRow `dynamodbav:"row"`
}

func (s *Service) listAllBills(ctx context.Context, in *allBillsInput) (*billsOutput, error) {
	if Month(in.Period).first().IsZero() {
		return nil, problem.Invalid("period", "%q is no month such as 2026-11", in.Period)
	}
	q := table.Query{Index: table.Listed, PK: billsOf(Source(in.Source), Month(in.Period)), Scope: "allbills " + in.Source + " " + in.Period + " " + in.State}
	page, err := rest.List[listedBill](ctx, s.Table, q, in.Paging(), func(b *listedBill) bool { return in.State == "" || string(b.Row.State) == in.State })
	if err != nil {
		return nil, err
	}
	out := &billsOutput{CountHeader: page.Header()}
	out.Body.Bills, out.Body.TotalCount, out.Body.Marker = []BillBody{}, page.Total, page.Marker
	for _, b := range page.Items {
		out.Body.Bills = append(out.Body.Bills, showBillRow(b.Row))
	}
	return out, nil
}

type partnerBillInput struct {
	PartnerID auth.PartyID `path:"partner_id" maxLength:"64"`
	BillID    BillID       `path:"bill_id" maxLength:"64"`
}

func (s *Service) showPartnerBill(ctx context.Context, in *partnerBillInput) (*billOutput, error) {
	b, err := s.Bill(ctx, in.PartnerID, in.BillID)
	if err != nil {
		return nil, err
	}
	return s.shownBill(ctx, b)
}

type billStepInput struct {
	PartnerID auth.PartyID `path:"partner_id" maxLength:"64"`
	BillID    BillID       `path:"bill_id" maxLength:"64"`
	Body      struct {
		Step             BillEvent `json:"step" enum:"start_countersign,pass_countersign,reject_countersign,handle_rejection,retry_payment_request,paid,pay_failed,pay_again"`
		Reason           string    `json:"reason,omitempty" maxLength:"256" doc:"Of reject_countersign and pay_failed"`
		PaymentReference string    `json:"payment_reference,omitempty" maxLength:"64" doc:"Of paid: the bank's"`
	}
}

func (s *Service) stepPartnerBill(ctx context.Context, in *billStepInput) (*billOutput, error) {
	b := in.Body
	if fails := b.Step == Refuse || b.Step == PayFails; fails != (b.Reason != "") {
		return nil, problem.Invalid("reason", "reject_countersign and pay_failed say why, and nothing else does")
	}
	if (b.Step == Pay) != (b.PaymentReference != "") {
		return nil, problem.Invalid("payment_reference", "paid names the bank's reference, and nothing else does")
	}
	err := s.stepBillOnce(ctx, in.PartnerID, in.BillID, b.Step, func(next *Bill) {
		next.Reason = b.Reason
		if b.Step == Pay {
			next.Bank = b.PaymentReference
		}
	})
	if err != nil {
		return nil, err
	}
	return s.showPartnerBill(ctx, &partnerBillInput{PartnerID: in.PartnerID, BillID: in.BillID})
}

// stepBillOnce does a step of a bill for the caller's request. What is still collected is nobody's to step, and nothing is paid while the partner's
// business information is under review. Source: DOMAIN.md 7.
func (s *Service) stepBillOnce(ctx context.Context, partner auth.PartyID, id BillID, e BillEvent, more func(next *Bill)) error {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		b, err := s.Bill(ctx, partner, id)
		if err != nil {
			return "", err
		}
		if b.State == Collecting && rest.Caller(ctx).Kind != auth.Vendor {
			return "", ErrNoBill.Saying("there is no bill %.64q", id).In("bill_id")
		}
		if err := s.stepBill(ctx, tx, b, e, more, now); err != nil {
			return "", err
		}
		if e == Pay || e == PayAgain {
			err = s.settles(ctx, tx, partner)
		}
		return string(id), err
	})
	return err
}
