// Package events holds what is sent to functions from outside: a file of sample events for each function, each with the answer that is
// expected, which `make invoke` sends to the function's binary.
package events

import (
	"embed"
	"encoding/json"
	"fmt"
)

// Any stands in an expected answer for a value that may be anything.
const Any = "<any>"

// Callback stands in an event for the address that the function is to answer to.
const Callback = "<callback>"

// Sample is an event as Lambda delivers it, and what comes of it.
type Sample struct {
	Name     string          `json:"name"`
	As       string          `json:"as,omitempty"` // kind of party that signs an HTTP event when it is sent; empty is unsigned
	Event    json.RawMessage `json:"event"`
	Answer   json.RawMessage `json:"answer"`             // of an HTTP event: its status, and its body as JSON
	Calls    []string        `json:"calls,omitempty"`    // of AWS's services besides DynamoDB and KMS, in order
	Callback json.RawMessage `json:"callback,omitempty"` // what the function has put to the event's callback address
}

//go:embed *.json
var files embed.FS

// Of gives the samples of a function.
func Of(function string) ([]Sample, error) {
	text, err := files.ReadFile(function + ".json")
	if err != nil {
		return nil, fmt.Errorf("function %s has no samples: %w", function, err)
	}
	var samples []Sample
	if err := json.Unmarshal(text, &samples); err != nil {
		return nil, fmt.Errorf("samples of %s: %w", function, err)
	}
	return samples, nil
}
