package account

import (
	"context"
	"fmt"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/party"
)

// explanation is what an account is for. Source: DOMAIN.md 5, 21 row 3.
type explanation struct {
	Purpose   string
	FilledBy  []string
	DrainedBy []string
	Notes     []string
}

var ofPartner = map[Kind]explanation{
	Cash: {
		Purpose: "The top-up account (充值账户): money that the partner paid in, for its customers or for itself.",
		FilledBy: []string{
			"bank remittances, by the bank's feed or booked by the vendor's finance",
			"online payments",
			"incentives that the partner has paid to it, with or without its invoice",
			"reclaims from resale customers and, for distributors, from resellers",
			"what is left with a resale customer whose association ends or is switched",
			"for resellers: appropriations by their distributor",
			"refunds of orders that the partner paid for its customers",
			"withdrawals that were rejected or returned",
		},
		DrainedBy: []string{
			"appropriations to resale customers and, for distributors, to resellers",
			"for resellers: reclaims by their distributor",
			"orders that the partner pays for its customers",
			"withdrawals, from when they are asked for",
		},
		Notes: []string{
			"The number of appropriations is not limited; each takes up to what is appropriable.",
			"What a customer spends does not debit the partner again: that money left this account when it was appropriated.",
			"A remittance is booked once, by its number.",
		},
	},
	CreditLine: {
		Purpose:   "The credit account (信用账户): a limit that the vendor set and that can be used directly; its amount is what is left of it.",
		FilledBy:  []string{"a higher limit, set by the vendor"},
		DrainedBy: []string{"a lower limit, set by the vendor, down to what is used"},
		Notes:     []string{"Credit is not appropriated to customers: only cash is."},
	},
	Reward: {
		Purpose: "The reward account (奖励金), of an older way of doing business; nothing fills it any more.",
		Notes:   []string{"Rewards are not appropriated."},
	},
	Deposit: {
		Purpose: "The deposit account (保证金), of an older way of doing business; nothing fills it any more.",
		Notes:   []string{"Deposits are not appropriated."},
	},
	Appropriable: {
		Purpose:   "What of the top-up account may be handed on (可拨款). It is no account of its own.",
		FilledBy:  []string{"whatever fills the top-up account, except its earmarked part"},
		DrainedBy: []string{"whatever drains the top-up account"},
	},
}

var ofCustomer = map[int]explanation{
	party.Resale: {
		Purpose:  "What the customer's resources are paid from. The customer trades with its partner, which fills the account.",
		FilledBy: []string{"appropriations by the partner", "refunds of orders that were paid from it"},
		DrainedBy: []string{
			"orders and renewals",
			"reclaims by the partner",
			"the end of the association or its switch to advisory sale: all of the partner's money goes back",
		},
		Notes: []string{"Spending debits this account alone, not the partner's again."},
	},
	party.Referral: {
		Purpose:   "What the customer's resources are paid from. The customer trades with the vendor; no partner can fill or drain the account.",
		FilledBy:  []string{"what the customer paid in", "refunds of orders that were paid from it"},
		DrainedBy: []string{"orders and renewals"},
	},
}

// explain says what an account is for; ok is false when a party of the kind has no such account.
func explain(holder party.Party, kind Kind) (explanation, bool) {
	if holder.Kind != auth.Customer {
		e, ok := ofPartner[kind]
		return e, ok
	}
	if e, ok := ofCustomer[holder.AssociationType]; ok {
		return e, kind == Cash
	}
	return ofCustomer[party.Referral], kind == Cash
}

// why says in words what of an account may be handed on or taken back, and why. Source: DOMAIN.md 5, Accounts and Adjust.
func why(holder party.Party, kind Kind, a Account) string {
	free, holds, designated := moneyOf(a.Free()), moneyOf(a.Balance), moneyOf(a.Designated)
	switch {
	case holder.Kind == auth.Customer && holder.AssociationType == party.Resale:
		return fmt.Sprintf("The partner can take back %s: the balance of %s less %s that are the customer's own.", free, holds, designated)
	case holder.Kind == auth.Customer:
		return "Nothing: the account of a customer that trades with the vendor is adjusted by nobody."
	case kind == Cash || kind == Appropriable:
		return fmt.Sprintf("%s can be appropriated: the balance of %s less %s that are earmarked.", free, holds, designated)
	default:
		return "Nothing: only cash is appropriated."
	}
}

type explainInput struct {
	AccountID string `path:"account_id" maxLength:"80"`
}

type explainOutput struct {
	Body struct {
		AccountID          string      `json:"account_id"`
		AccountType        int32       `json:"account_type" enum:"1,2,5,7,8" doc:"1 balance, 2 credit, 5 reward, 7 deposit, 8 appropriable"`
		Purpose            string      `json:"purpose"`
		FilledBy           []string    `json:"filled_by"`
		DrainedBy          []string    `json:"drained_by"`
		Notes              []string    `json:"notes"`
		Amount             rest.Amount `json:"amount" doc:"Yuan"`
		DesignatedAmount   rest.Amount `json:"designated_amount" doc:"The part that can't be handed on"`
		CreditAmount       rest.Amount `json:"credit_amount" doc:"The limit of a credit account"`
		AppropriableAmount rest.Amount `json:"appropriable_amount" doc:"What a partner may hand on; 0 for a customer"`
		Appropriable       string      `json:"appropriable" doc:"How much that is, and why"`
		Currency           string      `json:"currency"`
		MeasureID          int32       `json:"measure_id" doc:"1 yuan"`
	}
}

// explainAccount explains an account to its owner. Error: party.ErrUnknown, for everybody else's account as for one that does not exist.
func (s *Service) explainAccount(ctx context.Context, in *explainInput) (*explainOutput, error) {
	caller := rest.Caller(ctx)
	unknown := party.ErrUnknown.Saying("account %q does not exist", in.AccountID).In("account_id")
	kind, own := strings.CutPrefix(in.AccountID, string(caller.Party)+".")
	if !own {
		return nil, unknown
	}
	holder, err := party.Get(ctx, s.Table, caller.Party)
	if err != nil {
		return nil, err
	}
	e, ok := explain(holder, Kind(kind))
	if !ok {
		return nil, unknown
	}
	held := Kind(kind)
	if held == Appropriable {
		held = Cash
	}
	a, err := loadOrNew(ctx, s.Table, holder.ID, held)
	if err != nil {
		return nil, err
	}
	out := &explainOutput{}
	b := &out.Body
	b.AccountID, b.AccountType, b.Currency, b.MeasureID = in.AccountID, numberOf(Kind(kind)), currency, measureYuan
	b.Purpose, b.FilledBy, b.DrainedBy, b.Notes = e.Purpose, texts(e.FilledBy), texts(e.DrainedBy), texts(e.Notes)
	b.Amount, b.DesignatedAmount, b.CreditAmount = showBalance(a, Kind(kind)).Amount, rest.Amount(a.Designated), rest.Amount(a.Limit)
	if held == Cash && holder.Kind != auth.Customer {
		b.AppropriableAmount = rest.Amount(a.Free())
	}
	b.Appropriable = why(holder, Kind(kind), a)
	return out, nil
}

// texts gives an empty list for none, so that it is one on the wire.
func texts(list []string) []string { return append([]string{}, list...) }

// moneyOf is an amount in yuan, for texts.
func moneyOf(f money.Fen) string { return f.String() + " yuan" }
