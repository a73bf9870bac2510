package subscription

import (
	"container/heap"
	"slices"
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
)

// Outlook is what a forecast of a customer's auto-renewals goes by: everything as it is now.
type Outlook struct {
	Holder   party.Party
	Families []Family
	Products Products
	Unpaid   map[OrderID]time.Time // when each order that awaits payment is cancelled, UTC
	Balance  money.Fen
	Coupons  []promotion.Coupon
	Blocked  bool // as party.Blocked says of the holder
	Now      time.Time
	Days     int // the rest of today's Beijing day and so many days after it
}

// Foreseen is an auto-renewal attempt to come.
type Foreseen struct {
	At       time.Time // UTC
	Resource ID
	Term     calendar.Term
	Price    money.Fen // of the whole family; 0 when it is not sold so
	Coupon   money.Fen // of it, what a voucher pays
	Refusal  Refusal   // why nothing would move; empty when it would be paid
	Until    calendar.Date
}

// ForecastDay is a Beijing day on which attempts are due, in the order in which they are made.
type ForecastDay struct {
	Day     calendar.Date
	Due     []Foreseen
	Needed  money.Fen // of the balance, for those that are paid, or would be if there were enough
	Paid    money.Fen // from the balance
	Balance money.Fen // when the day ends
}

// Forecast is what auto-renewal does over some days, if nothing else moves.
type Forecast struct {
	Days    []ForecastDay // those with attempts
	Balance money.Fen     // at the end
	Needed  money.Fen     // what would be paid if the balance were enough for all
	Missing money.Fen     // what has to be topped up for that
	Fails   *Foreseen     // the first attempt that is refused; nil when none is
}

// plenty is a balance that no customer's renewals use up, in fen.
const plenty = money.Fen(1) << 60

// Foresee makes the attempts that are to come as due work makes them: in the order of their instants, then of expiry and id; by the same life
// cycle and the same payment, from a balance that goes down. It writes nothing.
func Foresee(o Outlook) (Forecast, error) {
	made, err := o.run()
	if err != nil {
		return made, err
	}
	rich := o
	rich.Balance = max(plenty, o.Balance)
	all, err := rich.run()
	made.Needed = rich.Balance - all.Balance
	made.Missing = max(0, made.Needed-o.Balance)
	return made, err
}

func (o Outlook) run() (Forecast, error) {
	sim := &simulation{Outlook: o, terms: TermsOf(o.Holder), families: append([]Family{}, o.Families...)}
	sim.Coupons = slices.Clone(o.Coupons)
	sim.made.Balance = o.Balance
	for i, f := range sim.families {
		if f.Main.Policy != PolicyAutoRenew {
			continue
		}
		sim.arm(i)
		if at, ok := o.Unpaid[f.Main.PendingOrder]; ok {
			heap.Push(&sim.queue, work{at: at, turn: string(f.Main.PendingOrder), family: i, order: f.Main.PendingOrder})
		}
	}
	until := calendar.DateOf(o.Now).AddDays(o.Days).End()
	for len(sim.queue) > 0 && sim.queue[0].at.Before(until) {
		next, _ := heap.Pop(&sim.queue).(work)
		sim.Now = later(sim.Now, next.at)
		if err := sim.do(next); err != nil {
			return sim.made, err
		}
	}
	return sim.made, nil
}

// simulation runs due work without a table.
type simulation struct {
	Outlook
	terms    Terms
	families []Family
	queue    workQueue
	made     Forecast
}

// arm puts a family into the queue at its next step.
func (sim *simulation) arm(family int) {
	main := sim.families[family].Main
	if step, ok := Next(main, sim.terms, sim.Now); ok {
		heap.Push(&sim.queue, work{at: step.At, turn: main.turn(), family: family})
	}
}

