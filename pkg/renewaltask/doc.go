// Package renewaltask owns large-order renewal tasks (大单续订任务): which orders of a partner's customers expire in a month and are worth
// talking about, what was said to the customer, how much of them was renewed, and how each task ends.
//
// The grain is one task for each order, as its customer and its partner see it (a combined transaction is one), and natural month in Beijing
// in which lines of it expire. The task's lines are those: of each resource what was paid for the term that ends in the month, by the order
// itself and by changes of spec within that term. The renewal rate is what was paid for the time after those lines, divided by that.
//
// A partner's generation is due work of its own, on the first of each month, that makes up for months that were missed. While a task is open,
// it is itself due each day. That is cheaper than to react to the events of subscriptions: a partner has few large orders, its customers'
// resources have many events, each of which would cost a look for a task; and what time alone brings (a term that has passed, a customer
// that has left) needs the daily look anyway.
//
// The partner handles its tasks; those of a reseller's customers are its distributor's to handle, and the reseller sees them. A partner sees
// the tasks of the customers that it has now, also those that have ended.
//
// It does not own: orders, resources and what is paid for them (package subscription), who is whose customer (package party), files (package
// export).
//
// Source: DOMAIN.md 15.
package renewaltask
