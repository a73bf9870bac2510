// Package program owns what partners join at the vendor, and what they agree to: agreements and declarations (package agreement), plans and who is
// a member of which, and the audit trail that a partner can take along.
//
// It does not own: parties and their standing (package party); what an account holds, or what moves when a reseller exits: those parts are handed in.
//
// Source: DOMAIN.md 0 (restriction and freezing), 11, 16.
package program
