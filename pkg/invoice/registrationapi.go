package invoice

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type registeredInvoice struct {
	InvoiceNo   string      `json:"invoice_no" maxLength:"40" doc:"8 digits with a code, 20 without"`
	InvoiceCode string      `json:"invoice_code,omitempty" maxLength:"40" doc:"10 or 12 digits, of an invoice of the old kind"`
	InvoiceType Kind        `json:"invoice_type" maxLength:"32" doc:"SPECIAL_PAPER or SPECIAL_ELECTRONIC"`
	InvoiceDate string      `json:"invoice_date" maxLength:"10" doc:"Beijing date such as 2026-12-01"`
	Amount      rest.Amount `json:"amount" doc:"Without tax"`
	TaxAmount   rest.Amount `json:"tax_amount"`
	TotalAmount rest.Amount `json:"total_amount"`
}

type registerInput struct {
	ListID ListID `path:"list_id" maxLength:"64"`
	Body   struct {
		Invoices []registeredInvoice `json:"invoices" minItems:"1" maxItems:"20"`
	}
}

func (in *registerInput) invoices(now time.Time) ([]PartnerInvoice, error) {
	all := make([]PartnerInvoice, len(in.Body.Invoices))
	for n, i := range in.Body.Invoices {
		day, err := calendar.ParseDate(i.InvoiceDate)
		if err != nil {
			return nil, problem.Invalid("invoice_date", "%v", err)
		}
		all[n] = PartnerInvoice{
			Number: i.InvoiceNo, Code: i.InvoiceCode, Kind: i.InvoiceType, Date: day, At: now,
			Sums: Sums{Net: money.Fen(i.Amount), Tax: money.Fen(i.TaxAmount), Gross: money.Fen(i.TotalAmount)},
		}
	}
	return all, nil
}

func (s *Service) registerInvoices(ctx context.Context, in *registerInput) (*listOutput, error) {
	return s.change(ctx, in.ListID, func(tx *table.Tx, l List, now time.Time) error {
		invoices, err := in.invoices(now)
		if err != nil {
			return err
		}
		return s.register(ctx, tx, l, invoices, now)
	})
}

type mailInput struct {
	ListID ListID `path:"list_id" maxLength:"64"`
	Body   struct {
		Carrier    string `json:"carrier,omitempty" maxLength:"64" doc:"Of paper invoices and the printed list; absent, electronic ones went to the mailbox"`
		TrackingNo string `json:"tracking_no,omitempty" maxLength:"64" pattern:"^[A-Za-z0-9-]*$"`
	}
}

func (s *Service) mailInvoices(ctx context.Context, in *mailInput) (*listOutput, error) {
	return s.change(ctx, in.ListID, func(tx *table.Tx, l List, now time.Time) error {
		return s.mail(ctx, tx, l, Parcel{Carrier: in.Body.Carrier, Number: in.Body.TrackingNo}, now)
	})
}

// change does the effect of the calling partner's request on one of its lists, and shows the list as it then is.
func (s *Service) change(ctx context.Context, id ListID, effect func(tx *table.Tx, l List, now time.Time) error) (*listOutput, error) {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		l, err := s.visible(ctx, id)
		if err != nil {
			return "", err
		}
		return string(l.ID), effect(tx, l, now)
	})
	if err != nil {
		return nil, err
	}
	l, err := s.visible(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, l)
}
