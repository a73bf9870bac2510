package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// OnBehalfHeader names the customer for whom a partner's user calls an operation that customers may call. It must be there once and, of a signed
// request, among the signed headers.
const OnBehalfHeader = "X-On-Behalf-Of"

// letter is which of a customer's permission items the user authorization letter (用户授权书) gives to its partner: to manage resources, buy,
// renew, unsubscribe and change them, and to view account, consumption, orders and offers. What is not here stays the customer's own, whatever
// operation asks for it: its users and keys, its association, this authorization itself. Source: DOMAIN.md 14.
var letter = []Permission{
	AccountRead, OrderPlace, SubscriptionAutoRenew, SubscriptionConfigure, SubscriptionEnd, SubscriptionRead, SubscriptionRenew,
}

// errNotAuthorized is one answer for a customer that has not authorized the caller, one of somebody else, and one that does not exist.
func errNotAuthorized(customer PartyID) error {
	return ErrAccessDenied.Saying("customer %q has not authorized you to act on its behalf; if it is a resale customer of yours, ask it to: "+
		"POST /v2/partners/customer-authorizations", customer).In(OnBehalfHeader)
}

// onBehalf gives who a caller is that names a customer to act for: the customer, with what the letter gives. Without the header it is who it was.
//
// Errors: CBC.0100 for a header that names nobody or more than one; CBC.0155 for a user who may not act for customers; 403 CBC.0151 without a live
// authorization.
func (a *Authenticator) onBehalf(ctx context.Context, r *http.Request, p Principal) (Principal, error) {
	named := r.Header.Values(OnBehalfHeader)
	if len(named) == 0 {
		return p, nil
	}
	customer := PartyID(named[0])
	switch {
	case len(named) > 1 || strings.Contains(named[0], ","): // API Gateway joins them
		return p, problem.Invalid(OnBehalfHeader, "a call is on behalf of one customer, and names it once")
	case !table.IsID(named[0]):
		return p, problem.Invalid(OnBehalfHeader, "%.64q is no customer's id", named[0])
	case p.Kind == Customer || p.Kind == Vendor:
		return p, problem.Denied("a %s cannot act on a customer's behalf; leave %s out", p.Kind, OnBehalfHeader)
	case !p.May(CustomerOperate):
		return p, problem.Denied("to act on a customer's behalf needs the permission item %s, which the user or the access key lacks", CustomerOperate)
	}
	authorized, err := a.authorized(ctx, p, customer)
	if err != nil {
		return p, err
	}
	if !authorized {
		return p, errNotAuthorized(customer)
	}
	p.Agent, p.Party, p.Kind = p.Party, customer, Customer
	p.Roles, p.Permissions = nil, letter
	return p, nil
}

// authorized reads, strongly consistent and each time anew, whether a partner may act for a customer: it is the customer's partner in an
// association of resale, the customer has authorized it and, if it is a reseller, so has its distributor. Source: DOMAIN.md 14.
func (a *Authenticator) authorized(ctx context.Context, p Principal, customer PartyID) (bool, error) {
	var given Authorization
	if is, err := a.holds(ctx, AuthorizationKey(p.Party, customer), &given); !is || err != nil || given.State != Authorized {
		return false, err
	}
	var c associated
	if is, err := a.holds(ctx, PartyKey(customer), &c); !is || err != nil || c.Row.Partner != p.Party || c.Row.AssociationType != resale {
		return false, err
	}
	if p.Kind != Reseller {
		return true, nil
	}
	var leave DistributorAuthorization
	var reseller associated
	if is, err := a.holds(ctx, PartyKey(p.Party), &reseller); !is || err != nil {
		return false, err
	}
	is, err := a.holds(ctx, DistributorAuthorizationKey(p.Party), &leave)
	return is && leave.Distributor == reseller.Distributor, err
}

// holds reads an item, and says whether it exists.
func (a *Authenticator) holds(ctx context.Context, key table.Key, out table.Item) (bool, error) {
	err := a.Table.Get(ctx, key, out)
	if errors.Is(err, table.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// associated is what this package reads of a party's item, which is package party's: whom it belongs to.
type associated struct {
	table.Head
	Row struct {
		Partner         PartyID `dynamodbav:"partner"`
		AssociationType int     `dynamodbav:"assoc"`
	} `dynamodbav:"row"`
	Distributor PartyID `dynamodbav:"distributor"`
}

const resale = 2 // party.Resale

// PartyKey gives the table key of a party.
func PartyKey(id PartyID) table.Key { return table.Key{PK: "PARTY#" + string(id), SK: "PARTY"} }
