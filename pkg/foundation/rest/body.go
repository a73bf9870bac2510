package rest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"partnercenter/pkg/foundation/problem"
)

const deepest = 32 // levels of nesting that a body may have

// strictJSON refuses what is no JSON, what is more than one value, and what names a field twice: of two values of one field a validator
// may see one and the program the other.
func strictJSON(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := value(d, "", 0); err != nil {
		var refusal *problem.Error
		if errors.As(err, &refusal) {
			return err
		}
		return problem.New(400, "CBC.0100", "the body is not JSON: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return problem.New(400, "CBC.0100", "the body is more than one JSON value")
	}
	return nil
}

func value(d *json.Decoder, at string, depth int) error {
	if depth > deepest {
		return problem.Invalid(at, "nested deeper than %d levels", deepest)
	}
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return object(d, at, depth)
	case json.Delim('['):
		for d.More() {
			if err := value(d, at, depth+1); err != nil {
				return err
			}
		}
		_, err = d.Token()
		return err
	}
	return nil
}

func object(d *json.Decoder, at string, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if seen[name] {
			return problem.Invalid(join(at, name), "is there twice")
		}
		seen[name] = true
		if err := value(d, join(at, name), depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// relax gives a lenient operation's body without its unknown fields, whose names are returned, and without its nulls.
func (op *opened) relax(body []byte) (relaxed []byte, ignored []string, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, nil, err
	}
	op.prune(v, op.lenient, "", &ignored)
	slices.Sort(ignored)
	relaxed, err = json.Marshal(v)
	return relaxed, ignored, err
}

func (op *opened) prune(v any, s *huma.Schema, at string, ignored *[]string) {
	if s != nil && s.Ref != "" {
		s = op.schemas.SchemaFromRef(s.Ref)
	}
	switch v := v.(type) {
	case map[string]any:
		if s == nil || s.Properties == nil {
			return
		}
		for name, member := range v {
			property, known := s.Properties[name]
			if !known {
				*ignored = append(*ignored, join(at, name))
			}
			if !known || member == nil && !slices.Contains(s.Required, name) {
				delete(v, name)
				continue
			}
			op.prune(member, property, join(at, name), ignored)
		}
	case []any:
		for _, member := range v {
			if s != nil {
				op.prune(member, s.Items, at, ignored)
			}
		}
	}
}

// fieldEnd stands between the field and what is wrong with it in the text of an error of readJSON: huma keeps nothing else of it.
const fieldEnd = "\x1f"

// readJSON is json.Unmarshal with an error that names the field: what a field's own type refuses, such as an amount, does not say where it stands.
func readJSON(body []byte, v any) error {
	if json.Unmarshal(body, v) == nil {
		return nil
	}
	at, err := culprit(reflect.TypeOf(v).Elem(), body, "")
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		err = fmt.Errorf("not a value of this field: %s", wrong.Value)
	}
	return fmt.Errorf("%s%s%w", cmp.Or(at, "body"), fieldEnd, err)
}

// culprit finds the innermost value of a type that can't be read, and why. What can't be taken apart is to blame itself.
func culprit(t reflect.Type, text []byte, at string) (string, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var members map[string]json.RawMessage
	var elements []json.RawMessage
	switch {
	case t.Kind() == reflect.Struct && json.Unmarshal(text, &members) == nil:
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if member, given := members[name]; given && unreadable(f.Type, member) != nil {
				return culprit(f.Type, member, join(at, name))
			}
		}
	case t.Kind() == reflect.Slice && json.Unmarshal(text, &elements) == nil:
		for i, element := range elements {
			if unreadable(t.Elem(), element) != nil {
				return culprit(t.Elem(), element, fmt.Sprintf("%s[%d]", at, i))
			}
		}
	}
	return at, unreadable(t, text)
}

func unreadable(t reflect.Type, text []byte) error {
	return json.Unmarshal(text, reflect.New(t).Interface())
}
