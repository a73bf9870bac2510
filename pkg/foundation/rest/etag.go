package rest

import (
	"net/http"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/problem"
)

// What is refused of who changes something that may have changed. ASSUMED codes.
var (
	// ErrStale: what was read has changed meanwhile.
	ErrStale = problem.New(http.StatusPreconditionFailed, "CBC.0412", "it changed since it was read")
	// ErrUnconditional: the operation must say which version it changes.
	ErrUnconditional = problem.New(http.StatusPreconditionRequired, "CBC.0428", "the version that is changed is missing")
)

// ETag is embedded in the outputs of operations on one thing: the version that they show.
type ETag struct {
	ETag string `header:"ETag"`
}

// ETagOf gives the tag of an item's version.
func ETagOf(ver int64) ETag { return ETag{ETag: `"` + strconv.FormatInt(ver, 10) + `"`} }

// IfMatch is embedded in the inputs of operations that change one thing: the version that their caller has read, as its ETag, or several, or * for
// whichever. Absent, nothing is compared.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"256" doc:"The ETag that was read; the operation is refused with 412 when it is another one by now"`
}

// Check refuses a version that is none of those that the caller has read. Weak tags match nothing. Error: ErrStale.
func (m IfMatch) Check(ver int64) error {
	if m.IfMatch == "" {
		return nil
	}
	now := ETagOf(ver).ETag
	for _, tag := range strings.Split(m.IfMatch, ",") {
		if tag = strings.TrimSpace(tag); tag == now || tag == "*" {
			return nil
		}
	}
	return ErrStale.Saying("it is %s by now, not %.80s: read it again, and repeat the change with the ETag that you get", now, m.IfMatch).In("If-Match")
}

// Required is Check for operations that overwrite. Errors: ErrUnconditional, ErrStale.
func (m IfMatch) Required(ver int64) error {
	if m.IfMatch == "" {
		return ErrUnconditional.Saying("it is missing: send the ETag of what you have read, so that you change nothing that you have not seen").In("If-Match")
	}
	return m.Check(ver)
}
