package customer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/party"
)

// FailedItem is a guard that does not hold: its code, what is in the way, and what to do about it.
type FailedItem struct {
	Code    string `dynamodbav:"c" json:"code"`
	Message string `dynamodbav:"m" json:"message" doc:"What is in the way"`
	Action  string `dynamodbav:"a" json:"action" doc:"What to do about it"`
}

// Obstacle is something that the vendor alone knows of a customer and that is in the way of ending or switching its association.
type Obstacle string

// The obstacles. Source: DOMAIN.md 3, Guards.
const (
	IndependentMembers  Obstacle = "INDEPENDENT_MEMBERS"  // an enterprise master with independent-accounting members (非财务托管)
	IndependentMember   Obstacle = "INDEPENDENT_MEMBER"   // such a member
	ReservedInstance    Obstacle = "RESERVED_INSTANCE"    // unexpired
	SupportPlan         Obstacle = "SUPPORT_PLAN"         // a partner support plan product
	Arrears             Obstacle = "ARREARS"              // 欠费
	SpecialContract     Obstacle = "SPECIAL_CONTRACT"     // in force, 特殊合同
	PickupCoupon        Obstacle = "PICKUP_COUPON"        // unused, 提货券
	ProfessionalService Obstacle = "PROFESSIONAL_SERVICE" // a contract
)

// facts are what decides whether an association can end or switch.
type facts struct {
	Kind         RecordKind
	By           Side
	Type, Target int // association types: now, and after a switch
	Admin        bool
	Executing    bool // it was asked for before: what limits asking is not looked at again
	Changed      bool // the association is not what it was when it was asked for

	Live            bool          // another request is
	PartnerAsked    calendar.Date // when the partner last submitted a request about the customer; zero for never
	CustomerAsked   calendar.Date // when the customer last submitted one, of whatever partner
	CustomerAskedUs calendar.Date // when it last submitted one to end its association with this partner
	Today           calendar.Date

	CustomerFrozen bool     // its account, by hand
	PartnerFrozen  bool     // or its distributor
	PartnerBlocked bool     // frozen or restricted
	Payments       []string // orders that wait for the partner to pay
	Obstacles      []Obstacle
}

func (f facts) has(o Obstacle) bool { return slices.Contains(f.Obstacles, o) }

// resale says whether a resale association begins or ends.
func (f facts) resale() bool { return f.Type == party.Resale || f.Target == party.Resale }

// cools says whether a side has asked so lately that it may not ask again.
func (f facts) cools(asked calendar.Date) bool {
	return !f.Executing && !asked.IsZero() && f.Today.Before(cooledOn(asked))
}

// cooledOn gives the first Beijing date on which a side that asked on a date may ask again: three calendar months later.
func cooledOn(asked calendar.Date) calendar.Date { return asked.AddMonths(coolDownMonths, asked.Day) }

// guard is one condition of ending or switching an association.
type guard struct {
	code  string
	fails func(f facts) bool
	why   func(f facts) string // what is in the way
	todo  func(f facts) string
}

func always(text string) func(facts) string { return func(facts) string { return text } }

