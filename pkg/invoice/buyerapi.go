package invoice

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type buyerInput struct {
	BuyerCode string `path:"buyer_code" maxLength:"16"`
	Body      BuyerBody
}

// BuyerBody is what is set of a buyer. It is exported for the schema of the operations alone.
type BuyerBody struct {
	Title       string    `json:"title" maxLength:"128"`
	TaxpayerID  string    `json:"taxpayer_id" maxLength:"20" doc:"15, 17, 18 or 20 digits and capital letters"`
	Address     string    `json:"registered_address" maxLength:"256"`
	Phone       string    `json:"registered_phone" maxLength:"32"`
	Bank        string    `json:"bank_name" maxLength:"128"`
	BankAccount string    `json:"bank_account" maxLength:"34"`
	Mailbox     string    `json:"mailbox" maxLength:"254" doc:"Where electronic invoices go"`
	Recipient   Recipient `json:"recipient" doc:"Where paper invoices and printed lists go"`
}

func (b BuyerBody) buyer(code string) Buyer {
	return Buyer{
		Code: code, Title: b.Title, TaxID: b.TaxpayerID, Address: b.Address, Phone: b.Phone, Bank: b.Bank, BankAccount: b.BankAccount,
		Mailbox: b.Mailbox, Recipient: b.Recipient,
	}
}

type buyerOutput struct{ Body Buyer }

func (s *Service) setBuyer(ctx context.Context, in *buyerInput) (*buyerOutput, error) {
	set := in.Body.buyer(in.BuyerCode)
	if err := set.Check(); err != nil {
		return nil, err
	}
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		var old buyerItem
		err := s.Table.Get(ctx, buyerKey(set.Code), &old)
		next := old
		next.Buyer = set
		switch {
		case errors.Is(err, table.ErrNotFound):
			next.Head = buyerKey(set.Code).Head()
			tx.Create(&next)
		case err != nil:
			return "", err
		default:
			tx.Replace(&old, &next)
		}
		vendor := rest.Caller(ctx).Party
		event.Append(tx, event.Event{Type: EventBuyer, Owner: string(vendor), Subject: set.Code, At: now, By: by(ctx)})
		return set.Code, nil
	})
	if err != nil {
		return nil, err
	}
	return s.showBuyer(ctx, &buyerPath{BuyerCode: set.Code})
}

type buyerPath struct {
	BuyerCode string `path:"buyer_code" maxLength:"16"`
}

func (s *Service) showBuyer(ctx context.Context, in *buyerPath) (*buyerOutput, error) {
	if !table.IsID(in.BuyerCode) {
		return nil, ErrNoBuyer.Saying("there is no buyer %.20q", in.BuyerCode).In("buyer_code")
	}
	b, err := s.buyer(ctx, in.BuyerCode)
	return &buyerOutput{Body: b}, err
}
