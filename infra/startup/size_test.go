package startup_test

import (
	"testing"

	"partnercenter/infra/startup"
)

func TestNoHTTPFunctionIsLargerThanTheDesignSays(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the HTTP functions")
	}
	sizes, err := startup.Sizes(t.Context(), "../..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, size := range sizes {
		most := int64(startup.MostBytes)
		if name == "documents" {
			most = startup.MostRendering
		}
		t.Logf("%-13s %.2f MB", name, float64(size)/1e6)
		if size > most {
			t.Errorf("the binary of %s has %.2f MB, and %.0f MB are the most: see by `go tool nm -size -sort size` what makes it large", name, float64(size)/1e6, float64(most)/1e6)
		}
	}
	if len(sizes) == 0 {
		t.Error("no function was built")
	}
}
