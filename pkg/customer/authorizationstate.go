package customer

import "partnercenter/pkg/foundation/auth"

// The states of an authorization besides auth.Authorized. Whoever was never asked has none. Source: DOMAIN.md 14 (names ASSUMED).
const (
	AuthorizationNone     auth.AuthorizationState = "none"
	AuthorizationPending  auth.AuthorizationState = "pending"
	AuthorizationRejected auth.AuthorizationState = "rejected"
	AuthorizationRevoked  auth.AuthorizationState = "revoked"
	AuthorizationExpired  auth.AuthorizationState = "expired"
)

// AuthorizationStep is what happens to an authorization.
type AuthorizationStep string

// The steps of an authorization.
const (
	AuthorizationRequests AuthorizationStep = "request" // by the partner
	AuthorizationAgrees   AuthorizationStep = "agree"   // by the customer, as the next two
	AuthorizationRejects  AuthorizationStep = "reject"
	AuthorizationRevokes  AuthorizationStep = "revoke"
	AuthorizationRunsOut  AuthorizationStep = "run_out"
	AuthorizationParts    AuthorizationStep = "part" // the association ends, or is no longer one of resale
)

// authorizationSteps is the whole state machine.
var authorizationSteps = map[auth.AuthorizationState]map[AuthorizationStep]auth.AuthorizationState{
	AuthorizationNone: {AuthorizationRequests: AuthorizationPending},
	AuthorizationPending: {
		AuthorizationAgrees: auth.Authorized, AuthorizationRejects: AuthorizationRejected, AuthorizationRunsOut: AuthorizationExpired,
		AuthorizationParts: AuthorizationRevoked,
	},
	auth.Authorized:       {AuthorizationRevokes: AuthorizationRevoked, AuthorizationParts: AuthorizationRevoked},
	AuthorizationRejected: {AuthorizationRequests: AuthorizationPending},
	AuthorizationRevoked:  {AuthorizationRequests: AuthorizationPending},
	AuthorizationExpired:  {AuthorizationRequests: AuthorizationPending},
}

// authorizationAfter gives an authorization's state after a step. Error: ErrState.
func authorizationAfter(state auth.AuthorizationState, step AuthorizationStep) (auth.AuthorizationState, error) {
	next, ok := authorizationSteps[state][step]
	if !ok {
		return state, ErrState.Saying("the authorization is %s", state)
	}
	return next, nil
}
