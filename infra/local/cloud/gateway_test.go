package cloud

import (
	"fmt"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/function"
)

func TestTheMostFixedRouteTakesARequestAndAGreedyOneTheRest(t *testing.T) {
	g := &gateway{}
	for _, r := range []function.Route{
		{Method: "GET", Path: "/v2/things"},
		{Method: "GET", Path: "/v2/things/{id}"},
		{Method: "ANY", Path: "/v2/things/{id}/parts"},
		{Method: "ANY", Path: "/v2/whole"},
		{Method: "ANY", Path: "/v2/whole/{proxy+}"},
	} {
		g.routes = append(g.routes, route{Route: r, path: strings.Split(r.Path, "/")})
	}
	for request, want := range map[string]string{
		"GET /v2/things":             "GET /v2/things map[]",
		"GET /v2/things/7":           "GET /v2/things/{id} map[id:7]",
		"GET /v2/things/":            "$default map[]",
		"POST /v2/things":            "$default map[]",
		"PUT /v2/things/7/parts":     "ANY /v2/things/{id}/parts map[id:7]",
		"DELETE /v2/whole":           "ANY /v2/whole map[]",
		"PUT /v2/whole/7":            "ANY /v2/whole/{proxy+} map[proxy:7]",
		"POST /v2/whole/7/parts/new": "ANY /v2/whole/{proxy+} map[proxy:7/parts/new]",
		"GET /v2/wholesale":          "$default map[]",
	} {
		method, path, _ := strings.Cut(request, " ")
		r := g.find(method, path)
		if got := fmt.Sprint(r.key(), " ", r.parameters(path)); got != want {
			t.Errorf("%s goes to %s, want %s", request, got, want)
		}
	}
}
