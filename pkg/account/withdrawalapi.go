package account

import (
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

const (
	withdrawalsPath       = "/v2/accounts/partner-accounts/withdrawals"
	vendorWithdrawalsPath = "/v2/vendor/partners/{partner_id}/withdrawals"
)

// withdrawals registers what a partner does of its withdrawals. Source: DOMAIN.md 5, "Withdrawal".
func withdrawals(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "QuoteWithdrawal", Method: http.MethodPost, Path: withdrawalsPath + "/quote",
		Summary: "Say what can be withdrawn, by which route it would go back, and whether the bank account meets each requirement",
		Allow:   auth.Partners(auth.WithdrawalRequest),
	}, function.Lazily(env, New, (*Service).quoteWithdrawal))
	rest.Register(api, rest.Operation{
		ID: "CreateWithdrawal", Method: http.MethodPost, Path: withdrawalsPath, Status: http.StatusCreated,
		Summary:     "Withdraw cash; it is held until the vendor has paid or rejected",
		Description: "The latest top-ups go back first, unless transfer_ids chooses. 400 CBC.99001078 names every requirement that the bank account fails.",
		Allow:       auth.Partners(auth.WithdrawalRequest),
	}, function.Lazily(env, New, (*Service).createWithdrawal))
	rest.Register(api, rest.Operation{
		ID: "ListWithdrawals", Method: http.MethodGet, Path: withdrawalsPath,
		Summary: "List the calling partner's withdrawals, the latest first",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).listOwnWithdrawals))
	rest.Register(api, rest.Operation{
		ID: "ShowWithdrawal", Method: http.MethodGet, Path: withdrawalsPath + "/{withdrawal_id}",
		Summary: "Show a withdrawal",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).showWithdrawal))
	rest.Register(api, rest.Operation{
		ID: "DeleteWithdrawal", Method: http.MethodDelete, Path: withdrawalsPath + "/{withdrawal_id}", Status: http.StatusNoContent,
		Summary: "Delete a rejected withdrawal from the list",
		Allow:   auth.Partners(auth.WithdrawalRequest),
	}, function.Lazily(env, New, (*Service).deleteWithdrawal))
}

// withdrawalReviews registers what the vendor does of withdrawals.
func withdrawalReviews(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ListPartnerWithdrawals", Method: http.MethodGet, Path: vendorWithdrawalsPath,
		Summary: "List a partner's withdrawals, the latest first",
		Allow:   auth.Only(auth.Vendor, auth.WithdrawalReview),
	}, function.Lazily(env, New, (*Service).listPartnerWithdrawals))
	rest.Register(api, rest.Operation{
		ID: "ShowPartnerWithdrawal", Method: http.MethodGet, Path: vendorWithdrawalsPath + "/{withdrawal_id}",
		Summary: "Show a partner's withdrawal with the bank account to pay to",
		Allow:   auth.Only(auth.Vendor, auth.WithdrawalReview),
	}, function.Lazily(env, New, (*Service).showPartnerWithdrawal))
	rest.Register(api, rest.Operation{
		ID: "StepWithdrawal", Method: http.MethodPost, Path: vendorWithdrawalsPath + "/{withdrawal_id}/steps",
		Summary:     "Review, approve or reject a withdrawal, or note that the bank has paid it or returned it",
		Description: "Paid ends the hold; reject and fail give it back.",
		Allow:       auth.Only(auth.Vendor, auth.WithdrawalReview),
	}, function.Lazily(env, New, (*Service).stepWithdrawal))
}

// WithdrawalBody asks for a withdrawal. It is exported for the schema of the operations alone.
type WithdrawalBody struct {
	Amount      rest.Amount `json:"amount" doc:"Yuan, above 0"`
	TransferIDs []string    `json:"transfer_ids,omitempty" maxItems:"20" doc:"Top-ups to return, in their order"`
	BankCard    BankCard    `json:"bank_card,omitempty" doc:"For what can't go back where it came from"`
}

func (b WithdrawalBody) asked(partner auth.PartyID) (asked, error) {
	amount, err := positive(b.Amount, "amount")
	seen := map[string]bool{}
	for _, id := range b.TransferIDs {
		if seen[id] {
			return asked{}, problem.Invalid("transfer_ids", "%q is there twice", id)
		}
		seen[id] = true
	}
	return asked{Partner: partner, Amount: amount, Chosen: b.TransferIDs, Card: b.BankCard}, err
}

type quoteWithdrawalInput struct{ Body WithdrawalBody }

type withdrawalPart struct {
	TransferID string      `json:"transfer_id"`
	Amount     rest.Amount `json:"amount"`
	Route      Route       `json:"route" enum:"original,transfer,bank_card"`
}

