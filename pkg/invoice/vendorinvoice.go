package invoice

import (
	"context"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// VendorInvoice is an account's request for an invoice of the vendor, and the invoice (开票申请). Times are business time, UTC.
type VendorInvoice struct {
	table.Head
	VendorInvoiceRow `dynamodbav:"row"`
	Info             Info          `dynamodbav:"info"`         // as it was when it was asked for
	Asked            bool          `dynamodbav:"wd,omitempty"` // its withdrawal, while it is being issued
	Reason           string        `dynamodbav:"why,omitempty"`
	Number           string        `dynamodbav:"no,omitempty"`
	Code             string        `dynamodbav:"code,omitempty"`
	Entity           Entity        `dynamodbav:"ent,omitempty"` // of an issued one; empty is CloudComputing
	Parcel           Parcel        `dynamodbav:"parcel,omitempty"`
	Due              calendar.Date `dynamodbav:"due,omitempty"` // until when the vendor does the next step
	Return           *Return       `dynamodbav:"ret,omitempty"`
	By               string        `dynamodbav:"by"` // who asked, masked
}

// Entity is the company of the vendor that an account contracts with, which issues its invoices.
type Entity string

// The contracting entities that differ: electronic invoices of the first alone can be returned. Source: DOMAIN.md 9, "Return".
const (
	CloudComputing Entity = "HUAWEI_CLOUD_COMPUTING"
	OtherEntity    Entity = "OTHER"
)

// VendorInvoiceRow is what lists show of a request.
type VendorInvoiceRow struct {
	ID      string       `dynamodbav:"id"`
	Account auth.PartyID `dynamodbav:"acc"`
	State   RequestState `dynamodbav:"st"`
	Months  []Month      `dynamodbav:"per"`
	Kind    Kind         `dynamodbav:"kind"`
	Title   string       `dynamodbav:"title"`
	Amount  money.Fen    `dynamodbav:"amt"` // with tax
	At      time.Time    `dynamodbav:"at"`
}

// Return is that an account gives an invoice back (退票).
type Return struct {
	Reason  string    `dynamodbav:"why"`
	Used    bool      `dynamodbav:"used,omitempty"` // ticked for VAT use, or booked
	Red     string    `dynamodbav:"red,omitempty"`  // the tax platform's number of the account's confirmation
	Parcel  Parcel    `dynamodbav:"parcel,omitempty"`
	At      time.Time `dynamodbav:"at"`
	Refused string    `dynamodbav:"refused,omitempty"`
}

// invoicedMonth says which live request invoices a month of an account.
type invoicedMonth struct {
	table.Head
	Request string `dynamodbav:"req"`
}

// place puts a request into the vendor's queue while it is open.
func (v *VendorInvoice) place() {
	v.G1PK, v.G1SK = "", ""
	if v.State.Open() {
		v.G1PK, v.G1SK = requestsOf(v.State, MonthOf(calendar.DateOf(v.At))), stamp(v.At)+"#"+v.ID
	}
}

// invoiceable gives when a month's consumption can be invoiced from, by whose it is. Source: DOMAIN.md 9.
func invoiceable(kind auth.Kind, m Month) time.Time {
	if kind == auth.Customer {
		return m.out()
	}
	return m.on(partnerBillDay).At(partnerBillHour, 0)
}

// mayInvoice refuses what can't be invoiced: months that are not over or are there twice, special invoices for persons, and invoices that could not be
// sent. Errors: ErrMonth, CBC.0100.
func mayInvoice(p party.Party, i Info, kind Kind, months []Month, now time.Time) error {
	if len(months) > mostMonths {
		return problem.Invalid("months", "%d months are more than the %d of one request", len(months), mostMonths)
	}
	for n, m := range months {
		if m.first().IsZero() {
			return problem.Invalid("months", "%.20q is no month such as 2026-11", m)
		}
		if slices.Contains(months[:n], m) {
			return problem.Invalid("months", "%s is there twice", m)
		}
		if from := invoiceable(p.Kind, m); now.Before(from) {
			return ErrMonth.Saying("%s can be invoiced from %s Beijing on", m, from.In(calendar.Beijing).Format("2006-01-02 15:04")).In("months")
		}
	}
	switch {
	case kind.Special() && i.TitleType != Enterprise:
		return problem.Invalid("invoice_type", "special VAT invoices are for enterprises alone, and the title is %s", i.TitleType)
	case kind.Paper() && i.Recipient.Address == "":
		return problem.Invalid("invoice_type", "the invoice info names no recipient for paper")
	case !kind.Paper() && i.Email == "":
		return problem.Invalid("invoice_type", "the invoice info names no e-mail address for electronic invoices")
	}
	return nil
}

// askInvoice appends to tx a request for an invoice of some months' consumption, all of it, by the account's valid info or an older one.
// Errors: as Parts.Agreed; ErrNoInfo, ErrInfoBusy; as mayInvoice; as consumed; ErrMonth for a month that is invoiced.
func (s *Service) askInvoice(ctx context.Context, tx *table.Tx, v VendorInvoice, older string, now time.Time) error {
	p, err := party.Get(ctx, s.Table, v.Account)
	if err != nil {
		return err
	}
	if err := s.agreed(ctx, v.Account, now); err != nil {
		return err
	}
	old, err := s.info(ctx, v.Account)
	if err != nil {
		return err
	}
	if v.Info, err = s.infoFor(ctx, old, v.Account, older); err != nil {
		return err
	}
	if err := mayInvoice(p, v.Info, v.Kind, v.Months, now); err != nil {
		return err
	}
	if v.Amount, err = s.consumed(ctx, p, v.Months); err != nil {
		return err
	}
	v.Head, v.State, v.Title, v.At, v.By = requestKey(v.Account, v.ID).Head(), ToReview, v.Info.Title, now, by(ctx)
	v.Due, _ = calendar.AddWorkingDays(calendar.DateOf(now), reviewDays)
	v.place()
	tx.Create(&v)
	for _, m := range v.Months {
		if err := s.takeMonth(ctx, tx, v, m); err != nil {
			return err
		}
	}
	next := old
	next.Open++
	putInfo(tx, v.Account, old, next)
	note(ctx, tx, EventRequest, v.Account, v.ID, "ask", string(v.State), "", now)
	return nil
}

// infoFor gives the info that an invoice bears, unless a change of it is under review. Errors: ErrNoInfo, ErrInfoBusy.
func (s *Service) infoFor(ctx context.Context, i accountInfo, account auth.PartyID, older string) (Info, error) {
	busy := i.State == InfoInReview && i.Of == older
	switch {
	case busy:
		return Info{}, ErrInfoBusy.Saying("the invoice info is under review until %s; ask for invoices once it is decided", i.By)
	case older != "":
		o, err := s.olderRecord(ctx, account, older)
		return o.Info, err
	case i.Valid == nil:
		return Info{}, ErrNoInfo.Saying("the account has no valid invoice info; submit it first")
	}
	return *i.Valid, nil
}

// consumed gives what some months are to be invoiced for. Errors: ErrMonth when there is nothing in one; ErrState when that is because another invoices it.
func (s *Service) consumed(ctx context.Context, p party.Party, months []Month) (sum money.Fen, err error) {
	if s.Parts.Consumption == nil {
		return 0, ErrMonth.Saying("nothing is known of what the account consumed").In("months")
	}
	for _, m := range months {
		amount, err := s.Parts.Consumption(ctx, p.ID, m)
		if err != nil {
			return 0, err
		}
		if amount <= 0 {
			if by, kind, ok := p.AssociatedAt(m.plus(1).first().Start().Add(-1)); ok && kind == party.Resale {
				return 0, ErrState.Saying("in %s the account was a resale customer, which is invoiced by its partner %s, not by the vendor", m, by)
			}
			return 0, ErrMonth.Saying("in %s nothing was consumed that is invoiced", m).In("months")
		}
		sum += amount
	}
	return sum, nil
}

// takeMonth appends to tx that a month is invoiced by a request, and by no other while it lives. Error: ErrMonth.
func (s *Service) takeMonth(ctx context.Context, tx *table.Tx, v VendorInvoice, m Month) error {
	var taken invoicedMonth
	err := s.Table.Get(ctx, monthKey(v.Account, m), &taken)
	if errors.Is(err, table.ErrNotFound) {
		tx.Create(&invoicedMonth{Head: monthKey(v.Account, m).Head(), Request: v.ID})
		return nil
	}
	if err != nil {
		return err
	}
	return ErrMonth.Saying("%s is invoiced by request %s; withdraw that one or return its invoice first", m, taken.Request).In("months")
}

// request reads an account's request, strongly consistent. Error: ErrNoInvoice.
func (s *Service) request(ctx context.Context, account auth.PartyID, id string) (VendorInvoice, error) {
	var v VendorInvoice
	missing := ErrNoInvoice.Saying("there is no invoice request %.64q", id).In("request_id")
	if !table.IsID(id) || !table.IsID(string(account)) {
		return v, missing
	}
	err := s.Table.Get(ctx, requestKey(account, id), &v)
	if errors.Is(err, table.ErrNotFound) {
		return v, missing
	}
	return v, err
}

// stepRequest appends to tx a step of a request, with what else it changes: whether its months are free again, and whether it keeps the invoice info from
// being changed. Error: ErrState.
func (s *Service) stepRequest(ctx context.Context, tx *table.Tx, v VendorInvoice, e RequestEvent, more func(next *VendorInvoice), now time.Time) error {
	next := v
	var err error
	if next.State, err = v.State.After(e); err != nil {
		return err
	}
	next.Reason = ""
	if next.State != v.State { // else the same step is still to be done, by the same day
		next.Due = calendar.Date{}
	}
	if more != nil {
		more(&next)
	}
	if v.State.Live() && !next.State.Live() {
		if err := s.freeMonths(ctx, tx, v); err != nil {
			return err
		}
	}
	if v.State.Open() != next.State.Open() {
		if err := s.countOpen(ctx, tx, v.Account, next.State.Open()); err != nil {
			return err
		}
	}
	next.place()
	if next.State == Deleted {
		tx.Remove(&v)
	} else {
		tx.Replace(&v, &next)
	}
	note(ctx, tx, EventRequest, v.Account, v.ID, string(e), string(next.State), next.Reason, now)
	return nil
}

func (s *Service) freeMonths(ctx context.Context, tx *table.Tx, v VendorInvoice) error {
	for _, m := range v.Months {
		var taken invoicedMonth
		if err := s.Table.Get(ctx, monthKey(v.Account, m), &taken); err != nil {
			return err
		}
		tx.Remove(&taken)
	}
	return nil
}

func (s *Service) countOpen(ctx context.Context, tx *table.Tx, account auth.PartyID, more bool) error {
	old, err := s.info(ctx, account)
	if err != nil {
		return err
	}
	next := old
	if next.Open--; more {
		next.Open += 2
	}
	putInfo(tx, account, old, next)
	return nil
}

// returnable refuses a return that is against the rules: paper comes back at its sender's cost, so by a parcel; an electronic invoice that was ticked for
// VAT use or booked is turned red on the tax platform first, by who has it; and electronic ones come back to Huawei Cloud Computing alone.
// Errors: ErrState, CBC.0100. Source: DOMAIN.md 9, "Return".
func returnable(v VendorInvoice, r Return) error {
	switch {
	case v.Kind.Paper() && (r.Parcel.Carrier == "" || r.Parcel.Number == ""):
		return problem.Invalid("tracking_no", "a paper invoice is sent back at your cost first; name the carrier and tracking number")
	case !v.Kind.Paper() && v.Entity == OtherEntity:
		return ErrState.Saying("electronic invoices are returned where the contracting entity is Huawei Cloud Computing, and this one's is another; open a ticket")
	case !v.Kind.Paper() && r.Used && r.Red == "":
		return problem.Invalid("red_letter_no", "an invoice that was ticked for VAT use or booked is confirmed on the tax platform first; name the number of that")
	}
	return nil
}
