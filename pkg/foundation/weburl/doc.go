// Package weburl judges addresses on the web that others have given us: whether one may be shown as a link or called at all, and how it reads
// when nothing about it misleads.
//
// Browsers and servers read strange addresses differently, and every such difference has served somebody to show one host and reach another.
// So [Judge] does not mend what is strange: it refuses it, and writes anew what it lets pass, in ASCII, such that there is one way to read it.
//
// It does not own: what is trusted (package externallink), what a name resolves to (package webhook, when it dials).
//
// Source: DOMAIN.md 17; CASES.md B45.
package weburl
