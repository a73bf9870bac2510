package invoice

import "slices"

// The numbers of this capability.
const (
	// paymentDays is within how many working days, by the calendar of China, finance pays what was approved. Source: DOMAIN.md 6, 19.
	paymentDays = 2

	// billDay is the day of the next month on which a month's bills are out, at 00:00 Beijing, and from which on its consumption can be invoiced.
	// Source: DOMAIN.md 8, 9, 19.
	billDay = 3

	// Partners' consumption can be invoiced once their bill is out: the 5th at 12:00 Beijing. Source: DOMAIN.md 9, 19.
	partnerBillDay, partnerBillHour = 5, 12

	// confirmDays is after how many working days a bill that its partner has to confirm counts as confirmed. ASSUMED, DOMAIN.md 8.
	confirmDays = 5

	// reviewDays is within how many working days the vendor reviews invoice info and requests. Source: DOMAIN.md 9.
	reviewDays = 1

	// DefaultBuyer is the code of the vendor's company that is invoiced when a payment request or a bill names none. ASSUMED
	DefaultBuyer = "HWC"

	// SoftwareRate is the tax rate of software goods for a term; it is also that of incentives. Source: DOMAIN.md 8; of incentives ASSUMED.
	SoftwareRate Rate = 600

	// mostInvoices is the most invoices of one list, which fit a transaction with what guards them. ASSUMED
	mostInvoices = 20

	// mostLines is the most lines of one list: more goods of one rate are another list. ASSUMED
	mostLines = 50

	// mostGoods is the longest name of goods, in characters. ASSUMED
	mostGoods = 92

	// longestBuyerCode is the longest code of a buyer, with which the numbers of its lists begin. ASSUMED
	longestBuyerCode = 16

	// mostBillLines is the most lines of one bill, which its details show and one generation reads. ASSUMED
	mostBillLines = 5000

	// mostImported is the most rows of one sheet of trades, which fit the time of a call. ASSUMED
	mostImported = 1000

	// mostPosted is the most lines that one call adds to a bill: each is an item of its transaction. ASSUMED
	mostPosted = 90

	// mostRates is the most lists of one payment request. ASSUMED
	mostRates = 20

	// linkDays is for how long the link of a list's mail is good. ASSUMED
	linkDays = 90

	// paperDays is within how many working days a paper invoice is issued; returnDays is the same of a red one. Source: DOMAIN.md 9.
	paperDays, returnDays = 3, 3

	// mostMonths is the most months of one request for an invoice by the vendor, and how many months back an account that joins a plan must have
	// its invoices. ASSUMED
	mostMonths = 12

	// paperPostage is the amount, in fen, below which the receiver of a paper invoice pays the courier. Source: DOMAIN.md 9.
	paperPostage = 100_00

	// queueMonths is how many months the vendor's queues go back. ASSUMED
	queueMonths = 12
)

// incentiveGoods is the goods name on invoices for incentives: the tax bureau's class between asterisks, then the name. ASSUMED
const incentiveGoods = "*信息技术服务*推广服务费"

// daysWithoutInvoice are the days after its issue on which a list without an invoice is reminded of. ASSUMED, DOMAIN.md 7.
var daysWithoutInvoice = []int{7, 15, 30}

// rates are the tax rates that there are, in hundredths of a percent. Source: DOMAIN.md 8 for 6 %; the others are China's VAT rates. ASSUMED
var rates = []Rate{100, 300, 500, SoftwareRate, 900, 1300}

// Rates gives the tax rates that there are.
func Rates() []Rate { return slices.Clone(rates) }
