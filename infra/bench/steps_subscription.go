package main

import "strings"

func importSteps() []step {
	sheet := resourcesHeader
	for n := range 60 {
		sheet += resourceRow(resourceID(n), "cust-1", start.AddDays(9), 3*(n%2))
	}
	sheet += strings.Replace(resourceRow(resourceID(60), "cust-1", start.AddDays(9), 0), ",10.00,", ",300000.00,", 1) // its refund is reviewed
	sheet += strings.Replace(resourceRow(resourceID(61), "cust-1", start.AddDays(9), 0), ",10.00,", ",6000.00,", 1)   // its renewal is a task
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

// orderSteps are what customers do with orders, and how resources end.
func orderSteps() []step {
	product := func(id, price, more string) step {
		return step{"", vendor, "POST", "/v2/vendor/products", `{"product_id":"` + id + `","month_price":` + price + `,"on_sale":true,"resource_spec_code":"` + id +
			`","service_type_code":"hws.service.type.amazon-elastic-compute-cloud","resource_type_code":"hws.resource.type.compute","region_code":"ap-south-1"` + more + `}`}
	}
	buy := func(name, product, pay string) step {
		return step{name, customer, "POST", "/v2/orders/subscriptions", `{"products":[{"product_id":"` + product + `","period_type":2,"period_num":1}],"is_auto_pay":` + pay + `}`}
	}
	of := func(n int) string { return `{"resource_ids":["` + resourceID(n) + `"]` }
	const orders, resources = "/v2/orders/customer-orders", "/v2/orders/subscriptions/resources"
	return []step{
		product("p-2", "20", ``), product("p-3", "30", `,"opening":"reported"`),
		buy("CreateSubscriptionOrder", "p-2", "0"),
		{"ListOrderCouponsByOrderId", customer, "GET", orders + "/order-coupons?order_id={order_id}", ""},
		{"ListOrderDiscounts", customer, "GET", orders + "/order-discounts?order_id={order_id}", ""},
		{"PayOrders", customer, "POST", "/v3/orders/customer-orders/pay", `{"order_id":"{order_id}","use_coupon":"NO","use_discount":"NO"}`},
		{"ShowCustomerOrderDetails", customer, "GET", orders + "/details/{order_id}", ""},
		buy("CreateSubscriptionOrder/paid", "p-2", "1"),
		buy("", "p-2", "0"),
		{"CancelCustomerOrder", customer, "PUT", orders + "/cancel", `{"order_id":"{order_id}"}`},
		buy("", "p-2", "0"),
		{"RequestAgentPayment", customer, "POST", orders + "/agent-pay", `{"order_id":"{order_id}"}`},
		{"ListAgentPayOrders", "partner partner", "GET", "/v2/partners/agent-pay-orders", ""},
		{"PayAgentOrder", "partner partner", "POST", "/v2/partners/agent-pay-orders/{order_id}/pay", `{"customer_id":"cust-1"}`},
		buy("", "p-2", "0"),
		{"", customer, "POST", orders + "/agent-pay", `{"order_id":"{order_id}"}`},
		{"RejectAgentOrders", "partner partner", "POST", "/v2/partners/agent-pay-orders/reject", `{"orders":[{"customer_id":"cust-1","order_id":"{order_id}"}],"reason":"bench"}`},
		buy("", "p-3", "1"),
		{"ReportOpening", vendor, "POST", "/v2/vendor/orders/{order_id}/opening", `{"customer_id":"cust-1","opened":true}`},
		{"ListCustomerOrders", customer, "GET", orders, ""},
		{"ListCustomerOrders/partner", "partner partner", "GET", orders, ""},
		{"ListRenewRateOnPeriod", customer, "POST", "/v2/bills/ratings/period-resources/renew-rate", of(4) + `,"period_type":2,"period_num":1}`},
		{"SetResourcesRenewConfig", customer, "POST", resources + "/renew/config", `{"config_name":"DEDUCTION_DATE","config_value":"6"}`},
		{"", customer, "POST", resources + "/renew/config", `{"config_name":"DEDUCTION_DATE","config_value":"7"}`},
		{"ShowResourcesRenewConfig", customer, "GET", resources + "/renew/config", ""},
		{"ChangeResourceSpec", customer, "POST", resources + "/spec/" + resourceID(4), `{"product_id":"p-2","is_auto_pay":1}`},
		{"CancelResourcesSubscription", customer, "POST", resources + "/unsubscribe", of(6) + `,"unsubscribe_type":1}`},
		{"ShowRefundOrderDetails", customer, "GET", orders + "/refund-orders?order_id={order_ids}", ""},
		{"UpdatePeriodToOnDemand", customer, "POST", resources + "/to-on-demand", of(8) + `,"operation":"SET_UP"}`},
		{"UpdatePeriodToOnDemandInstantly", customer, "POST", resources + "/to-on-demand/instantly", of(10) + `}`},
		{"ListResourceEvents", customer, "GET", resources + "/" + resourceID(4) + "/events", ""},
		{"ShowResourceTimeline", customer, "GET", resources + "/" + resourceID(4) + "/timeline", ""},
		{"ForecastRenewals", customer, "GET", resources + "/renewals-forecast", ""},
		{"CreateRenewalPlan", customer, "POST", resources + "/renewals/plans?period_type=2&period_num=1", "resource_id\n" + resourceID(12) + "\n" + resourceID(14) + "\n"},
		{"ShowRenewalPlan", customer, "GET", resources + "/renewals/plans/{plan_id}", ""},
		{"CommitRenewalPlan", customer, "POST", resources + "/renewals/plans/{plan_id}/commit", ""},
		{"", customer, "POST", resources + "/unsubscribe", of(60) + `,"unsubscribe_type":1}`},
		{"ListRefundReviews", vendor, "GET", "/v2/vendor/refund-reviews", ""},
		{"DecideRefundReview", vendor, "POST", "/v2/vendor/refund-reviews/{order_ids}", `{"allow":true,"reason":"looked at"}`},
	}
}
