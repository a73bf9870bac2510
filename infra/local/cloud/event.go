package cloud

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/oklog/ulid/v2"
)

// gatewayBody is how many bytes of a request API Gateway takes.
const gatewayBody = 10 << 20

// requestEvent gives a request as HTTP APIs deliver it, payload 2.0: the path decoded, what is repeated joined by commas, a body that is no
// text in base64. key is its route's. Error: *http.MaxBytesError.
func requestEvent(r *http.Request, key string, parameters map[string]string) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, gatewayBody))
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: key, RawPath: r.URL.Path, RawQueryString: r.URL.RawQuery, PathParameters: parameters,
		Headers: headersOf(r), QueryStringParameters: queryOf(r.URL),
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: key, AccountID: "000000000000", APIID: "local", RequestID: ulid.Make().String(), Stage: "$default", DomainName: r.Host,
			Time: now.Format("02/Jan/2006:15:04:05 +0000"), TimeEpoch: now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: sourceOf(r), UserAgent: r.UserAgent(),
			},
		},
	}
	for _, cookie := range r.Cookies() {
		event.Cookies = append(event.Cookies, cookie.String())
	}
	event.Body = string(body)
	if !isText(r.Header.Get("Content-Type")) || !utf8.Valid(body) {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), len(body) > 0
	}
	return json.Marshal(event)
}

// headersOf gives the headers in lower case, without the cookies, which come apart.
func headersOf(r *http.Request) map[string]string {
	headers := map[string]string{"host": r.Host}
	for name, values := range r.Header {
		if name != "Cookie" {
			headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	return headers
}

// queryOf gives the query's parameters, as far as they can be read.
func queryOf(u *url.URL) map[string]string {
	query := map[string]string{}
	for name, values := range u.Query() {
		query[name] = strings.Join(values, ",")
	}
	return query
}

func sourceOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// isText reports whether API Gateway takes a body of a content type for text.
func isText(contentType string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	switch kind = strings.TrimSpace(kind); kind {
	case "application/json", "application/xml", "application/javascript":
		return true
	default:
		return strings.HasPrefix(kind, "text/")
	}
}

// answer sends what a function has answered.
func answer(w http.ResponseWriter, event []byte) error {
	var out events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(event, &out); err != nil {
		return err
	}
	body := []byte(out.Body)
	if out.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(out.Body); err != nil {
			return err
		}
	}
	for name, value := range out.Headers {
		w.Header().Set(name, value)
	}
	for _, cookie := range out.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	w.WriteHeader(out.StatusCode)
	_, _ = w.Write(body) // a client that is gone reads nothing
	return nil
}
