package performance

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Service does the capability's effects.
type Service struct {
	Table  *table.Client
	Clock  clock.Clock    // business time
	Wall   clock.Clock    // the function's deadline
	Files  func() Files   // opened by who reads or takes a file
	Orders func() Settled // opened by who collects orders
}

// Files keeps the files of imports for some days. Package s3 has AWS's adapter.
type Files interface {
	// Put writes a file; the same key again writes it anew.
	Put(ctx context.Context, key string, file []byte) error
	// UploadURL gives an address to which anybody can put a file of exactly so many bytes, for so long, wall clock.
	UploadURL(ctx context.Context, key string, size int64, life time.Duration) (string, error)
	// Size gives how many bytes a file has; false when there is none.
	Size(ctx context.Context, key string) (int64, bool, error)
	// Range reads the bytes of a file from one place to another, that excluded.
	Range(ctx context.Context, key string, from, to int64) ([]byte, error)
}

// New returns the capability's service in env, without files.
func New(env *function.Env) *Service {
	return &Service{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Orders: func() Settled { return SettledPort.In(env) }}
}

// openWith gives what opens the service with the files of imports.
func openWith(files function.Port[Files]) func(*function.Env) *Service {
	return func(env *function.Env) *Service {
		s := New(env)
		s.Files = func() Files { return files.In(env) }
		return s
	}
}

// Work is the due work that the capability does, by kind.
func Work(env *function.Env, files function.Port[Files]) map[string]lifecycle.Handler {
	s := openWith(files)(env)
	return map[string]lifecycle.Handler{
		WorkImport: s.doImport, WorkChunk: s.doChunk, WorkCount: s.doCount, WorkReview: s.doReview, WorkOrders: s.doOrders,
	}
}

// The events of this capability. Their owner is the vendor's month for imports, else the partner.
const (
	EventImportStarted = "consumption.import_started"
	EventImportDone    = "consumption.import_done"
	EventImportFailed  = "consumption.import_failed"
	EventStandingSet   = "performance.standing_set"
	EventPolicySet     = "performance.policy_set"
	EventTransferred   = "performance.transferred"
	EventReviewAsked   = "performance.review_started"
	EventReviewed      = "performance.slip_final"
	EventAsked         = "performance.question_asked"
	EventAnswered      = "performance.question_answered"
	EventOrderLate     = "performance.order_late"
)

// WriterAnswered writes to who asked that the vendor has answered.
const WriterAnswered = "performance_answered"

// system is who acts when nobody does.
const system = "system"

// ErrMissing: there is no such thing, or it is not the caller's. ASSUMED code.
var ErrMissing = problem.New(http.StatusNotFound, "CBC.0404", "there is no such thing")

func absent(err error) bool { return errors.Is(err, table.ErrNotFound) }

// tell appends an event of now to tx.
func (s *Service) tell(tx *table.Tx, kind, owner, subject, by string, data map[string]string) {
	event.Append(tx, event.Event{Type: kind, Owner: owner, Subject: subject, At: s.Clock.Now(), By: by, Data: data})
}

// pressed says whether a piece of due work is to end soon, and note how far it came.
func (s *Service) pressed(ctx context.Context) bool {
	end, bounded := ctx.Deadline()
	return bounded && end.Sub(s.Wall.Now()) < margin
}
