// Package agreement owns the agreements (合作承诺与协议) that the vendor has its partners and customers sign, the integrity commitment letter
// (廉洁诚信承诺书) among them: their versions, who has signed which, what stays blocked until somebody does, and the declarations of relations
// (关系申报) that partners renew each year.
//
// What an agreement says is the vendor's: it publishes the text of each version in Chinese and English, and neither text nor signature is ever
// changed. A new version has to be signed anew from the day on which it takes effect, and may be signed before.
//
// Other capabilities ask Agreed before they do what needs a signature.
//
// It does not own: how a document is printed (package document), who is told (package program/letters).
//
// Source: DOMAIN.md 16.
package agreement
