package main

import (
	"fmt"
	"io"
	"time"

	"partnercenter/infra/local/cloud"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
)

// greet says what runs and where everything is.
func greet(out io.Writer, c *cloud.Cloud, s seeded, began, setUp time.Time) {
	fmt.Fprintf(out, "Partner Center runs on this machine, ready after %.1f s; with what had to be installed and built, %.0f s.\n\n",
		time.Since(began).Seconds(), time.Since(setUp).Seconds())
	for _, line := range [][2]string{
		{"API", c.API},
		{"API docs", c.Docs()},
		{"inbox", c.Inbox()},
		{"SMS", c.API + "/local/sms"},
		{"clock", c.API + "/local/clock"},
		{"DynamoDB", c.DynamoDB() + " table " + cloud.TableName},
		{"log", c.LogFile()},
	} {
		fmt.Fprintf(out, "  %-9s %s\n", line[0], line[1])
	}
	fmt.Fprintf(out, "\nIt is %s in Beijing.\n", c.Now().In(calendar.Beijing).Format("2006-01-02 15:04"))
	if s.customers.Imported > 0 {
		fmt.Fprintf(out, "%d customers and %d resources were imported for %s; what was due has been run.\n", s.customers.Imported, s.resources.Imported, demoPartner)
	}
	fmt.Fprintf(out, "\nAdministrators (a ready file has them all, with bearer tokens):\n\n")
	greeted := map[auth.Kind]bool{}
	for _, p := range s.principals {
		if !greeted[p.Kind] {
			fmt.Fprintf(out, "  %-12s %-14s ak %s  sk %s\n", p.Kind, p.Party, p.AK, p.SK)
		}
		greeted[p.Kind] = true
	}
	fmt.Fprintf(out, "\nMove the clock: curl -X POST %s/local/clock -d '{\"advance\": \"P7D\"}'\n", c.API)
	fmt.Fprintf(out, "Make an online payment: curl -X POST %s/local/payments/<payment_id> -d '{\"outcome\": \"paid\"}'\n", c.API)
	fmt.Fprintln(out, "Ctrl-C ends it and leaves nothing running.")
}
