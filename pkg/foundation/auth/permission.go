package auth

import (
	"slices"
	"strings"
)

// Role is a bundle of permission items within a party: a preset one, or one of the party's own (see [CustomRole]). Source: DOMAIN.md 0, MECHANICS.md "Functions and rooms".
type Role string

// The roles. Which kinds of party have which is in roles.
const (
	Admin          Role = "admin"
	AccountManager Role = "account_manager" // 客户经理
	Supervisor     Role = "supervisor"      // 客户经理主管
	Finance        Role = "finance"
	Sales          Role = "sales"
	Operations     Role = "operations"
	Reviewer       Role = "reviewer"
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
	SubscriptionEnd       Permission = "subscription:end"       // unsubscribe, convert to on-demand
	SubscriptionConfigure Permission = "subscription:configure" // how all resources renew
	OrderPlace            Permission = "order:place"            // and pay, and cancel
	OrderAgentPay         Permission = "order:agentpay"         // a partner for its customers, or not
	OpeningReport         Permission = "opening:report"
	RefundReview          Permission = "refund:review"
	AccountRead           Permission = "account:read"
	AccountAdjust         Permission = "account:adjust"
	AccountTopUp          Permission = "account:topup" // by partners themselves
	WithdrawalRequest     Permission = "withdrawal:request"
	WithdrawalReview      Permission = "withdrawal:review"
	TopUpBook             Permission = "topup:book"
	CreditManage          Permission = "topup:credit"

	CustomerRead      Permission = "customer:read"
	CustomerCreate    Permission = "customer:create"
	CustomerFreeze    Permission = "customer:freeze"
	CustomerReport    Permission = "customer:report"
	CustomerInvite    Permission = "customer:invite"
	CustomerRecord    Permission = "customer:record" // what the vendor alone knows of customers
	BudgetManage      Permission = "budget:manage"
	RealnameSubmit    Permission = "realname:submit"
	RealnameReview    Permission = "realname:review"
	ResellerRead      Permission = "reseller:read"
	AssociationAccept Permission = "association:accept"
	ContactManage     Permission = "contact:manage"
	SensitiveUse      Permission = "sensitive:use"    // codes of sensitive operations
	SensitiveManage   Permission = "sensitive:manage" // whether they are needed

	AuthorizationRead     Permission = "authorization:read"
	AuthorizationRequest  Permission = "authorization:request"
	AuthorizationDecide   Permission = "authorization:decide"   // agree, reject, revoke
	AuthorizationReseller Permission = "authorization:reseller" // a distributor's leave for its reseller
	CustomerOperate       Permission = "customer:operate"       // on customers' behalf, as they have authorized
	AssociationRead       Permission = "association:read"       // by customers; partners have CustomerRead
	AssociationEnd        Permission = "association:end"        // and switch it, and decide on who wants to

	RenewalTaskRead   Permission = "renewaltask:read"
	RenewalTaskHandle Permission = "renewaltask:handle"
	RenewalTaskExport Permission = "renewaltask:export"

	IncentiveRead   Permission = "incentive:read"
	IncentiveApply  Permission = "incentive:apply"  // and confirm, and ask
	IncentiveManage Permission = "incentive:manage" // plans and statements, by the vendor
	IncentivePay    Permission = "incentive:pay"
	BusinessManage  Permission = "business:manage"
	BusinessReview  Permission = "business:review"

	SpecialistRead      Permission = "specialist:read"
	SpecialistManage    Permission = "specialist:manage"
	SpecialistAccept    Permission = "specialist:accept"
	SpecialistReview    Permission = "specialist:review"
	PersonalAccountKeep Permission = "specialist:account" // and their certificates, as platforms outside tell them

	CouponRead  Permission = "coupon:read"  // vouchers and their quotas
	CouponIssue Permission = "coupon:issue" // and take back, of quotas too
	QuotaGrant  Permission = "coupon:grant" // by the vendor

	InvoiceRead       Permission = "invoice:read"       // invoice lists and settlement bills
	InvoiceRegister   Permission = "invoice:register"   // partners' invoices for them
	InvoiceReview     Permission = "invoice:review"     // by the vendor
	BillManage        Permission = "bill:manage"        // settlement bills and who is invoiced
	InvoiceInfoManage Permission = "invoiceinfo:manage" // and requests for invoices of the vendor

	OpportunityRead   Permission = "opportunity:read"
	OpportunityManage Permission = "opportunity:manage"
	OpportunityShare  Permission = "opportunity:share"  // by the vendor
	OpportunityReview Permission = "opportunity:review" // by the vendor: the queue, offerings
	OpportunityAudit  Permission = "opportunity:audit"  // as its ecosystem manager (PDM)
	OpportunityVerify Permission = "opportunity:verify" // and end, as its business developer (BD)

	AgreementRead    Permission = "agreement:read"
	AgreementSign    Permission = "agreement:sign" // and declare relations
	AgreementPublish Permission = "agreement:publish"
	PlanRead         Permission = "plan:read"
	PlanJoin         Permission = "plan:join"   // apply, accept, renew, exit
	PlanInvite       Permission = "plan:invite" // by the vendor, and by distributors
	PlanReview       Permission = "plan:review"
	AuditExport      Permission = "audit:export"

	ConsumptionImport Permission = "consumption:import"
	PerformanceRead   Permission = "performance:read"
	PerformanceAsk    Permission = "performance:ask"    // about single lines
	PerformanceManage Permission = "performance:manage" // policies, standings, transfers, answers
	PerformanceReview Permission = "performance:review" // that makes slips final
	PartnerBillRead   Permission = "bill:read"          // what customers consumed
	ReferenceRead     Permission = "reference:read"     // service types, provinces

	WebhookManage  Permission = "webhook:manage"
	CalendarManage Permission = "calendar:manage" // feeds of expiries and deadlines
)

