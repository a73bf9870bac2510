// Package notifier is the function that sees to it that people hear of what happened: it takes events from the notifications queue, sends at
// once what is to be sent at once, and makes everybody else's digest due on the next morning.
package notifier

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/customer"
	"partnercenter/pkg/customer/authorizationletter"
	"partnercenter/pkg/customer/joinlink"
	"partnercenter/pkg/customer/requestmail"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/function/sqs"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/incentive/incentiveletter"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/incentive/performance/answerletter"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/invoice/billletter"
	"partnercenter/pkg/invoice/listletter"
	"partnercenter/pkg/opportunity"
	opportunitynotices "partnercenter/pkg/opportunity/notices"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/cascade"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/program/planletter"
	"partnercenter/pkg/renewaltask"
	"partnercenter/pkg/specialist"
	"partnercenter/pkg/specialist/decisionmail"
	"partnercenter/pkg/specialist/invitelink"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/agentpayletter"
	"partnercenter/pkg/system/invoicing"
	"partnercenter/pkg/webhook"
	"partnercenter/pkg/webhook/disabledletter"
)

// Function declares the notifier. A message that another sender holds comes back until that one's lease is over, so the queue's
// receives must outlast it: 5 of 6 minutes and more.
var Function = function.Declaration{
	Name:    "notifier",
	Does:    "Makes digests and webhooks due, and sends what must arrive at once",
	Queue:   &function.QueueTrigger{Queue: event.Notifications, Batch: 10, MaxConcurrency: 10, Handle: handle},
	Grants:  slices.Concat([]function.Grant{function.ReadTable, function.WriteTable, function.UseKey, function.SendTo(lifecycle.Queue)}, ses.Grants, sns.Grants),
	Timeout: time.Minute,
}

// writers are what is sent at once, by name.
func writers(env *function.Env) map[string]immediate.Writer {
	customers := func() *customer.Service { return customer.New(env) }
	subscriptions := func() *subscription.Service { return subscription.New(env) }
	invoices := invoicing.Open(env)
	all := map[string]immediate.Writer{
		customer.WriterInvitation:             joinlink.Writer(customers),
		customer.WriterAuthorizationRequested: authorizationletter.Requested(customers),
		customer.WriterAuthorizationResult:    authorizationletter.Result(customers),
		subscription.WriterAgentPayAsked:      agentpayletter.Asked(subscriptions),
		subscription.WriterAgentPayDecided:    agentpayletter.Decided(subscriptions),
		invoice.WriterIssued:                  listletter.Issued(invoices),
		webhook.WriterFailed:                  disabledletter.Writer(func() *webhook.Service { return webhook.New(env) }),
		invoice.WriterRejected:                listletter.Rejected(invoices),
	}
	maps.Copy(all, billletter.Writers(invoices))
	maps.Copy(all, requestmail.Writers(customers))
	maps.Copy(all, incentiveletter.Writers(env.Table))
	maps.Copy(all, answerletter.Writers(env.Table))
	maps.Copy(all, opportunitynotices.Writers(func() *opportunity.Service { return opportunity.New(env) }))
	maps.Copy(all, planletter.Writers(func() *membership.Service { return membership.New(env) }))
	all[agreement.WriterVersion] = planletter.Version(func() *agreement.Service { return agreement.New(env) })
	specialists := func() *specialist.Service { return specialist.New(env) }
	all[specialist.WriterInvitation] = invitelink.Writer(specialists)
	maps.Copy(all, decisionmail.Writers(specialists))
	return all
}

func handle(env *function.Env) func(context.Context, []function.Message) []string {
	return func(ctx context.Context, messages []function.Message) []string {
		once := &notify.Once{Table: env.Table(), Mail: ses.Port.In(env), SMS: sns.Port.In(env), Clock: env.Clock, Wall: env.Wall}
		b := &batch{
			table: env.Table(), clock: env.Clock, wall: env.Wall, touched: map[auth.PartyID]bool{},
			customers: func() *customer.Service { return customer.New(env) },
			sender:    &immediate.Sender{Table: env.Table(), Clock: env.Clock, Once: once, Writers: writers(env)},
			fan:       hooks(env).Fan,
		}
		return b.do(ctx, messages)
	}
}

// hooks makes deliveries of events, which go out at once.
func hooks(env *function.Env) *webhook.Service {
	s := webhook.New(env)
	s.Queue = sqs.SenderTo(env, lifecycle.Queue)
	return s
}

// batch does some messages, and touches nobody twice.
type batch struct {
	table     *table.Client
	clock     clock.Clock // business time
	wall      clock.Clock
	sender    *immediate.Sender
	customers func() *customer.Service // opened by who counts a payment
	touched   map[auth.PartyID]bool
	fan       func(ctx context.Context, e event.Event) error // to webhooks
}

