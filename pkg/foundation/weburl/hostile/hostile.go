// Package hostile keeps addresses that somebody might have meant ill with, and what is to be made of each, for the tests of whatever takes
// addresses from others.
//
// Source: CASES.md B45.
package hostile

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed testdata/addresses.txt
var addresses string

// Case is an address and its verdict: the reason of its refusal, or "pass" or "inside" and how it is written anew.
type Case struct{ Address, Verdict string }

// Passes tells whether the address may be shown.
func (c Case) Passes() bool { return c.Written() != "" }

// Written gives how an address that passes is written anew.
func (c Case) Written() string {
	_, written, _ := strings.Cut(c.Verdict, " ")
	return written
}

// Addresses gives all of them. It panics when the file is broken.
func Addresses() []Case {
	var all []Case
	for line := range strings.Lines(addresses) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		verdict, quoted, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		address, err := strconv.Unquote(quoted)
		if err != nil {
			panic("the corpus of addresses has the line " + line)
		}
		all = append(all, Case{Address: address, Verdict: verdict})
	}
	return all
}
