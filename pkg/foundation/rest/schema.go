package rest

import (
	"cmp"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// describing is huma's API while operations are registered with it.
type describing struct {
	huma.API
	room string // package of the operation that is registered
}

// newRegistry names schemas after their package and type, and those of types without a name after the package of their operation: huma's own
// name panics when two packages have a type of one name.
func (d *describing) newRegistry() huma.Registry {
	return huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		switch {
		case t.Name() == "":
			return title(d.room) + title(name)
		case t.PkgPath() == "":
			return name
		}
		return title(path.Base(t.PkgPath())) + title(name)
	})
}

// roomOf gives the package of an operation's types.
func roomOf(in, out reflect.Type) string {
	return path.Base(cmp.Or(in.PkgPath(), out.PkgPath()))
}

func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// bodySchema gives the schema of an operation's JSON body, nil when it has none.
func bodySchema(doc *huma.OpenAPI, op Operation) *huma.Schema {
	item := doc.Paths[op.Path]
	if item == nil {
		return nil
	}
	for _, described := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch} {
		if described == nil || described.OperationID != op.ID || described.RequestBody == nil {
			continue
		}
		if media := described.RequestBody.Content[jsonType]; media != nil {
			return media.Schema
		}
	}
	return nil
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
