package account

// Reason says why money moved.
type Reason string

// The reasons of transfers.
const (
	Opening       Reason = "OPENING"       // the balance that an import brought
	TopUp         Reason = "TOP_UP"        // a bank remittance that the vendor's finance booked, 充值
	Renewal       Reason = "RENEWAL"       // an order that a person paid
	AutoRenewal   Reason = "AUTO_RENEWAL"  // an order that the system paid
	Purchase      Reason = "PURCHASE"      // of new resources
	SpecChange    Reason = "SPEC_CHANGE"   // up
	Refund        Reason = "REFUND"        // of an order that was paid
	Appropriation Reason = "APPROPRIATION" // from a partner to a customer or reseller, 拨款
	Reclaim       Reason = "RECLAIM"       // back to the partner, 回收
	Unbinding     Reason = "UNBINDING"     // back to the partner when an association ends or is switched, 解绑回收
	LimitChange   Reason = "LIMIT_CHANGE"  // of a credit limit
	Rebate        Reason = "REBATE"        // an incentive that is paid to the top-up account, 激励返点

	WithdrawalHold Reason = "WITHDRAWAL_HOLD" // set aside until a withdrawal is paid
	WithdrawalVoid Reason = "WITHDRAWAL_VOID" // back, since it is not
	Withdrawal     Reason = "WITHDRAWAL"      // 提现: paid to the partner's bank
)

// trade is how BSS calls the reason of an entry: its type, by which lists are filtered, and its detail. Source: DOMAIN.md 5, "Change record", and
// the SDK's AccountChangeRecord, whose spelling it is.
type trade struct{ kind, detail string }

var trades = map[Reason]trade{
	Opening:     {"RECHARGE", "SOURCE_OPERAIION_RECHARGE"},
	TopUp:       {"RECHARGE", "SOURCE_OPERAIION_RECHARGE"},
	Renewal:     {"DEDEUCT", "SOURCE_OPERAIION_DEDEUCT"},
	AutoRenewal: {"DEDEUCT", "SOURCE_OPERAIION_DEDEUCT"},
	Purchase:    {"DEDEUCT", "SOURCE_OPERAIION_DEDEUCT"},
	SpecChange:  {"DEDEUCT", "SOURCE_OPERAIION_DEDEUCT"},
	Refund:      {"REFUND", "SOURCE_OPERAIION_REFUND"},

	WithdrawalHold: {"RFROZEN", "SOURCE_OPERATION_RFROZEN"},
	WithdrawalVoid: {"RFROZEN", "SOURCE_OPERATION_RFROZEN"},
	Withdrawal:     {"TRANS", "SOURCE_OPERATION_TRANS"},
	Appropriation:  {"BEADJUST", "SOURCE_OPERATION_BEADJUST"},
	Reclaim:        {"BERETRIEVE", "SOURCE_OPERATION_BERETRIEVE"},
	Unbinding:      {"BEUNBIND", "SOURCE_OPERATION_BEUNBIND"},
	Rebate:         {"RECHARGE", "SOURCE_OPERAIION_RECHARGE_REBATE"},
	LimitChange:    {"ADJUST", "SOURCE_OPERAIION_ADJUST_CREDIT"},
}

// adjustment reports whether a partner filled or drained an account below it. Source: DOMAIN.md 5, Adjust.
func (r Reason) adjustment() bool { return r == Appropriation || r == Reclaim || r == Unbinding }
