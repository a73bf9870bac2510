package invoice

import (
	"context"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// explanations say what each reason means, and what ends it.
var explanations = map[Hidden]string{
	NotCertified:  "the business information is not certified; have it certified first",
	UnderReview:   "a change of the business information is being certified; nothing is settled until it is decided",
	NoRequest:     "there is no payment request yet; apply for payment first",
	NotNeeded:     "payment as voucher quota, or against invoices owed, needs no invoice",
	PendingSync:   "certified and applied for on the same day: the list is visible once that is synchronised",
	NoBuyer:       "the vendor has not set yet which of its companies is invoiced; the list is issued once it has",
	InPreparation: "everything is there; the list is issued in a few minutes",
}

// explain gives reasons in words.
func explain(why []Hidden, from time.Time) string {
	texts := make([]string, len(why))
	for i, w := range why {
		texts[i] = explanations[w]
		if w == PendingSync {
			texts[i] += ", on " + from.In(calendar.Beijing).Format("2006-01-02 15:04") + " Beijing"
		}
	}
	return strings.Join(texts, "; ")
}

type visibilityInput struct {
	PaymentRequestID string `query:"payment_request_id" required:"true" minLength:"1" maxLength:"40"`
	Source           string `query:"source" enum:"INCENTIVE,KOOGALLERY,PROCUREMENT" doc:"INCENTIVE when absent"`
}

type missing struct {
	Reason      Hidden `json:"reason" enum:"BUSINESS_NOT_CERTIFIED,BUSINESS_UNDER_REVIEW,NO_PAYMENT_REQUEST,NO_INVOICE_NEEDED,PENDING_SYNC,BUYER_NOT_SET,IN_PREPARATION"`
	Explanation string `json:"explanation"`
}

type visibilityOutput struct {
	Body struct {
		Visible     bool          `json:"visible"`
		Missing     []missing     `json:"missing" doc:"Everything that keeps the lists from being seen"`
		VisibleFrom *rest.Instant `json:"visible_from,omitempty" doc:"When time alone ends it"`
		ListIDs     []ListID      `json:"list_ids" doc:"Of lists that can be seen"`
	}
}

func (s *Service) showVisibility(ctx context.Context, in *visibilityInput) (*visibilityOutput, error) {
	source := Source(in.Source)
	if source == "" {
		source = Incentive
	}
	partner := rest.Caller(ctx).Party
	first := listID(Payable{Source: source, ID: in.PaymentRequestID}, 1)
	v, err := s.Look(ctx, partner, first)
	if err != nil {
		return nil, err
	}
	out := &visibilityOutput{}
	b := &out.Body
	b.Visible, b.VisibleFrom, b.Missing, b.ListIDs = len(v.Why) == 0, instant(v.From), []missing{}, []ListID{}
	for _, why := range v.Why {
		b.Missing = append(b.Missing, missing{Reason: why, Explanation: explain([]Hidden{why}, v.From)})
	}
	if b.Visible {
		b.ListIDs, err = s.issuedOf(ctx, v.List)
	}
	return out, err
}

// issuedOf gives those of a payment request's lists that are issued.
func (s *Service) issuedOf(ctx context.Context, l List) ([]ListID, error) {
	keys := make([]table.Key, l.Of)
	for i, id := range l.listIDs() {
		keys[i] = listKey(l.Partner, id)
	}
	found, err := table.GetAll[List](ctx, s.Table, keys)
	ids := []ListID{}
	for _, key := range keys {
		if one, there := found[key]; there && one.State != Draft {
			ids = append(ids, one.ID)
		}
	}
	return ids, err
}
