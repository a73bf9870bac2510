package main

import (
	"fmt"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/subscription"
)

// What is due at once: one partner's renewals, of resources that expire on one day.
const (
	atOnce    = 10_000
	customers = 500
	level     = "V3"
)

// keyShare gives the largest share that one key of an index has of the index entries that the renewals write. Nothing is sent: the keys are
// those of the items that a renewal makes.
func keyShare() (float64, error) {
	entries, total := map[string]int{}, 0
	count := func(keys ...string) {
		for _, key := range keys {
			entries[key]++
			total++
		}
	}
	due := ""
	for n := range atOnce {
		before, _, err := renewed(resource(n), start.AddMonths(-1, start.Day).At(3, 0))
		if err != nil {
			return 0, err
		}
		after, order, err := renewed(before, start.At(3, 0))
		if err != nil {
			return 0, err
		}
		if due == "" {
			due = before.G2SK[:len("2006-01-02")]
		}
		if before.G2SK[:len(due)] != due || before.G1PK == "" || order.G1PK == "" {
			return 0, fmt.Errorf("renewal %d is not due at once with the others, or in no list: %+v", n, before.Head)
		}
		count(entriesOf("listed ", before.G1PK, before.G1SK, after.G1PK, after.G1SK)...)
		count(entriesOf("due ", before.G2PK, before.G2SK, after.G2PK, after.G2SK)...)
		count("listed " + order.G1PK)
	}
	largest := 0
	for _, n := range entries {
		largest = max(largest, n)
	}
	return float64(largest) / float64(total), nil
}

// entriesOf gives the keys of the entries that an index writes when an item's entry moves: the one that goes and the one that comes.
func entriesOf(index, oldPK, oldSK, newPK, newSK string) []string {
	if oldPK == newPK && oldSK == newSK {
		return []string{index + newPK}
	}
	return []string{index + oldPK, index + newPK}
}

// resource is one of a partner's, which renews itself and expires a month before it is due at once with the others.
func resource(n int) subscription.Subscription {
	customer := auth.PartyID(fmt.Sprint("cust-", n%customers))
	expiry := start.AddDays(subscription.DefaultDeductionDays).AddMonths(-1, start.Day+subscription.DefaultDeductionDays)
	return subscription.Subscription{
		Head: table.Head{PK: "PARTY#" + string(customer), SK: "SUB#" + resourceID(n)}, Partner: "partner", Anchor: expiry.Day,
		Bought: calendar.Term{Unit: calendar.Month, Count: 1},
		SubscriptionRow: subscription.SubscriptionRow{
			ResourceID: subscription.ID(resourceID(n)), Customer: customer, ProductID: "p", Status: subscription.StatusInUse,
			Policy: subscription.PolicyAutoRenew, Expiry: expiry,
		},
	}
}

// renewed gives a resource and its order as a paid renewal leaves them.
func renewed(s subscription.Subscription, at time.Time) (subscription.Subscription, subscription.Order, error) {
	renewal := subscription.Renewal{
		Family: subscription.Family{Main: s}, Term: calendar.Term{Unit: calendar.Month, Count: 1}, By: "bench", Now: at,
		Products: subscription.Products{"p": {ProductRow: subscription.ProductRow{ID: "p", MonthPrice: 1000, OnSale: true}}},
	}
	payer := account.Account{ID: account.Of(s.Customer, account.Cash), Party: s.Customer, Kind: account.Cash, Balance: 1000}
	payer.PK, payer.SK = "ACCOUNT#"+string(payer.ID), "BALANCE"
	order, family, err := renewal.Pay(table.NewTx(), payer, subscription.TermsFor(level, subscription.DefaultDeductionDays))
	return family.Main, order, err
}