// do does one piece of due work as Do and DoOrder do.
func (sim *simulation) do(due work) error {
	f := &sim.families[due.family]
	if due.order != "" {
		if f.Main.PendingOrder == due.order {
			f.Main.PendingOrder = ""
		}
		return nil
	}
	for range catchUp {
		step, ok := Next(f.Main, sim.terms, sim.Now)
		if !ok {
			return nil
		}
		if step.At.After(sim.Now) {
			break
		}
		if step.Action != ActionRenew {
			*f = f.change(table.NewTx(), func(s Subscription) Subscription { return Apply(s, step.Action, sim.terms, sim.Now) })
			continue
		}
		if err := sim.attempt(f); err != nil {
			return err
		}
	}
	sim.arm(due.family)
	return nil
}

// attempt makes one attempt as renewNow does, and notes it.
func (sim *simulation) attempt(f *Family) error {
	r := Renewal{
		Family: *f, Products: sim.Products, Term: RenewalTerm(f.Main), Day: sim.Holder.ExpiryDay, Source: SourceSystem, By: system, Now: sim.Now,
	}
	made := Foreseen{At: sim.Now, Resource: f.Main.ResourceID, Term: r.Term, Until: f.Main.Expiry}
	if lines, err := r.lines(); err == nil {
		made.Price = Total(lines)
	}
	if r.Coupon = r.bestCoupon(sim.Coupons); r.Coupon != nil {
		made.Coupon = min(made.Price, r.Coupon.Balance)
	}
	switch {
	case f.Main.PendingOrder != "":
		made.Refusal = RefusedPendingOrder
	case sim.Blocked:
		made.Refusal = RefusedBlocked
	default:
		order, next, err := r.Pay(table.NewTx(), sim.payer(), sim.terms)
		if _, made.Refusal, err = refused(*f, err); err != nil {
			return err
		}
		if made.Refusal == "" {
			*f, made.Until = next, next.Main.Expiry
			sim.made.Balance -= order.Cash()
			sim.spend(order)
		}
	}
	if made.Refusal != "" {
		f.Main = AttemptFailed(f.Main, made.Refusal, sim.Now)
	}
	sim.made.note(made)
	return nil
}

// spend takes what a renewal used of a voucher out of it.
func (sim *simulation) spend(o Order) {
	for i := range sim.Coupons {
		if sim.Coupons[i].ID == o.couponID() {
			sim.Coupons[i].Balance -= o.Vouchers + o.CashCoupons
		}
	}
}

// payer is the customer's account as it would be by now.
func (sim *simulation) payer() account.Account {
	id := account.Of(sim.Holder.ID, account.Cash)
	return account.Account{ID: id, Party: sim.Holder.ID, Kind: account.Cash, Balance: sim.made.Balance}
}

// note adds an attempt to its day.
func (f *Forecast) note(made Foreseen) {
	day := calendar.DateOf(made.At)
	if len(f.Days) == 0 || f.Days[len(f.Days)-1].Day != day {
		f.Days = append(f.Days, ForecastDay{Day: day})
	}
	of := &f.Days[len(f.Days)-1]
	of.Due, of.Balance = append(of.Due, made), f.Balance
	switch made.Refusal {
	case "":
		of.Paid += made.Price - made.Coupon
		of.Needed += made.Price - made.Coupon
	case RefusedBalance:
		of.Needed += made.Price - made.Coupon
	case RefusedPendingOrder, RefusedBlocked, RefusedOffShelf, RefusedPeriod:
	}
	if made.Refusal != "" && f.Fails == nil {
		f.Fails = &made
	}
}

// work is a piece of due work: a step of a family, or the end of the window of an order that awaits payment.
type work struct {
	at     time.Time
	turn   string // among what is due at one time
	family int
	order  OrderID
}

// workQueue is a heap in the order of the due index.
type workQueue []work

// Len is heap's.
func (q workQueue) Len() int { return len(q) }

// Less is heap's: what is due first comes first.
func (q workQueue) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].turn < q[j].turn
}

// Swap is heap's.
func (q workQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push adds a work; heap calls it.
func (q *workQueue) Push(x any) {
	if w, ok := x.(work); ok {
		*q = append(*q, w)
	}
}

// Pop takes the last one; heap calls it.
func (q *workQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
