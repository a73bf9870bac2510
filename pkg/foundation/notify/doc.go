// Package notify tells people things, each thing once: mail and SMS through ports, the claim that makes a message go out once
// whatever crashes or runs twice, the suppression of addresses that bounce, the daily cap of an address, and the item by which
// a recipient's digest becomes due.
//
// Its sub-packages are apart so that a function links only what it uses: digest writes the morning's mail, letter lays it
// out, link signs what it links to, ses and sns are AWS's adapters.
//
// What a notice says is not its business: capabilities hand that in.
//
// Source: DESIGN.md "What happens later", DOMAIN.md 1 (Decision 6), CASES.md B.5.
package notify
