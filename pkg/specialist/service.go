package specialist

import (
	"context"
	"errors"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/upload"
)

// Service does the capability's effects.
type Service struct {
	Table   *table.Client
	Clock   clock.Clock // business time
	Wall    clock.Clock // TTL
	Links   *link.Signer
	Uploads *upload.Uploads // nil where no files are taken or shown
	Parts   Parts
}

// Parts are what other capabilities know, handed in by the declaration.
type Parts struct {
	// Joined tells whether a partner has joined a path or plan; with an empty one, whether it has joined any. Nil: every partner has joined all.
	// Source: DOMAIN.md 13, "Preconditions of partner".
	Joined func(ctx context.Context, partner auth.PartyID, path Path) (bool, error)
}

// PartsPort is where the parts of other capabilities come from.
var PartsPort = function.Port[Parts]{Name: "specialist parts", Open: func(*function.Env) Parts { return Parts{} }}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Links: link.SignerOf(env), Parts: PartsPort.In(env)}
}

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{WorkMember: New(env).Expire}
}

// The events of this capability. Their owner is the partner, but for what is told of an account that belongs to none: then it is the account.
const (
	EventAccountSet          = "specialist.account_set"
	EventInvited             = "specialist.invited"
	EventResent              = "specialist.invitation_resent"
	EventExpired             = "specialist.invitation_expired"
	EventBound               = "specialist.bound"
	EventUnbound             = "specialist.unbound"
	EventApplied             = "specialist.applied"
	EventCancelAsked         = "specialist.cancel_requested"
	EventCancelWithdrawn     = "specialist.cancel_withdrawn"
	EventStopped             = "specialist.stopped"
	EventProfileSet          = "specialist.profile_set"
	EventReviewed            = "specialist.reviewed"
	EventSynced              = "specialist.certificates_synced"
	EventCertificateUploaded = "specialist.certificate_uploaded"
	EventTransferAsked       = "specialist.certificate_transfer_requested"
	EventTransferred         = "specialist.certificate_transferred"
)

// Recounted gives the partner for which other certificates may count after an event than before. ok is false when there is none.
func Recounted(e event.Event) (partner auth.PartyID, ok bool) {
	switch e.Type {
	case EventBound, EventSynced, EventReviewed, EventTransferred:
		return auth.PartyID(e.Owner), e.Owner != e.Subject // else the account's own: it belongs to nobody
	default:
		return "", false
	}
}

// The writers of mails.
const (
	WriterInvitation = "specialist-invitation" // to the person
	WriterDecision   = "specialist-decision"   // to the partner: how a review ended
	WriterStopped    = "specialist-stopped"    // to the partner: the vendor has cancelled a specialist
)

// What is refused in this capability. ASSUMED codes.
var (
	ErrMissing     = problem.New(http.StatusNotFound, "CBC.0404", "there is no such thing")
	ErrNoAccount   = problem.New(http.StatusBadRequest, "CBC.99001262", "no account information found")
	ErrBarred      = problem.New(http.StatusBadRequest, "CBC.99001263", "verification failed")
	ErrLimit       = problem.New(http.StatusBadRequest, "CBC.99001264", "the day's invitations are used up")
	ErrNotJoined   = problem.New(http.StatusBadRequest, "CBC.99001265", "join a path or a plan first")
	ErrTaken       = problem.New(http.StatusConflict, "CBC.99001266", "the certificate's number is taken")
	ErrFull        = problem.New(http.StatusBadRequest, "CBC.99001267", "the account holds as many certificates as it can")
	ErrUnreachable = problem.New(http.StatusBadRequest, "CBC.99001269", "nothing reaches the account")
	ErrDeadLink    = problem.New(http.StatusGone, "CBC.99001268", "the invitation was sent again, has expired or is closed")
)

// nth does the n-th effect of the caller's request with its claim in the transaction that effect fills, again while what it reads changes before it
// commits, and gives what the effect answered, now or when the request did it before.
func (s *Service) nth(ctx context.Context, n int, effect func(tx *table.Tx) (answer string, err error)) (answer string, err error) {
	claim := rest.ClaimOf(ctx)
	err = table.Persist(ctx, func() error {
		earlier, found, err := claim.Taken(ctx, s.Table, n)
		if err != nil {
			return err
		}
		if found {
			rest.MarkReplay(ctx)
			answer = earlier
			return nil
		}
		tx := table.NewTx()
		if answer, err = effect(tx); err != nil {
			return err
		}
		claim.Put(tx, n, answer)
		return s.Table.Commit(ctx, tx)
	})
	return answer, err
}

// once is nth of a request that does one thing.
func (s *Service) once(ctx context.Context, effect func(tx *table.Tx) (string, error)) (string, error) {
	return s.nth(ctx, 0, effect)
}

