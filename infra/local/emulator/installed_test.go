package emulator

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestJava17AndLaterWillDo(t *testing.T) {
	for version, want := range map[string]bool{
		"openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime Environment":  true,
		`java version "21" 2023-09-19 LTS`:                                     true,
		`java version "1.8.0_392"`:                                             false,
		`openjdk version "11.0.2" 2019-01-15`:                                  false,
		"The operation couldn't be completed. Unable to locate a Java Runtime": false,
	} {
		if got := atLeast17(version); got != want {
			t.Errorf("%q: %t, want %t", version, got, want)
		}
	}
}

func set() *Set { return New(io.Discard, func([]Process) error { return nil }) }

func TestAMissingJavaIsOneLineWithTheCommandThatInstallsIt(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := set().StartDynamoDB(t.Context(), "")
	if !errors.Is(err, ErrNoJava) {
		t.Fatalf("got %v, want ErrNoJava", err)
	}
	if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, "apt-get install openjdk-17") || !strings.Contains(text, "brew install") {
		t.Errorf("it says %q", text)
	}
}

func TestAnOldJavaIsAMissingOne(t *testing.T) {
	folder := t.TempDir()
	script := "#!/bin/sh\n[ \"$1\" = -version ] && echo 'openjdk version \"11.0.2\"' >&2 && exit 0\nexit 1\n"
	if err := os.WriteFile(filepath.Join(folder, "java"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	if err := set().StartDynamoDB(t.Context(), ""); !errors.Is(err, ErrNoJava) {
		t.Errorf("got %v, want ErrNoJava", err)
	}
}

func TestWhatIsNotInstalledNamesMakeSetup(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := set().StartSQS(t.Context()); err == nil || !strings.Contains(err.Error(), "make setup") {
		t.Errorf("without node_modules: %v", err)
	}
	if err := os.Mkdir("node_modules", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := set().StartSES(t.Context()); err == nil || !strings.Contains(err.Error(), "make setup") {
		t.Errorf("with an empty node_modules: %v", err)
	}
	if _, err := Node(); err == nil || !strings.Contains(err.Error(), "make setup") {
		t.Errorf("without a Node.js: %v", err)
	}
}

func TestWhatRunsIsToldAndEndsWithTheSet(t *testing.T) {
	var told []Process
	s := New(io.Discard, func(p []Process) error {
		told = p
		return nil
	})
	if err := s.StartSQS(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || !told[0].runs() || !answers(t.Context(), s.SQS+"/health") {
		t.Fatalf("told of %v, want one process that runs and answers", told)
	}
	s.Stop()
	if told[0].runs() {
		t.Errorf("process %d still runs", told[0].PID)
	}
}
