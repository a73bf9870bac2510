// Command verifyaudit reads a file of a party's audit trail and says whether it hangs together, or where it breaks. With the summary that the system shows
// of the export, or its hash alone, it also says whether the file is that one.
//
//	make verify-audit FILE=audit_trail-….csv [HEAD="sha256:<hash> events:<n>"]
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"partnercenter/pkg/program/audit"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run gives the exit code: 0 for a file that holds, 1 for one that does not, 2 for a call that can't be served.
func run(args []string, out, errs io.Writer) int {
	if len(args) < 1 || len(args) > 2 || args[0] == "" {
		fmt.Fprintln(errs, "usage: verifyaudit FILE [HEAD]")
		return 2
	}
	want, err := wanted(args)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	file, err := os.ReadFile(args[0])
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	trail, err := audit.Verify(bytes.NewReader(file))
	if err != nil {
		fmt.Fprintf(errs, "%s: %v\n", args[0], err)
		return 1
	}
	if !want.is(trail) {
		fmt.Fprintf(errs, "%s hangs together, but its summary is %q and not %q: it is another file than the one that was made\n",
			args[0], shown(trail), want.text)
		return 1
	}
	fmt.Fprintf(out, "%s holds: %d events of %s, %s, ending in sha256:%s\n", args[0], trail.Events, trail.Party, trail.Days, trail.Head)
	if want.text == "" {
		fmt.Fprintln(out, "it was not compared with what the system shows: give the export's summary as HEAD to see whether it is the file that was made")
	}
	return 0
}

// head is what a file should end in: nothing that is known, a hash, or the summary of the export with its hash and its number of events.
type head struct {
	text, hash, events string
}

// wanted reads what a call gives as HEAD.
func wanted(args []string) (head, error) {
	if len(args) < 2 || strings.TrimSpace(args[1]) == "" {
		return head{}, nil
	}
	h := head{text: args[1]}
	words := strings.Fields(args[1])
	h.hash = strings.ToLower(strings.TrimPrefix(words[0], "sha256:"))
	raw, err := hex.DecodeString(h.hash)
	ok := err == nil && len(raw) == sha256.Size
	if len(words) == 2 {
		events, labelled := strings.CutPrefix(words[1], "events:")
		h.events, ok = events, ok && labelled && events != ""
	}
	if !ok || len(words) > 2 {
		return h, fmt.Errorf("HEAD %q is neither a summary such as %q nor a hash of 64 digits", args[1], "sha256:<hash> events:<n>")
	}
	return h, nil
}

// is says whether a file ends in what it should.
func (h head) is(t audit.Trail) bool {
	return h.text == "" || h.hash == t.Head && (h.events == "" || h.events == strconv.Itoa(t.Events))
}

// shown gives the summary that the system shows of a trail.
func shown(t audit.Trail) string { return fmt.Sprintf("sha256:%s events:%d", t.Head, t.Events) }
