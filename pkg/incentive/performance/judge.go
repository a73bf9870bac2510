package performance

// Instrument says what a line was paid with.
type Instrument string

// The payment instruments. Source: DOMAIN.md 6; Credit is ASSUMED: what a customer buys on a partner's credit line counts as cash, and its incentive
// stays frozen until it is repaid (DOMAIN.md 6, "Rules").
const (
	Cash                    Instrument = "cash"
	CreditLine              Instrument = "credit"
	Voucher                 Instrument = "voucher"
	TestVoucher             Instrument = "test_voucher"
	CountingCashCoupon      Instrument = "counting_cash_coupon"
	NonCountingCashCoupon   Instrument = "non_counting_cash_coupon"
	StoredValueCard         Instrument = "stored_value_card"          // using one
	StoredValueCardPurchase Instrument = "stored_value_card_purchase" // buying one
)

// Instruments are all payment instruments.
func Instruments() []Instrument {
	return []Instrument{
		Cash, CreditLine, Voucher, TestVoucher, CountingCashCoupon, NonCountingCashCoupon, StoredValueCard, StoredValueCardPurchase,
	}
}

// Category says what a line charges, in FOCUS's words.
type Category string

// The charge categories. Source: FOCUS 1.0 and 1.2, ChargeCategory. Refund is ours: what our own orders give back, which FOCUS has as usage below 0.
const (
	Usage      Category = "Usage"
	Purchase   Category = "Purchase"
	Tax        Category = "Tax"
	Credit     Category = "Credit"     // counts with its sign, as Adjustment does
	Adjustment Category = "Adjustment" // 调账
	Refund     Category = "Refund"
)

// Rule names what decided whether a line counts.
type Rule string

// The rules. The first four count, the others do not.
const (
	ByCash          Rule = "cash"
	ByCredit        Rule = "credit"
	ByCoupon        Rule = "counting_cash_coupon"
	ByStoredValue   Rule = "stored_value_card"
	VoucherPaid     Rule = "voucher"
	TestVoucherPaid Rule = "test_voucher"
	CouponPaid      Rule = "non_counting_cash_coupon"
	CardBought      Rule = "stored_value_card_purchase"
	TaxLine         Rule = "tax"
	NoPartner       Rule = "no_partner"
	Transferred     Rule = "transferred"
	CertExpired     Rule = "certification_expired"
	OutOfPlan       Rule = "not_in_plan"
	PolicyExcludes  Rule = "product_policy"
	ContractZero    Rule = "contract_incentive_zero"
	Curated         Rule = "koogallery_curated"
)

// rules are all rules with what they say, and those that a payment instrument decides by.
var rules = map[Rule]string{
	ByCash:          "paid in cash: it counts",
	ByCredit:        "paid on credit, which counts as cash; its incentive is frozen until the customer has repaid",
	ByCoupon:        "paid with a cash coupon that counts as performance",
	ByStoredValue:   "paid from a stored-value card, which counts as cash",
	VoucherPaid:     "paid with a voucher of the vendor, which is no performance",
	TestVoucherPaid: "paid with a test voucher, which is no performance",
	CouponPaid:      "paid with a cash coupon that does not count as performance",
	CardBought:      "bought a stored-value card; it counts when the card is used",
	TaxLine:         "a tax, which is no consumption",
	NoPartner:       "the customer had no partner when it consumed this",
	Transferred:     "the performance was transferred to another partner",
	CertExpired:     "the partner's certification was not valid when the customer consumed this",
	OutOfPlan:       "the partner was not in the plan when the customer consumed this",
	PolicyExcludes:  "the product's policy is no performance and no rebate",
	ContractZero:    "the contract that it was bought by has incentive 0",
	Curated:         "sold in the curated mall of KooGallery, which gives the price difference and no incentive",
}

// Reason says in words what a rule says.
func (r Rule) Reason() string { return rules[r] }

// The incentive policies of products. Source: DOMAIN.md 6, "Product policy"; SDK IncentiveAndDiscountPolicy.
const (
	NonSpecific   = 0  // 非特定产品
	Specific      = 1  // 特定产品
	NoPerformance = 2  // 无业绩无返点
	NoRebate      = 13 // 有业绩无返点: performance without rebate
)

// Facts are what decides on a line beside the line itself.
type Facts struct {
	HasPartner  bool // the customer had one at the time of consumption
	Transferred bool // away from that partner
	Certified   bool // the partner was, at the time
	InPlan      bool // the partner was, at the time
	Policy      int  // of the product, as of the last second of the month
	ZeroDeal    bool // a contract with incentive 0 held for the customer, at the time
	Curated     bool // the product is sold in KooGallery's curated mall (严选)
}

// Verdict says whether a line counts as performance, and which rule says so.
type Verdict struct {
	Counts bool
	Rule   Rule
	Reason string
}

// Judge decides whether a line is performance: cash consumption of an associated customer that meets the confirmation principles. What the line itself
// is comes first, then whose it is, then what it is of, so that of several rules that exclude it the one is named that no change of facts would undo.
// Source: DOMAIN.md 6, "Performance".
func Judge(c Category, paid Instrument, f Facts) Verdict {
	rule := excludes(f)
	if by := paidBy(paid); rule == "" || !counting(by) {
		rule = by
	}
	if c == Tax {
		rule = TaxLine
	}
	return Verdict{Counts: counting(rule), Rule: rule, Reason: rule.Reason()}
}

// excludes gives the rule by which facts exclude a line, empty for none.
func excludes(f Facts) Rule {
	switch {
	case !f.HasPartner:
		return NoPartner
	case f.Transferred:
		return Transferred
	case !f.Certified:
		return CertExpired
	case !f.InPlan:
		return OutOfPlan
	case f.Policy == NoPerformance:
		return PolicyExcludes
	case f.ZeroDeal:
		return ContractZero
	case f.Curated:
		return Curated
	}
	return ""
}

// paidBy gives the rule that a payment instrument decides by.
func paidBy(i Instrument) Rule {
	switch i {
	case Cash:
		return ByCash
	case CreditLine:
		return ByCredit
	case CountingCashCoupon:
		return ByCoupon
	case StoredValueCard:
		return ByStoredValue
	case TestVoucher:
		return TestVoucherPaid
	case NonCountingCashCoupon:
		return CouponPaid
	case StoredValueCardPurchase:
		return CardBought
	case Voucher:
	}
	return VoucherPaid
}

func counting(r Rule) bool {
	return r == ByCash || r == ByCredit || r == ByCoupon || r == ByStoredValue
}
