// Package icalendar owns calendar feeds: addresses at which a party's calendar programs subscribe to what ends for it and when.
//
// A feed's address is signed and all the authority that there is, so it shows no names of people and no amounts, and its party can end it at any
// time. What a feed shows comes from [Source]s, which package system assembles; each entry is a whole day, known by a stable id, so that a program
// which asks again moves entries instead of doubling them.
//
// Files are written as RFC 5545 says: lines of CRLF, folded at 75 bytes, text escaped.
//
// Source: issue "Programmes", an iCalendar feed per party; what is decided here is ASSUMED.
package icalendar
