package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/function"
)

// measured finds the names of metrics in the source. Digests are counted under "Digests" and how they ended.
var measured = regexp.MustCompile(`(?:Measure\(ctx, |notify\.[A-Za-z]+: )"([A-Za-z]+)"`)

func TestEveryMetricOfOursIsMeasuredSomewhere(t *testing.T) {
	known := map[string]bool{}
	err := filepath.WalkDir("../pkg", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range measured.FindAllSubmatch(text, -1) {
			known[string(m[1])], known["Digests"+string(m[1])] = true, true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	api := synthesize(t, "dev").api
	names := metricsOf(t, api.of("AWS::CloudWatch::Alarm"))
	if len(names) < 5 {
		t.Errorf("only %q are watched", names)
	}
	for _, name := range append(names, metricsOf(t, api.of("AWS::CloudWatch::Dashboard"))...) {
		if !known[name] {
			t.Errorf("no function measures %s", name)
		}
	}
}

// metricsOf lists the metrics of our own namespace that some resources name.
func metricsOf(t *testing.T, resources map[string]resource) []string {
	t.Helper()
	text, err := json.Marshal(resources)
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.ReplaceAll(string(text), `\`, "") // a dashboard is JSON in a string
	var names []string
	for _, pattern := range []string{`"MetricName":"([A-Za-z]+)","Namespace":"` + function.Namespace + `"`, `\["` + function.Namespace + `","([A-Za-z]+)"`} {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(plain, -1) {
			names = append(names, m[1])
		}
	}
	return names
}

func TestTheSweepThatDoesNotRunIsAnAlarm(t *testing.T) {
	for id, a := range synthesize(t, "dev").api.of("AWS::CloudWatch::Alarm") {
		if strings.HasPrefix(id, "SweepLag") && a.at("TreatMissingData") == "breaching" {
			return
		}
	}
	t.Error("nobody hears that the sweep does not run")
}

func TestAConfigurationThatMeansNothingIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		config
		ok bool
	}{
		{"nothing given", config{}, true},
		{"prod", config{Stage: prod, Admin: "a@vendor.example", Site: "https://partner.example"}, true},
		{"a stage that does not exist", config{Stage: "production"}, false},
		{"an administrator without a mail address", config{Admin: "alice"}, false},
		{"trust in everybody", config{Trusted: "com"}, false},
		{"trust in an address", config{Trusted: "vendor.example,10.0.0.1"}, false},
		{"links in plain text", config{Site: "http://partner.example"}, false},
	} {
		if err := c.withDefaults().check(); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
