package system_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// arrows are the capabilities that a capability may import. A new arrow is a decision: it is added here, in the commit that needs it.
// Source: MECHANICS.md "Functions and rooms".
var arrows = map[string][]string{
	"account":      {"party"},
	"customer":     {"account", "party"},
	"incentive":    {"account", "party", "subscription"},
	"webhook":      {"party"},
	"icalendar":    {"party"},
	"invoice":      {"party"},
	"opportunity":  {"party"},
	"program":      {"party"},
	"promotion":    {"party"},
	"renewaltask":  {"party", "subscription"},
	"specialist":   {"party"},
	"subscription": {"account", "party", "promotion"},
}

// linked are the capabilities that each function's binary consists of.
var linked = map[string][]string{
	"account":      {"account", "incentive", "party"},
	"party":        {"party"},
	"promotion":    {"party", "promotion"},
	"customer":     {"account", "customer", "party"},
	"association":  {"account", "customer", "party", "promotion", "subscription"},
	"subscription": {"account", "party", "promotion", "subscription"},
	"renewaltask":  {"account", "party", "promotion", "renewaltask", "subscription"},
	"specialist":   {"party", "program", "specialist"},
	"invoice":      {"account", "incentive", "invoice", "party", "program", "promotion"},
	"opportunity":  {"opportunity", "party"},
	"performance":  {"incentive", "party"},
	"consumption":  {"incentive", "party"},
	"lifecycle":    {"account", "customer", "incentive", "invoice", "opportunity", "party", "program", "promotion", "renewaltask", "specialist", "subscription", "webhook"},
	"notifier":     {"account", "customer", "incentive", "invoice", "opportunity", "party", "program", "promotion", "renewaltask", "specialist", "subscription", "webhook"},
	"links":        {"account", "customer", "incentive", "invoice", "party", "program", "promotion", "specialist", "subscription"},
	"incentive":    {"account", "incentive", "invoice", "party", "program", "promotion"},
	"externallink": {"externallink"},
	"webhook":      {"party", "webhook"},
	"icalendar":    {"account", "icalendar", "incentive", "invoice", "opportunity", "party", "program", "promotion", "renewaltask", "specialist", "subscription"},
	"documents":    {"account", "invoice", "party", "program"},
	"program":      {"account", "customer", "party", "program", "promotion", "subscription"},
	"setup":        {"party"},
	"feedback":     {},
	"sweep":        {},
	"relay":        {},
	"docs":         {},
}

const module = "partnercenter/"

// pkg is what `go list` says of a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// list is every package of the module, listed once.
var list = sync.OnceValues(func() ([]pkg, error) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var packages []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
})

func packages(t *testing.T) []pkg {
	t.Helper()
	all, err := list()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// room is where a package is: "foundation", "system", "system/…", "capability x", "functions", "events" or "infra"; empty outside the
// module.
func room(path string) string {
	inside, ours := strings.CutPrefix(path, module)
	parts := strings.Split(inside, "/")
	switch {
	case !ours:
		return ""
	case parts[0] != "pkg":
		return parts[0]
	case parts[1] == "system" && len(parts) > 2:
		return "system/"
	case parts[1] == "system", parts[1] == "foundation":
		return parts[1]
	default:
		return "capability " + parts[1]
	}
}

// may says whether a package of one room may import one of another.
func may(from, to string) bool {
	capability, isCapability := strings.CutPrefix(from, "capability ")
	imported, ofCapability := strings.CutPrefix(to, "capability ")
	switch {
	case from == "infra" || to == "":
		return true
	case to == "infra" || to == "system" || to == "functions":
		return false
	case from == "foundation" || from == "events":
		return to == from
	case to == "events":
		return false
	case isCapability:
		return to == "foundation" || to == from || ofCapability && slices.Contains(arrows[capability], imported)
	case from == "system/":
		return to == "foundation" || ofCapability || to == from
	default: // functions and system
		return true
	}
}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		for _, to := range p.Imports {
			if !may(room(p.ImportPath), room(to)) {
				t.Errorf("%s imports %s", p.ImportPath, to)
			}
		}
	}
}

func TestTheCDKIsImportedByTheAppAlone(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath == module+"infra" {
			continue
		}
		for _, to := range p.Deps {
			if strings.HasPrefix(to, "github.com/aws/aws-cdk-go") || strings.HasPrefix(to, "github.com/aws/jsii") || strings.HasPrefix(to, "github.com/cdklabs") {
				t.Errorf("%s links %s", p.ImportPath, to)
				break
			}
		}
	}
}

func TestEachBinaryLinksItsCapabilitiesAndNoOthers(t *testing.T) {
	for _, p := range packages(t) {
		name, is := strings.CutPrefix(p.ImportPath, module+"functions/")
		if !is {
			continue
		}
		var got []string
		for _, dep := range p.Deps {
			if capability, is := strings.CutPrefix(room(dep), "capability "); is && !slices.Contains(got, capability) {
				got = append(got, capability)
			}
		}
		slices.Sort(got)
		if want, known := linked[name]; !known || !slices.Equal(got, want) {
			t.Errorf("%s links %q, want %q", name, got, want)
		}
	}
}
