package rest

import (
	"io"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
)

// FormType is the media type of what a page's form sends.
const FormType = "application/x-www-form-urlencoded"

// Form is in the input of an operation that a page's form calls: its fields, of which there may be none, and none in what is no form.
type Form struct {
	fields url.Values
}

// Resolve reads the fields. It is huma's.
func (f *Form) Resolve(ctx huma.Context) []error {
	body, err := io.ReadAll(ctx.BodyReader())
	if err != nil {
		return []error{err}
	}
	f.fields, _ = url.ParseQuery(string(body))
	return nil
}

// Get gives a field, empty when it was not sent.
func (f *Form) Get(name string) string { return f.fields.Get(name) }
