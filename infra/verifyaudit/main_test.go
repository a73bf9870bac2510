package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ends is the hash in which the file ends, as a program in another language has computed it.
const ends = "0c86011086dc6000871d359ce50ca6a400c0ede9b6213b2067132fe8c5b671c2"

func TestACallSaysWhetherTheFileHolds(t *testing.T) {
	good, err := os.ReadFile("testdata/trail.csv")
	if err != nil {
		t.Fatal(err)
	}
	altered := filepath.Join(t.TempDir(), "altered.csv")
	if err := os.WriteFile(altered, bytes.Replace(good, []byte("signed"), []byte("SIGNED"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"it holds":             {[]string{"testdata/trail.csv"}, 0, "holds: 2 events of partner"},
		"no head":              {[]string{"testdata/trail.csv"}, 0, "it was not compared with what the system shows"},
		"an empty head":        {[]string{"testdata/trail.csv", ""}, 0, "it was not compared with what the system shows"},
		"its hash":             {[]string{"testdata/trail.csv", "sha256:" + ends}, 0, "holds"},
		"its bare hash":        {[]string{"testdata/trail.csv", ends}, 0, "holds"},
		"its summary":          {[]string{"testdata/trail.csv", "sha256:" + ends + " events:2"}, 0, "holds"},
		"another number":       {[]string{"testdata/trail.csv", "sha256:" + ends + " events:3"}, 1, "events:2\" and not"},
		"another's hash":       {[]string{"testdata/trail.csv", strings.Repeat("0", 64)}, 1, "another file"},
		"no hash":              {[]string{"testdata/trail.csv", "sha256:abc"}, 2, "HEAD"},
		"no number":            {[]string{"testdata/trail.csv", ends + " two"}, 2, "HEAD"},
		"more than a summary":  {[]string{"testdata/trail.csv", "sha256:" + ends + " events:2 x"}, 2, "HEAD"},
		"the words in 3 parts": {[]string{"testdata/trail.csv", "sha256:" + ends, "events:2"}, 2, "usage"},
		"it is altered":        {[]string{altered}, 1, "line 3: the record is not what its hash says"},
		"no file":              {[]string{"testdata/none.csv"}, 2, "none.csv"},
		"no argument":          {[]string{""}, 2, "usage"},
	} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			code := run(c.args, &said, &said)
			compared := len(c.args) == 2 && c.args[1] != ""
			if compared && strings.Contains(said.String(), "not compared") {
				t.Errorf("it was compared, and says %q", said.String())
			}
			if code != c.code || !strings.Contains(said.String(), c.says) {
				t.Errorf("got %d, %q, want %d, %q", code, said.String(), c.code, c.says)
			}
		})
	}
}
