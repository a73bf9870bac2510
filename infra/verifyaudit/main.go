// Command verifyaudit reads a file of a party's audit trail and says whether it hangs together, or where it breaks. With the hash that the system showed
// for the export it also says whether the file is that one.
//
//	make verify-audit FILE=audit_trail-….csv [HEAD=<sha256>]
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
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
	if want := given(args); want != "" && want != trail.Head {
		fmt.Fprintf(errs, "%s hangs together, but ends in %s and not in %s: it is another file than the one that was made\n", args[0], trail.Head, want)
		return 1
	}
	fmt.Fprintf(out, "%s holds: %d events of %s, %s, ending in sha256:%s\n", args[0], trail.Events, trail.Party, trail.Days, trail.Head)
	return 0
}

// given gives the hash that the file should end in, empty for any.
func given(args []string) string {
	if len(args) < 2 {
		return ""
	}
	return strings.TrimPrefix(args[1], "sha256:")
}