// do returns what failed: a message, and what comes behind it in its group.
func (b *batch) do(ctx context.Context, messages []function.Message) (failed []string) {
	broken := map[string]bool{}
	for _, m := range messages {
		if !broken[m.Group] {
			err := function.Guarded(func() error { return b.one(ctx, m) })
			if err == nil {
				continue
			}
			function.Note(ctx, "message_error", m.ID+": "+err.Error())
			broken[m.Group] = true
		}
		failed = append(failed, m.ID)
	}
	return failed
}

// partnerHears are the events of which a resale customer's partner is told as well.
// Source: DOMAIN.md 1, Decision 6.
var partnerHears = []string{
	subscription.EventRenewalFailed, subscription.EventGrace, subscription.EventFrozen, subscription.EventReleased, subscription.EventUnsubscribed,
}

const ofSubscriptions = "subscription." // prefix of the events of a holder's resources

func (b *batch) one(ctx context.Context, m function.Message) error {
	e, err := event.FromMessage(m)
	if err != nil {
		return err
	}
	if err := b.fan(ctx, e); err != nil {
		return err
	}
	if slices.Contains(subscription.Paying, e.Type) {
		if err := b.count(ctx, e); err != nil {
			return err
		}
	}
	if slices.Contains(subscription.Settles, e.Type) {
		if err := b.collect(ctx, e); err != nil {
			return err
		}
	}
	if membership.Left(e) {
		if err := (&incentive.Service{Table: b.table, Clock: b.clock}).Left(ctx, auth.PartyID(e.Owner), calendar.DateOf(e.At)); err != nil {
			return err
		}
	}
	if partner, ok := specialist.Recounted(e); ok { // its certificates are to be reminded of
		return b.touch(ctx, partner)
	}
	switch {
	case e.Type == party.EventCreated, e.Type == party.EventIdentity:
		return b.enrol(ctx, e)
	case e.Type == party.EventStanding:
		return (&cascade.Service{Table: b.table, Clock: b.clock}).Begin(ctx, auth.PartyID(e.Subject))
	case program.Told(e.Type):
		return b.touch(ctx, auth.PartyID(e.Owner))
	case e.Type == immediate.Event:
		return b.sender.Send(ctx, e)
	case strings.HasPrefix(e.Type, ofSubscriptions):
		return b.ofSubscription(ctx, e)
	case e.Type == account.EventLow, e.Type == opportunity.EventShared:
		return b.touch(ctx, auth.PartyID(e.Owner))
	default:
		return nil
	}
}

// collect sees to it that what an order has settled becomes performance.
func (b *batch) collect(ctx context.Context, e event.Event) error {
	return (&performance.Service{Table: b.table, Clock: b.clock}).OrderSettled(ctx, auth.PartyID(e.Owner), e.At)
}

// enrol lets a new partner have renewal tasks.
func (b *batch) enrol(ctx context.Context, e event.Event) error {
	kind := e.Data["kind"]
	if e.Type == party.EventIdentity {
		kind = e.Data["to"]
	}
	switch auth.Kind(kind) {
	case auth.Partner, auth.Reseller, auth.Distributor:
		return (&renewaltask.Service{Table: b.table, Clock: b.clock}).Enrol(ctx, auth.PartyID(e.Subject), "system")
	default:
		return nil
	}
}

// count counts a payment in its customer's budget. A change that gives money back is none, and one by the partner is not the customer's.
func (b *batch) count(ctx context.Context, e event.Event) error {
	amount, err := money.Parse(e.Data["amount"])
	if err != nil || amount <= 0 || e.Data[subscription.PayerDatum] != "" {
		return err
	}
	return b.customers().CountSpent(ctx, auth.PartyID(e.Owner), e.ID, amount, e.At)
}

func (b *batch) ofSubscription(ctx context.Context, e event.Event) error {
	if err := b.touch(ctx, auth.PartyID(e.Owner)); err != nil {
		return err
	}
	if !slices.Contains(partnerHears, e.Type) {
		return nil
	}
	holder, err := party.Get(ctx, b.table, auth.PartyID(e.Owner))
	if err != nil || holder.AssociationType != party.Resale || holder.Partner == "" {
		return err
	}
	n := notify.Notice{Event: e.ID, Customer: holder.ID, Subject: e.Subject, At: e.At}
	return notify.Tell(ctx, b.table, holder.Partner, n, b.clock.Now(), b.wall.Now())
}

func (b *batch) touch(ctx context.Context, id auth.PartyID) error {
	if b.touched[id] {
		return nil
	}
	err := notify.Touch(ctx, b.table, id, b.clock.Now())
	b.touched[id] = err == nil
	return err
}
