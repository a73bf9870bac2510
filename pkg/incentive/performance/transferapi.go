package performance

import (
	"context"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// TransferBody is a transfer of performance on the wire. It is exported for the schema of the operations alone.
type TransferBody struct {
	TransferID    string       `json:"transfer_id"`
	Period        Month        `json:"period"`
	CustomerID    auth.PartyID `json:"customer_id"`
	OrderID       string       `json:"order_id,omitempty"`
	ResourceID    string       `json:"resource_id,omitempty"`
	FromPartnerID auth.PartyID `json:"from_partner_id"`
	ToPartnerID   auth.PartyID `json:"to_partner_id"`
	Reason        string       `json:"reason"`
	TransferredAt rest.Instant `json:"transferred_at"`
}

func showTransfer(t Transfer) TransferBody {
	return TransferBody{
		TransferID: t.ID, Period: t.Month, CustomerID: t.Customer, OrderID: t.Order, ResourceID: t.Resource, FromPartnerID: t.From, ToPartnerID: t.To,
		Reason: t.Reason, TransferredAt: rest.Instant(t.At),
	}
}

type transferInput struct {
	Body struct {
		Period        string `json:"period" minLength:"7" maxLength:"7"`
		CustomerID    string `json:"customer_id" minLength:"1" maxLength:"64"`
		OrderID       string `json:"order_id,omitempty" maxLength:"64" doc:"Of one order alone"`
		ResourceID    string `json:"resource_id,omitempty" maxLength:"200" doc:"Of one resource alone"`
		FromPartnerID string `json:"from_partner_id" minLength:"1" maxLength:"64"`
		ToPartnerID   string `json:"to_partner_id" minLength:"1" maxLength:"64"`
		Reason        string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type transferOutput struct{ Body TransferBody }

// transfer moves the performance of a customer's month from one partner to another. The month is recounted within minutes. It holds while neither slip is
// final or being reviewed.
func (s *Service) transfer(ctx context.Context, in *transferInput) (*transferOutput, error) {
	b := in.Body
	month, err := s.period("period", b.Period)
	if err != nil {
		return nil, err
	}
	if b.FromPartnerID == b.ToPartnerID {
		return nil, problem.Invalid("to_partner_id", "it is the partner that has the performance")
	}
	for field, id := range map[string]string{"from_partner_id": b.FromPartnerID, "to_partner_id": b.ToPartnerID} {
		if _, err := s.partner(ctx, id); err != nil {
			return nil, inField(err, field)
		}
	}
	if _, err := s.customer(ctx, auth.PartyID(b.CustomerID)); err != nil {
		return nil, inField(err, "customer_id")
	}
	var made Transfer
	answer, err := rest.ClaimOf(ctx).Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) {
		made = Transfer{
			ID: ulid.Make().String(), Customer: auth.PartyID(b.CustomerID), Month: month, From: auth.PartyID(b.FromPartnerID),
			To: auth.PartyID(b.ToPartnerID), Order: b.OrderID, Resource: b.ResourceID, Reason: b.Reason, At: s.Clock.Now(),
			By: rest.Caller(ctx).Masked(),
		}
		return made.ID, s.putTransfer(ctx, tx, made)
	})
	if err != nil {
		return nil, err
	}
	if made.ID != answer {
		err = s.Table.Get(ctx, movedKey(auth.PartyID(b.CustomerID), month, answer), &made)
	}
	return &transferOutput{Body: showTransfer(made)}, err
}

func inField(err error, field string) error {
	if refusal, ok := problem.As(err); ok {
		return refusal.In(field)
	}
	return err
}

// putTransfer appends to tx a transfer, where both partners list it, and that the customer's month is due for a recount.
func (s *Service) putTransfer(ctx context.Context, tx *table.Tx, t Transfer) error {
	for _, partner := range []auth.PartyID{t.From, t.To} {
		slip, found, err := s.slip(ctx, partner, t.Month)
		if err != nil {
			return err
		}
		if slip.Stage != Open {
			return ErrState.Saying("the performance of %s in %s is %s", partner, t.Month, slip.Stage.word()).In("period")
		}
		if found {
			tx.Check(&slip)
		} else {
			tx.Absent(slip.Key())
		}
	}
	for _, key := range []table.Key{movedKey(t.Customer, t.Month, t.ID), transferKey(t.From, t.Month, t.ID), transferKey(t.To, t.Month, t.ID)} {
		one := t
		one.Head = key.Head()
		tx.Create(&one)
	}
	s.tell(tx, EventTransferred, string(t.From), t.ID, t.By, map[string]string{"customer": string(t.Customer), "month": string(t.Month), "to": string(t.To)})
	return s.armCount(ctx, tx, t.Customer, t.Month)
}

type transfersInput struct {
	rest.QueryPaging
	Period            string `query:"period" minLength:"7" maxLength:"7" required:"true"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: the reseller whose transfers these are"`
}

type transfersOutput struct {
	rest.CountHeader
	Body struct {
		Transfers  []TransferBody `json:"transfers"`
		TotalCount int            `json:"total_count"`
		Marker     string         `json:"marker,omitempty"`
	}
}

// listTransfers lists what was transferred to and from the calling partner, the newest first.
func (s *Service) listTransfers(ctx context.Context, in *transfersInput) (*transfersOutput, error) {
	partner, err := party.ActingFor(ctx, s.Table, rest.Caller(ctx), auth.PartyID(in.IndirectPartnerID))
	if err != nil {
		return nil, err
	}
	return s.transfers(ctx, partner, in.Period, in.Paging())
}

type partnerTransfersInput struct {
	rest.QueryPaging
	Period    string `query:"period" minLength:"7" maxLength:"7" required:"true"`
	PartnerID string `query:"partner_id" minLength:"1" maxLength:"64" required:"true"`
}

func (s *Service) listPartnerTransfers(ctx context.Context, in *partnerTransfersInput) (*transfersOutput, error) {
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	return s.transfers(ctx, partner.ID, in.Period, in.Paging())
}

func transfersOf(partner auth.PartyID, month Month) table.Query {
	return table.Query{PK: ofPartner(partner, month), Prefix: transferPrefix, Strong: true}
}

func (s *Service) transfers(ctx context.Context, partner auth.PartyID, period string, paging rest.Paging) (*transfersOutput, error) {
	month, err := ParseMonth("period", period)
	if err != nil {
		return nil, err
	}
	q := transfersOf(partner, month)
	q.Descending, q.Scope = true, "transfers "+rest.Caller(ctx).Masked()+" "+string(partner)+period
	page, err := rest.List[Transfer](ctx, s.Table, q, paging, nil)
	if err != nil {
		return nil, err
	}
	out := &transfersOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Transfers = page.Total, page.Marker, []TransferBody{}
	for _, t := range page.Items {
		out.Body.Transfers = append(out.Body.Transfers, showTransfer(*t))
	}
	return out, nil
}
