package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/notices"
)

const (
	vendor   = "vendor vendor"
	customer = "customer cust-1"
)

// step is one call of an operation; {name} in its path and body stands for what an earlier answer had. One without a name is not counted: it
// makes what later ones use, such as the keys of secrets and markers.
type step struct{ name, by, method, path, body string }

// steps are every operation, in an order in which each succeeds. Imports come first: they make what the others use.
func steps() []step {
	sheet := resourcesHeader
	for n := range 60 {
		sheet += resourceRow(resourceID(n), "cust-1", start.AddDays(9), 3*(n%2))
	}
	one := resourceRow(resourceID(0), "cust-1", start.AddDays(9), 0)
	product := `"service_type_code":"hws.service.type.ec2","resource_type_code":"hws.resource.type.vm","resource_spec_code":"s2.small.1","region_code":"cn-north-1"`
	const parties, products, keys, users = "/v2/vendor/parties", "/v2/vendor/products", "/v2/iam/access-keys", "/v2/iam/users"
	const resources = "/v2/orders/subscriptions/resources"
	return []step{
		{"ImportCustomers", vendor, "POST", "/v2/vendor/customers/import?partner_id=partner", customersHeader + customerRow("cust-1")},
		{"ImportSubscriptions", vendor, "POST", "/v2/vendor/subscriptions/import", sheet},
		{"", vendor, "POST", "/v2/vendor/subscriptions/import?dry_run=true", resourcesHeader + strings.Repeat(one, 1001)},
		{"ShowImport", vendor, "GET", "/v2/vendor/imports/{import_id}", ""},
		{"CreateParty", vendor, "POST", parties, `{"party_id":"partner-2","kind":"partner","name":"P","administrator":{"name":"A"}}`},
		{"ShowParty", vendor, "GET", parties + "/partner-2", ""},
		{"ListParties", vendor, "GET", parties + "?kind=partner&month=2026-12", ""},
		{"SetPartyStanding", vendor, "PUT", parties + "/partner-2/standing", `{"standing":"frozen","reason":"bench"}`},
		{"InviteUser", vendor, "POST", users, `{"name":"B","email":"b@vendor.example","roles":["finance"]}`},
		{"ListUsers", vendor, "GET", users, ""},
		{"SetUserRoles", vendor, "PUT", users + "/{user_id}/roles", `{"roles":["admin"]}`},
		{"", vendor, "POST", keys, `{"user_id":"{user_id}"}`},
		{"IssueAccessKey", vendor, "POST", keys, `{"user_id":"{user_id}"}`},
		{"ListAccessKeys", vendor, "GET", keys + "?user_id={user_id}", ""},
		{"SetAccessKeyStatus", vendor, "PUT", keys + "/{access_key}", `{"status":"disabled"}`},
		{"DeleteAccessKey", vendor, "DELETE", keys + "/{access_key}", ""},
		{"RemoveUser", vendor, "DELETE", users + "/{user_id}", ""},
		{"ListFailedWork", vendor, "GET", "/v2/vendor/failed-work", ""},
		{"RedriveFailedWork", vendor, "POST", "/v2/vendor/failed-work/" + failedID + "/redrive", ""},
		{"CreateProduct", vendor, "POST", products, `{"product_id":"p-1","month_price":10,"on_sale":true,` + product + `}`},
		{"ShowProduct", vendor, "GET", products + "/p-1", ""},
		{"ListProducts", vendor, "GET", products + "?service_type_code=hws.service.type.ec2", ""},
		{"ChangeProduct", vendor, "PUT", products + "/p-1", `{"on_sale":false}`},
		{"ShowCustomerAccountBalances", customer, "GET", "/v2/accounts/customer-accounts/balances", ""},
		{"", customer, "POST", "/v2/orders/suscriptions/resources/query", `{"limit":1}`},
		{"ListPayPerUseCustomerResources", customer, "POST", "/v2/orders/suscriptions/resources/query", `{}`},
		{"ListPayPerUseCustomerResources/page50", customer, "POST", "/v2/orders/suscriptions/resources/query", `{"limit":50,"marker":"{marker}"}`},
		{"AutoRenewalResources", customer, "POST", resources + "/autorenew/" + resourceID(0), `{"auto_renew_times":3}`},
		{"CancelAutoRenewalResources", customer, "DELETE", resources + "/autorenew/" + resourceID(0), ""},
		{"RenewalResources", customer, "POST", resources + "/renew", `{"resource_ids":["` + resourceID(2) + `"],"period_type":2,"period_num":1,"is_auto_pay":1}`},
	}
}

