package renewaltask

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Contact is what came of talking to the customer. ASSUMED
type Contact string

// The contact results.
const (
	Contacted   Contact = "REACHED"
	Unreachable Contact = "UNREACHABLE"
	CallBack    Contact = "CALL_BACK"
)

// Intention is whether the customer will renew. Source: DOMAIN.md 15, ASSUMED there.
type Intention string

// The intentions.
const (
	Intends    Intention = "YES"
	IntendsNot Intention = "NO"
	Unsure     Intention = "UNSURE"
)

// Record is one record of handling a task. The records of a task are its history; none is ever changed.
type Record struct {
	table.Head
	N         int           `dynamodbav:"n"` // 1 is the first
	Contact   Contact       `dynamodbav:"contact"`
	Intention Intention     `dynamodbav:"intent"`
	Reason    string        `dynamodbav:"reason,omitempty"` // why the customer will not renew
	Expected  calendar.Date `dynamodbav:"expected,omitempty"`
	Remark    string        `dynamodbav:"remark,omitempty"`
	By        string        `dynamodbav:"by"` // a masked principal
	At        time.Time     `dynamodbav:"at"` // business time, UTC
}

// Check says what is wrong with a record that is made now. Error: CBC.0100. Source: DOMAIN.md 15, ASSUMED there.
func (r Record) Check(now time.Time) error {
	today := calendar.DateOf(now)
	switch {
	case r.Intention == IntendsNot && r.Reason == "":
		return problem.Invalid("reason", "it is missing; whoever will not renew has a reason")
	case r.Intention != IntendsNot && r.Reason != "":
		return problem.Invalid("reason", "the intention is %s; only who will not renew has a reason", r.Intention)
	case r.Intention == IntendsNot && !r.Expected.IsZero():
		return problem.Invalid("expected_date", "the intention is NO, so no renewal is expected")
	case !r.Expected.IsZero() && r.Expected.Before(today):
		return problem.Invalid("expected_date", "%s has passed; today is %s in Beijing", r.Expected, today)
	}
	return nil
}
