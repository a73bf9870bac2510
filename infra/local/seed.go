package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"partnercenter/events/demo"
	"partnercenter/infra/local/cloud"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/party"
)

const (
	vendorID     = "vendor"
	demoPartner  = "partner-1"
	keysAtOnce   = 4 // principals that are made side by side
	sheetRows    = 200
	customerFile = "/v2/vendor/customers/import?partner_id=" + demoPartner
	resourceFile = "/v2/vendor/subscriptions/import"
)

// vendor is in every cloud; demoParties are who the demo has besides the portfolio's customers.
var (
	vendor      = party.PartyBody{Kind: "vendor", PartyID: vendorID, Name: "Vendor", Email: "operations@vendor.example", Locale: "zh-CN"}
	demoParties = []party.PartyBody{
		{Kind: "distributor", PartyID: "distributor-1", Name: "Demo Distributor", Email: "distributor@partner.example", Locale: "zh-CN", Mobile: "13900000001"},
		{Kind: "reseller", PartyID: "reseller-1", Name: "Demo Reseller", DistributorID: "distributor-1", Email: "reseller@partner.example", Locale: "zh-CN", Mobile: "13900000002"},
		{Kind: "partner", PartyID: demoPartner, Name: "Demo Solution Provider", Email: "partner@partner.example", Locale: "en-US", Mobile: "13900000003"},
	}
)

// seeded is what a cloud has from the start.
type seeded struct {
	principals []cloud.Principal // one administrator per party, the vendor first
	customers  imported
	resources  imported
}

// imported is what an import says of itself.
type imported struct {
	Rows     int             `json:"rows"`
	Imported int             `json:"imported"`
	Refused  int             `json:"refused"`
	Verdicts json.RawMessage `json:"verdicts"`
}

// seed puts the vendor there, and with "demo" the demo's parties and portfolio, through the vendor's own operations, and runs what is due. A
// folder that has data is not seeded again; its principals are new users of the same parties.
func seed(ctx context.Context, c *cloud.Cloud, what string, fresh bool) (seeded, error) {
	var out seeded
	parties := []party.PartyBody{vendor}
	if what == "demo" {
		parties = append(parties, demoParties...)
	}
	var ids []string
	for _, p := range parties {
		ids = append(ids, p.PartyID)
		if !fresh {
			continue
		}
		if err := c.PutParty(ctx, p); err != nil {
			return out, err
		}
	}
	first, err := principals(ctx, c, ids)
	if err != nil || what != "demo" {
		return seeded{principals: first}, err
	}
	if fresh {
		if err := out.importDemo(ctx, c, first[0]); err != nil {
			return out, err
		}
	}
	ids, err = demoCustomers()
	if err != nil {
		return out, err
	}
	customers, err := principals(ctx, c, ids)
	out.principals = append(first, customers...)
	if err != nil {
		return out, err
	}
	return out, c.RunDue(ctx)
}

// importDemo imports the demo's customers and resources as the vendor would.
func (s *seeded) importDemo(ctx context.Context, c *cloud.Cloud, by cloud.Principal) error {
	var err error
	if s.customers, err = post(ctx, c.API+customerFile, demo.Customers, by); err != nil {
		return err
	}
	for sheet := range sheets(demo.Portfolio) {
		part, err := post(ctx, c.API+resourceFile, sheet, by)
		if err != nil {
			return err
		}
		s.resources.Rows += part.Rows
		s.resources.Imported += part.Imported
	}
	return nil
}

// sheets yields a sheet in parts that a busy machine imports within the time of a function, each with the header. Main resources come first: what
// is attached to them may be in a later part.
func sheets(sheet []byte) iter.Seq[[]byte] {
	header, rows, _ := bytes.Cut(sheet, []byte("\n"))
	lines := bytes.Split(bytes.TrimSpace(rows), []byte("\n"))
	parent := slices.Index(strings.Split(string(header), ","), "parent_resource_id")
	attached := func(line []byte) int {
		cells, err := csv.NewReader(bytes.NewReader(line)).Read()
		if err != nil || cells[parent] == "" {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(lines, func(a, b []byte) int { return attached(a) - attached(b) })
	return func(yield func([]byte) bool) {
		for part := range slices.Chunk(lines, sheetRows) {
			if !yield(slices.Concat(header, []byte("\n"), bytes.Join(part, []byte("\n")))) {
				return
			}
		}
	}
}

// principals makes an administrator of each party, in their order.
func principals(ctx context.Context, c *cloud.Cloud, ids []string) ([]cloud.Principal, error) {
	var (
		out    = make([]cloud.Principal, len(ids))
		slots  = make(chan struct{}, keysAtOnce)
		wait   sync.WaitGroup
		mu     sync.Mutex
		failed error
	)
	for i, id := range ids {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			one, err := c.PutKey(ctx, auth.PartyID(id), []auth.Role{auth.Admin})
			mu.Lock()
			defer mu.Unlock()
			if out[i] = one; err != nil {
				failed = fmt.Errorf("a key for %s: %w", id, err)
			}
		})
	}
	wait.Wait()
	return out, failed
}

// demoCustomers lists the ids in the demo's sheet of customers.
func demoCustomers() ([]string, error) {
	rows, err := csv.NewReader(bytes.NewReader(demo.Customers)).ReadAll()
	if err != nil {
		return nil, err
	}
	column := slices.Index(rows[0], "customer_id")
	var ids []string
	for _, row := range rows[1:] {
		ids = append(ids, row[column])
	}
	return ids, nil
}

// post sends a sheet to an import, and fails unless every row is taken.
func post(ctx context.Context, url string, file []byte, by cloud.Principal) (imported, error) {
	var out imported
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(file))
	if err != nil {
		return out, err
	}
	request.Header.Set("Content-Type", "text/csv")
	auth.Sign(request, file, by.AK, by.SK, time.Now())
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return out, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return out, err
	}
	if answer.StatusCode != http.StatusOK || json.Unmarshal(text, &out) != nil || out.Refused > 0 {
		return out, fmt.Errorf("import %s: %s %.2000s", url, answer.Status, text)
	}
	return out, nil
}
