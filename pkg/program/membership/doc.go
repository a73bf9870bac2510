// Package membership owns the plans that partners join at the vendor, the distribution plan (分销计划) among them: who was invited or has applied, how
// that was decided, until when it holds, and how a reseller exits, whose customers then go over to its distributor.
//
// A plan makes an account what it is: who joins the distribution plan is a general distributor, who joins it as a reseller belongs to one distributor.
// An account has one such identity at most. What an account must have settled before it becomes a reseller, and what moves when it exits, other
// capabilities know: those parts are handed in.
//
// A membership is due work of its own: an invitation runs out, an application is checked, what is void on joining is voided, a membership ends after its
// term, and a reseller that exits is taken apart one customer after another. Each step is a transaction on the condition that the membership is still
// what was read, so whatever crashes behind whatever step, the next call goes on from there.
//
// Source: DOMAIN.md 11.
package membership
