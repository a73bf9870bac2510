package main

import (
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/invoice"
)

// businessSteps are how a partner's business information is certified, the day before it applies for anything: who does both on one day waits for the next.
func businessSteps() []step {
	const (
		partner  = "partner partner"
		business = "/v2/partners/business-information"
		body     = `{"title":"Partner","taxpayer_id":"91440300MA5EXAMPL1","registered_address":"Road 1","registered_phone":"0755-28780808",` +
			`"bank_name":"Bank","bank_account":"755900001111222","currency":"CNY"}`
	)
	return []step{
		{"", "", later, "2026-12-02", ""},
		{"SubmitBusinessInformation", partner, "PUT", business, body},
		{"DecideBusinessInformation", vendor, "POST", "/v2/vendor/incentives/partners/partner/business-information/decisions", `{"decision":"CERTIFY"}`},
		{"", "distributor distributor", "PUT", business, body}, // the distributor is of the same company
		{"", vendor, "POST", "/v2/vendor/incentives/partners/distributor/business-information/decisions", `{"decision":"CERTIFY"}`},
		{"ShowBusinessInformation", partner, "GET", business, ""},
	}
}

// frozen is an incentive that comes of purchases on credit, as the seed of that name puts it there.
const frozen = "frozen"

// incentiveSteps are how performance becomes incentives, and these are paid.
func incentiveSteps() []step {
	const (
		partner    = "partner partner"
		vendors    = "/v2/vendor/incentives"
		of         = vendors + "/partners/partner"
		statements = "/v2/partners/incentive-statements"
		requests   = "/v2/partners/payment-requests"
		reviews    = of + "/statements/{statement_id}/decisions"
		results    = of + "/payment-requests/{payment_request_id}/results"
		filed      = "PARTY#partner PAYMENTREQUEST#{payment_request_id}"
		plan       = `{"name":"Plan","effective_month":"2026-11","rules":[{"tiers":[{"from":0,"rate":500}]}]}`
		invoices   = `{"invoices":[{"invoice_no":"26442000000000000009","invoice_type":"SPECIAL_ELECTRONIC","invoice_date":"2026-12-03","amount":94.34,"tax_amount":5.66,"total_amount":100}]}`
		special    = `{"period":"2026-11","amount":100,"reason":"a campaign"}`
	)
	decided := func(how string) []step {
		return []step{
			{"CreateSpecialIncentive", vendor, "POST", of + "/special-incentives", special},
			{"DecideIncentiveStatement", partner, "POST", statements + "/{statement_id}/decisions", `{"decision":"CONFIRM"}`},
			{"ReviewIncentiveStatement", vendor, "POST", reviews, `{"decision":"APPROVE"}`},
			{"CreatePaymentRequest", partner, "POST", requests, `{"method":"` + how + `"}`},
			{"PaymentRequest" + how, "partner", work, filed, incentive.WorkRequest},
		}
	}
	unnamed := func(steps []step) []step {
		for i := range steps[:len(steps)-1] {
			steps[i].name = ""
		}
		return steps
	}
	steps := []step{
		{"SetIncentivePlan", vendor, "POST", vendors + "/plans/plan/versions", plan},
		{"ShowIncentivePlan", vendor, "GET", vendors + "/plans/plan", ""},
		{"SetIncentiveMembership", vendor, "PUT", of + "/membership", `{"plan_id":"plan","since":"2026-11-01"}`},
		{"ShowIncentiveEstimate", partner, "GET", statements + "/estimate", ""},
		{"IncentiveClose", "partner", work, "PARTY#partner INCENTIVEMEMBER", incentive.WorkClose},
		{"ListIncentiveStatements", partner, "GET", statements + "?limit=10", ""},
		{"ShowIncentiveStatement", partner, "GET", statements + "/{statement_id}", ""},
		{"ShowIncentiveSetting", partner, "GET", "/v2/partners/incentive-setting", ""},
		{"SetIncentiveSetting", partner, "PUT", "/v2/partners/incentive-setting", `{"auto_apply":false,"method":"VOUCHER_QUOTA"}`},
	}
	steps = append(steps, decided("BANK_TRANSFER")...)
	const list = "I-{payment_request_id}-a"
	review := func(what string) step {
		return step{"", vendor, "POST", "/v2/vendor/invoice-lists/partner/" + list + "/steps", `{"step":"` + what + `"}`}
	}
	steps = append(steps,
		step{"", "partner", work, "PARTY#partner INVOICELIST#" + list, invoice.WorkList},
		step{"", partner, "POST", "/v2/partners/invoice-lists/" + list + "/invoices", invoices},
		step{"", partner, "POST", "/v2/partners/invoice-lists/" + list + "/parcels", "{}"},
		review("receive"), review("approve"),
		step{"RecordPaymentResult", vendor, "POST", results, `{"result":"RETURNED","reason":"no such account"}`},
		step{"RetryPaymentRequest", partner, "POST", requests + "/{payment_request_id}/retry", ""},
		step{"ListIncentives", partner, "GET", "/v2/partners/incentives", ""},
		step{"", "", seed, frozen, ""},
		step{"ThawIncentive", vendor, "POST", of + "/incentives/" + frozen + "/thaw", `{"reason":"repaid"}`},
		step{"TransferIncentive", vendor, "POST", of + "/incentives/" + frozen + "/transfer", `{"to_partner_id":"distributor","reason":"one company"}`},
	)
	steps = append(steps, unnamed(decided("OWED_INVOICE"))...)
	steps = append(steps, step{"SettleOwedInvoices", vendor, "POST", of + "/owed-invoices/settlements", `{"amount":100,"reason":"invoice"}`})
	steps = append(steps, unnamed(decided("VOUCHER_QUOTA"))...)
	return append(steps,
		step{"ListPaymentRequests", partner, "GET", requests, ""},
		step{"ShowPaymentRequest", partner, "GET", requests + "/{payment_request_id}", ""},
		step{"ListIncentiveWork", vendor, "GET", vendors + "/work?awaits=PAYMENT", ""},
	)
}
