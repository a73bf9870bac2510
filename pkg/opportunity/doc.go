// Package opportunity owns the opportunities (机会点) that partners and the vendor share with each other: a PO is a partner's, shared to the vendor,
// audited and verified there; an HO is the vendor's, shared to a partner, which accepts or rejects it. Both are brought forward by the partner until
// they are delivered, lost or cancelled.
//
// An opportunity is two items: its head, which lists show and every step writes, and its content, which nobody changes once it was submitted. Its
// version is the head's, which a change of the content raises as well. Each step adds a record, and the records are its history.
//
// Only one opportunity of a company for an offering or cloud service may live: it holds them, as items that its step creates, from the time that it
// counts from. A PO counts from when its verification passed, an HO from when it was shared, both until they end otherwise than delivered, or some time
// after they were delivered. Whoever comes later is told only that another one exists. What was not verified is not held: partners only drop some.
//
// Nothing that was submitted is withdrawn: the vendor rejects it, and the partner copies the rejected one into a new draft.
//
// It does not own: customers (an opportunity's company may be nobody's yet), files (package export), words of mails (package notices below).
//
// Source: DOMAIN.md 12; 21, rows 6 and 9.
package opportunity
