package main

func accountSteps() []step {
	const partner, distributor = "partner partner", "distributor distributor"
	const accounts = "/v2/accounts/partner-accounts"
	return []step{
		{"ShowCustomerAccountBalances", customer, "GET", "/v2/accounts/customer-accounts/balances", ""},
		{"CreatePartnerTopUp", vendor, "POST", "/v2/vendor/partners/partner/top-ups", `{"remittance_no":"r-1","amount":1000}`},
		{"SetPartnerCredit", vendor, "PUT", "/v2/vendor/partners/partner/credit", `{"credit_amount":500}`},
		{"", partner, "POST", accounts + "/adjust-amount", `{"customer_id":"cust-1","amount":1}`},
		{"UpdateCustomerAccountAmount", partner, "POST", accounts + "/adjust-amount", `{"customer_id":"cust-1","amount":100}`},
		{"ReclaimToPartnerAccount", partner, "POST", accounts + "/reclaim", `{"customer_id":"cust-1","amount":50}`},
		{"", vendor, "POST", "/v2/vendor/partners/distributor/top-ups", `{"remittance_no":"r-2","amount":1000}`},
		{"UpdateIndirectPartnerAccount", distributor, "POST", accounts + "/indirect-partner-adjust", `{"indirect_partner_id":"reseller","amount":100}`},
		{"ReclaimIndirectPartnerAccount", distributor, "POST", accounts + "/indirect-partner-reclaim", `{"indirect_partner_id":"reseller","amount":50}`},
		{"ListPartnerBalances", partner, "GET", accounts + "/balances", ""},
		{"ListPartnerAdjustRecords", partner, "GET", "/v3/accounts/partner-accounts/adjust-records", ""},
		{"ListPartnerAccountChangeRecords", partner, "GET", accounts + "/account-change-records?balance_type=BALANCE_TYPE_DEBIT", ""},
		{"ListCustomersBalancesDetail", partner, "POST", "/v2/accounts/customer-accounts/balances/batch-query", `{"customer_infos":[{"customer_id":"cust-1"}]}`},
		{"ListCustomerAccountChangeRecords", "customer cust-2", "GET", "/v2/accounts/customer-accounts/account-change-records?balance_type=BALANCE_TYPE_DEBIT", ""},
		{"ExplainAccount", partner, "GET", "/v2/accounts/partner.cash/explain", ""},
	}
}
