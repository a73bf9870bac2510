// Package notices says what partners are told each morning of their accounts: it is a source of their digests. When a balance is low is decided by
// package account; here is how it is said, in Chinese and English.
//
// Source: DOMAIN.md 5, "Low-balance warning".
package notices
