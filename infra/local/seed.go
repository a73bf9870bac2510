package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"partnercenter/events/demo"
	"partnercenter/infra/local/cloud"
	"partnercenter/pkg/foundation/auth"
)

// demoParties are who the demo has besides the portfolio's customers. The vendor is there in every cloud.
var demoParties = []cloud.NewParty{
	{Kind: "distributor", ID: "distributor-1", Name: "Demo Distributor", Email: "distributor@partner.example", Locale: "zh-CN", Mobile: "13900000001"},
	{Kind: "reseller", ID: "reseller-1", Name: "Demo Reseller", Distributor: "distributor-1", Email: "reseller@partner.example", Locale: "zh-CN", Mobile: "13900000002"},
	{Kind: "partner", ID: demoPartner, Name: "Demo Solution Provider", Email: "partner@partner.example", Locale: "en-US", Mobile: "13900000003"},
}

const (
	vendorID     = "vendor-1"
	demoPartner  = "partner-1"
	demoCustomer = "cust-045"
)

// seed puts the vendor there, and with "demo" the demo's parties and portfolio, through the vendor's own operations. A folder that has data
// is not seeded again; its principals are new keys of the same parties.
func seed(ctx context.Context, c *cloud.Cloud, what string, fresh bool) ([]cloud.Principal, error) {
	parties := []cloud.NewParty{{Kind: "vendor", ID: vendorID, Name: "Vendor", Email: "operations@vendor.example", Locale: "zh-CN"}}
	if what == "demo" {
		parties = append(parties, demoParties...)
	}
	var principals []cloud.Principal
	for _, p := range parties {
		if fresh {
			if err := c.PutParty(ctx, p); err != nil {
				return nil, err
			}
		}
		principal, err := c.PutKey(ctx, auth.PartyID(p.ID), []auth.Role{auth.Admin})
		if err != nil {
			return nil, err
		}
		principals = append(principals, principal)
	}
	if what != "demo" {
		return principals, nil
	}
	if fresh {
		if err := importPortfolio(ctx, c, principals[0]); err != nil {
			return nil, err
		}
	}
	customer, err := c.PutKey(ctx, demoCustomer, []auth.Role{auth.Admin})
	return append(principals, customer), err
}

// importPortfolio imports the demo's customers and resources as the vendor would.
func importPortfolio(ctx context.Context, c *cloud.Cloud, vendor cloud.Principal) error {
	for _, sheet := range []struct {
		path string
		file []byte
	}{
		{"/v2/vendor/customers/import?partner_id=" + demoPartner, demo.Customers},
		{"/v2/vendor/subscriptions/import", demo.Portfolio},
	} {
		if err := post(ctx, c.API+sheet.path, sheet.file, vendor); err != nil {
			return err
		}
	}
	return nil
}

func post(ctx context.Context, url string, file []byte, by cloud.Principal) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(file))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "text/csv")
	auth.Sign(request, file, by.AK, by.SK, time.Now())
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	var verdicts struct {
		Refused  int             `json:"refused"`
		Verdicts json.RawMessage `json:"verdicts"`
	}
	if answer.StatusCode != http.StatusOK || json.Unmarshal(text, &verdicts) != nil || verdicts.Refused > 0 {
		return fmt.Errorf("import %s: %s %.2000s", url, answer.Status, text)
	}
	return nil
}

// greet says where everything is.
func greet(out io.Writer, c *cloud.Cloud, principals []cloud.Principal, took time.Duration) {
	fmt.Fprintf(out, "Partner Center runs on this machine, ready after %.1f s.\n\n", took.Seconds())
	for _, line := range [][2]string{
		{"API", c.API}, {"API docs", c.API + "/docs"}, {"inbox", c.Inbox()}, {"SMS", c.API + "/local/sms"}, {"clock", c.API + "/local/clock"}, {"log", c.LogFile()},
	} {
		fmt.Fprintf(out, "  %-9s %s\n", line[0], line[1])
	}
	fmt.Fprintf(out, "\nWho may call (an administrator each):\n\n")
	for _, p := range principals {
		fmt.Fprintf(out, "  %-12s %-14s ak %s  sk %s\n", p.Kind, p.Party, p.AK, p.SK)
	}
	fmt.Fprintf(out, "\nCtrl-C ends it and leaves nothing running.\n")
}