// measure meters every operation and job.
func (s *scene) measure(ctx context.Context) ([]measured, error) {
	if err := s.failedWork(ctx); err != nil {
		return nil, err
	}
	var all []measured
	known := map[string]any{}
	for _, st := range steps() {
		m, err := metered(ctx, st.name, func(ctx context.Context) error {
			answer, err := s.call(ctx, st.by, st.method, fill(st.path, known), fill(st.body, known))
			_ = json.Unmarshal([]byte(answer), &known) // an answer without a body teaches nothing
			return err
		})
		if err != nil {
			return nil, err
		}
		if st.name != "" {
			all = append(all, m)
		}
	}
	jobs, err := s.jobs(ctx)
	return append(all, jobs...), errors.Join(err, s.missed(all))
}

// missed says which operations of the API were not measured.
func (s *scene) missed(all []measured) error {
	var missed []error
	for _, op := range s.api.Operations() {
		if !slices.ContainsFunc(all, func(m measured) bool { return m.Name == op.ID }) {
			missed = append(missed, fmt.Errorf("%s was not measured", op.ID))
		}
	}
	return errors.Join(missed...)
}

// failedID names the work that failed for good, on the wire.
var failedID = base64.RawURLEncoding.EncodeToString([]byte("WAITING#failed\x1fWAITING"))

// failedWork makes work that failed for good.
func (s *scene) failedWork(ctx context.Context) error {
	item := &waiting{table.Head{PK: "WAITING#failed", SK: "WAITING"}}
	lifecycle.Arm(&item.Head, "bench", "cust-1", "failed", s.clock.Now())
	item.G2PK = strings.Replace(item.G2PK, "DUE#", "FAILED#", 1)
	return s.db.Create(ctx, item)
}

func fill(text string, known map[string]any) string {
	for name, value := range known {
		if s, ok := value.(string); ok {
			text = strings.ReplaceAll(text, "{"+name+"}", s)
		}
	}
	return text
}

// jobs meters what happens by itself.
func (s *scene) jobs(ctx context.Context) ([]measured, error) {
	sweep := &lifecycle.Sweep{Table: s.db, Clock: s.clock, Wall: s.clock, Queue: discard{}}
	s.clock.Set(start.AddDays(-400).Start())
	idle, idleErr := metered(ctx, "IdleSweep", func(ctx context.Context) error {
		_, err := sweep.Tick(ctx)
		return err
	})
	s.clock.Set(start.AddDays(2).At(3, 0))
	renewal, renewalErr := metered(ctx, "AutoRenewal", func(ctx context.Context) error {
		return subscription.New(s.env).Do(ctx, due("cust-1", resourceID(1)))
	})
	if err := notify.Touch(ctx, s.db, "cust-1", s.clock.Now()); err != nil {
		return nil, err
	}
	s.clock.Set(start.AddDays(2).At(9, 0))
	work := digest.Work(s.env, notices.Source(s.db))
	told, toldErr := metered(ctx, "Digest", func(ctx context.Context) error {
		return work[notify.WorkDigest](ctx, lifecycle.Due{Key: table.Key{PK: "PARTY#cust-1", SK: "DIGEST"}, Kind: notify.WorkDigest, Account: "cust-1"})
	})
	if told.WCU < 1 {
		toldErr = errors.Join(toldErr, fmt.Errorf("the digest wrote nothing: %+v", told))
	}
	return []measured{renewal, told, idle}, errors.Join(idleErr, renewalErr, toldErr)
}
