// Command openapi writes the OpenAPI document of the whole API, as it is committed beside the function that serves it.
package main

import (
	"fmt"
	"os"

	"partnercenter/pkg/system"
)

const file = "pkg/system/docs/openapi.json"

func main() {
	document, err := system.OpenAPI()
	if err == nil {
		err = os.WriteFile(file, document, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}
