package account

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/rest"
)

// Entity is whom a partner contracts with, by which online top-ups go back.
type Entity string

// The contracting entities that differ. Source: DOMAIN.md 5, "Withdrawal".
const (
	HuaweiCloud Entity = "huawei_cloud_computing"
	OtherEntity Entity = "other"
)

// Parts are what other capabilities know of a partner's money, handed in by the declaration. Those that are absent say nothing.
type Parts struct {
	Owed     func(ctx context.Context, partner auth.PartyID) (money.Fen, error) // 欠票: invoices that the partner owes; absent is 0
	EntityOf func(ctx context.Context, partner auth.PartyID) (Entity, error)    // absent is HuaweiCloud. ASSUMED
}

// PartsPort is where the parts of other capabilities come from.
var PartsPort = function.Port[Parts]{Name: "account parts", Open: func(*function.Env) Parts { return Parts{} }}

// FunctionWith is the declaration of Function with the parts of other capabilities.
func FunctionWith(parts func(env *function.Env) Parts) function.Declaration {
	d := Function()
	d.HTTP = func(api *rest.API, env *function.Env) {
		PartsPort.Put(env, parts(env))
		register(api, env)
	}
	return d
}

func (s *Service) owed(ctx context.Context, partner auth.PartyID) (money.Fen, error) {
	if s.Parts.Owed == nil {
		return 0, nil
	}
	return s.Parts.Owed(ctx, partner)
}

func (s *Service) entity(ctx context.Context, partner auth.PartyID) (Entity, error) {
	if s.Parts.EntityOf == nil {
		return HuaweiCloud, nil
	}
	return s.Parts.EntityOf(ctx, partner)
}
