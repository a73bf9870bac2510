// Package demo moves the local cloud's clock over its demo portfolio, says what happened on the way, and checks over every account and
// resource that nothing happened that must not.
package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	data "partnercenter/events/demo"
	"partnercenter/infra/local/cloud"
	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/party"
	"partnercenter/pkg/subscription"
)

// report is what happened, over all customers.
type report struct {
	took     time.Duration
	until    time.Time
	held     subscription.Totals
	ledger   account.Totals
	accounts int
	traffic  traffic
	mails    mails
	breaches []error
}

// Run lets the vendor do two things, moves the clock by an ISO 8601 duration and prints what happened. Error: an invariant that does not hold.
func Run(ctx context.Context, out io.Writer, c *cloud.Cloud, vendor cloud.Principal, by string) error {
	customers, err := customerIDs()
	if err != nil {
		return err
	}
	before, err := account.AuditAll(ctx, c.Env().Table(), accounts(customers)...)
	if err != nil {
		return fmt.Errorf("before anything happened: %w", err)
	}
	if err := intervene(ctx, out, c, vendor); err != nil {
		return err
	}
	began := time.Now()
	if err := c.Advance(ctx, by); err != nil {
		return err
	}
	r := &report{took: time.Since(began), until: c.Env().Clock.Now()}
	r.held = subscription.Totals{ByStatus: map[subscription.Status]int{}, ByEvent: map[string]int{}, Refused: map[subscription.Refusal]int{}}
	for _, id := range customers {
		if err := r.add(ctx, c, id); err != nil {
			return err
		}
	}
	if err := r.outside(ctx, c); err != nil {
		return err
	}
	after, breach := account.AuditAll(ctx, c.Env().Table(), accounts(customers)...)
	r.breaches = append(r.breaches, breach)
	r.print(out, by)
	fmt.Fprintf(out, "The accounts reconcile before and after: they held %s yuan, %s were paid and %s given back, and they hold %s.\n", before.Balance(),
		after.Paid-before.Paid, after.Refunded-before.Refunded, after.Balance())
	return errors.Join(r.breaches...)
}

// accounts are the cash accounts of customers and of the demo's partners.
func accounts(customers []auth.PartyID) []account.ID {
	var ids []account.ID
	for _, id := range append([]auth.PartyID{"partner-1", "distributor-1", "reseller-1"}, customers...) {
		ids = append(ids, account.Of(id, account.Cash))
	}
	return ids
}

func customerIDs() ([]auth.PartyID, error) {
	rows, err := csv.NewReader(bytes.NewReader(data.Customers)).ReadAll()
	if err != nil {
		return nil, err
	}
	var ids []auth.PartyID
	for _, row := range rows[1:] {
		ids = append(ids, auth.PartyID(row[0]))
	}
	return ids, nil
}

// add adds one customer's resources, orders, events and account, and what does not hold of them.
func (r *report) add(ctx context.Context, c *cloud.Cloud, id auth.PartyID) error {
	db := c.Env().Table()
	holder, err := party.Get(ctx, db, id)
	if err != nil {
		return err
	}
	held, breach := subscription.Audit(ctx, db, id, subscription.TermsOf(holder), calendar.DateOf(r.until))
	sums, ledgerBreach := account.Audit(ctx, db, account.Of(id, account.Cash))
	r.breaches = append(r.breaches, breach, ledgerBreach)
	if held.Paid != sums.Paid-sums.Refunded {
		r.breaches = append(r.breaches, fmt.Errorf("%s: orders were paid with %s, the ledger says %s", id, held.Paid, sums.Paid-sums.Refunded))
	}
	r.accounts++
	r.held.Orders += held.Orders
	r.held.Paid += held.Paid
	addUp(r.held.ByStatus, held.ByStatus)
	addUp(r.held.ByEvent, held.ByEvent)
	addUp(r.held.Refused, held.Refused)
	r.ledger.Entries += sums.Entries
	r.ledger.Opened += sums.Opened
	r.ledger.Paid += sums.Paid
	return nil
}

func addUp[K comparable](to, from map[K]int) {
	for k, n := range from {
		to[k] += n
	}
}

// outside adds what left the system and what it cost.
func (r *report) outside(ctx context.Context, c *cloud.Cloud) error {
	var err error
	if r.traffic, err = readLog(c.LogFile()); err != nil {
		return err
	}
	if r.mails, err = readInbox(ctx, c.Inbox()); err != nil {
		return err
	}
	r.breaches = append(r.breaches, r.mails.breaches()...)
	if r.traffic.failed > 0 {
		r.breaches = append(r.breaches, fmt.Errorf("%d invocations or pieces of work failed: see the log", r.traffic.failed))
	}
	return nil
}

func (r *report) print(out io.Writer, by string) {
	events := func(kind string) int { return r.held.ByEvent[kind] }
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(what string, format string, args ...any) {
		fmt.Fprintf(w, "  %s\t"+format+"\n", append([]any{what}, args...)...)
	}
	fmt.Fprintf(out, "\n%s of the demo portfolio, until %s in Beijing (%.1f s):\n\n", by, r.until.In(calendar.Beijing).Format("2006-01-02 15:04"), r.took.Seconds())
	row("resources in use", "%d", r.held.ByStatus[subscription.StatusInUse])
	row("entered grace", "%d", events(subscription.EventGrace))
	row("frozen", "%d", events(subscription.EventFrozen))
	row("released", "%d", events(subscription.EventReleased))
	row("auto-renewals paid", "%d", events(subscription.EventRenewed))
	for _, why := range slices.Sorted(maps.Keys(r.held.Refused)) {
		row("auto-renewals refused: "+string(why), "%d", r.held.Refused[why])
	}
	row("mails", "%d, of them %d with expiry reminders", r.mails.sent, r.mails.reminders)
	row("SMS", "%d", int(r.traffic.metrics["TextsSent"]))
	row("money moved", "%s yuan in %d orders; %s yuan opened", r.held.Paid, r.held.Orders, r.ledger.Opened)
	row("capacity used", "%.0f WCU, %.0f RCU in %d invocations", r.traffic.wcu, r.traffic.rcu, r.traffic.invocations)
	_ = w.Flush() // to a writer that takes all
	r.verdicts(out)
}

// verdicts says which invariants were checked over what, and what does not hold.
func (r *report) verdicts(out io.Writer) {
	breach := errors.Join(r.breaches...)
	fmt.Fprintf(out, "\nChecked: %d accounts with %d entries, numbered and balanced; %s yuan paid by orders and by the ledger; the terms of\n"+
		"%d resources tile; every change has one event; nothing is due; no recipient got two digests on one morning.\n",
		r.accounts, r.ledger.Entries, money.Fen(r.ledger.Paid), r.resources())
	if breach == nil {
		fmt.Fprintln(out, "All of it holds.")
		return
	}
	fmt.Fprintf(out, "THIS DOES NOT HOLD:\n%v\n", breach)
}

func (r *report) resources() int {
	n := 0
	for _, of := range r.held.ByStatus {
		n += of
	}
	return n
}
