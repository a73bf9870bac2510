// Package money is amounts in fen (分), the hundredth of a yuan: reading, writing, multiplying and splitting them without
// ever losing one. There is no floating point on the way.
//
// It knows no JSON: how amounts look on the wire is the business of package rest.
package money
