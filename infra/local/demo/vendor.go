package demo

import (
	"context"
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
	if err := put(ctx, c.API+"/v2/vendor/products/"+product, `{"on_sale":false}`, vendor); err != nil {
		return err
	}
	if err := put(ctx, c.API+"/v2/vendor/parties/"+frozenCustomer+"/standing", `{"standing":"frozen","reason":"demo"}`, vendor); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\nThe vendor takes product %s off sale and freezes %s; then the clock moves.\n", product, frozenCustomer)
	return err
}

func put(ctx context.Context, url, body string, by cloud.Principal) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	auth.Sign(request, []byte(body), by.AK, by.SK, time.Now())
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("PUT %s: %s %s", url, answer.Status, text)
	}
	return nil
}
