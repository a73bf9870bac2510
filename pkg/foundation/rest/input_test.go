package rest_test

import (
	"context"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
)

type typedInput struct {
	rest.QueryPaging
	Body struct {
		Price rest.Amount   `json:"price,omitempty"`
		At    *rest.Instant `json:"at,omitempty"`
		N     int           `json:"n,omitempty"`
		Lines []struct {
			Name   string          `json:"name,omitempty"`
			Amount rest.AmountText `json:"amount,omitempty"`
		} `json:"lines,omitempty"`
	}
}

func typedDesk(t *testing.T) *desk {
	d := newDesk(t)
	rest.Register(d.api, rest.Operation{ID: "Typed", Method: "POST", Path: "/typed", Allow: auth.Only(auth.Customer, auth.AccountRead)},
		func(_ context.Context, in *typedInput) (*output, error) {
			d.got = *in
			return &output{}, nil
		})
	return d
}

func TestWhatTheTypeOfAFieldRefusesNamesTheField(t *testing.T) {
	d := typedDesk(t)
	for body, says := range map[string]string{
		`{"n":1,"price":12.345}`:                               "price: \"12.345\" has more than two decimals",
		`{"price":1e3}`:                                        "price: \"1e3\" is not an amount",
		`{"at":"2026-13-45T00:00:00Z"}`:                        "at: \"2026-13-45T00:00:00Z\" is not a UTC time",
		`{"lines":[{"name":"a"},{"name":"b","amount":1.005}]}`: "lines[1].amount: \"1.005\" has more than two decimals",
		`{"n":1.0}`: "n: not a value of this field: number 1.0",
		`{"at":"2026-12-01T00:00:00Z","price":"12.3456","n":2}`: "price: \"12.3456\"",
	} {
		w := d.call("POST", "/typed", "application/json", body)
		if shape(t, w, 400, "CBC.0100", ""); !strings.Contains(strings.ReplaceAll(w.Body.String(), `\"`, `"`), `"error_msg":"`+says) {
			t.Errorf("%s: %s, want %s", body, w.Body, says)
		}
	}
	if d.got != nil {
		t.Errorf("the operation ran with %+v", d.got)
	}
	if w := d.call("POST", "/typed", "application/json", `{"price":"12.30","lines":[{"amount":1}]}`); w.Code != 200 {
		t.Errorf("what is right: %d %s", w.Code, w.Body)
	}
}

// A filter that is dropped because it can't be read would show everything.
func TestAQueryThatCanNotBeReadIsRefused(t *testing.T) {
	d := typedDesk(t)
	for _, query := range []string{"limit=5&marker=%zz", "limit=5;offset=1", "%=1"} {
		r := request("POST", "/typed", "application/json", `{"n":1}`)
		r.URL.RawQuery = query
		w := d.send(r)
		shape(t, w, 400, "CBC.0100", "query")
	}
	if d.got != nil {
		t.Errorf("the operation ran with %+v", d.got)
	}
}
