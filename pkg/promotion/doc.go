// Package promotion owns voucher quotas (代金券额度) and vouchers (代金券): what the vendor grants a partner to give away, what of it a distributor
// hands to its resellers, what partners issue to their customers, and what comes back.
//
// A quota and a voucher never lose a fen: a quota's value is its balance, what its vouchers and child quotas hold, what was used of its vouchers,
// what came back too late, and what its distributor took back. Everything that changes a quota replaces the version that was read, so that no quota
// gives more than it has and no customer gets more vouchers of it than it allows.
//
// Other capabilities append to their own transactions by [Lock], [Unlock], [Use], [GiveBack] and [Depart]; they do not change vouchers themselves.
// It does not own: orders and what they cost, the ends of associations, how a partner earns a quota.
//
// Source: DOMAIN.md 10; BSS_API.md D.
package promotion
