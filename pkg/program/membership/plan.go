package membership

import (
	"encoding/json"
	"slices"
	"sync"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
)

// PlanCode names a plan.
type PlanCode string

// The plans that the rules speak of. The others are data alone.
const (
	Distribution PlanCode = "distribution" // of general distributors
	Reselling    PlanCode = "reseller"     // of a distributor's resellers
)

// Clause is a benefit or a duty of a plan's members.
type Clause struct {
	Code  string                   `json:"code"`
	Texts map[notify.Locale]string `json:"texts"`
}

// Plan is something that partners join.
type Plan struct {
	Code       PlanCode                 `json:"code"`
	Names      map[notify.Locale]string `json:"names"`
	Identity   auth.Kind                `json:"identity"` // what a member is; empty when any partner may be one
	InviteOnly bool                     `json:"invite_only"`
	Reviewer   auth.Kind                `json:"reviewer"` // who decides: the vendor, or the distributor whom the member belongs to
	Months     int                      `json:"months"`   // how long a membership holds; 0 is without end
	Guards     []Guard                  `json:"guards"`
	Benefits   []Clause                 `json:"benefits"`
	Duties     []Clause                 `json:"duties"`
}

// plans reads the plans once, when the first is asked for.
var plans = sync.OnceValue(func() []Plan {
	var all []Plan
	if err := json.Unmarshal(plansFile, &all); err != nil {
		panic(err) // the file is part of the program, and its test reads it
	}
	return all
})

// Plans gives all plans.
func Plans() []Plan { return plans() }

// PlanOf gives a plan. ok is false for one that there is not.
func PlanOf(code PlanCode) (p Plan, ok bool) {
	at := slices.IndexFunc(plans(), func(p Plan) bool { return p.Code == code })
	if at < 0 {
		return Plan{}, false
	}
	return plans()[at], true
}

// Admits says whether a party of a kind may become a member: one that has the plan's identity, or a customer that takes it on.
func (p Plan) Admits(kind auth.Kind) bool {
	if p.Identity == "" {
		return kind == auth.Partner || kind == auth.Reseller || kind == auth.Distributor
	}
	return kind == p.Identity || kind == auth.Customer
}
