package webhook

import (
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<party> / WEBHOOKS                                   a party's endpoints
//	PARTY#<party> / WEBHOOKDELIVERY#<endpoint>#<delivery>      a delivery       due work "webhook" while it is pending; gone after 30 days
//
// Access patterns: a party's endpoints, at once; an endpoint's deliveries, the newest first; a delivery by its endpoint and event.

// WorkDelivery is the kind of due work that a delivery is.
const WorkDelivery = "webhook"

func ownerKey(id auth.PartyID) string { return "PARTY#" + string(id) }

func directoryKey(id auth.PartyID) table.Key { return table.Key{PK: ownerKey(id), SK: "WEBHOOKS"} }

func deliveriesPrefix(endpoint string) string { return "WEBHOOKDELIVERY#" + endpoint + "#" }

func deliveryKey(id auth.PartyID, endpoint, delivery string) table.Key {
	return table.Key{PK: ownerKey(id), SK: deliveriesPrefix(endpoint) + delivery}
}

// Directory is all endpoints of a party, in one item: each event reads it, and a party has few.
type Directory struct {
	table.Head
	Endpoints []Endpoint `dynamodbav:"endpoints"`
}

// Endpoint is an address that hears of events. Times are business time, UTC, where nothing else is said.
type Endpoint struct {
	ID          string    `dynamodbav:"id"`
	URL         string    `dynamodbav:"url"`
	Description string    `dynamodbav:"text,omitempty"`
	Types       []string  `dynamodbav:"types,omitempty"` // none is all
	State       State     `dynamodbav:"state"`
	Created     time.Time `dynamodbav:"created"`

	Secret []byte      `dynamodbav:"secret"`        // sealed
	Old    []OldSecret `dynamodbav:"old,omitempty"` // the secrets before, the last one first

	Failing  time.Time `dynamodbav:"failing,omitempty"` // since when every attempt has failed
	Failures int       `dynamodbav:"failures,omitempty"`
	Retry    time.Time `dynamodbav:"retry,omitempty"` // before which nothing is sent
}

// OldSecret is a secret that was changed, with which requests are still signed as well.
type OldSecret struct {
	Secret []byte    `dynamodbav:"secret"` // sealed
	Until  time.Time `dynamodbav:"until"`  // wall time
}

// Delivery is what an endpoint is sent of an event, and what came of it.
type Delivery struct {
	table.Head
	ID       string       `dynamodbav:"id"` // the event's
	Party    auth.PartyID `dynamodbav:"party"`
	Endpoint string       `dynamodbav:"endpoint"`
	Type     string       `dynamodbav:"type"`
	Body     string       `dynamodbav:"body"` // as it is sent, byte for byte
	State    Outcome      `dynamodbav:"state"`
	Created  time.Time    `dynamodbav:"created"`
	Attempts int          `dynamodbav:"attempts,omitempty"` // since it was last asked for
	Tries    []Try        `dynamodbav:"log,omitempty"`      // the last ones, oldest first
	Asked    bool         `dynamodbav:"asked,omitempty"`    // its owner wants it now, whatever else fails
}

// Try is an attempt at a delivery.
type Try struct {
	At     time.Time `dynamodbav:"at"`
	Status int       `dynamodbav:"status,omitempty"` // HTTP's; 0 when there was no answer
	Why    Why       `dynamodbav:"why,omitempty"`    // it failed
	Millis int64     `dynamodbav:"ms,omitempty"`
}

// find finds an endpoint, -1 when there is none.
func (d *Directory) find(id string) int {
	for i := range d.Endpoints {
		if d.Endpoints[i].ID == id {
			return i
		}
	}
	return -1
}