// guards are all conditions, in the order in which they are reported. Source: DOMAIN.md 3, Guards; the codes are ASSUMED.
var guards = []guard{
	{
		"NOT_PARTNER_ADMIN", func(f facts) bool { return !f.Admin },
		always("only the partner's administrator ends or switches an association"), always("let the partner's administrator ask for it"),
	},
	{
		"ASSOCIATION_CHANGED", func(f facts) bool { return f.Changed },
		always("the association is another than when this was asked for"), always("look at the association as it is now, and ask again"),
	},
	{
		"LIVE_REQUEST", func(f facts) bool { return f.Live && !f.Executing },
		always("another request about this association is not decided or not done yet"), always("wait until it is decided, or withdraw it"),
	},
	{
		"PARTNER_COOL_DOWN", func(f facts) bool { return f.By == PartnerSide && f.cools(f.PartnerAsked) },
		func(f facts) string {
			return fmt.Sprintf("the partner asked for this customer on %s already", f.PartnerAsked)
		},
		func(f facts) string { return "ask again from " + cooledOn(f.PartnerAsked).String() + " on" },
	},
	{
		"CUSTOMER_ASKED_LATELY", func(f facts) bool { return f.By == PartnerSide && f.cools(f.CustomerAskedUs) },
		func(f facts) string {
			return fmt.Sprintf("the customer asked for disassociation itself on %s", f.CustomerAskedUs)
		},
		func(f facts) string { return "ask from " + cooledOn(f.CustomerAskedUs).String() + " on" },
	},
	{
		"CUSTOMER_COOL_DOWN", func(f facts) bool { return f.By == CustomerSide && f.cools(f.CustomerAsked) },
		func(f facts) string {
			return fmt.Sprintf("disassociation was asked for on %s already", f.CustomerAsked)
		},
		func(f facts) string { return "ask again from " + cooledOn(f.CustomerAsked).String() + " on" },
	},
	{
		string(IndependentMembers), func(f facts) bool { return f.has(IndependentMembers) },
		always("the customer is an enterprise master with independent-accounting members"), always("unlink the members first"),
	},
	{
		string(IndependentMember), func(f facts) bool { return f.has(IndependentMember) },
		always("the customer is an independent-accounting member of an enterprise"),
		func(f facts) string {
			if f.By == CustomerSide {
				return "let the enterprise master ask for it"
			}
			return "let the customer leave its enterprise master first"
		},
	},
	{
		"ORDER_AWAITS_PARTNER_PAYMENT", func(f facts) bool { return len(f.Payments) > 0 },
		func(f facts) string { return "orders wait for the partner to pay: " + strings.Join(f.Payments, ", ") },
		always("pay, reject or cancel them"),
	},
	{
		string(ReservedInstance), func(f facts) bool { return f.has(ReservedInstance) && (f.Kind == Switch || f.Type == party.Resale) },
		always("the customer has a reserved instance that has not expired"), always("wait until it has expired, or unsubscribe it"),
	},
	{
		string(SupportPlan), func(f facts) bool { return f.has(SupportPlan) && f.Kind == Disassociate },
		always("the customer has a partner support plan"), always("unsubscribe the support plan"),
	},
	{
		string(Arrears), func(f facts) bool { return f.has(Arrears) && f.Kind == Disassociate && f.Type == party.Resale },
		always("the customer is in arrears"), always("let the partner appropriate what is owed, to write it off"),
	},
	{
		string(SpecialContract), func(f facts) bool { return f.has(SpecialContract) },
		always("a special contract is in force"), always("let the partner contact its ecosystem manager"),
	},
	{
		string(PickupCoupon), func(f facts) bool { return f.has(PickupCoupon) },
		always("the customer has unused pick-up coupons"), always("use the pick-up coupons, or let them be withdrawn"),
	},
	{
		string(ProfessionalService), func(f facts) bool { return f.has(ProfessionalService) && f.Target == party.Resale },
		always("the customer has a professional-service contract"), always("wait until the contract has ended"),
	},
	{ // a switch as well: nobody could unfreeze the customer after it. ASSUMED
		"CUSTOMER_FROZEN", func(f facts) bool { return f.CustomerFrozen },
		always("the customer's account is frozen"), always("unfreeze the account first"),
	},
	{
		"PARTNER_FROZEN", func(f facts) bool {
			return f.PartnerFrozen && f.resale() || f.PartnerBlocked && f.Target == party.Resale
		},
		always("the partner is frozen or restricted"), always("let the partner settle with the vendor first"),
	},
}

// failing gives every guard that does not hold, at once; nothing when the association can end or switch.
func failing(f facts) []FailedItem {
	var items []FailedItem
	for _, g := range guards {
		if g.fails(f) {
			items = append(items, FailedItem{Code: g.code, Message: g.why(f), Action: g.todo(f)})
		}
	}
	return items
}

// refusal says all failed items in one error. Error: ErrBarred.
func refusal(items []FailedItem) error {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = item.Code + ": " + item.Message + "; " + item.Action
	}
	return ErrBarred.Saying("the association can't be ended or switched. %s", strings.Join(texts, ". "))
}

// dateOf gives the Beijing date of an instant that may be none.
func dateOf(at time.Time) calendar.Date {
	if at.IsZero() {
		return calendar.Date{}
	}
	return calendar.DateOf(at)
}
