package startup_test

import (
	"testing"

	"partnercenter/infra/startup"
	"partnercenter/pkg/system"
)

func TestEveryFunctionIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds all functions")
	}
	ratios, err := startup.Ratios(t.Context(), "../..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range system.Functions() {
		if ratios[d.Name] <= 0 {
			t.Errorf("%s was not measured", d.Name)
		}
		t.Logf("%-13s %.2f", d.Name, ratios[d.Name])
	}
}
