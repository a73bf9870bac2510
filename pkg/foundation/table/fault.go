package table

import (
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// OpKind is a kind of call.
type OpKind int

// The kinds of call that a fault may meet.
const (
	OpGet OpKind = iota
	OpQuery
	OpWrite // one item
	OpTx    // a transaction
)

// Op is a call that a fault may meet. N counts the calls of the client, from 1.
type Op struct {
	Kind  OpKind
	N     int
	Index string
	Keys  []Key

	verdict Verdict
}

// Verdict is what a fault does to a call.
type Verdict int

// What can happen to a call.
const (
	Pass        Verdict = iota
	Conflict            // refused because of a concurrent transaction, nothing written
	Throttle            // refused for want of capacity, nothing written
	LostAnswer          // took effect, and the answer never came
	StaleIndex          // a query of an index sees the table as it was before the last write of each item
	CrashBefore         // the process ends before the call
	CrashAfter          // the process ends after the call took effect
)

// Fault decides what happens to a call. For tests.
type Fault func(Op) Verdict

// ErrCrash stands for the end of the process. It is never retried.
var ErrCrash = errors.New("the process ended")

var errLost = errors.New("the answer was lost")

// faults asks a fault before each call, and remembers what stale reads need. Nil asks nobody.
type faults struct {
	fault Fault

	mu     sync.Mutex
	calls  int
	before map[Key]map[string]types.AttributeValue // each written item's image before its last write
}

func newFaults(fault Fault) *faults {
	if fault == nil {
		return nil
	}
	return &faults{fault: fault, before: map[Key]map[string]types.AttributeValue{}}
}

// around makes the call as the fault decides.
func (f *faults) around(op *Op, call func() error) error {
	switch op.verdict = f.ask(op); op.verdict {
	case Conflict:
		return &types.TransactionConflictException{Message: aws.String("by the fault hook")}
	case Throttle:
		return &types.ProvisionedThroughputExceededException{Message: aws.String("by the fault hook")}
	case CrashBefore:
		return ErrCrash
	case LostAnswer:
		if err := call(); err != nil {
			return err
		}
		return errLost
	case CrashAfter:
		if err := call(); err != nil {
			return err
		}
		return ErrCrash
	case Pass, StaleIndex:
	}
	return call()
}

func (f *faults) ask(op *Op) Verdict {
	if f == nil {
		return Pass
	}
	f.mu.Lock()
	f.calls++
	op.N = f.calls
	f.mu.Unlock()
	return f.fault(*op)
}

// remember keeps the images that a stale index would still show.
func (f *faults) remember(tx *Tx) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range tx.steps {
		if s.verb == create || s.verb == replace || s.verb == remove {
			f.before[s.key] = s.before
		}
	}
}

// stale gives a page of an index as it was before the last write of each item: without what has come since, with what
// has gone, in the index's order.
func (f *faults) stale(shape Shape, q Query, page []map[string]types.AttributeValue) []map[string]types.AttributeValue {
	f.mu.Lock()
	defer f.mu.Unlock()
	var seen []map[string]types.AttributeValue
	for _, image := range page {
		if _, written := f.before[keyOf(image)]; !written {
			seen = append(seen, image)
		}
	}
	index, _ := shape.index(q.Index)
	for _, image := range f.before {
		if held := entry(shape, index, image); held != nil && q.covers(text(held[index.PK]), text(held[index.SK])) {
			seen = append(seen, held)
		}
	}
	sortBy(seen, index.SK, q.Descending)
	return seen
}
