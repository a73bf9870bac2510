package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"partnercenter/infra/local/cloud"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/subscription"
)

// What the vendor does on the demo's first day, so that auto-renewals are refused for more than want of money.
const (
	frozenCustomer = "cust-061"
	soldOutOwner   = "cust-060"
	soldOut        = "43547040-2bb6-59ce-9dd6-a0d1db98516f" // a resource whose product goes off sale
)

// intervene takes a product off sale and freezes a customer, by the vendor's own operations.
func intervene(ctx context.Context, out io.Writer, c *cloud.Cloud, vendor cloud.Principal) error {
	family, err := subscription.LoadFamily(ctx, c.Env().Table(), soldOutOwner, soldOut)
	if err != nil {
		return err
	}
	product := string(family.Main.ProductID)
	if err := call(ctx, vendor, http.MethodPut, c.API+"/v2/vendor/products/"+product, `{"on_sale":false}`, nil); err != nil {
		return err
	}
	standing := c.API + "/v2/vendor/parties/" + frozenCustomer + "/standing"
	if err := call(ctx, vendor, http.MethodPut, standing, `{"standing":"frozen","reason":"demo"}`, nil); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\nThe vendor takes product %s off sale and freezes %s; then the clock moves.\n", product, frozenCustomer)
	return err
}

// call does an operation, and reads its answer into out unless that is nil. A body that is no JSON is a sheet.
func call(ctx context.Context, by cloud.Principal, method, url, body string, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	kind := "application/json"
	if body != "" && !strings.HasPrefix(body, "{") {
		kind = "text/csv"
	}
	request.Header.Set("Content-Type", kind)
	auth.Sign(request, []byte(body), by.AK, by.SK, time.Now())
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= http.StatusBadRequest {
		text, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s %s: %s %s", method, url, answer.Status, text)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(out)
}
