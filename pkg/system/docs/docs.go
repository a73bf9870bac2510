// Package docs is the function that serves the API's documents: the OpenAPI document and the pages that show it, from assets in the
// binary, without any other host. It also answers every path that no operation has.
//
// openapi.json is generated (make openapi). The assets of Swagger UI are copied from node_modules by make; without them, which is what
// a plain `go build` gives, the page is there and its assets are 404s.
package docs

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// Function declares the function.
var Function = function.Declaration{
	Name:     "docs",
	Does:     "The API's documents, and an answer to paths that nobody has",
	HTTP:     register,
	CatchAll: true,
}

// OpenAPI is the OpenAPI 3.1 document of the whole API.
//
//go:embed openapi.json
var OpenAPI []byte

//go:embed assets
var assets embed.FS

// policy lets the page load its own assets and call the API that it came from, and nothing else. Swagger UI styles its elements inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const cached = "public, max-age=3600"

var public = auth.Public("documents are no secret")

func register(api *rest.API, _ *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ShowDocs", Method: http.MethodGet, Path: "/docs", Summary: "Show the API's documents", Allow: public, Page: true,
	}, page)
	rest.Register(api, rest.Operation{
		ID: "ShowDocsAsset", Method: http.MethodGet, Path: "/docs/{asset}", Summary: "Show a part of that page", Allow: public, Page: true,
	}, asset)
	rest.Register(api, rest.Operation{
		ID: "ShowOpenAPI", Method: http.MethodGet, Path: "/openapi.json", Summary: "Show the OpenAPI document", Allow: public, Page: true,
	}, document)
}

// file is a file as an answer.
type file struct {
	Type     string `header:"Content-Type"`
	Encoding string `header:"Content-Encoding"`
	Policy   string `header:"Content-Security-Policy"`
	Cache    string `header:"Cache-Control"`
	Vary     string `header:"Vary"`
	Sniff    string `header:"X-Content-Type-Options"`
	Body     []byte
}

func newFile(kind string, body []byte) *file {
	return &file{Type: kind, Body: body, Policy: policy, Cache: cached, Sniff: "nosniff"}
}

func page(context.Context, *struct{}) (*file, error) {
	body, err := assets.ReadFile("assets/index.html")
	if err != nil {
		return nil, err
	}
	return newFile("text/html; charset=utf-8", body), nil
}

func document(context.Context, *struct{}) (*file, error) {
	return newFile("application/json", OpenAPI), nil
}

type assetInput struct {
	Asset  string `path:"asset"`
	Accept string `header:"Accept-Encoding"`
}

var kinds = map[string]string{
	"swagger-ui.css":       "text/css; charset=utf-8",
	"swagger-ui-bundle.js": "text/javascript; charset=utf-8",
	"start.js":             "text/javascript; charset=utf-8",
}

func asset(_ context.Context, in *assetInput) (*file, error) {
	kind, known := kinds[in.Asset]
	if !known {
		return nil, missing(in.Asset)
	}
	body, err := assets.ReadFile("assets/" + in.Asset)
	if err == nil {
		return newFile(kind, body), nil
	}
	packed, err := assets.ReadFile("assets/" + in.Asset + ".gz")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(in.Asset)
	}
	if err != nil {
		return nil, err
	}
	return unpacked(newFile(kind, packed), in.Accept)
}

// unpacked gives a packed file as the caller can read it.
func unpacked(f *file, accept string) (*file, error) {
	f.Vary = "Accept-Encoding"
	if strings.Contains(accept, "gzip") {
		f.Encoding = "gzip"
		return f, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(f.Body))
	if err != nil {
		return nil, err
	}
	f.Body, err = io.ReadAll(r)
	return f, err
}

func missing(name string) error {
	return problem.New(http.StatusNotFound, "APIG.0101", "the documents have no asset %.60q", name)
}
