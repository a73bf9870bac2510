// Package notices says what holders of yearly and monthly resources, and the partners of resale customers, are told each morning: it is
// the source of their digests. When something is told is decided by subscription.Announce; here is how it is said, in Chinese
// and English.
//
// It is apart from package subscription so that no function links the words and the layout but the one that sends them.
//
// Source: DOMAIN.md 1, Decision 6.
package notices
