// Package customer owns how a partner comes by its customers and looks after them: creating, listing, freezing and budgeting them, the review
// of who they really are, reporting them before anybody else does, inviting them into an association, and how one ends or switches. A resale
// customer's authorization of its partner, to act on its behalf, is here too; that it may is package auth's to say.
//
// An association ends by a request that the other side agrees to. The transaction of the agreement already ends the partner's access; what hangs on
// the association (money, vouchers, authorizations, lists) is undone by due work, one transaction a step. What other capabilities do of that is
// handed in by the declaration: see [Parts].
//
// It does not own: parties and their items (package party), money (package account), resources that are paid by term.
//
// Source: DOMAIN.md 0, 4, 14; BSS_API.md E.
package customer
