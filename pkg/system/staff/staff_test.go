package staff

import (
	"testing"

	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/specialist"
)

func TestEachPathOfSpecialistsIsSomethingToJoin(t *testing.T) {
	for _, path := range specialist.Paths() {
		if len(plansOf[path]) == 0 {
			t.Errorf("nothing is to join for %s", path)
		}
		for _, plan := range plansOf[path] {
			if _, ok := membership.PlanOf(plan); !ok {
				t.Errorf("%s is by the plan %q, which there is not", path, plan)
			}
		}
	}
}
