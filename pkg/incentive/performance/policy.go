package performance

import "time"

// The numbers of this capability. Source, where no other is named: DOMAIN.md 6 and 19.
const (
	// Currency is the one that performance is counted in.
	Currency = "CNY"

	// workingDays is how many working days after its consumption a line is visible to partners.
	workingDays = 1

	// callBytes is the largest file that one call takes; larger ones are uploaded. Source: issue "Performance, incentives, payouts".
	callBytes = 1 << 20

	// fileBytes and fileLines bound an uploaded file, so that what its lines' identities take fits the function's memory. ASSUMED
	fileBytes = 1 << 30
	fileLines = 1_000_000

	// cellBytes is the longest cell of a line. ASSUMED
	cellBytes = 64 << 10

	// longestRecord is the longest line of a file, line breaks in its cells included. ASSUMED
	longestRecord = 1 << 20

	// chunkLines and chunkBytes are what one piece of due work imports at most: some seconds. ASSUMED
	chunkLines = 500
	chunkBytes = 4 << 20

	// rangeBytes is how much of a file is read at once. ASSUMED
	rangeBytes = 8 << 20

	// uploadLife is how long a file can be uploaded after it was announced, wall clock. ASSUMED
	uploadLife = time.Hour

	// margin is what a piece of work leaves of its function's time, to note how far it came. ASSUMED
	margin = 40 * time.Second

	// longestWork is longer than any piece of work takes: a function ends after 15 minutes.
	longestWork = time.Hour

	// waits is after how long an import, a chunk or a review looks again for what it waits for. ASSUMED
	waits = 5 * time.Minute

	// chunkLife is how long chunks wait for an import that does not begin. ASSUMED
	chunkLife = 24 * time.Hour

	// Orders of a day are collected the next morning, Beijing. ASSUMED
	collectHour = 5

	// orderDays is how long before its payment an order can have been placed: it awaits its payment for 7 days, and a large refund its review. ASSUMED
	orderDays = 31

	// openMonths is how many months back the vendor moves performance, and partners list slips at once. ASSUMED
	openMonths = 12

	// notedCustomers is after how many recounted customers an import notes how far it came. ASSUMED
	notedCustomers = 25
)

// SourceOrder is the source of what our own orders and renewals charge.
const SourceOrder = "order"

// focus is the column map of FOCUS 1.0 and 1.2, in which a provider notes what paid in a custom column.
// Source: FinOps Open Cost and Usage Specification 1.0, 1.1 and 1.2, "Columns".
func focus() ColumnMap {
	return ColumnMap{
		Amount: "BilledCost", Currency: "BillingCurrency", PeriodStart: "BillingPeriodStart", PeriodEnd: "BillingPeriodEnd",
		ChargeStart: "ChargePeriodStart", Category: "ChargeCategory", Account: "SubAccountId", Service: "ServiceName", Instrument: "x_PaymentInstrument",
		ServiceCategory: "ServiceCategory", Resource: "ResourceId", ResourceName: "ResourceName", Region: "RegionId", Sku: "SkuId",
		Quantity: "ConsumedQuantity", Unit: "ConsumedUnit", ListCost: "ListCost", Pricing: "PricingCategory",
		Known: []string{
			"AvailabilityZone", "BillingAccountId", "BillingAccountName", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd",
			"CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType",
			"ContractedCost", "ContractedUnitPrice", "EffectiveCost", "InvoiceIssuerName", "ListUnitPrice", "PricingQuantity", "PricingUnit",
			"ProviderName", "PublisherName", "RegionName", "ResourceType", "SkuPriceId", "SubAccountName", "Tags", "Id",
			// 1.1
			"CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity", "CommitmentDiscountUnit", "ServiceSubcategory",
			"SkuMeter", "SkuPriceDetails",
			// 1.2
			"BillingAccountType", "SubAccountType", "InvoiceId", "PricingCurrency", "PricingCurrencyContractedUnitPrice",
			"PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice",
		},
	}
}

// Sources gives the column map of each source of bills, by name: a provider whose files name what paid, and one whose files do not, since its customers
// pay in cash alone.
func Sources() map[string]ColumnMap {
	cash := focus()
	cash.Instrument = ""
	return map[string]ColumnMap{"focus": focus(), "focus-cash": cash}
}

// null stands in FOCUS's CSV files for no value.
const null = "NULL"
