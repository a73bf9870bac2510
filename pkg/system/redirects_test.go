package system_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// forwards are the ways in which an answer sends its reader elsewhere.
var forwards = []string{
	"http.Redirect", `"Location"`, "http.StatusFound", "http.StatusSeeOther", "http.StatusMovedPermanently", "http.StatusTemporaryRedirect",
	"http.StatusPermanentRedirect", "http-equiv=\"refresh", "http-equiv=\\\"refresh", "location.href", "location.replace", "location.assign",
}

// CASES.md B45: every redirect is held against the corpus of hostile addresses. There is one place that makes any, which does so in its tests; whoever
// makes another adds its test there and its folder here.
func TestOnlyTheWarningPageForwards(t *testing.T) {
	var found []string
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{"node_modules", ".git", "infra", "assets", "build", "cdk.out"}, entry.Name()) {
				return filepath.SkipDir // infra is no part of what answers, the assets are Swagger's
			}
			return nil
		}
		ext := filepath.Ext(path)
		if !slices.Contains([]string{".go", ".html", ".js"}, ext) || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, way := range forwards {
			if dir := filepath.Base(filepath.Dir(path)); strings.Contains(string(text), way) && !slices.Contains(found, dir) {
				found = append(found, dir)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found, []string{"externallink"}) {
		t.Errorf("%v send readers elsewhere, want externallink alone", found)
	}
}
