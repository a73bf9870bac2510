// Package account owns money: the accounts of parties, the transfers between them, and what an account holds and why.
//
// An account's entries are numbered 1..n without gaps, each with the balance after it. A transfer is immutable and
// stands among the entries of each of its accounts, written in the transaction that sets their balances on the condition of the versions that were
// read; a correction is another transfer. Vendor-side accounts (revenue, bank, lending) keep no balance: they would be one hot key for the whole
// system.
//
// A partner's cash is filled by remittances, by the bank's feed or by hand, and online through a [Provider] (充值). It is appropriated to resale
// customers and resellers (拨款) and taken back (回收), or leaves for the partner's bank by a withdrawal (提现), which is held on an account of its own
// until it is paid. What is designated (专款专用) of a balance can't be handed on.
//
// Other capabilities append to their own transactions by [Debit], [Credit] and [Move]; they do not move money by themselves.
// It does not own: orders, vouchers, invoices.
//
// Source: DESIGN.md "Money"; DOMAIN.md 5.
package account
