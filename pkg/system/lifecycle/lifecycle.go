// Package lifecycle is the function that does due work, of whatever capability: it takes the lifecycle queue's messages and hands each
// piece to who does work of its kind.
package lifecycle

import (
	"context"
	"maps"
	"slices"
	"time"

	"partnercenter/pkg/account"
	accountnotices "partnercenter/pkg/account/notices"
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/export/s3"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/incentive/performance/settled"
	"partnercenter/pkg/invoice"
	invoicenotices "partnercenter/pkg/invoice/notices"
	"partnercenter/pkg/opportunity"
	opportunitynotices "partnercenter/pkg/opportunity/notices"
	"partnercenter/pkg/program"
	"partnercenter/pkg/program/audit"
	"partnercenter/pkg/program/membership"
	plannotices "partnercenter/pkg/program/notices"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/renewaltask"
	tasknotices "partnercenter/pkg/renewaltask/notices"
	"partnercenter/pkg/specialist"
	specialistnotices "partnercenter/pkg/specialist/notices"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/notices"
	"partnercenter/pkg/system/consumption"
	"partnercenter/pkg/system/invoicing"
	"partnercenter/pkg/system/joining"
	"partnercenter/pkg/system/parting"
	"partnercenter/pkg/system/tasks"
	"partnercenter/pkg/webhook"
)

// Function declares the worker.
var Function = function.Declaration{
	Name:     "lifecycle",
	Does:     "Does what is due: auto-renewals, expiry, release, digests, imports, associations, vouchers, top-ups, renewal tasks, invoice lists, bills, consumption, performance, incentives, opportunities, memberships, agreements, standings, specialists, exports",
	Queue:    &function.QueueTrigger{Queue: lifecycle.Queue, Batch: 10, MaxConcurrency: 50, Handle: handle},
	Grants:   slices.Concat([]function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey, performance.WriteLines, address.Read, s3.Write}, ses.Grants, sns.Grants),
	Timeout:  5 * time.Minute,
	MemoryMB: 512,
}

func handle(env *function.Env) func(context.Context, []function.Message) []string {
	worker := &lifecycle.Worker{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Handlers: Handlers(env)}
	return worker.Batch
}

// Handlers gives who does which kind of work.
func Handlers(env *function.Env) map[string]lifecycle.Handler {
	all := map[string]lifecycle.Handler{}
	maps.Copy(all, subscription.Work(env))
	customer.PartsPort.Put(env, parting.Parts(env))
	maps.Copy(all, customer.Work(env))
	maps.Copy(all, account.Work(env))
	maps.Copy(all, promotion.Work(env))
	maps.Copy(all, renewaltask.Work(env))
	maps.Copy(all, webhook.Work(env))
	invoices := invoicing.Open(env)
	maps.Copy(all, invoice.Work(env))
	performance.SettledPort.Put(env, settled.Of(env.Table()))
	maps.Copy(all, performance.Work(env, consumption.Files))
	maps.Copy(all, incentive.Work(env))
	maps.Copy(all, opportunity.DueWork(env))
	maps.Copy(all, specialist.Work(env))
	plans := joining.Parts(env)
	plans.Facts = append(plans.Facts, ofInvoices(invoices))
	membership.PartsPort.Put(env, plans)
	maps.Copy(all, program.Work(env))
	maps.Copy(all, tasks.Exports(env, map[string]export.Producer{
		performance.Kind: performance.Producer(env), opportunity.Kind: opportunity.Producer(env), audit.Kind: audit.Producer(env),
	}))
	maps.Copy(all, digest.Work(env, digest.Join(
		notices.Source(env.Table()), accountnotices.Source(env.Table()), tasknotices.Source(env.Table(), env.Clock), invoicenotices.Source(invoices),
		plannotices.Source(env.Table(), env.Clock),
		opportunitynotices.Source(func() *opportunity.Service { return opportunity.New(env) }),
		specialistnotices.Source(env.Table(), env.Clock),
	)))
	return all
}

// ofInvoices adds what an account that is to become a partner can still ask invoices for. It is known here alone: it takes a read for each month, and invoices
// are not linked into the function of plans.
func ofInvoices(open func() *invoice.Service) membership.Fact {
	return func(ctx context.Context, _ *table.Tx, id auth.PartyID, f *membership.Facts) (err error) {
		if f.Kind == auth.Customer {
			f.Invoiceable, err = open().Invoiceable(ctx, id)
		}
		return err
	}
}
