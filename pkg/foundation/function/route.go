package function

import (
	"slices"
	"strings"
)

// Route is one route of the HTTP API, as API Gateway writes it: a path with {parameters}, perhaps a greedy one at its end.
type Route struct{ Method, Path string }

const (
	anyMethod = "ANY"
	// Greedy is the last segment of a path that matches one segment or more.
	Greedy = "{proxy+}"
)

// Routes gives the routes of an HTTP function: one of each operation, and two of each path in Under, whatever is below it. API Gateway holds an API to
// a number of routes; what comes by one of Under is found among the operations in the function.
func (d Declaration) Routes() []Route {
	var all []Route
	if d.HTTP != nil {
		for _, op := range NewAPI(&Env{}, d).Operations() {
			if !d.under(op.Path) {
				all = append(all, Route{op.Method, op.Path})
			}
		}
	}
	for _, path := range d.Under {
		all = append(all, Route{anyMethod, path}, Route{anyMethod, path + "/" + Greedy})
	}
	return all
}

// under tells whether a path comes by one of the greedy routes.
func (d Declaration) under(path string) bool {
	return slices.ContainsFunc(d.Under, func(own string) bool { return path == own || strings.HasPrefix(path, own+"/") })
}

// Takes tells whether the route is of a method.
func (r Route) Takes(method string) bool { return r.Method == method || r.Method == anyMethod }
