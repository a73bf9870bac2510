package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/system"
)

func TestEveryFunctionAnswersItsSamples(t *testing.T) {
	folder := t.TempDir()
	if err := compile(t.Context(), "../..", folder); err != nil {
		t.Fatal(err)
	}
	f, err := newFixture(t.Context(), os.Getenv(tabletest.Endpoint), "invoke-"+rand.Text())
	if err != nil {
		t.Fatal(err)
	}
	defer f.stand.stop()
	for _, d := range system.Functions() {
		verdicts, err := f.samples(t.Context(), d, filepath.Join(folder, d.Name))
		if err != nil {
			t.Errorf("%s: %v", d.Name, err)
		}
		for _, v := range verdicts {
			if v.err != nil {
				t.Errorf("%s: %s: %v", v.function, v.sample, v.err)
			}
		}
		if len(verdicts) == 0 {
			t.Errorf("%s has no sample", d.Name)
		}
	}
}
