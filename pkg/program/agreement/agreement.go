package agreement

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

// Code names an agreement through all its versions, such as integrity-commitment.
type Code string

// Purpose is something that needs signed agreements.
type Purpose string

// The purposes. Source: DOMAIN.md 16.
const (
	Payout    Purpose = "payout"    // of incentives
	Invoicing Purpose = "invoicing" // of bills and incentives
	Joining   Purpose = "joining"   // a plan

	// any is no purpose: its register has every agreement.
	anyPurpose Purpose = "any"
)

// Purposes are all purposes.
func Purposes() []Purpose { return []Purpose{Payout, Invoicing, Joining} }

// Version is one version of an agreement. It is never changed.
type Version struct {
	table.Head
	Code      Code                     `dynamodbav:"code"`
	N         int                      `dynamodbav:"n"` // 1 is the first
	From      time.Time                `dynamodbav:"from"`
	Required  []Purpose                `dynamodbav:"req,omitempty"`
	Audience  []auth.Kind              `dynamodbav:"who"` // kinds of party that sign it
	Titles    map[notify.Locale]string `dynamodbav:"titles"`
	Hashes    map[notify.Locale]string `dynamodbav:"hashes"` // of the document in a language, see Hash
	Published time.Time                `dynamodbav:"at"`
	By        string                   `dynamodbav:"by"` // a masked principal
}

// Text is what a version says in a language. Its paragraphs stand apart by line ends.
type Text struct {
	table.Head
	Title string `dynamodbav:"title"`
	Text  string `dynamodbav:"text"`
}

// Hash gives the SHA-256, in hexadecimal, of a document: of its code, version, language and title, a line each, and its text. It is what a signature
// is given for.
func Hash(code Code, n int, l notify.Locale, t Text) string {
	sum := sha256.Sum256([]byte(string(code) + "\n" + strconv.Itoa(n) + "\n" + string(l) + "\n" + t.Title + "\n" + t.Text))
	return hex.EncodeToString(sum[:])
}

// entry is a version as a register has it.
type entry struct {
	Code     Code        `dynamodbav:"code"`
	N        int         `dynamodbav:"n"`
	From     time.Time   `dynamodbav:"from"`
	Audience []auth.Kind `dynamodbav:"who"`
	Free     bool        `dynamodbav:"free,omitempty"` // the purpose no longer needs the agreement
	Joining  bool        `dynamodbav:"join,omitempty"` // it is required for joining a plan
}

// signedBy says whether parties of a kind sign the version: those that it is for and, of what joining a plan needs, customers, who join.
func (e entry) signedBy(kind auth.Kind) bool {
	return slices.Contains(e.Audience, kind) || kind == auth.Customer && e.Joining
}

// seenBy says whether parties of a kind see the version: those that sign it, and the vendor.
func (e entry) seenBy(kind auth.Kind) bool { return kind == auth.Vendor || e.signedBy(kind) }

// entry gives the version as a register has it.
func (v Version) entry() entry {
	return entry{Code: v.Code, N: v.N, From: v.From, Audience: v.Audience, Joining: slices.Contains(v.Required, Joining)}
}

// register is which versions count for a purpose: of each agreement the one in effect when the register was last written, and all later ones.
type register struct {
	table.Head
	Entries []entry `dynamodbav:"of"`
}

// current gives, in the order of codes, the version of each agreement that is in effect at an instant.
func (r register) current(now time.Time) []entry {
	var found []entry
	for _, e := range r.Entries {
		at := slices.IndexFunc(found, func(f entry) bool { return f.Code == e.Code })
		switch {
		case e.From.After(now):
		case at < 0:
			found = append(found, e)
		case found[at].N < e.N:
			found[at] = e
		}
	}
	return found
}

// needed gives the versions that a kind of party must have signed at an instant.
func (r register) needed(kind auth.Kind, now time.Time) []entry {
	return slices.DeleteFunc(r.current(now), func(e entry) bool { return e.Free || !slices.Contains(e.Audience, kind) })
}

// with gives the register with a version that is published now; what it replaces, and is over, falls out.
func (r register) with(added entry, now time.Time) register {
	next := register{Head: r.Head}
	in := r.current(now)
	for _, e := range r.Entries {
		if e.From.After(now) || slices.ContainsFunc(in, func(c entry) bool { return c.Code == e.Code && c.N == e.N }) {
			next.Entries = append(next.Entries, e)
		}
	}
	next.Entries = append(next.Entries, added)
	slices.SortStableFunc(next.Entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.N, b.N)) })
	return next
}

// has tells whether a register knows an agreement.
func (r register) has(code Code) bool {
	return slices.ContainsFunc(r.Entries, func(e entry) bool { return e.Code == code })
}

// codes counts the agreements of a register.
func (r register) codes() int {
	seen := map[Code]bool{}
	for _, e := range r.Entries {
		seen[e.Code] = true
	}
	return len(seen)
}

// last gives the newest version of an agreement, in effect or not; ok is false when there is none.
func (r register) last(code Code) (newest entry, ok bool) {
	for _, e := range r.Entries {
		if e.Code == code && e.N > newest.N {
			newest, ok = e, true
		}
	}
	return newest, ok
}