func showParts(parts []part) []withdrawalPart {
	list := []withdrawalPart{}
	for _, p := range parts {
		list = append(list, withdrawalPart{TransferID: p.Transfer, Amount: rest.Amount(p.Amount), Route: p.Route})
	}
	return list
}

type quoteWithdrawalOutput struct {
	Body struct {
		Withdrawable rest.Amount      `json:"withdrawable"`
		Owed         rest.Amount      `json:"owed" doc:"Invoices owed, which the cash has to cover"`
		Parts        []withdrawalPart `json:"parts"`
		BankCard     []CheckItem      `json:"bank_card_checks" doc:"Every requirement, when a part goes to a bank account"`
		ArrivesOn    string           `json:"arrives_on" doc:"In Beijing, if it were sent today"`
	}
}

func (s *Service) quoteWithdrawal(ctx context.Context, in *quoteWithdrawalInput) (*quoteWithdrawalOutput, error) {
	a, err := in.Body.asked(rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	p, err := s.plan(ctx, a, calendar.DateOf(now))
	out := &quoteWithdrawalOutput{}
	b := &out.Body
	b.Withdrawable, b.Owed, b.Parts, b.BankCard = rest.Amount(p.Most), rest.Amount(p.Owed), showParts(p.Parts), append([]CheckItem{}, p.Checks...)
	b.ArrivesOn = arrives(p.Parts, now).String()
	return out, err
}

type createWithdrawalInput struct {
	Body struct {
		WithdrawalBody
		VerificationCode string `json:"verification_code,omitempty" maxLength:"16" doc:"When the partner's sensitive operations need one"`
	}
}

type withdrawalView struct {
	WithdrawalID string           `json:"withdrawal_id"`
	Amount       rest.Amount      `json:"amount"`
	State        WithdrawalState  `json:"state" enum:"submitted,reviewing,paying,done,rejected"`
	Parts        []withdrawalPart `json:"parts"`
	BankCardEnd  string           `json:"bank_card_end,omitempty" doc:"The last four digits"`
	Reason       string           `json:"reason,omitempty" doc:"Why it was rejected"`
	CreatedAt    rest.Instant     `json:"created_at"`
	ArrivesOn    string           `json:"arrives_on,omitempty" doc:"A date in Beijing, once it is paid"`
	BankCard     *BankCard        `json:"bank_card,omitempty" doc:"For the vendor"`
}

type withdrawalOutput struct{ Body withdrawalView }

func viewOf(w withdrawal) withdrawalView {
	v := withdrawalView{
		WithdrawalID: w.ID, Amount: rest.Amount(w.Amount), State: w.State, Parts: showParts(w.Parts), BankCardEnd: w.Last4, Reason: w.Reason,
		CreatedAt: rest.Instant(w.At),
	}
	if !w.Arrives.IsZero() {
		v.ArrivesOn = w.Arrives.String()
	}
	return v
}

func (s *Service) createWithdrawal(ctx context.Context, in *createWithdrawalInput) (*withdrawalOutput, error) {
	a, err := in.Body.asked(rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	id, err := s.once(ctx, func(tx *table.Tx, id string, now time.Time) error {
		if err := s.proven(ctx, tx, in.Body.VerificationCode); err != nil {
			return err
		}
		return s.submit(ctx, tx, a, id, now)
	})
	if err != nil {
		return nil, err
	}
	w, err := s.withdrawal(ctx, a.Partner, id)
	return &withdrawalOutput{Body: viewOf(w)}, err
}

type withdrawalPath struct {
	WithdrawalID string `path:"withdrawal_id" maxLength:"64"`
}

func (s *Service) showWithdrawal(ctx context.Context, in *withdrawalPath) (*withdrawalOutput, error) {
	w, err := s.withdrawal(ctx, rest.Caller(ctx).Party, in.WithdrawalID)
	return &withdrawalOutput{Body: viewOf(w)}, err
}

func (s *Service) deleteWithdrawal(ctx context.Context, in *withdrawalPath) (*struct{}, error) {
	return nil, s.stepOnce(ctx, rest.Caller(ctx).Party, in.WithdrawalID, StepDelete, "")
}

func (s *Service) stepOnce(ctx context.Context, partner auth.PartyID, id string, step WithdrawalStep, reason string) error {
	_, err := s.once(ctx, func(tx *table.Tx, transfer string, now time.Time) error {
		w, err := s.withdrawal(ctx, partner, id)
		if err != nil {
			return err
		}
		return s.step(ctx, tx, w, step, reason, transfer, now)
	})
	return err
}
