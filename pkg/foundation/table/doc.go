// Package table is the client of the system's one DynamoDB table: typed keys, conditional writes, transactions, queries
// with sealed page markers, and the meter that says what each call costs.
//
// Every item embeds [Head]. Items are read whole and written whole: a write is conditional on the version that was read,
// so that a decision holds exactly while what it was based on does. Conflicts and throttling are retried a bounded
// number of times with jitter; a failed condition never is. An answer that was lost is resolved by the stamp that each
// write leaves on its items.
//
// The meter computes capacity units from the sizes of items by AWS's published rules, since an emulator's figures cannot be
// trusted. The fault hook of the same client answers, for tests, what an emulator never does: conflicts, throttling,
// lost answers, stale indexes and crashes.
//
// Source: DESIGN.md "Data".
package table
