package cloud

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/party"
)

// localPrefix is where the operations are that only the local cloud has. They need no credential.
const localPrefix = "/local/"

// serveLocal answers the operations that only the local cloud has.
func (c *Cloud) serveLocal(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if id, ok := strings.CutPrefix(path, localPayments); ok {
		path = localPayments
		r.SetPathValue("id", id)
	}
	handle, ok := map[string]func(*http.Request) (any, error){
		"GET /local/clock":      c.getClock,
		"POST /local/clock":     c.postClock,
		"GET /local/sms":        func(*http.Request) (any, error) { return c.texts.all(), nil },
		"POST /local/parties":   c.postParty,
		"POST /local/keys":      c.postKey,
		"POST " + localPayments: c.postPayment,
		"GET " + issuerKeys:     func(*http.Request) (any, error) { return c.issuer.keys(), nil },
	}[r.Method+" "+path]
	if !ok {
		handle = func(*http.Request) (any, error) {
			return nil, problem.New(http.StatusNotFound, "APIG.0101", "there is no operation %s %s here", r.Method, r.URL.Path)
		}
	}
	out, err := handle(r)
	status := http.StatusOK
	if refusal, ok := problem.As(err); ok {
		status, out = refusal.Status, map[string]string{"error_code": refusal.Code, "error_msg": refusal.Public()}
	} else if err != nil {
		status, out = http.StatusInternalServerError, map[string]string{"error_code": "APIG.0602", "error_msg": err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out) // a client that is gone reads nothing
}

func decode(r *http.Request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return problem.Invalid("body", "%v", err)
	}
	return nil
}

func (c *Cloud) getClock(*http.Request) (any, error) {
	return map[string]time.Time{"now": c.Now().Truncate(time.Second)}, nil
}

// postClock moves the clock. The move goes on when the client does not wait for it.
func (c *Cloud) postClock(r *http.Request) (any, error) {
	var in struct {
		Now     *time.Time `json:"now"`
		Advance string     `json:"advance"`
		Outage  bool       `json:"outage"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if (in.Now == nil) == (in.Advance == "") {
		return nil, problem.Invalid("now", `either {"now": RFC 3339} or {"advance": "P7D"} is needed`)
	}
	to := c.Now()
	if in.Now != nil {
		to = *in.Now
	} else {
		by, err := ParseDuration(in.Advance)
		if err != nil {
			return nil, err
		}
		to = to.Add(by)
	}
	if err := c.Move(c.life, to, in.Outage); err != nil {
		return nil, err
	}
	return c.getClock(r)
}

func (c *Cloud) postParty(r *http.Request) (any, error) {
	var in party.PartyBody
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := c.PutParty(r.Context(), in); err != nil {
		return nil, err
	}
	return in, nil
}

func (c *Cloud) postKey(r *http.Request) (any, error) {
	var in struct {
		Party auth.PartyID `json:"party_id"`
		Roles []auth.Role  `json:"roles"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	return c.PutKey(r.Context(), in.Party, in.Roles)
}
