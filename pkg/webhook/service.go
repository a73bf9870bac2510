package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Service does the capability's effects. One serves one batch of events, of whose owners it remembers the endpoints; it is not for concurrent use.
type Service struct {
	Table    *table.Client
	Clock    clock.Clock // business time
	Wall     clock.Clock // signatures, TTL
	Sealer   auth.Sealer
	Client   *http.Client
	Anywhere bool // endpoints may be on this machine: the local cloud and tests

	// Queue is the queue of due work, to which deliveries go as soon as they are made. Without it they wait for the sweep.
	Queue function.Sender

	known map[auth.PartyID]*Directory // by Fan
}

// SettingReach is the setting that lets requests reach addresses which are not public when it is "anywhere". It is the local cloud's and tests';
// no function has it on AWS.
const SettingReach = "WEBHOOK_REACH"

// ClientPort is the port to who makes requests.
var ClientPort = function.Port[*http.Client]{
	Name: "webhook client", Open: func(env *function.Env) *http.Client { return newClient(env.Setting(SettingReach) == "anywhere") },
}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{
		Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Sealer: env.SealerOf(), Client: ClientPort.In(env),
		Anywhere: env.Setting(SettingReach) == "anywhere",
	}
}

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{
		WorkDelivery: func(ctx context.Context, due lifecycle.Due) error { return New(env).DoDelivery(ctx, due) },
	}
}

// The events of webhooks. What becomes of a delivery stands in the delivery.
const (
	EventCreated = "webhook.created"
	EventChanged = "webhook.changed"
	EventDeleted = "webhook.deleted"
	EventFailed  = "webhook.failed" // for a day: it is switched off
	EventAsked   = "webhook.delivery_asked"
)

// WriterFailed names who writes to an owner that its endpoint was switched off.
const WriterFailed = "webhook_failed"

// What is refused in this capability. ASSUMED codes.
var (
	ErrMissing = problem.New(http.StatusNotFound, "CBC.0404", "there is no such webhook")
	ErrMany    = problem.New(http.StatusConflict, "CBC.0409", "the party has %d webhooks; delete one first", maxEndpoints)
)

// directory reads a party's endpoints; a party without any has an empty directory of version 0. A webhook without a party's key is nobody's.
func (s *Service) directory(ctx context.Context, id auth.PartyID) (Directory, error) {
	key := directoryKey(id)
	d := Directory{}
	err := s.Table.Get(ctx, key, &d)
	d.PK, d.SK = key.PK, key.SK
	if errors.Is(err, table.ErrNotFound) {
		return d, nil
	}
	return d, err
}

// save appends to tx that a directory holds other endpoints.
func (d *Directory) save(tx *table.Tx, endpoints []Endpoint) {
	next := *d
	next.Endpoints = endpoints
	if d.Ver == 0 {
		tx.Create(&next)
		return
	}
	tx.Replace(d, &next)
}

// with gives the endpoints with one of them changed.
func (d *Directory) with(at int, e Endpoint) []Endpoint {
	next := slices.Clone(d.Endpoints)
	next[at] = e
	return next
}

func missing(id string) error {
	return ErrMissing.Saying("there is no webhook %.64q", id).In("webhook_id")
}

// newSecret makes a secret for an endpoint, and how it is kept.
func (s *Service) newSecret(ctx context.Context, endpoint string) (secret string, sealed []byte, err error) {
	secret = secretPrefix + rand.Text() + rand.Text()
	sealed, err = s.Sealer.Seal(ctx, []byte(secret), sealedFor(endpoint))
	return secret, sealed, err
}

// create makes an endpoint for a party, and gives its id and secret. Errors: CBC.0100, ErrMany.
func (s *Service) create(ctx context.Context, owner auth.PartyID, e Endpoint) (id, secret string, err error) {
	if e.URL, err = checkURL(e.URL, s.Anywhere); err != nil {
		return "", "", err
	}
	if err := checkTypes(e.Types); err != nil {
		return "", "", err
	}
	claim := rest.ClaimOf(ctx)
	id, again, err := claim.Once(ctx, s.Table, func() (string, error) {
		e.ID, e.State, e.Created = "wh-"+strings.ToLower(rand.Text()[:16]), Enabled, s.Clock.Now()
		if secret, e.Secret, err = s.newSecret(ctx, e.ID); err != nil {
			return "", err
		}
		return e.ID, table.Retry(ctx, func() error { return s.add(ctx, owner, e, claim) })
	})
	if again {
		secret = ""
	}
	return id, secret, err
}

