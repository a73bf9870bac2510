// Package listpage is the page behind the link to an invoice list: what the list says, what to write on the invoices, each piece to copy, where they go,
// and how far they are; or, while the list is not to be seen, everything that is missing. It is made for a phone and for paper, in Chinese and
// English, needs nothing from elsewhere, and changes nothing.
//
// Whoever holds the link reads the page without signing in. Invoices are registered with the signed API, which the page says.
//
// Source: DOMAIN.md 7, 8; 21, rows 8, 12, 16, 17.
package listpage
