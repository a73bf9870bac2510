package account

import (
	"time"
)

const (
	// windowMonths is how far back change records are listed when no first day is given. Source: DOMAIN.md 5, "Change record".
	windowMonths = 12

	// idSlack is how far the time in a transfer's id may be from when it was made, which is its time to the millisecond. ASSUMED.
	idSlack = time.Second

	// paymentTransfer is BSS's number of bank transfers among payment channels. Source: the SDK's ListCustomerAccountChangeRecordsRequest.
	paymentTransfer = "2"
)

// Online payments.
const (
	// paymentLife is how long an online payment can be made after it was begun. ASSUMED.
	paymentLife = 30 * time.Minute

	// noticeAge is how old, or how far ahead, a provider's signed notice may be. ASSUMED.
	noticeAge = 5 * time.Minute
)

// channels are the ways to pay online, and the most that each takes at once, in fen. The amounts are ASSUMED: they are the channels' own to set, and
// change. Source: DOMAIN.md 5, Top-up rules.
var channels = []channel{
	{"ALIPAY", "Alipay", 200_000_00},
	{"WECHAT", "WeChat Pay", 50_000_00},
	{"UNIONPAY", "UnionPay", 500_000_00},
	{"PETALPAY", "Petal Pay", 50_000_00}, // 花瓣支付
}

// Bank remittances.
const (
	// mostPayers is how many names may pay for a partner besides its own at a time. Source: DOMAIN.md 5, 19, "payer names".
	mostPayers = 5

	// feedRows is the most rows that one call imports of a bank feed, which fit its time. ASSUMED.
	feedRows = 200

	// mostName is the most bytes of a payer's name. ASSUMED.
	mostName = 384

	// accountPrefix starts every remittance account's number; the rest is accountDigits random ones. ASSUMED.
	accountPrefix = "88660"
	accountDigits = 12
)

// Withdrawals. Source of the routes' months and days: DOMAIN.md 5, "Withdrawal".
const (
	// withdrawalLife is how long a withdrawal waits for the vendor's decision before its hold ends. ASSUMED.
	withdrawalLife = 30 * 24 * time.Hour

	// mostParts is the most top-ups that one withdrawal returns. ASSUMED.
	mostParts = 20

	// mostLooked is the most of the latest entries among which top-ups are looked for. ASSUMED.
	mostLooked = 2000

	onlineDays   = 1 // working days until money is back by an online channel
	transferDays = 7 // and by the bank
)

// Statements.
const (
	// statementAfter is how long after a month's end its statement is final: no function runs as long. ASSUMED.
	statementAfter = 15 * time.Minute

	// pdfEntries and csvEntries are the most entries of one file, which the function makes in its time and API Gateway takes. ASSUMED.
	pdfEntries = 5_000
	csvEntries = 15_000
)

// originalMonths are the months in which an online top-up goes back by the channel that it came by, by the vendor's contracting entity.
var originalMonths = map[Entity]map[string]int{
	HuaweiCloud: {"ALIPAY": 3},
	OtherEntity: {"ALIPAY": 11, "WECHAT": 11, "UNIONPAY": 3},
}
