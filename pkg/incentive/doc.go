// Package incentive owns what performance is worth (激励): incentive plans with their rates, the monthly close that makes statements (激励对账), the incentives
// that come of them, and the payment requests (申付单) by which partners have them paid out.
//
// A month is closed once for each partner that is in a plan, by due work, when its performance is final: one statement for each association type. A partner
// confirms it or asks; what it lets pass is confirmed at the deadline. When the vendor approves, its amount becomes an incentive, positive or negative; the
// part that comes of purchases on credit is an incentive of its own that stays frozen until the customer has repaid.
//
// A payment request takes whole incentives of any periods and always every open negative one, so that what was given too much is netted first. It is paid by
// one of four methods; the two that need the partner's invoice go through package invoice, which tells this one by [Advance].
//
// It does not own: consumption and performance (package performance below), invoices (package invoice), accounts and vouchers, agreements. What it needs of
// them is handed in as [Parts].
//
// Source: DOMAIN.md 6, 7.
package incentive
