// Package performance turns consumption into performance (业绩): it imports providers' bills and collects what our own orders charge, judges every line
// by the rules that say what counts for the partner of the customer, and sums the lines to one slip for each partner and month.
//
// A line is kept under its customer and month at a key that its content gives, by writes without a condition: 1 write unit a line, a quarter of a
// transaction that also counts it. That makes an import idempotent by itself: the same line written twice is one item. Totals are therefore no
// counters. They are recounted: whatever changed of a customer's month, its lines are read again (0.1 read units a line), judged by the facts as they
// are, and its share of each partner's slip replaced, in one transaction with the slip's total. So lines, shares and slips sum to the same, and a
// recount can be repeated at will.
//
// The identity of a line is the hash of its cells by column name, those without a value left out, and, of lines of one file that are equal in all of
// them, the how-many-th it is. The same file twice is the same import, known by its hash; its lines in another order, or in two files, or in both, are the
// same lines. What can't be told apart is a bill that has the same line twice, cut in two between them: they would count once. Providers number their
// lines, so that no two are equal.
//
// A slip is an estimate while its month runs, a draft until the vendor has reviewed it, and final from then on: nothing of a final slip changes, and lines
// that come late for it are refused. Partners see a line one working day after its consumption.
//
// The partner of a line is whose the customer was when it consumed, by the history that package party keeps. A distributor's slip has its own customers,
// a reseller's slip the reseller's; a distributor sees both.
//
// It does not own: what performance is worth (package incentive), orders (package subscription, of which package settled beside this one tells), associations and sub-accounts (package party).
//
// Source: DOMAIN.md 6, BSS_API.md F.
package performance
