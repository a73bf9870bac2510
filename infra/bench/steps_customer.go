package main

// customerSteps are what partners do with their customers, and the vendor for them.
func customerSteps() []step {
	const (
		partner, distributor = "partner partner", "distributor distributor"
		customers            = "/v2/partners/sub-customers"
		realnames            = "/v2/customers/realname-auths"
		reports              = "/v2/partners/customer-reports"
		invitations          = "/v2/partners/customer-invitations"
		person               = `{"customer_id":"cust-1","identify_type":0,"verified_type":3,"verified_file_url":["a.jpg","b.jpg","c.jpg"],"name":"P","verified_number":"1","xaccount_type":"p"}`
		company              = `"identify_type":1,"verified_file_url":["a.jpg"],"corp_name":"C","verified_number":"2","xaccount_type":"p"`
	)
	return []step{
		{"CheckUserIdentity", partner, "POST", customers + "/users/check-identity", `{"search_type":"name","search_value":"apollo-1"}`},
		{"SendVerificationMessageCode", partner, "POST", "/v2/bases/verificationcode/send", `{"receiver_type":1,"mobile_phone":"13800000001"}`},
		{"CreateSubCustomer", partner, "POST", customers, `{"domain_name":"apollo-1","xaccount_id":"x1","xaccount_type":"p"}`},
		{"ListSubCustomers", partner, "POST", customers + "/query", `{}`},
		{"ListIndirectPartners", distributor, "POST", "/v2/partners/indirect-partners/query", `{}`},
		{"SetNewCustomerTag", vendor, "PUT", "/v2/vendor/customers/cust-1/new-customer-tag", `{"new_customer_tag":"Y","effective_time":"2026-12","expire_time":"2027-11"}`},
		{"ListSubCustomerNewTag", partner, "POST", customers + "/new-customers-tags/batch-query", `{"customer_ids":["cust-1"]}`},
		{"RecordOnDemandResource", vendor, "PUT", "/v2/vendor/on-demand-resources/bucket", `{"customer_id":"cust-1","region_code":"cn-north-1",` +
			`"service_type_code":"obs","resource_type_code":"bucket","resource_id":"bucket","effective_time":"2026-12-01T00:00:00Z","status":1}`},
		{"ListCustomerOnDemandResources", partner, "POST", customers + "/on-demand-resources/query", `{"customer_id":"cust-1"}`},
		{"FreezeSubCustomers", partner, "POST", customers + "/freeze", `{"customer_ids":["cust-1"],"reason":"bench"}`},
		{"UnfreezeSubCustomers", partner, "POST", customers + "/unfreeze", `{"customer_ids":["cust-1"],"reason":"bench"}`},
		{"", partner, "POST", customers + "/budget", `{"customer_id":"cust-1","budget_amount":9}`},
		{"UpdateSubCustomerBudget", partner, "POST", customers + "/budget", `{"customer_id":"cust-1","budget_amount":10}`},
		{"ShowSubCustomerBudget", partner, "GET", customers + "/budget?customer_id=cust-1", ""},
		{"ListSubCustomerBudget", partner, "POST", customers + "/budget/query", `{"customer_ids":["cust-1"]}`},
		{"ListSubCustomerBudgetRecords", partner, "GET", customers + "/budget/records?customer_id=cust-1", ""},
		{"CreatePersonalRealnameAuth", partner, "POST", realnames + "/individual", person},
		{"ListRealnameReviews", vendor, "GET", "/v2/vendor/realname-reviews", ""},
		{"ShowRealnameReview", vendor, "GET", "/v2/vendor/realname-reviews/cust-1", ""},
		{"DecideRealnameReview", vendor, "PUT", "/v2/vendor/realname-reviews/cust-1", `{"passed":true}`},
		{"ShowRealnameAuthenticationReviewResult", partner, "GET", realnames + "/result?customer_id=cust-1", ""},
		{"ChangeEnterpriseRealnameAuthentication", partner, "PUT", realnames + "/enterprise", `{"customer_id":"cust-1","change_type":1,` + company + `}`},
		{"CreateEnterpriseRealnameAuthentication", partner, "POST", realnames + "/enterprise", `{"customer_id":"cust-2",` + company + `}`},
		{"SendContactCodes", customer, "POST", "/v2/customers/contact/codes", `{"email":"other@customer.example"}`},
		{"ChangeContact", customer, "PUT", "/v2/customers/contact", `{"email":"other@customer.example","code":"{code to other@customer.example}",` +
			`"present_code":"{code to cust-1@customer.example}"}`},
		{"SetFollowedCustomer", vendor, "PUT", "/v2/vendor/followed-customers", `{"contact":"followed@customer.example","followed_by":"DIRECT_SALES"}`},
		{"CreateCustomerReport", partner, "POST", reports, `{"customer_name":"N","email":"new@customer.example"}`},
		{"ListCustomerReports", partner, "GET", reports, ""},
		{"ShowCustomerReport", partner, "GET", reports + "/{report_id}", ""},
		{"ChangeCustomerReportContact", partner, "PUT", reports + "/{report_id}/contact", `{"email":"newer@customer.example"}`},
		{"CreateCustomerInvitation", partner, "POST", invitations, `{"kind":"ONLINE","association_type":2,"report_id":"{report_id}"}`},
		{"ListCustomerInvitations", partner, "GET", invitations, ""},
		{"ShowCustomerInvitation", partner, "GET", invitations + "/{invitation_id}", ""},
		{"ResendCustomerInvitation", partner, "POST", invitations + "/{invitation_id}/resend", ""},
		{"RevokeCustomerInvitation", partner, "DELETE", invitations + "/{invitation_id}", ""},
		{"WithdrawCustomerReport", partner, "DELETE", reports + "/{report_id}", ""},
		{"", partner, "POST", invitations, `{"kind":"OFFLINE","association_type":1}`},
		{"ShowCustomerInvitationQRCode", partner, "GET", invitations + "/{invitation_id}/qr-code?format=svg", ""},
		{"AcceptPartnerInvitation", "customer free", "POST", "/v2/customers/partner-invitations/accept", `{"link":"{link}","notice_accepted":true}`},
	}
}

// authorizationSteps are how customers let their partner act for them.
func authorizationSteps() []step {
	const (
		partner, distributor = "partner partner", "distributor distributor"
		asked                = "/v2/partners/customer-authorizations"
		given                = "/v2/customers/partner-authorizations"
		leave                = "/v2/partners/indirect-partners/reseller/customer-operation-authorization"
		request              = `{"customer_id":"cust-1","commitment_accepted":true}`
		one                  = given + "/{authorization_id}"
	)
	return []step{
		{"SetIndirectPartnerAuthorization", distributor, "PUT", leave, `{"authorized":true}`},
		{"ShowIndirectPartnerAuthorization", distributor, "GET", leave, ""},
		{"", partner, "POST", asked, request}, // with the commitment letter, once
		{"RejectPartnerAuthorization", customer, "POST", one + "/reject", `{"reason":"bench"}`},
		{"RequestCustomerAuthorization", partner, "POST", asked, request},
		{"ListCustomerAuthorizations", partner, "GET", asked, ""},
		{"ShowCustomerAuthorization", partner, "GET", asked + "/cust-1", ""},
		{"ListPartnerAuthorizations", customer, "GET", given, ""},
		{"ShowPartnerAuthorization", customer, "GET", one, ""},
		{"AgreePartnerAuthorization", customer, "POST", one + "/agree", `{"letter_accepted":true}`},
		{"RevokePartnerAuthorization", customer, "POST", one + "/revoke", `{}`},
	}
}
