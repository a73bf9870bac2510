// Package party owns who there is: the vendor, its distributors, resellers and partners, and their customers; how a customer is associated
// with a partner, and whether a party may do business. It owns the operations on a party's users and access keys, whose items
// and reads are package auth's.
//
// It does not own: money (package account), what parties hold (package subscription), how associations begin and end.
//
// Source: DOMAIN.md 0, DESIGN.md "Who is calling".
package party