// roles are the preset roles of each kind of party.
var roles = map[Kind][]Role{
	Vendor:      {Admin, Finance, Operations, Reviewer},
	Distributor: partnerRoles,
	Reseller:    partnerRoles,
	Partner:     partnerRoles,
	Customer:    {Admin, Finance},
}

var partnerRoles = []Role{AccountManager, Admin, Finance, Sales, Supervisor}

// holders are the preset roles that hold a permission item: at the vendor, at a partner of any kind, at a customer. An operation says besides
// which kinds of party it is for.
type holders struct{ vendor, partner, customer string }

// permissions is the one table of who may do what.
var permissions = map[Permission]holders{
	UserManage:            {"admin", "admin", "admin"},
	KeyManage:             {"admin operations finance reviewer", "admin account_manager supervisor finance sales", "admin finance"},
	PartyCreate:           {vendor: "admin"},
	PartyRead:             {vendor: "admin operations finance reviewer"},
	StandingManage:        {vendor: "admin operations"},
	WorkOperate:           {vendor: "admin operations"},
	ProductManage:         {vendor: "admin operations"},
	PortfolioImport:       {vendor: "admin operations"},
	SubscriptionRead:      {"admin operations", "admin account_manager supervisor finance sales", "admin finance"},
	SubscriptionRenew:     {customer: "admin finance"},
	SubscriptionAutoRenew: {customer: "admin"},
	SubscriptionEnd:       {customer: "admin"},
	SubscriptionConfigure: {customer: "admin"},
	OrderPlace:            {customer: "admin finance"},
	OrderAgentPay:         {partner: "admin finance"},
	OpeningReport:         {vendor: "admin operations"},
	RefundReview:          {vendor: "admin finance"},
	AccountRead:           {partner: "admin finance", customer: "admin finance"},
	AccountAdjust:         {partner: "admin finance"},
	AccountTopUp:          {partner: "admin finance"},
	WithdrawalRequest:     {partner: "admin finance"},
	WithdrawalReview:      {vendor: "admin finance"},
	TopUpBook:             {vendor: "admin finance"},
	CreditManage:          {vendor: "admin operations"},

	CustomerRead:      {partner: "admin account_manager supervisor finance sales"},
	CustomerCreate:    {partner: "admin account_manager sales"},
	CustomerFreeze:    {partner: "admin"},
	CustomerReport:    {partner: "admin account_manager sales"}, // no supervisor. Source: DOMAIN.md 0
	CustomerInvite:    {partner: "admin account_manager supervisor sales"},
	CustomerRecord:    {vendor: "admin operations"},
	BudgetManage:      {partner: "admin finance"},
	RealnameSubmit:    {partner: "admin account_manager sales"},
	RealnameReview:    {vendor: "admin operations reviewer"},
	ResellerRead:      {partner: "admin account_manager supervisor finance sales"},
	AssociationAccept: {customer: "admin"},
	ContactManage:     {customer: "admin"},
	SensitiveUse:      {partner: "admin finance", customer: "admin finance"},
	SensitiveManage:   {partner: "admin", customer: "admin"},

	AuthorizationRead:     {partner: "admin account_manager supervisor finance sales", customer: "admin finance"},
	AuthorizationRequest:  {partner: "admin account_manager sales"},
	AuthorizationDecide:   {customer: "admin"},
	AuthorizationReseller: {partner: "admin"},
	CustomerOperate:       {partner: "admin sales"}, // no account manager, who sees its own customers alone
	AssociationRead:       {customer: "admin finance"},
	AssociationEnd:        {partner: "admin", customer: "admin"},

	RenewalTaskRead:   {partner: "admin account_manager supervisor sales"},
	RenewalTaskHandle: {partner: "admin account_manager supervisor sales"},
	RenewalTaskExport: {partner: "admin account_manager supervisor sales"},

	IncentiveRead:   {vendor: "admin operations finance", partner: "admin finance supervisor"},
	IncentiveApply:  {partner: "admin finance"},
	IncentiveManage: {vendor: "admin operations"},
	IncentivePay:    {vendor: "admin finance"},
	BusinessManage:  {partner: "admin finance"},
	BusinessReview:  {vendor: "admin finance reviewer"},

	SpecialistRead:      {partner: "admin account_manager supervisor sales"},
	SpecialistManage:    {partner: "admin"},
	SpecialistAccept:    {customer: "admin"},
	SpecialistReview:    {vendor: "admin operations reviewer"},
	PersonalAccountKeep: {vendor: "admin operations"},

	CouponRead:  {partner: "admin supervisor finance sales", customer: "admin finance"}, // no account manager. Source: DOMAIN.md 0
	CouponIssue: {partner: "admin finance"},
	QuotaGrant:  {vendor: "admin operations"},

	InvoiceRead:       {partner: "admin finance"}, // no account manager. Source: DOMAIN.md 0
	InvoiceRegister:   {partner: "admin finance"},
	InvoiceReview:     {vendor: "admin finance reviewer"},
	BillManage:        {vendor: "admin operations finance"},
	InvoiceInfoManage: {partner: "admin finance", customer: "admin finance"},

	OpportunityRead:   {partner: "admin account_manager supervisor sales"},
	OpportunityManage: {partner: "admin account_manager sales"}, // no supervisor, who can't report leads. Source: DOMAIN.md 0
	OpportunityShare:  {vendor: "admin operations"},
	OpportunityReview: {vendor: "admin operations reviewer"},
	OpportunityAudit:  {vendor: "admin reviewer"}, // ASSUMED that reviewers are PDMs and operations BDs; a custom role may hold either
	OpportunityVerify: {vendor: "admin operations"},

	AgreementRead:    {partner: "admin finance sales supervisor", customer: "admin finance"},
	AgreementSign:    {partner: "admin", customer: "admin"},
	AgreementPublish: {vendor: "admin operations"},
	PlanRead:         {partner: "admin account_manager finance sales supervisor", customer: "admin finance"},
	PlanJoin:         {partner: "admin", customer: "admin"},
	PlanInvite:       {vendor: "admin operations", partner: "admin"},
	PlanReview:       {vendor: "admin operations reviewer", partner: "admin"},
	AuditExport:      {vendor: "admin operations", partner: "admin"},

	ConsumptionImport: {vendor: "admin operations"},
	PerformanceRead:   {vendor: "admin operations finance", partner: "admin supervisor finance sales"},
	PerformanceAsk:    {partner: "admin finance sales"},
	PerformanceManage: {vendor: "admin operations"},
	PerformanceReview: {vendor: "admin finance"},
	PartnerBillRead:   {partner: "admin supervisor finance sales"}, // no account manager. Source: DOMAIN.md 0
	ReferenceRead:     {"admin operations finance reviewer", "admin account_manager supervisor finance sales", "admin finance"},

	WebhookManage:  {"admin", "admin", "admin"},
	CalendarManage: {partner: "admin finance sales supervisor", customer: "admin finance"},
}

// of gives the roles that hold an item in a kind of party.
func (h holders) of(kind Kind) []string {
	switch kind {
	case Vendor:
		return strings.Fields(h.vendor)
	case Customer:
		return strings.Fields(h.customer)
	default:
		return strings.Fields(h.partner)
	}
}

// RolesOf gives the roles that users of a kind of party can have, sorted.
func RolesOf(kind Kind) []Role { return roles[kind] }

// PermissionsOf gives the permission items that preset roles have in a kind of party, sorted.
func PermissionsOf(kind Kind, held []Role) []Permission {
	var items []Permission
	for item, h := range permissions {
		if slices.ContainsFunc(h.of(kind), func(role string) bool { return slices.Contains(held, Role(role)) }) {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return items
}