// add is the effect of create.
func (s *Service) add(ctx context.Context, owner auth.PartyID, e Endpoint, claim rest.Claim) error {
	d, err := s.directory(ctx, owner)
	if err != nil {
		return err
	}
	if len(d.Endpoints) >= maxEndpoints {
		return ErrMany
	}
	tx := table.NewTx()
	d.save(tx, append(slices.Clone(d.Endpoints), e))
	s.note(ctx, tx, EventCreated, owner, e)
	claim.Put(tx, 0, e.ID)
	return s.Table.Commit(ctx, tx)
}

// Change is what is to be different in an endpoint; nil stays as it is.
type Change struct {
	URL, Description *string
	Types            *[]string
	Step             Step // Enable or Disable; empty for neither
	NewSecret        bool
}

// change changes an endpoint; the secret is that of NewSecret. Errors: ErrMissing, CBC.0100.
func (s *Service) change(ctx context.Context, owner auth.PartyID, id string, c Change) (secret string, err error) {
	claim := rest.ClaimOf(ctx)
	_, again, err := claim.Once(ctx, s.Table, func() (string, error) {
		return id, table.Retry(ctx, func() error {
			d, err := s.directory(ctx, owner)
			if err != nil {
				return err
			}
			at := d.find(id)
			if at < 0 {
				return missing(id)
			}
			var next Endpoint
			if next, secret, err = s.changed(ctx, d.Endpoints[at], c); err != nil {
				return err
			}
			tx := table.NewTx()
			d.save(tx, d.with(at, next))
			s.note(ctx, tx, EventChanged, owner, next)
			claim.Put(tx, 0, id)
			return s.Table.Commit(ctx, tx)
		})
	})
	if again {
		secret = ""
	}
	return secret, err
}

// changed gives an endpoint as a change leaves it.
func (s *Service) changed(ctx context.Context, e Endpoint, c Change) (next Endpoint, secret string, err error) {
	next = e
	if c.URL != nil {
		if next.URL, err = checkURL(*c.URL, s.Anywhere); err != nil {
			return e, "", err
		}
	}
	if c.Types != nil {
		if err := checkTypes(*c.Types); err != nil {
			return e, "", err
		}
		next.Types = *c.Types
	}
	if c.Description != nil {
		next.Description = *c.Description
	}
	if c.Step != "" {
		if next.State, err = e.State.After(c.Step); err != nil {
			return e, "", err
		}
		next = next.worked()
	}
	if c.NewSecret {
		now := s.Wall.Now()
		next.Old = append([]OldSecret{{e.Secret, now.Add(oldSecretFor).Truncate(time.Second)}}, e.old(now)...)
		next.Old = next.Old[:min(len(next.Old), oldSecrets)]
		secret, next.Secret, err = s.newSecret(ctx, e.ID)
	}
	return next, secret, err
}

// remove deletes an endpoint. What is still to be sent to it is dropped when it is due. Error: ErrMissing.
func (s *Service) remove(ctx context.Context, owner auth.PartyID, id string) error {
	claim := rest.ClaimOf(ctx)
	_, _, err := claim.Once(ctx, s.Table, func() (string, error) {
		return id, table.Retry(ctx, func() error {
			d, err := s.directory(ctx, owner)
			if err != nil {
				return err
			}
			at := d.find(id)
			if at < 0 {
				return missing(id)
			}
			tx := table.NewTx()
			d.save(tx, slices.Delete(slices.Clone(d.Endpoints), at, at+1))
			s.note(ctx, tx, EventDeleted, owner, d.Endpoints[at])
			claim.Put(tx, 0, id)
			return s.Table.Commit(ctx, tx)
		})
	})
	return err
}

// note appends to tx what happened to an endpoint.
func (s *Service) note(ctx context.Context, tx *table.Tx, kind string, owner auth.PartyID, e Endpoint) {
	by := "system"
	if caller := rest.Caller(ctx); caller.Party != "" {
		by = caller.Masked()
	}
	event.Append(tx, event.Event{
		Type: kind, Owner: string(owner), Subject: e.ID, At: s.Clock.Now(), By: by, Data: map[string]string{"state": string(e.State)},
	})
}
