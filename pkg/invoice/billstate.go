package invoice

// BillState is how far a settlement bill is. Source: DOMAIN.md 8.
type BillState string

// The states of a bill.
const (
	Collecting           BillState = "COLLECTING"             // lines come in, and the partner does not see it
	ToConfirm            BillState = "TO_CONFIRM"             // 待确认, of procurement-involved bills alone
	ToCountersign        BillState = "TO_COUNTERSIGN"         // 待会签
	Countersigning       BillState = "COUNTERSIGNING"         // 会签中
	CountersignRejected  BillState = "COUNTERSIGN_REJECTED"   // 会签驳回
	ToPaymentRequest     BillState = "TO_PAYMENT_REQUEST"     // 待申付
	PaymentRequestFailed BillState = "PAYMENT_REQUEST_FAILED" // 申付单创建失败
	InvoiceReview        BillState = "INVOICE_REVIEW"         // the partner invoices, the vendor reviews
	Paying               BillState = "PAYING"
	PayFailed            BillState = "PAY_FAILED" // the bank returned it. ASSUMED
	Completed            BillState = "COMPLETED"
)

// BillStates are all states of a bill.
func BillStates() []BillState {
	return []BillState{
		Collecting, ToConfirm, ToCountersign, Countersigning, CountersignRejected, ToPaymentRequest, PaymentRequestFailed, InvoiceReview, Paying,
		PayFailed, Completed,
	}
}

// BillEvent is what happens to a bill.
type BillEvent string

// The events of a bill.
const (
	Generate      BillEvent = "generate"            // it is out
	GenerateAsked BillEvent = "generate_to_confirm" // it is out, and its partner has to confirm it
	Confirm       BillEvent = "confirm"             // by the partner, or by the passing of time
	Start         BillEvent = "start_countersign"
	Pass          BillEvent = "pass_countersign"
	Refuse        BillEvent = "reject_countersign"
	Handle        BillEvent = "handle_rejection"
	Create        BillEvent = "create_payment_request"
	CreateFails   BillEvent = "payment_request_fails"
	Retry         BillEvent = "retry_payment_request"
	Accept        BillEvent = "approve_invoices"
	Pay           BillEvent = "paid"
	PayFails      BillEvent = "pay_failed"
	PayAgain      BillEvent = "pay_again"
)

// BillEvents are all events of a bill.
func BillEvents() []BillEvent {
	return []BillEvent{
		Generate, GenerateAsked, Confirm, Start, Pass, Refuse, Handle, Create, CreateFails, Retry, Accept, Pay, PayFails, PayAgain,
	}
}

// billSteps is the state machine of bills. Source: DOMAIN.md 8; the bank's failure is ASSUMED.
var billSteps = map[BillState]map[BillEvent]BillState{
	Collecting:           {Generate: ToCountersign, GenerateAsked: ToConfirm},
	ToConfirm:            {Confirm: ToCountersign},
	ToCountersign:        {Start: Countersigning},
	Countersigning:       {Pass: ToPaymentRequest, Refuse: CountersignRejected},
	CountersignRejected:  {Handle: ToCountersign},
	ToPaymentRequest:     {Create: InvoiceReview, CreateFails: PaymentRequestFailed},
	PaymentRequestFailed: {Retry: ToPaymentRequest},
	InvoiceReview:        {Accept: Paying},
	Paying:               {Pay: Completed, PayFails: PayFailed},
	PayFailed:            {PayAgain: Paying},
}

// After gives the state that an event brings a bill to. Error: ErrState.
func (s BillState) After(e BillEvent) (BillState, error) {
	next, ok := billSteps[s][e]
	if !ok {
		return s, ErrState.Saying("the bill is %s: %s is not possible", s, e)
	}
	return next, nil
}
