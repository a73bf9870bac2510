// Package upload takes files that clients send straight to a store, past our functions. Who has a file announces it: its name, type, size and
// SHA-256; gets a ticket, a signed address at which exactly that can be put for some minutes; puts it there; and names the file's id where it is
// wanted. There the file is settled: what lies in the store is compared with what was announced, to the last bit, before it counts for anything.
//
// The ticket already binds the store to type, size and checksum. That they are looked at again does not trust that every store does.
//
// Source: DOMAIN.md 13, "uploaded evidence".
package upload
