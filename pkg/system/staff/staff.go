// Package staff is the function of project specialists, with the store of their evidence and what programmes say of partners.
package staff

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/upload/s3"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/specialist"
)

// Function declares the function of project specialists.
var Function = specialist.Function(s3.Port, s3.Use, parts)

// parts tells specialists which partners have joined a path or a plan.
func parts(env *function.Env) specialist.Parts {
	return specialist.Parts{Joined: func(ctx context.Context, partner auth.PartyID) (bool, error) {
		return membership.Member(ctx, env.Table(), partner, env.Clock.Now())
	}}
}
