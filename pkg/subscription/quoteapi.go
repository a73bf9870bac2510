package subscription

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/party"
)

type quoteInput struct {
	rest.Lenient
	Body struct {
		ResourceIDs []string `json:"resource_ids" minItems:"1" maxItems:"10" doc:"Main resources"`
		PeriodType  int      `json:"period_type" enum:"2,3" doc:"2 month, 3 year"`
		PeriodNum   int      `json:"period_num" doc:"1-11 months or 1-3 years"`
		Relatives   bool     `json:"include_relative_resources,omitempty" doc:"Whether the price includes what is attached"`
		CustomerID  string   `json:"customer_id,omitempty" maxLength:"64" doc:"For partners: whose resources they are"`
	}
}

type quoted struct {
	ResourceID string          `json:"resource_id"`
	Amount     rest.AmountText `json:"amount" doc:"Yuan"`
}

type quoteOutput struct {
	Body struct {
		Currency string           `json:"currency"`
		Results  []quoted         `json:"renew_inquiry_results"`
		Official officialPrice    `json:"official_website_rating_result"`
		Optional []optionalPrice  `json:"optional_discount_rating_results"`
		Failed   []failedResource `json:"fail_resource_infos,omitempty"`
	}
}

type officialPrice struct {
	Amount rest.AmountText `json:"official_website_amount" doc:"Yuan: the sum of the results"`
}

// optionalPrice is a price with a discount that the payer may choose.
type optionalPrice struct {
	DiscountID string          `json:"discount_id"`
	Amount     rest.AmountText `json:"amount"`
}

// The refusals of a quote's items. Source: DOMAIN.md 18.
var (
	errQuoteNotMain   = problem.New(http.StatusOK, "CBC.30050007", "not a main resource")
	errQuotePeriod    = problem.New(http.StatusOK, "CBC.30050008", "the renewal period does not exist")
	errQuoteAbsent    = problem.New(http.StatusOK, "CBC.30050009", "the resource is released or does not exist")
	errQuotePending   = problem.New(http.StatusOK, "CBC.30050010", "the resource is in an order that awaits payment")
	errQuoteChanging  = problem.New(http.StatusOK, "CBC.30050011", "the resource is being unsubscribed or changed")
	errQuoteTwice     = problem.New(http.StatusBadRequest, "CBC.30050012", "a resource is named twice")
	errQuoteRefusable = problem.New(http.StatusOK, "CBC.30050013", "the resource can't be renewed")
)

// quote prices the renewal of resources at this instant. A resource that can't be renewed is refused by itself.
func (s *Service) quote(ctx context.Context, in *quoteInput) (*quoteOutput, error) {
	term := calendar.Term{Unit: calendar.Unit(in.Body.PeriodType), Count: in.Body.PeriodNum}
	if err := CheckTerm(term); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, id := range in.Body.ResourceIDs {
		if seen[id] {
			return nil, errQuoteTwice.Saying("%q is named twice", id).In("resource_ids")
		}
		seen[id] = true
	}
	holder, err := s.holderFor(ctx, in.Body.CustomerID)
	if err != nil {
		return nil, err
	}
	out := &quoteOutput{}
	out.Body.Currency, out.Body.Results, out.Body.Optional = "CNY", []quoted{}, []optionalPrice{}
	for _, id := range in.Body.ResourceIDs {
		price, err := s.quoteFamily(ctx, holder, ID(id), term, in.Body.Relatives)
		if refusal, refused := problem.As(err); refused {
			out.Body.Failed = append(out.Body.Failed, failedResource{ResourceID: id, ErrorCode: refusal.Code, ErrorMsg: refusal.Public()})
			continue
		}
		if err != nil {
			return nil, err
		}
		out.Body.Results = append(out.Body.Results, quoted{ResourceID: id, Amount: rest.AmountText(price)})
		out.Body.Official.Amount += rest.AmountText(price)
	}
	return out, nil
}

// holderFor reads the customer that a call is about: the caller itself, or one that a partner may see and names.
func (s *Service) holderFor(ctx context.Context, id string) (party.Party, error) {
	caller := rest.Caller(ctx)
	if caller.Kind == auth.Customer {
		return party.Get(ctx, s.Table, caller.Party)
	}
	if id == "" {
		return party.Party{}, problem.Invalid("customer_id", "a %s names the customer that it asks about", caller.Kind)
	}
	return party.ForCaller(ctx, s.Table, caller, auth.PartyID(id))
}

// quoteFamily prices one resource. Errors: the refusals of a quote's items.
func (s *Service) quoteFamily(ctx context.Context, holder party.Party, id ID, term calendar.Term, relatives bool) (money.Fen, error) {
	family, err := loadFamily(ctx, s.Table, holder.ID, id)
	if err != nil {
		return 0, ofQuote(err)
	}
	if !relatives {
		family.Attached = nil
	}
	catalogue, err := products(ctx, s.Table, family)
	if err != nil {
		return 0, ofQuote(err)
	}
	r := Renewal{Family: family, Products: catalogue, Term: term, Day: holder.ExpiryDay, Now: s.Clock.Now()}
	if err := r.guard(); err != nil {
		return 0, ofQuote(err)
	}
	lines, err := r.lines()
	return Total(lines), ofQuote(err)
}

// ofQuote gives a refusal of a renewal as quotes word it.
func ofQuote(err error) error {
	for refusal, as := range map[*problem.Error]*problem.Error{
		ErrNotMain: errQuoteNotMain, ErrNoSuchPeriod: errQuotePeriod, ErrUnknown: errQuoteAbsent, ErrReleased: errQuoteAbsent,
		ErrPendingOrder: errQuotePending, ErrProcessing: errQuoteChanging, ErrOffShelf: errQuoteRefusable, ErrTooLong: errQuoteRefusable,
		ErrNoProduct: errQuoteRefusable,
	} {
		if errors.Is(err, refusal) {
			said, _ := problem.As(err)
			return as.Saying("%s", said.Message)
		}
	}
	return err
}
