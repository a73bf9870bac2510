package subscription_test

import (
	_ "embed"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// Rows of the demo portfolio: the longest, one of each term, those whose month is too short for their anchor day, and a main
// resource with an attached one.
//
//go:embed testdata/portfolio.csv
var portfolioCSV string

// portfolio gives the rows as subscriptions that were just bought.
func portfolio(t *testing.T) []subscription.Subscription {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(portfolioCSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []subscription.Subscription
	for _, row := range rows[1:] {
		cell := map[string]string{}
		for i, name := range rows[0] {
			cell[name] = row[i]
		}
		all = append(all, subscription.Subscription{
			SubscriptionRow: subscription.SubscriptionRow{
				ResourceID: subscription.ID(cell["resource_id"]), Customer: auth.PartyID(cell["customer_id"]), Name: cell["resource_name"],
				Region: cell["region_code"], ServiceTypeCode: cell["service_type_code"], ServiceTypeName: cell["service_type_name"],
				ResourceTypeCode: cell["resource_type_code"], SpecCode: cell["resource_spec_code"],
				Parent: subscription.ID(cell["parent_resource_id"]), Status: subscription.StatusInUse,
				Policy: subscription.Policy(number(t, cell["expire_policy"])), Effective: instant(t, cell["effective_time"]),
				Expiry: calendar.DateOf(instant(t, cell["expire_time"])),
			},
			Anchor: calendar.DateOf(instant(t, cell["effective_time"])).Day,
			Bought: calendar.Term{Unit: calendar.Unit(number(t, cell["period_type"])), Count: number(t, cell["period_num"])},
		})
	}
	return all
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func TestThePortfolioExpiresByTheAnchorDay(t *testing.T) {
	for _, s := range portfolio(t) {
		if got := calendar.DateOf(s.Effective).Add(s.Bought, s.Anchor); got != s.Expiry {
			t.Errorf("%s, bought %s for %s, expires %s, want %s", s.ResourceID, s.Effective, s.Bought, got, s.Expiry)
		}
	}
}

// A subscription is written in every renewal, and each started KB costs: DESIGN.md "Data".
func TestASubscriptionStaysUnderAKilobyte(t *testing.T) {
	const limit = 1024
	for _, s := range portfolio(t) {
		image, err := table.Marshal(burdened(s))
		if err != nil {
			t.Fatal(err)
		}
		if got := table.Size(image); got >= limit {
			t.Errorf("%s takes %d bytes with every attribute set, want less than %d", s.ResourceID, got, limit)
		}
	}
}

// burdened gives s with every attribute that a life can leave on it, at its longest.
func burdened(s subscription.Subscription) *subscription.Subscription {
	s.Name = strings.Repeat("n", 64)
	id, now := string(s.ResourceID), time.Date(2026, 12, 23, 19, 0, 0, 0, time.UTC)
	s.Head = table.Head{
		PK: "PARTY#" + string(s.Customer), SK: "SUB#" + id, G1PK: "PARTNER#partner-001#SUB#2026-12", G1SK: s.Expiry.String() + "#" + id,
		G2PK: "DUE#15", G2SK: now.Format(time.RFC3339) + "#" + string(s.Customer) + "#" + s.Expiry.String() + "." + id, Work: "subscription", Tries: 5,
		Schema: 1, Ver: 1000, Stamp: strings.Repeat("S", 26),
	}
	s.Partner, s.ProductID = "partner-001", "p-"+subscription.ProductID(strings.Repeat("p", 24))
	s.TimesLeft, s.Unit = 99, calendar.Month
	s.FailingSince, s.LastAttempt, s.Refusal = now, now, subscription.RefusedPendingOrder
	s.PendingOrder, s.Reviewing, s.LastOrder, s.Bundle = "CS26122319000012345678", true, "CS26122319000012345678", "CS26122319000012345678"
	s.LastRenewal = subscription.Paid{Order: s.PendingOrder, Amount: 99_999_999, Auto: true, At: now}
	s.FreezeOn, s.ReleaseOn, s.Since = s.Expiry, s.Expiry, now
	s.ImportedAt, s.ArmedAt, s.UpdatedAt = now, now, now
	return &s
}
