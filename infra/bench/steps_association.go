package main

import customerops "partnercenter/pkg/customer"

// associationSteps are how associations end and switch: of the customers that earlier steps made, each can be asked once.
func associationSteps() []step {
	const (
		partner, second, third = "partner partner", "customer cust-2", "customer free"
		made                   = "customer {domain_id}"
		requests, own          = "/v2/partners/association-requests", "/v2/customers/association-requests"
		sensitive              = "/v2/iam/sensitive-operations"
		ofFirst, ofMade        = `{"customer_id":"cust-1","kind":"DISASSOCIATE"`, `{"customer_id":"{domain_id}","kind":"SWITCH","target_type":1`
		asked                  = `"reason":"bench","notice_accepted":true`
	)
	return []step{
		{"ShowSensitiveOperations", partner, "GET", sensitive, ""},
		{"SendSensitiveOperationCode", partner, "POST", sensitive + "/verification-code", ""},
		{"SetSensitiveOperations", partner, "PUT", sensitive, `{"code_required":true}`},
		{"", partner, "PUT", sensitive, `{"code_required":false,"verification_code":"{code to partner@bench.example}"}`},
		{"", vendor, "PUT", "/v2/vendor/customers/cust-1/association-obstacles", `{"obstacles":["ARREARS"]}`},
		{"SetAssociationObstacles", vendor, "PUT", "/v2/vendor/customers/cust-1/association-obstacles", `{"obstacles":[]}`},
		{"ShowCustomerAssociation", partner, "GET", "/v2/partners/sub-customers/cust-1/association", ""},
		{"CheckAssociationRequest", partner, "POST", requests + "/precheck", ofFirst + `}`},
		{"SimulateAssociationRequest", partner, "POST", requests + "/simulate", ofFirst + `}`},
		{"CreateAssociationRequest", partner, "POST", requests, ofFirst + `,` + asked + `}`},
		{"ListAssociationRecords", partner, "GET", requests, ""},
		{"ShowAssociationRecord", partner, "GET", requests + "/{request_id}", ""},
		{"WithdrawAssociationRequest", partner, "POST", requests + "/{request_id}/withdraw", ""},
		{"", partner, "POST", requests, ofMade + `,` + asked + `}`},
		{"DecideMyAssociationRequest", made, "POST", own + "/{request_id}/decide", `{"decision":"AGREE","notice_accepted":true}`},
		{"ShowMyPartner", second, "GET", "/v2/customers/partner", ""},
		{"CheckDisassociationRequest", second, "POST", own + "/precheck", ""},
		{"SimulateDisassociationRequest", second, "POST", own + "/simulate", ""},
		{"CreateDisassociationRequest", second, "POST", own, `{` + asked + `}`},
		{"ListMyAssociationRecords", second, "GET", own, ""},
		{"ShowMyAssociationRecord", second, "GET", own + "/{request_id}", ""},
		{"WithdrawDisassociationRequest", second, "POST", own + "/{request_id}/withdraw", ""},
		{"", third, "POST", own, `{` + asked + `}`},
		{"DecideAssociationRequest", partner, "POST", requests + "/{request_id}/decide", `{"decision":"AGREE","notice_accepted":true}`},
		{"AssociationEnd", "free", work, "PARTY#partner ASSOCIATION#{request_id}", customerops.WorkAssociation},
	}
}
