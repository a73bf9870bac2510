package system_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const listed = "GSI1 " // marks the keys of what is listed

// keyPattern is a key of the table as a package builds it, with a star for what varies.
type keyPattern struct{ pk, sk string }

// TestNoTwoCapabilitiesHaveOneKeyPrefix reads the keys from the source: every composite literal and every assignment that sets PK and SK,
// or G1PK.
func TestNoTwoCapabilitiesHaveOneKeyPrefix(t *testing.T) {
	owners := map[keyPattern]string{}
	for dir, files := range sources(t) {
		for key := range keysOf(files) {
			for other, owner := range owners {
				if owner != dir && overlap(key.pk, other.pk) && overlap(key.sk, other.sk) {
					t.Errorf("%s has the key %s / %s, and %s has %s / %s", dir, key.pk, key.sk, owner, other.pk, other.sk)
				}
			}
			owners[key] = dir
		}
	}
	if len(owners) < 10 {
		t.Errorf("only %d keys were found: the test has lost sight of them", len(owners))
	}
}

// overlap says whether a key of one pattern may be taken for one of another.
func overlap(a, b string) bool {
	fixedA, _, openA := strings.Cut(a, "*")
	fixedB, _, openB := strings.Cut(b, "*")
	switch {
	case openA && openB:
		return strings.HasPrefix(fixedA, fixedB) || strings.HasPrefix(fixedB, fixedA)
	case openA:
		return strings.HasPrefix(b, fixedA)
	case openB:
		return strings.HasPrefix(a, fixedB)
	default:
		return a == b
	}
}

// sources parses the packages below pkg, without tests and their helpers, by folder.
func sources(t *testing.T) map[string][]*ast.File {
	t.Helper()
	found := map[string][]*ast.File{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		dir := filepath.Dir(path)
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(dir, "test") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		found[dir] = append(found[dir], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// scope is what a package's expressions are resolved with.
type scope struct {
	values    map[string]ast.Expr // constants
	functions map[string]ast.Expr // what functions of a single return statement return
}

func keysOf(files []*ast.File) map[keyPattern]bool {
	s, keys := scopeOf(files), map[keyPattern]bool{}
	add := func(parts map[string]ast.Expr) {
		if parts["PK"] != nil && parts["SK"] != nil {
			keys[keyPattern{s.pattern(parts["PK"], 0), s.pattern(parts["SK"], 0)}] = true
		}
		if parts["G1PK"] != nil {
			keys[keyPattern{listed + s.pattern(parts["G1PK"], 0), "*"}] = true
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				add(literalParts(n))
			case *ast.AssignStmt:
				add(assignedParts(n))
			}
			return true
		})
	}
	for key := range keys { // without a prefix it is a copy of another key
		if pk := strings.TrimPrefix(key.pk, listed); !strings.Contains(pk, "#") {
			delete(keys, key)
		}
	}
	return keys
}

func literalParts(lit *ast.CompositeLit) map[string]ast.Expr {
	parts := map[string]ast.Expr{}
	for _, element := range lit.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if name, ok := pair.Key.(*ast.Ident); ok {
				parts[name.Name] = pair.Value
			}
		}
	}
	return parts
}

func assignedParts(a *ast.AssignStmt) map[string]ast.Expr {
	parts := map[string]ast.Expr{}
	if len(a.Lhs) != len(a.Rhs) {
		return parts
	}
	for i, left := range a.Lhs {
		if field, ok := left.(*ast.SelectorExpr); ok {
			parts[field.Sel.Name] = a.Rhs[i]
		}
	}
	return parts
}

func scopeOf(files []*ast.File) scope {
	s := scope{values: map[string]ast.Expr{}, functions: map[string]ast.Expr{}}
	for _, file := range files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				s.constants(d)
			case *ast.FuncDecl:
				s.returns(d)
			}
		}
	}
	return s
}

func (s scope) constants(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		value, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for i, name := range value.Names {
			if i < len(value.Values) {
				s.values[name.Name] = value.Values[i]
			}
		}
	}
}

func (s scope) returns(d *ast.FuncDecl) {
	if d.Recv != nil || d.Body == nil || len(d.Body.List) != 1 {
		return
	}
	if r, ok := d.Body.List[0].(*ast.ReturnStmt); ok && len(r.Results) == 1 {
		s.functions[d.Name.Name] = r.Results[0]
	}
}

const deepest = 8 // calls that a key may be built through

// pattern gives a string expression with a star for each part that is not known from the source.
func (s scope) pattern(e ast.Expr, depth int) string {
	if depth > deepest {
		return "*"
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.Ident:
		if value, ok := s.values[e.Name]; ok {
			return s.pattern(value, depth+1)
		}
	case *ast.ParenExpr:
		return s.pattern(e.X, depth)
	case *ast.BinaryExpr:
		return strings.ReplaceAll(s.pattern(e.X, depth)+s.pattern(e.Y, depth), "**", "*")
	case *ast.CallExpr:
		return s.called(e, depth)
	}
	return "*"
}

func (s scope) called(call *ast.CallExpr, depth int) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		if result, ok := s.functions[f.Name]; ok {
			return s.pattern(result, depth+1)
		}
	case *ast.SelectorExpr:
		if f.Sel.Name == "Sprintf" {
			return formatted(s.pattern(call.Args[0], depth))
		}
	}
	return "*"
}

// formatted gives a format with a star for each verb.
func formatted(format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		for i++; i < len(format) && strings.ContainsRune("0123456789.+-# ", rune(format[i])); i++ {
			continue
		}
		b.WriteByte('*')
	}
	return b.String()
}
