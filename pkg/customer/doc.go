// Package customer owns how a partner comes by its customers and looks after them: creating, listing, freezing and budgeting them, the review
// of who they really are, reporting them before anybody else does, and inviting them into an association. A resale
// customer's authorization of its partner, to act on its behalf, is here too; that it may is package auth's to say.
//
// It does not own: parties and their items (package party), how associations end or switch, money, resources that are paid by term.
//
// Source: DOMAIN.md 0, 4, 14; BSS_API.md E.
package customer
