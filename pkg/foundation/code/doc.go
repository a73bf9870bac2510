// Package code sends verification codes by mail or SMS and checks them: that somebody who acts reads the address that it gives. A code is good
// for ten minutes and for one effect, in whose transaction it is used up; five wrong tries lock it, and a new one is sent after a minute at the
// soonest.
//
// What a code is for and what its use allows is not its business: capabilities say so.
//
// Source: DOMAIN.md 0, "Sensitive-operation verification code".
package code
