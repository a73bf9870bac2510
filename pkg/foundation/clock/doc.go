// Package clock is where time comes from. A clock is a field, never a global, so that tests and the local cloud can move
// it. What a person waits for goes by the business clock; leases, signatures, tokens and TTL attributes go by the wall
// clock, which is never moved: a package that needs both has two fields.
package clock
