package system

import (
	"encoding/json"
	"fmt"
	"strings"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

// NewAPI gives the API of all functions, registered on nothing: for documents and routes.
func NewAPI() *rest.API { return function.NewAPI(&function.Env{}, Functions()...) }

// OpenAPI gives the OpenAPI document of the whole API. Its description holds the table of who may call what.
func OpenAPI() ([]byte, error) {
	api := NewAPI()
	text, err := api.OpenAPI()
	if err != nil {
		return nil, err
	}
	var document map[string]json.RawMessage
	var info map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(document["info"], &info); err != nil {
		return nil, err
	}
	info["description"] = description(api.Operations())
	if document["info"], err = json.Marshal(info); err != nil {
		return nil, err
	}
	text, err = json.MarshalIndent(document, "", " ")
	return append(text, '\n'), err
}

func description(operations []rest.Operation) string {
	var b strings.Builder
	b.WriteString("Requests are signed with an access key (SDK-HMAC-SHA256, as the official SDKs sign) or carry a bearer token. " +
		"Every error is {\"error_code\", \"error_msg\"}; X-Request-Id names the request in our logs.\n\n" +
		"| Operation | Path | Who may call |\n|---|---|---|\n")
	for _, op := range operations {
		if !op.Page {
			fmt.Fprintf(&b, "| %s | %s %s | %s |\n", op.ID, op.Method, op.Path, op.Allow)
		}
	}
	return b.String()
}