// tell appends to tx what happened to a member now.
func (s *Service) tell(tx *table.Tx, kind, by string, m Member, why string, data map[string]string) {
	event.Append(tx, event.Event{
		Type: kind, Owner: string(m.Partner), Subject: string(m.Account), At: s.Clock.Now(), By: by, Why: why, Data: data,
	})
}

// mail appends to tx that a partner's mail about something goes out at once.
func (s *Service) mail(tx *table.Tx, writer string, partner auth.PartyID, subject, by string, data map[string]string) {
	immediate.Append(tx, writer, event.Event{Owner: string(partner), Subject: subject, At: s.Clock.Now(), By: by, Data: data})
}

// account reads a personal account, strongly consistent. Error: ErrNoAccount.
func (s *Service) account(ctx context.Context, id AccountID) (Account, error) {
	var a Account
	missing := ErrNoAccount.Saying("there is no personal account %q", id).In("account_id")
	if !table.IsID(string(id)) {
		return a, missing
	}
	err := s.Table.Get(ctx, accountKey(id), &a)
	if absent(err) {
		return a, missing
	}
	return a, err
}

// Member reads a partner's member, strongly consistent. Error: ErrMissing.
func (s *Service) Member(ctx context.Context, partner auth.PartyID, id AccountID) (Member, error) {
	var m Member
	missing := ErrMissing.Saying("you have no specialist %q", id).In("specialist_id")
	if !table.IsID(string(id)) {
		return m, missing
	}
	err := s.Table.Get(ctx, memberKey(partner, id), &m)
	if absent(err) {
		return m, missing
	}
	return m, err
}

// Review reads a review, strongly consistent. Error: ErrMissing.
func (s *Service) Review(ctx context.Context, id string) (Review, error) {
	var r Review
	missing := ErrMissing.Saying("there is no review %q", id).In("review_id")
	if !table.IsID(id) {
		return r, missing
	}
	err := s.Table.Get(ctx, reviewKey(id), &r)
	if absent(err) {
		return r, missing
	}
	return r, err
}

// certificates reads all that an account holds, strongly consistent.
func (s *Service) certificates(ctx context.Context, holder AccountID) ([]Certificate, error) {
	var all []Certificate
	for c, err := range table.All[Certificate](ctx, s.Table, table.Query{PK: accountPK(holder), Prefix: certificatePrefix, Strong: true}) {
		if err != nil {
			return nil, err
		}
		all = append(all, *c)
	}
	return all, nil
}

// joined refuses a partner that has not joined a path or plan; with an empty one, that has joined nothing. Error: ErrNotJoined.
func (s *Service) joined(ctx context.Context, partner auth.PartyID, path Path) error {
	if s.Parts.Joined == nil {
		return nil
	}
	ok, err := s.Parts.Joined(ctx, partner, path)
	switch {
	case err != nil || ok:
	case path != "":
		err = ErrNotJoined.Saying("you have not joined %s; a specialist is one for a path or plan that the partner has joined", path).In("path")
	default:
		err = ErrNotJoined.Saying("only partners that have joined a path or a plan have specialists; join one first")
	}
	return err
}

// settle gives the files of a partner that lie in the store as they were announced. Errors: those of upload.Settle, in their field.
func (s *Service) settle(ctx context.Context, field string, ids ...string) ([]upload.File, error) {
	files := make([]upload.File, 0, len(ids))
	for _, id := range ids {
		f, err := s.Uploads.Settle(ctx, rest.Caller(ctx).Party, id)
		if p, refused := problem.As(err); refused {
			return nil, p.In(field)
		}
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// Expire ends an invitation that is due. It is a lifecycle.Handler.
func (s *Service) Expire(ctx context.Context, due lifecycle.Due) error {
	var m Member
	now := s.Clock.Now()
	if err := lifecycle.Load(ctx, s.Table, due.Key, now, &m); err != nil {
		return err
	}
	next := m
	lifecycle.Disarm(&next.Head)
	if m.State != Invited {
		return s.Table.Replace(ctx, &m, &next)
	}
	state, err := m.State.After(StepExpire)
	if err != nil {
		return err
	}
	next.State, next.Changed = state, now
	tx := table.NewTx()
	tx.Replace(&m, &next)
	s.tell(tx, EventExpired, system, next, "", nil)
	return s.Table.Commit(ctx, tx)
}

// system is who acts when nobody does.
const system = "system"

// person names a person in the audit trail.
func person(id AccountID) string { return "account " + string(id) }

func absent(err error) bool { return errors.Is(err, table.ErrNotFound) }

// instant gives an optional instant on the wire.
func instant(at time.Time) *rest.Instant {
	if at.IsZero() {
		return nil
	}
	shown := rest.Instant(at)
	return &shown
}
