package account

import (
	"context"
	"net/http"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// EventLow: an account's balance has fallen below what its owner set, for the first time since it was no lower. Its subject is the account, its
// owner the party; its data are the balance and the threshold, in yuan.
const EventLow = "account.balance_low"

// watched gives the account with since when its owner is warned, and whether that is new: once when it falls below the threshold, and again only after
// it was no lower. Source: DOMAIN.md 5, "Low-balance warning".
func watched(a Account, now time.Time) (next Account, falls bool) {
	low := a.WarnBelow > 0 && a.Balance < a.WarnBelow
	falls = low && a.LowSince.IsZero()
	switch {
	case falls:
		a.LowSince = now
	case !low:
		a.LowSince = time.Time{}
	}
	return a, falls
}

// warn appends to tx the event of a balance that has fallen below its threshold, and notes it in the account.
func (a *Account) warn(tx *table.Tx, at time.Time) {
	next, falls := watched(*a, at)
	*a = next
	if falls {
		event.Append(tx, event.Event{
			Type: EventLow, Subject: string(a.ID), Owner: string(a.Party), At: at, By: "system",
			Data: map[string]string{"balance": a.Balance.String(), "threshold": a.WarnBelow.String()},
		})
	}
}

const warningPath = "/v2/accounts/{account_id}/warning"

// warnings registers the thresholds of partners' accounts.
func warnings(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "SetBalanceWarning", Method: http.MethodPut, Path: warningPath,
		Summary: "Set the balance below which the calling partner is warned of its cash or credit account",
		Allow:   auth.Partners(auth.AccountAdjust),
	}, function.Lazily(env, New, (*Service).setWarning))
	rest.Register(api, rest.Operation{
		ID: "ShowBalanceWarning", Method: http.MethodGet, Path: warningPath,
		Summary: "Show the balance below which the calling partner is warned, and whether it is lower",
		Allow:   auth.Partners(auth.AccountRead),
	}, function.Lazily(env, New, (*Service).showWarning))
}

type warningPathInput struct {
	AccountID string `path:"account_id" maxLength:"80" doc:"Such as <partner>.cash"`
}

type setWarningInput struct {
	AccountID string `path:"account_id" maxLength:"80" doc:"Such as <partner>.cash"`
	Body      struct {
		Threshold rest.Amount `json:"threshold" doc:"Yuan; 0 is no warning"`
	}
}

type warningOutput struct {
	Body struct {
		AccountID string      `json:"account_id"`
		Threshold rest.Amount `json:"threshold" doc:"Yuan; 0 is no warning"`
		Amount    rest.Amount `json:"amount" doc:"The balance"`
		Low       bool        `json:"low" doc:"Whether the balance is below the threshold"`
	}
}

func warningOf(a Account) *warningOutput {
	out := &warningOutput{}
	b := &out.Body
	b.AccountID, b.Threshold, b.Amount, b.Low = string(a.ID), rest.Amount(a.WarnBelow), rest.Amount(a.Balance), !a.LowSince.IsZero()
	return out
}

// ownKind gives the kind of the caller's account of an id. Error: party.ErrUnknown, for everybody else's account as for one that does not exist.
func ownKind(ctx context.Context, id string) (Kind, error) {
	kind, own := strings.CutPrefix(id, string(rest.Caller(ctx).Party)+".")
	if !own || Kind(kind) != Cash && Kind(kind) != CreditLine {
		return "", party.ErrUnknown.Saying("account %q does not exist", id).In("account_id")
	}
	return Kind(kind), nil
}

func (s *Service) setWarning(ctx context.Context, in *setWarningInput) (*warningOutput, error) {
	kind, err := ownKind(ctx, in.AccountID)
	if err != nil {
		return nil, err
	}
	threshold := money.Fen(in.Body.Threshold)
	if threshold < 0 {
		return nil, problem.Invalid("threshold", "%s is below 0", threshold)
	}
	owner := rest.Caller(ctx).Party
	_, err = s.once(ctx, func(tx *table.Tx, _ string, now time.Time) error {
		old, err := loadOrNew(ctx, s.Table, owner, kind)
		if err != nil || old.WarnBelow == threshold {
			return err
		}
		next := old
		next.WarnBelow, next.LowSince = threshold, time.Time{}
		next.warn(tx, now)
		next.write(tx, old)
		return nil
	})
	if err != nil {
		return nil, err
	}
	a, err := loadOrNew(ctx, s.Table, owner, kind)
	return warningOf(a), err
}

func (s *Service) showWarning(ctx context.Context, in *warningPathInput) (*warningOutput, error) {
	kind, err := ownKind(ctx, in.AccountID)
	if err != nil {
		return nil, err
	}
	a, err := loadOrNew(ctx, s.Table, rest.Caller(ctx).Party, kind)
	return warningOf(a), err
}
