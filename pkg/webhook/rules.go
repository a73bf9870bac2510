package webhook

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/weburl"
)

// Types lists the types of events that endpoints may hear of, sorted.
func Types() []string { return slices.Sorted(maps.Keys(published)) }

// hears tells whether an endpoint is sent events of a type now.
func (e *Endpoint) hears(kind string) bool {
	return e.State == Enabled && (len(e.Types) == 0 || kind == Test || slices.Contains(e.Types, kind))
}

// checkTypes refuses types that nobody hears of. Error: CBC.0100.
func checkTypes(types []string) error {
	for _, t := range types {
		if _, known := published[t]; !known {
			return problem.Invalid("event_types", "%q is none; they are %v", t, Types())
		}
	}
	return nil
}

// checkURL gives the address of an endpoint as it will be called. anywhere lets addresses in that are on no public network, and HTTP without TLS.
// Error: CBC.0100.
func checkURL(text string, anywhere bool) (string, error) {
	a, err := weburl.Judge(text)
	switch {
	case err != nil:
		return "", problem.Invalid("url", "%s; it has to be like https://example.com/hooks", err)
	case anywhere:
		return a.String(), nil
	case a.Scheme != "https":
		return "", problem.Invalid("url", "it is %s; it has to be https", a.Scheme)
	case a.Inside():
		return "", problem.Invalid("url", "%s is not on the public Internet", a.Host)
	}
	return a.String(), nil
}

// Payload is the body of a request: what happened, by ids and states. It has no personal data.
type Payload struct {
	Version string            `json:"version"` // 1
	ID      string            `json:"id"`      // the event's: the same however often it is sent
	Type    string            `json:"type"`
	Created rest.Instant      `json:"created_at"`
	Party   string            `json:"party_id"`   // whom the subject belongs to
	Subject string            `json:"subject_id"` // the resource, order, account, request… that the type speaks of
	Data    map[string]string `json:"data,omitempty"`
}

// Notice is an event as it is told.
type Notice struct {
	ID   string `dynamodbav:"id"` // the event's
	Type string `dynamodbav:"type"`
	Body string `dynamodbav:"body"` // as it is sent, byte for byte
}

// noticeOf gives what is told of an event.
func noticeOf(e event.Event) (Notice, error) {
	p := Payload{Version: "1", ID: e.ID, Type: e.Type, Created: rest.Instant(e.At), Party: e.Owner, Subject: e.Subject, Data: map[string]string{}}
	for _, name := range told {
		if value, ok := e.Data[name]; ok {
			p.Data[name] = value
		}
	}
	text, err := json.Marshal(p)
	return Notice{ID: e.ID, Type: e.Type, Body: string(text)}, err
}

// old gives the old secrets that are still used.
func (e *Endpoint) old(now time.Time) []OldSecret {
	return slices.DeleteFunc(slices.Clone(e.Old), func(o OldSecret) bool { return !now.Before(o.Until) })
}

// gap gives how long to wait behind the n-th failure in a row.
func gap(n int) time.Duration { return backoff[min(n, len(backoff))-1] }

// failed gives an endpoint after one more failed attempt. It is left alone for longer and longer, but asked once more when it has failed for a
// day: then it is switched off. A day in which nobody asked it is none: then the failures begin anew.
func (e Endpoint) failed(now time.Time) Endpoint {
	if e.Failing.IsZero() || !now.Before(e.Retry.Add(failsFor)) {
		e.Failing, e.Failures = now, 0
	}
	e.Failures++
	e.Retry = e.until(now, gap(e.Failures))
	if !now.Before(e.Failing.Add(failsFor)) {
		e.State, _ = e.State.After(Break) // unless it is off already
	}
	return e
}

// until gives the end of a pause, which the end of the day of failures cuts short.
func (e Endpoint) until(now time.Time, pause time.Duration) time.Time {
	at, last := now.Add(pause), e.Failing.Add(failsFor)
	if last.After(now) && last.Before(at) {
		return last
	}
	return at
}

// worked gives an endpoint after an attempt that did not fail.
func (e Endpoint) worked() Endpoint {
	e.Failing, e.Failures, e.Retry = time.Time{}, 0, time.Time{}
	return e
}

// tried gives a delivery with one more attempt.
func (d Delivery) tried(t Try) Delivery {
	d.Attempts++
	d.Tries = append(slices.Clone(d.Tries), t)
	d.Tries = d.Tries[max(0, len(d.Tries)-triesShown):]
	return d
}
