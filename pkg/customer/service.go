package customer

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/code"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Service does the capability's effects.
type Service struct {
	Table     *table.Client
	Clock     clock.Clock // business time
	Wall      clock.Clock
	Sealer    auth.Sealer
	Links     *link.Signer
	Codes     func() *code.Codes     // opened by who sends or checks a code
	Directory func() party.Directory // opened by who lets somebody sign in
	Parts     Parts                  // what other capabilities do when an association ends
}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{
		Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Sealer: env.SealerOf(), Links: link.SignerOf(env),
		Parts:     PartsPort.In(env),
		Directory: func() party.Directory { return party.DirectoryPort.In(env) },
		Codes: func() *code.Codes {
			once := &notify.Once{Table: env.Table(), Mail: ses.Port.In(env), SMS: sns.Port.In(env), Clock: env.Clock, Wall: env.Wall}
			return &code.Codes{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Keys: env.Keyring(), Once: once}
		},
	}
}

// The events of this capability.
const (
	EventAssociated       = "association.started"
	EventFrozen           = "customer.frozen"
	EventUnfrozen         = "customer.unfrozen"
	EventBudgetSet        = "customer.budget_set"
	EventBudgetExceeded   = "customer.budget_exceeded"
	EventRealnameApplied  = "customer.realname_submitted"
	EventRealnameDecided  = "customer.realname_decided"
	EventTagged           = "customer.new_tag_set"
	EventOnDemandRecorded = "customer.on_demand_recorded"
	EventFollowed         = "customer.followed"
	EventReported         = "report.created"
	EventReportEdited     = "report.contact_changed"
	EventReportEnded      = "report.ended"
	EventInvited          = "invitation.created"
	EventResent           = "invitation.resent"
	EventRevoked          = "invitation.revoked"
	EventAccepted         = "invitation.accepted"
	EventObstaclesSet     = "customer.obstacles_set"
	EventSensitiveSet     = "party.sensitive_operations_set"
	EventRequested        = "association.requested"
	EventRequestClosed    = "association.request_closed" // rejected, withdrawn, expired or failed
	EventEnded            = "association.ended"
	EventSwitched         = "association.switched"
	EventSettled          = "association.settled" // nothing is left of what ended
)

// What is refused in this capability. ASSUMED codes, but for ErrAlreadyFrozen. Source: DOMAIN.md 18.
var (
	ErrAlreadyFrozen = problem.New(http.StatusBadRequest, "CBC.99003656", "the customer is frozen already")
	ErrNotFrozen     = problem.New(http.StatusBadRequest, "CBC.99001014", "the customer is not frozen that way")
	ErrNotResale     = problem.New(http.StatusBadRequest, "CBC.99001002", "not a resale customer")
	ErrTaken         = problem.New(http.StatusConflict, "CBC.99001015", "it is taken")
	ErrMissing       = problem.New(http.StatusNotFound, "CBC.0404", "there is no such thing")
	ErrState         = problem.New(http.StatusConflict, "CBC.99001016", "its state does not allow that")
	ErrBarred        = problem.New(http.StatusBadRequest, "CBC.99001005", "the customer can't be associated")
	ErrLimit         = problem.New(http.StatusBadRequest, "CBC.99001017", "the limit is reached")
	ErrReported      = problem.New(http.StatusConflict, "CBC.99001018", "the customer is reported already")
)

// acting gives the partner whose business a call is. Error: party.ErrNotMine.
func (s *Service) acting(ctx context.Context, indirect string) (auth.PartyID, error) {
	return party.ActingFor(ctx, s.Table, rest.Caller(ctx), auth.PartyID(indirect))
}

// mine reads a customer of a partner that the caller may see. Error: party.ErrUnknown.
func (s *Service) mine(ctx context.Context, partner auth.PartyID, customer string) (party.Party, error) {
	p, err := party.CustomerOf(ctx, s.Table, partner, auth.PartyID(customer))
	if err != nil {
		return p, err
	}
	looks, err := s.looks(ctx, partner)
	if err == nil && !looks(p.Profile.Manager) {
		err = party.ErrUnknown.Saying("party %q does not exist", customer)
	}
	if err != nil {
		return party.Party{}, err
	}
	return p, nil
}

// looks gives what says whether the caller sees what somebody at a partner looks after. Whom a distributor's account manager looks after is said of the
// reseller, with all that it has: see party.Scope.
func (s *Service) looks(ctx context.Context, partner auth.PartyID) (func(manager auth.UserID) bool, error) {
	caller := party.ReaderOf(rest.Caller(ctx))
	if caller.Manager == "" || caller.Party == partner {
		return caller.Looks, nil
	}
	reseller, err := party.Get(ctx, s.Table, partner)
	return func(auth.UserID) bool { return caller.Looks(reseller.Profile.Manager) }, err
}

// sees says whether a partner's user sees what an account manager looks after.
func sees(by auth.Principal, manager auth.UserID) bool { return party.ReaderOf(by).Looks(manager) }

// audit appends the event of a change that the caller, or the system where nobody calls, makes now to tx.
func (s *Service) audit(ctx context.Context, tx *table.Tx, e event.Event) {
	e.At, e.By = s.Clock.Now(), byOf(ctx)
	event.Append(tx, e)
}

// once does the n-th effect of the caller's request, again while what it read changes before it commits.
func (s *Service) once(ctx context.Context, n int, effect func(tx *table.Tx) error) error {
	return table.Retry(ctx, func() error { return rest.ClaimOf(ctx).Do(ctx, s.Table, n, effect) })
}

// made does the one effect of a request that makes something, and gives the id of what this request made, now or before.
func (s *Service) made(ctx context.Context, effect func(tx *table.Tx) (id string, err error)) (string, error) {
	claim := rest.ClaimOf(ctx)
	answer, _, err := claim.Once(ctx, s.Table, func() (id string, err error) {
		err = table.Retry(ctx, func() error {
			tx := table.NewTx()
			if id, err = effect(tx); err != nil {
				return err
			}
			claim.Put(tx, 0, id)
			return s.Table.Commit(ctx, tx)
		})
		return id, err
	})
	return answer, err
}

func absent(err error) bool { return errors.Is(err, table.ErrNotFound) }
