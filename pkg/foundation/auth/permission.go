package auth

import "slices"

// Role is a preset bundle of permission items within a party. Source: DOMAIN.md 0, MECHANICS.md "Functions and rooms".
type Role string

// The roles. Which kinds of party have which is in rolePermissions.
const (
	Admin          Role = "admin"
	AccountManager Role = "account_manager" // 客户经理
	Supervisor     Role = "supervisor"      // 客户经理主管
	Finance        Role = "finance"
	Sales          Role = "sales"
	Operations     Role = "operations"
	Reviewer       Role = "reviewer"
	Custom         Role = "custom" // its permission items stand with the user, and its party's administrator has them all
)

// Permission is a permission item: what an operation asks for.
type Permission string

// The permission items.
const (
	UserManage            Permission = "user:manage"
	KeyManage             Permission = "key:manage"
	PartyCreate           Permission = "party:create"
	PartyRead             Permission = "party:read"
	StandingManage        Permission = "standing:manage"
	WorkOperate           Permission = "work:operate"
	ProductManage         Permission = "product:manage"
	PortfolioImport       Permission = "portfolio:import"
	SubscriptionRead      Permission = "subscription:read"
	SubscriptionRenew     Permission = "subscription:renew"
	SubscriptionAutoRenew Permission = "subscription:autorenew"
	AccountRead           Permission = "account:read"
)

// rolePermissions is the one table of who may do what.
var rolePermissions = map[Kind]map[Role][]Permission{
	Vendor: {
		Admin: {
			UserManage, KeyManage, PartyCreate, PartyRead, StandingManage, WorkOperate, ProductManage, PortfolioImport,
		},
		Operations: {KeyManage, PartyRead, StandingManage, WorkOperate, ProductManage, PortfolioImport},
		Finance:    {KeyManage, PartyRead},
		Reviewer:   {KeyManage, PartyRead},
	},
	Distributor: partnerRoles,
	Reseller:    partnerRoles,
	Partner:     partnerRoles,
	Customer: {
		Admin:   {UserManage, KeyManage, SubscriptionRead, SubscriptionRenew, SubscriptionAutoRenew, AccountRead},
		Finance: {KeyManage, SubscriptionRead, SubscriptionRenew, AccountRead},
	},
}

var partnerRoles = map[Role][]Permission{
	Admin:          {UserManage, KeyManage, SubscriptionRead},
	AccountManager: {KeyManage, SubscriptionRead},
	Supervisor:     {KeyManage, SubscriptionRead},
	Finance:        {KeyManage, SubscriptionRead},
	Sales:          {KeyManage, SubscriptionRead},
	Custom:         nil,
}

// RolesOf gives the roles that users of a kind of party can have, sorted.
func RolesOf(kind Kind) []Role {
	var roles []Role
	for role := range rolePermissions[kind] {
		roles = append(roles, role)
	}
	slices.Sort(roles)
	return roles
}

// PermissionsOf gives the permission items that preset roles have in a kind of party, sorted.
func PermissionsOf(kind Kind, roles []Role) []Permission {
	var items []Permission
	for _, role := range roles {
		items = append(items, rolePermissions[kind][role]...)
	}
	slices.Sort(items)
	return slices.Compact(items)
}
