package opportunity

import "time"

// The numbers of this capability. Source, where no other is named: DOMAIN.md 12 and 19.
const (
	// verificationDays is after how many working days without a result a verification is rejected.
	verificationDays = 10

	// answerDays is after how many working days without an answer an HO counts as rejected.
	answerDays = 3

	// auditDays is after how many working days an audit without a result is escalated. Nothing is decided then. ASSUMED there.
	auditDays = 3

	// remindedDays is how many working days before its last one an HO that waits for an answer is reminded of, besides on that day itself. ASSUMED
	remindedDays = 1

	// mostChoices is how many offerings, and how many cloud services, an opportunity has at most: each of them is held by an item of the transaction
	// by which it comes to count, which takes 100. ASSUMED
	mostChoices = 20

	// shortest is with how many characters a text can say anything: fewer are incomplete information. ASSUMED
	shortest = 2

	// syllable is of how many bytes a company's plain name is to be for it to be masked in the middle of a word of a text as well. ASSUMED
	syllable = 3

	// shortestDescription is that of the description. ASSUMED
	shortestDescription = 10

	// farthestMonths is how far ahead an order can be expected for its time to be clear. ASSUMED
	farthestMonths = 24

	// deliveredMonths is for how many months a delivered opportunity still excludes others for the same: what a customer buys after that is new
	// business. ASSUMED; the text has no end of it.
	deliveredMonths = 12

	// queueMonths is how many months back the vendor's list of a state goes when it is not asked for others, and the most that it can be asked for.
	// What waits for the vendor is listed however old it is. ASSUMED
	queueMonths = 12

	// queueSince is the year in which the first opportunity was submitted: none is older. ASSUMED
	queueSince = 2026
)

// placeholders are texts that only fill a field. ASSUMED
var placeholders = []string{"n/a", "na", "none", "nil", "tbd", "todo", "unknown", "test", "无", "没有", "暂无", "待定", "不详", "未知", "测试", "..", "--", "xx", "xxx"}

// legalForms are what says how a company is incorporated: words of their own, and ends of Chinese names, the longest first where one ends in another.
// ASSUMED
var (
	legalWords = []string{"corporation", "incorporated", "limited", "company", "co", "corp", "inc", "ltd", "llc", "gmbh", "plc", "group"}
	legalEnds  = []string{"股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团公司", "公司", "集团"}
)

// longestWait is within which time an HO that waits for an answer was shared: its working days, across the longest holidays. ASSUMED
const longestWait = 30 * 24 * time.Hour
