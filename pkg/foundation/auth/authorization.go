package auth

import (
	"time"

	"partnercenter/pkg/foundation/table"
)

// AuthorizationState says how a customer's authorization of its partner stands. Package customer has the other states, and what leads where.
type AuthorizationState string

// Authorized is the one state in which a partner may act for the customer.
const Authorized AuthorizationState = "authorized"

// Authorization is a customer's leave for its partner to act on its behalf, as far as it decides who may: package customer has the rest of the item.
// There is one of a customer and a partner. Source: DOMAIN.md 14.
type Authorization struct {
	table.Head
	Partner  PartyID            `dynamodbav:"partner"`
	Customer PartyID            `dynamodbav:"cust"`
	State    AuthorizationState `dynamodbav:"state"`
}

// AuthorizationPrefix starts the sort keys of the authorizations that a partner has.
const AuthorizationPrefix = "AUTHORIZATION#"

// AuthorizationKey gives the table key of a customer's authorization of a partner.
func AuthorizationKey(partner, customer PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(partner), SK: AuthorizationPrefix + string(customer)}
}

// DistributorAuthorization is a distributor's leave for its reseller to act on customers' behalf, without which no customer's counts.
// Source: DOMAIN.md 11, 14.
type DistributorAuthorization struct {
	table.Head
	Distributor PartyID   `dynamodbav:"distributor"`
	At          time.Time `dynamodbav:"at"` // business time, UTC
}

// DistributorAuthorizationKey gives the table key of a reseller's.
func DistributorAuthorizationKey(reseller PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(reseller), SK: "DISTRIBUTORAUTHORIZATION"}
}
