package cloud

import (
	"errors"
	"net/http"
	"strings"

	"partnercenter/pkg/foundation/function"
)

// gateway stands for the API Gateway HTTP API: it knows the declarations' routes, and makes events of requests.
type gateway struct {
	cloud    *Cloud
	routes   []route
	catchAll route // what no other route has goes to it
}

// route is one of a function's.
type route struct {
	invoker
	function.Route
	path []string // its segments; a parameter is {name}
}

func (g *gateway) add(run invoker) {
	for _, r := range run.Routes() {
		g.routes = append(g.routes, route{invoker: run, Route: r, path: strings.Split(r.Path, "/")})
	}
	if run.CatchAll {
		g.catchAll = route{invoker: run}
	}
}

// find gives the route of a request, as HTTP APIs choose it: the one with the most fixed segments.
// Source: AWS, "Create routes for HTTP APIs".
func (g *gateway) find(method, path string) route {
	best, segments := g.catchAll, strings.Split(path, "/")
	for _, r := range g.routes {
		if r.Takes(method) && r.matches(segments) && (best.path == nil || r.fixed() > best.fixed()) {
			best = r
		}
	}
	return best
}

// key names the route as API Gateway does.
func (r route) key() string {
	if r.path == nil {
		return "$default"
	}
	return r.Method + " " + r.Path
}

func parameter(segment string) (name string, ok bool) {
	if strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") {
		return segment[1 : len(segment)-1], true
	}
	return "", false
}

func (r route) matches(segments []string) bool {
	path, greedy := strings.CutSuffix(r.Path, "/"+function.Greedy)
	own := strings.Split(path, "/")
	if len(segments) < len(own) || (len(segments) > len(own)) != greedy {
		return false
	}
	for i, want := range own {
		if _, ok := parameter(want); ok && segments[i] == "" || !ok && want != segments[i] {
			return false
		}
	}
	return true
}

func (r route) fixed() int {
	n := 0
	for _, segment := range r.path {
		if _, ok := parameter(segment); !ok {
			n++
		}
	}
	return n
}

// parameters gives the values of the path's parameters.
func (r route) parameters(path string) map[string]string {
	values, segments := map[string]string{}, strings.Split(path, "/")
	for i, segment := range r.path {
		if segment == function.Greedy {
			values["proxy"] = strings.Join(segments[i:], "/")
			break
		}
		if name, ok := parameter(segment); ok {
			values[name] = segments[i]
		}
	}
	return values
}

// ServeHTTP answers a request by the function whose it is, or by the cloud itself under /local/.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, localPrefix) {
		g.cloud.serveLocal(w, r)
		return
	}
	to := g.find(r.Method, r.URL.Path)
	event, err := requestEvent(r, to.key(), to.parameters(r.URL.Path))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		refuse(w, http.StatusBadRequest)
		return
	}
	out, err := to.invoke(r.Context(), event)
	if err == nil {
		err = answer(w, out)
	}
	if err != nil {
		g.cloud.env.Log.Error("local cloud", "function", to.Name, "error", err.Error())
		refuse(w, http.StatusInternalServerError)
	}
}

// refuse answers as API Gateway does by itself.
func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"message":"` + http.StatusText(status) + `"}`)) // a client that is gone reads nothing
}
