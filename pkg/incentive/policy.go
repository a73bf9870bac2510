package incentive

// The numbers of this capability. Source, where no other is named: DOMAIN.md 6 and 19.
const (
	// closeDay and closeHour are when a month is closed at the earliest: the 5th of the next one, Beijing; while its performance is not final, every day
	// from then on. ASSUMED
	closeDay, closeHour = 5, 6

	// confirmDays is after how many working days, by the calendar of China, a statement counts as confirmed. ASSUMED length.
	confirmDays = 5

	// paymentDays is within how many working days what was approved is paid.
	paymentDays = 2

	// redeemMonths is how long after a partner left its plan its incentives can be redeemed: one year.
	redeemMonths = 12

	// lastYear is the last one of a membership: the months and the year after it have dates, too. ASSUMED
	lastYear = 9000

	// quotaMonths is how long a voucher quota that pays an incentive is good. ASSUMED
	quotaMonths = 12

	// mostIncentives is the most incentives of one payment request, which fit its transaction. ASSUMED
	mostIncentives = 50

	// applyHour is when, Beijing, what is applied for by itself is tried again. ASSUMED
	applyHour = 9

	// workMonths is how many months the vendor's lists of what awaits it go back. ASSUMED
	workMonths = 24

	// whole is 100 percent as a rate, in hundredths of a percent.
	whole = 100_00

	// mostText is the longest question, answer or reason, in characters. ASSUMED
	mostText = 1000
)

// noticeDays are how many days before its end a partner that left its plan hears what it has to redeem. ASSUMED
var noticeDays = []int{90, 30, 7}

// restricted is from when on incentives of resale are paid as vouchers or against owed invoices alone. Source: DOMAIN.md 6, "Methods and invoicing".
const restricted Month = "2023-11"
