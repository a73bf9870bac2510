// Package account owns money: the accounts of parties, the transfers between them, and what an account holds and why.
//
// An account's entries are numbered 1..n without gaps, each with the balance after it. A transfer is one immutable item, written in
// the transaction that sets both balances on the condition of the versions that were read; a correction is another
// transfer. Vendor-side accounts (revenue, bank) keep no balance: they would be one hot key for the whole system.
//
// Other capabilities append to their own transactions by [Debit] and [Credit]; they do not move money by themselves.
// It does not own: orders, vouchers, invoices.
//
// Source: DESIGN.md "Money".
package account
