// Package auth turns the credential of a request into a [Principal]: who is calling, for which party, and what they may do.
//
// Programs sign with an access key (SDK-HMAC-SHA256), people bring a bearer token. Either way the user's item says which party it belongs
// to and which roles it has, so that a role that was taken away ends within a minute. Every operation states an [Allow]; without
// one it can't be registered.
//
// A partner's user may act for a customer that the request names and that has authorized the partner: then the principal is the customer's, and
// says who acts.
//
// This package owns the items of users and access keys and their reads; package party owns the operations that change them.
//
// Source: DESIGN.md "Who is calling", BSS_API.md G.
package auth
