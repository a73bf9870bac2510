package main

func accountSteps() []step {
	return []step{
		{"ShowCustomerAccountBalances", customer, "GET", "/v2/accounts/customer-accounts/balances", ""},
	}
}
