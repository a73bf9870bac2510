package rest_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
)

type bySignature struct{}

func (bySignature) Authenticate(_ context.Context, r *http.Request, _ []byte, _ string) (auth.Principal, error) {
	user, signature, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return auth.Principal{Party: "p", User: auth.UserID(user), Kind: auth.Customer, Signature: signature, Permissions: []auth.Permission{auth.AccountRead}}, nil
}

// claims is an API whose one operation has an effect, numbered by how often it happened.
type claims struct {
	api      *rest.API
	business *clock.Fake
	effects  int
}

func newClaims(t *testing.T) *claims {
	db := tabletest.New(t)
	c := &claims{business: clock.NewFake(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))}
	c.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return bySignature{} }, Clock: c.business, Wall: clock.System{},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	type input struct {
		Body struct {
			N int `json:"n"`
		}
	}
	type output struct {
		Body struct {
			Effect string `json:"effect"`
		}
	}
	rest.Register(c.api, rest.Operation{ID: "Pay", Method: "POST", Path: "/pay", Allow: auth.Only(auth.Customer, auth.AccountRead)},
		func(ctx context.Context, _ *input) (*output, error) {
			claim, out := rest.ClaimOf(ctx), &output{}
			earlier, found, err := claim.Taken(ctx, db, 0)
			if found {
				rest.MarkReplay(ctx)
				out.Body.Effect = earlier
			}
			if found || err != nil {
				return out, err
			}
			c.effects++
			out.Body.Effect = fmt.Sprint("effect-", c.effects)
			tx := table.NewTx()
			claim.Put(tx, 0, out.Body.Effect)
			return out, db.Commit(ctx, tx)
		})
	return c
}

func (c *claims) pay(credential, key, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/pay", strings.NewReader(body))
	r.Header.Set("Authorization", credential)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	return w
}

func TestARepeatedRequestGetsTheFirstAnswer(t *testing.T) {
	c := newClaims(t)
	for _, step := range []struct {
		name, credential, key string
		effect                string
		replay                string
	}{
		{"by signature", "u s1", "", "effect-1", ""},
		{"the same signature", "u s1", "", "effect-1", "true"},
		{"another signature", "u s2", "", "effect-2", ""},
		{"by key", "u s3", "k1", "effect-3", ""},
		{"the same key, signed anew", "u s4", "k1", "effect-3", "true"},
		{"another user's same key", "v s5", "k1", "effect-4", ""},
		{"a token without a key claims nothing", "u ", "", "effect-5", ""},
		{"nor does its repeat", "u ", "", "effect-6", ""},
	} {
		w := c.pay(step.credential, step.key, `{"n":1}`)
		if !strings.Contains(w.Body.String(), `"`+step.effect+`"`) || w.Header().Get("Idempotent-Replay") != step.replay {
			t.Errorf("%s: got %d %s, replay %q", step.name, w.Code, w.Body, w.Header().Get("Idempotent-Replay"))
		}
	}
}

func TestAKeyIsForOneRequestAndForADay(t *testing.T) {
	c := newClaims(t)
	c.pay("u s1", "k", `{"n":1}`)
	shape(t, c.pay("u s2", "k", `{"n":2}`), 409, "CBC.0409", "Idempotency-Key")
	shape(t, c.pay("u s3", "not a key", `{"n":1}`), 400, "CBC.0100", "Idempotency-Key")
	c.business.Advance(23 * time.Hour)
	if w := c.pay("u s4", "k", `{"n":1}`); w.Header().Get("Idempotent-Replay") != "true" {
		t.Errorf("after 23 hours: %d %s", w.Code, w.Body)
	}
	c.business.Advance(time.Hour)
	for i, replay := range []string{"", "true"} {
		w := c.pay("u s5", "k", `{"n":2}`)
		if !strings.Contains(w.Body.String(), `"effect-2"`) || w.Header().Get("Idempotent-Replay") != replay {
			t.Errorf("after a day, time %d: %d %s, want another effect, once", i+1, w.Code, w.Body)
		}
	}
}
