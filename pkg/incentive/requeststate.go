package incentive

import (
	"net/http"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/party"
)

// ErrRequestState: a payment request's state does not allow a step. ASSUMED code.
var ErrRequestState = problem.New(http.StatusConflict, "CBC.99001302", "the payment request's state does not allow that")

// RequestState is a state of a payment request.
type RequestState string

// The states of a payment request. Source: DOMAIN.md 6, "State machine of a payment request".
const (
	ToApply       RequestState = "TO_APPLY" // 待提交申请: there is none yet
	Processing    RequestState = "PROCESSING"
	ToInvoice     RequestState = "TO_INVOICE"     // 待伙伴开票
	InvoiceReview RequestState = "INVOICE_REVIEW" // 发票审核
	Paying        RequestState = "PAYING"         // 支付中
	Completed     RequestState = "COMPLETED"      // 已完成
	Failed        RequestState = "FAILED"         // what it was to give could not be given
	PayFailed     RequestState = "PAY_FAILED"     // the bank has returned it
)

// RequestStates are all states.
func RequestStates() []RequestState {
	return []RequestState{ToApply, Processing, ToInvoice, InvoiceReview, Paying, Completed, Failed, PayFailed}
}

// RequestEvent is what happens to a payment request.
type RequestEvent string

// The events of a payment request.
const (
	Apply            RequestEvent = "apply"
	AskInvoice       RequestEvent = "ask_invoice"       // the system: its method needs an invoice
	Give             RequestEvent = "give"              // the system: vouchers or an owed invoice, at once
	Fail             RequestEvent = "fail"              // the system: they can't be given
	InvoicesMailed   RequestEvent = "invoices_mailed"   // the partner, as the three that follow told by package invoice
	InvoicesReceived RequestEvent = "invoices_received" // the vendor
	InvoicesRejected RequestEvent = "invoices_rejected"
	InvoicesApproved RequestEvent = "invoices_approved"
	Pay              RequestEvent = "pay"      // finance has paid
	PayFail          RequestEvent = "pay_fail" // the bank has returned it
	Retry            RequestEvent = "retry"
)

// RequestEvents are all events.
func RequestEvents() []RequestEvent {
	return []RequestEvent{Apply, AskInvoice, Give, Fail, InvoicesMailed, InvoicesReceived, InvoicesRejected, InvoicesApproved, Pay, PayFail, Retry}
}

// requestSteps is the whole state machine. That what failed can be tried again, once its cause is gone, is ASSUMED for Failed.
var requestSteps = map[RequestState]map[RequestEvent]RequestState{
	ToApply:       {Apply: Processing},
	Processing:    {AskInvoice: ToInvoice, Give: Completed, Fail: Failed},
	ToInvoice:     {InvoicesMailed: InvoiceReview},
	InvoiceReview: {InvoicesReceived: InvoiceReview, InvoicesRejected: ToInvoice, InvoicesApproved: Paying},
	Paying:        {Pay: Completed, PayFail: PayFailed},
	PayFailed:     {Retry: Paying},
	Failed:        {Retry: Processing},
	Completed:     {},
}

// After gives a payment request's state after an event. Error: ErrRequestState.
func (s RequestState) After(e RequestEvent) (RequestState, error) {
	next, ok := requestSteps[s][e]
	if !ok {
		return s, ErrRequestState.Saying("the payment request is %s: %s is not possible", s, e)
	}
	return next, nil
}

// Method is how an incentive is paid.
type Method string

// The methods. Source: DOMAIN.md 6, "Methods and invoicing".
const (
	BankTransfer Method = "BANK_TRANSFER"  // 银行转账, to the certified account
	TopUpAccount Method = "TOP_UP_ACCOUNT" // 返充值账户
	VoucherQuota Method = "VOUCHER_QUOTA"  // 转代金券额度
	OwedInvoice  Method = "OWED_INVOICE"   // 返华为云账户-记欠票
)

// Methods are all methods.
func Methods() []Method { return []Method{BankTransfer, TopUpAccount, VoucherQuota, OwedInvoice} }

// NeedsInvoice reports whether a method pays against the partner's invoice.
func (m Method) NeedsInvoice() bool { return m == BankTransfer || m == TopUpAccount }

// Allows reports whether a method pays incentives of an association type of a month: resale pays as vouchers or against owed invoices alone, since
// November 2023. Source: DOMAIN.md 6.
func (m Method) Allows(associationType int, month Month) bool {
	return associationType != party.Resale || month < restricted || !m.NeedsInvoice()
}
