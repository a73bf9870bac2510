package main

import "strings"

func importSteps() []step {
	sheet := resourcesHeader
	for n := range 60 {
		sheet += resourceRow(resourceID(n), "cust-1", start.AddDays(9), 3*(n%2))
	}
	one := resourceRow(resourceID(0), "cust-1", start.AddDays(9), 0)
	return []step{
		{"ImportCustomers", vendor, "POST", "/v2/vendor/customers/import?partner_id=partner", customersHeader + customerRow("cust-1")},
		{"ImportSubscriptions", vendor, "POST", "/v2/vendor/subscriptions/import", sheet},
		{"", vendor, "POST", "/v2/vendor/subscriptions/import?dry_run=true", resourcesHeader + strings.Repeat(one, 1001)},
		{"ShowImport", vendor, "GET", "/v2/vendor/imports/{import_id}", ""},
	}
}

func subscriptionSteps() []step {
	product := `"service_type_code":"hws.service.type.ec2","resource_type_code":"hws.resource.type.vm","resource_spec_code":"s2.small.1","region_code":"cn-north-1"`
	const products, resources = "/v2/vendor/products", "/v2/orders/subscriptions/resources"
	return []step{
		{"CreateProduct", vendor, "POST", products, `{"product_id":"p-1","month_price":10,"on_sale":true,` + product + `}`},
		{"ShowProduct", vendor, "GET", products + "/p-1", ""},
		{"ListProducts", vendor, "GET", products + "?service_type_code=hws.service.type.ec2", ""},
		{"ChangeProduct", vendor, "PUT", products + "/p-1", `{"on_sale":false}`},
		{"", customer, "POST", "/v2/orders/suscriptions/resources/query", `{"limit":1}`},
		{"ListPayPerUseCustomerResources", customer, "POST", "/v2/orders/suscriptions/resources/query", `{}`},
		{"ListPayPerUseCustomerResources/page50", customer, "POST", "/v2/orders/suscriptions/resources/query", `{"limit":50,"marker":"{marker}"}`},
		{"AutoRenewalResources", customer, "POST", resources + "/autorenew/" + resourceID(0), `{"auto_renew_times":3}`},
		{"CancelAutoRenewalResources", customer, "DELETE", resources + "/autorenew/" + resourceID(0), ""},
		{"RenewalResources", customer, "POST", resources + "/renew", `{"resource_ids":["` + resourceID(2) + `"],"period_type":2,"period_num":1,"is_auto_pay":1}`},
	}
}
