package system

import (
	"cmp"
	"slices"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/externallink"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/system/accounts"
	"partnercenter/pkg/system/consumption"
	"partnercenter/pkg/system/docs"
	"partnercenter/pkg/system/documents"
	"partnercenter/pkg/system/feedback"
	"partnercenter/pkg/system/feeds"
	"partnercenter/pkg/system/invoicing"
	"partnercenter/pkg/system/joining"
	"partnercenter/pkg/system/lifecycle"
	"partnercenter/pkg/system/links"
	"partnercenter/pkg/system/notifier"
	"partnercenter/pkg/system/parting"
	"partnercenter/pkg/system/relay"
	"partnercenter/pkg/system/setup"
	"partnercenter/pkg/system/staff"
	"partnercenter/pkg/system/sweep"
	"partnercenter/pkg/system/tasks"
	"partnercenter/pkg/webhook"
)

// Functions lists the declarations of all functions.
func Functions() []function.Declaration {
	return []function.Declaration{
		party.Function,
		accounts.Function(),
		promotion.Function,
		subscription.Function,
		customer.Function(),
		parting.Function(),
		tasks.Function(),
		performance.Function(),
		consumption.Function(),
		invoicing.Incentives(),
		invoicing.Function(),
		opportunity.Function,
		staff.Function,
		lifecycle.Function, sweep.Function, relay.Function, notifier.Function, feedback.Function,
		joining.Function(),
		docs.Function, documents.Function, links.Function, externallink.Function, webhook.Function, feeds.Function, setup.Function,
	}
}

// Table gives the shape of the system's table.
func Table() table.Shape { return table.TheShape() }

// Queues lists the queues that start functions, by name. A grant on any other queue has nobody who reads it.
func Queues() []*function.Queue {
	var queues []*function.Queue
	for _, d := range Functions() {
		if d.Queue != nil && !slices.Contains(queues, d.Queue.Queue) {
			queues = append(queues, d.Queue.Queue)
		}
	}
	slices.SortFunc(queues, func(a, b *function.Queue) int { return cmp.Compare(a.Name, b.Name) })
	return queues
}
