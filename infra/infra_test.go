package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/system"
)

// TestMain runs the CDK on the project's own node. The CDK looks for it before any code of ours runs, so the tests start themselves again.
func TestMain(m *testing.M) {
	const setting = "JSII_NODE"
	node, err := filepath.Abs("../node_modules/.bin/node")
	if _, missing := os.Stat(node); err == nil && missing == nil && os.Getenv(setting) == "" {
		err = syscall.Exec(os.Args[0], os.Args, append(os.Environ(), setting+"="+node))
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// resource is a resource of a template.
type resource struct {
	Type           string
	Properties     map[string]any
	Metadata       map[string]any
	DeletionPolicy string
}

// template is a synthesized stack.
type template map[string]resource

// of gives the resources of a type, by their logical ids.
func (t template) of(kind string) map[string]resource {
	found := map[string]resource{}
	for id, r := range t {
		if r.Type == kind {
			found[id] = r
		}
	}
	return found
}

// at gives a value inside a resource's properties, nil when there is none.
func (r resource) at(path ...string) any {
	var v any = r.Properties
	for _, name := range path {
		switch inside := v.(type) {
		case map[string]any:
			v = inside[name]
		default:
			return nil
		}
	}
	return v
}

// target gives the logical id that a value refers to.
func target(v any) string {
	m, _ := v.(map[string]any)
	if ref, ok := m["Ref"].(string); ok {
		return ref
	}
	if list, ok := m["Fn::GetAtt"].([]any); ok && len(list) > 0 {
		id, _ := list[0].(string)
		return id
	}
	return ""
}

// assembly is what a stage synthesizes to.
type assembly struct {
	data, api template
	found     findings
}

func (a assembly) all() []template { return []template{a.data, a.api} }

var synthesized sync.Map // by stage: func() assembly

// synthesize gives the templates of a stage, made once.
func synthesize(t *testing.T, stage string) assembly {
	t.Helper()
	once, _ := synthesized.LoadOrStore(stage, sync.OnceValue(func() assembly { return synthesizeAnew(t, stage) }))
	return once.(func() assembly)()
}

func synthesizeAnew(t *testing.T, stage string) assembly {
	t.Helper()
	assets := t.TempDir()
	for _, d := range system.Functions() {
		write(t, filepath.Join(assets, d.Name, "bootstrap"), d.Name)
	}
	out := t.TempDir()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: &out, Context: flags(t), AnalyticsReporting: jsii.Bool(false)})
	c := config{Stage: stage, Admin: "admin@example.com", Alarms: "ops@example.com", Assets: assets}.withDefaults()
	build(app, c)
	found, err := readFindings(app.Synth(nil))
	if err != nil {
		t.Fatal(err)
	}
	return assembly{
		data: readTemplate(t, filepath.Join(out, *c.name("data")+".template.json")),
		api:  readTemplate(t, filepath.Join(out, *c.name("api")+".template.json")), found: found,
	}
}

func flags(t *testing.T) *map[string]any {
	t.Helper()
	var file struct{ Context map[string]any }
	read(t, "../cdk.json", &file)
	return &file.Context
}

func readTemplate(t *testing.T, name string) template {
	t.Helper()
	var file struct{ Resources template }
	read(t, name, &file)
	return file.Resources
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}
