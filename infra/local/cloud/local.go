package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// localPrefix is where the operations are that only the local cloud has.
const localPrefix = "/local/"

// Principal is somebody who may call the API here.
type Principal struct {
	Kind  auth.Kind    `json:"kind"`
	Party auth.PartyID `json:"party_id"`
	Roles []auth.Role  `json:"roles"`
	AK    string       `json:"ak"`
	SK    string       `json:"sk"`
	Token string       `json:"token"`
}

// local answers the operations that only the local cloud has.
func (c *Cloud) local(w http.ResponseWriter, r *http.Request) {
	var out any
	var err error
	switch r.Method + " " + r.URL.Path {
	case "GET /local/clock":
		out = map[string]time.Time{"now": c.business.Now().Truncate(time.Second)}
	case "POST /local/clock":
		out, err = c.moveClock(r)
	case "GET /local/sms":
		out = c.texts.all()
	case "POST /local/parties":
		out, err = c.postParty(r)
	case "POST /local/keys":
		out, err = c.postKey(r)
	case "GET " + issuerPath + "/.well-known/jwks.json":
		out = c.issuer.keys()
	default:
		err = problem.New(http.StatusNotFound, "APIG.0101", "there is no operation at this path")
	}
	status := http.StatusOK
	if err != nil {
		refusal, ok := problem.As(err)
		if !ok {
			refusal = problem.New(http.StatusBadRequest, "CBC.0100", "%v", err)
		}
		status, out = refusal.Status, map[string]string{"error_code": refusal.Code, "error_msg": refusal.Public()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out) // a client that is gone reads nothing
}

func decode(r *http.Request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func (c *Cloud) moveClock(r *http.Request) (any, error) {
	var in struct {
		Now     *time.Time `json:"now"`
		Advance string     `json:"advance"`
		Outage  bool       `json:"outage"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	var to time.Time
	switch {
	case in.Now != nil && in.Advance == "":
		to = *in.Now
	case in.Now == nil && in.Advance != "":
		by, err := parseAdvance(in.Advance)
		if err != nil {
			return nil, err
		}
		to = c.business.Now().Add(by)
	default:
		return nil, errors.New(`give either {"now": RFC 3339} or {"advance": "P7D"}`)
	}
	if err := c.Move(r.Context(), to, in.Outage); err != nil {
		return nil, err
	}
	return map[string]time.Time{"now": c.business.Now().Truncate(time.Second)}, nil
}

func (c *Cloud) postParty(r *http.Request) (any, error) {
	var in NewParty
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	return map[string]string{"party_id": in.ID}, c.PutParty(r.Context(), in)
}

// NewParty is a party to put there.
type NewParty struct {
	Kind        string `json:"kind"`
	ID          string `json:"party_id"`
	Name        string `json:"name"`
	Level       string `json:"customer_level"`
	Locale      string `json:"locale"`
	Email       string `json:"email"`
	Mobile      string `json:"mobile"`
	Partner     string `json:"partner_id"`
	Association int    `json:"association_type"`
	Distributor string `json:"distributor_id"`
}

// PutParty puts a party there.
func (c *Cloud) PutParty(ctx context.Context, in NewParty) error {
	tx := table.NewTx()
	party.Create(tx, party.Party{
		Row: party.Row{
			ID: auth.PartyID(in.ID), Kind: auth.Kind(in.Kind), Name: in.Name, Level: in.Level, Email: in.Email,
			Partner: auth.PartyID(in.Partner), AssociationType: in.Association,
		},
		Locale: in.Locale, Mobile: in.Mobile, Distributor: auth.PartyID(in.Distributor),
	}, "local", c.business.Now())
	return c.env.Table().Commit(ctx, tx)
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

// PutKey makes a user of a party with some roles, and gives it an access key and a token.
func (c *Cloud) PutKey(ctx context.Context, id auth.PartyID, roles []auth.Role) (Principal, error) {
	holder, err := party.Get(ctx, c.env.Table(), id)
	if err != nil {
		return Principal{}, err
	}
	user := auth.NewUser(auth.UserID(ulid.Make().String()), holder.ID, holder.Kind, "local", "", roles)
	key, secret, err := auth.Issue(ctx, c.env.Sealer, user, c.business.Now())
	if err != nil {
		return Principal{}, err
	}
	user.Keys = []string{key.ID}
	tx := table.NewTx()
	tx.Create(user)
	tx.Create(key)
	if err := c.env.Table().Commit(ctx, tx); err != nil {
		return Principal{}, err
	}
	token, err := c.issuer.token(user.ID)
	return Principal{Kind: holder.Kind, Party: id, Roles: roles, AK: key.ID, SK: secret, Token: token}, err
}
