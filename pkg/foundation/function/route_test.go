package function_test

import (
	"context"
	"fmt"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

func TestWhatIsBelowAPathOfItsOwnComesByOneRoute(t *testing.T) {
	d := function.Declaration{Under: []string{"/v2/whole"}, HTTP: func(api *rest.API, _ *function.Env) {
		for n, path := range []string{"/v2/whole", "/v2/whole/{id}", "/v2/wholesale", "/v2/things/{id}"} {
			op := rest.Operation{ID: fmt.Sprint("Op", n), Method: "GET", Path: path, Allow: auth.Public("nothing to see")}
			rest.Register(api, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
		}
	}}
	want := "[{GET /v2/wholesale} {GET /v2/things/{id}} {ANY /v2/whole} {ANY /v2/whole/{proxy+}}]"
	if got := fmt.Sprint(d.Routes()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
