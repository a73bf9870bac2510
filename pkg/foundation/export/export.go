package export

import (
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// State is how far an export is.
type State string

// The states.
const (
	Waiting   State = "WAITING" // to be made
	Completed State = "COMPLETED"
	Failed    State = "FAILED" // what was asked for can't be made
)

// Export is one file that somebody asked for. Times are business time, UTC.
type Export struct {
	table.Head
	ID      string            `dynamodbav:"id"`
	Kind    string            `dynamodbav:"kind"`
	Owner   auth.PartyID      `dynamodbav:"owner"`
	User    auth.UserID       `dynamodbav:"user"` // who asked, and alone sees it
	By      string            `dynamodbav:"by"`   // masked, for the audit trail
	Params  map[string]string `dynamodbav:"params,omitempty"`
	State   State             `dynamodbav:"st"`
	Why     string            `dynamodbav:"why,omitempty"` // it failed
	Rows    int               `dynamodbav:"rows,omitempty"`
	Summary string            `dynamodbav:"sum,omitempty"` // what its kind says of the file as a whole
	Object  string            `dynamodbav:"obj,omitempty"` // key in the store
	Asked   time.Time         `dynamodbav:"at"`
	Made    time.Time         `dynamodbav:"made,omitempty"`
	Expires time.Time         `dynamodbav:"exp,omitempty"` // set when it ended: then neither record nor file is there any more
}

// over holds when the export is no longer kept.
func (e Export) over(now time.Time) bool { return !e.Expires.IsZero() && !now.Before(e.Expires) }

// life gives how long an address that is given now is good for.
func (e Export) life(now time.Time) time.Duration { return min(addressLife, e.Expires.Sub(now)) }

// What is refused of exports. ASSUMED codes.
var (
	ErrMissing = problem.New(http.StatusNotFound, "CBC.0404", "there is no such export")
	ErrExpired = problem.New(http.StatusGone, "CBC.99001061", "the export is no longer kept")
)

// The events of exports.
const (
	EventAsked  = "export.requested"
	EventMade   = "export.completed"
	EventFailed = "export.failed"
)
