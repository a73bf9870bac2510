package agreement

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Service does the package's effects.
type Service struct {
	Table *table.Client
	Clock clock.Clock // business time
}

// New returns the service in env.
func New(env *function.Env) *Service { return &Service{Table: env.Table(), Clock: env.Clock} }

// The events of agreements and declarations. Of a published version the vendor is the owner, of the rest who signs or declares.
const (
	EventPublished      = "agreement.published"
	EventSigned         = "agreement.signed"
	EventDeclared       = "relations.declared"
	EventDeclarationDue = "relations.declaration_due"
)

// What is refused of agreements. ASSUMED codes.
var (
	ErrMissing    = problem.New(http.StatusNotFound, "CBC.0404", "there is no such agreement")
	ErrVersion    = problem.New(http.StatusConflict, "CBC.99001201", "the version is not the next one")
	ErrSuperseded = problem.New(http.StatusConflict, "CBC.99001202", "the version is no longer the one to sign")
	ErrDocument   = problem.New(http.StatusConflict, "CBC.99001203", "the hash is not that of the document")
	ErrTooMany    = problem.New(http.StatusConflict, "CBC.99001204", "there are too many agreements")
)

// publication is a version as the vendor publishes it.
type publication struct {
	Code     Code
	N        int
	From     calendar.Date // Beijing
	Required []Purpose
	Audience []auth.Kind
	Texts    map[notify.Locale]Text
}

// check says what is wrong with a publication that is made now. Error: CBC.0100.
func (p publication) check(now time.Time) error {
	if today := calendar.DateOf(now); p.From.Before(today) {
		return problem.Invalid("effective_from", "%s has passed; a version takes effect today, which is %s in Beijing, or later", p.From, today)
	}
	for l, t := range p.Texts {
		if n := utf8.RuneCountInString(t.Text); n > maxText {
			return problem.Invalid("documents", "the text in %s has %d characters; %d are the most", l, n, maxText)
		}
	}
	return nil
}

// publish publishes a version: it and its texts, and in the registers of the purposes that it counts for, or that the one before counted for. Those who
// sign it are told.
// Errors: ErrVersion, ErrTooMany.
func (s *Service) publish(ctx context.Context, p publication, by auth.Principal) error {
	_, err := rest.ClaimOf(ctx).Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) {
		now := s.Clock.Now()
		v := Version{
			Head: versionKey(p.Code, p.N).Head(), Code: p.Code, N: p.N, From: p.From.Start(), Required: p.Required, Audience: p.Audience,
			Titles: map[notify.Locale]string{}, Hashes: map[notify.Locale]string{}, Published: now, By: by.Masked(),
		}
		for l, t := range p.Texts {
			v.Titles[l], v.Hashes[l] = t.Title, Hash(p.Code, p.N, l, t)
			t.Head = textKey(p.Code, p.N, l).Head()
			tx.Create(&t)
		}
		tx.Create(&v)
		if err := s.enter(ctx, tx, v, now); err != nil {
			return "", err
		}
		announce(tx, v, now)
		event.Append(tx, event.Event{
			Type: EventPublished, Owner: string(by.Party), Subject: string(p.Code), At: now, By: by.Masked(),
			Data: map[string]string{
				"version": strconv.Itoa(p.N), "from": p.From.String(), "required_for": fmt.Sprint(p.Required),
			},
		})
		return string(p.Code), nil
	})
	return err
}

// enter appends to tx that the registers have a new version.
func (s *Service) enter(ctx context.Context, tx *table.Tx, v Version, now time.Time) error {
	all, err := loadRegister(ctx, s.Table, anyPurpose)
	if err != nil {
		return err
	}
	if err := follows(all, v); err != nil {
		return err
	}
	for _, purpose := range append(Purposes(), anyPurpose) {
		r, err := loadRegister(ctx, s.Table, purpose)
		if err != nil {
			return err
		}
		counts := purpose == anyPurpose || slices.Contains(v.Required, purpose)
		if !counts && !r.has(v.Code) {
			continue
		}
		added := v.entry()
		added.Free = !counts
		next := r.with(added, now)
		if r.Ver == 0 {
			next.Head = registerKey(purpose).Head()
			tx.Create(&next)
			continue
		}
		tx.Replace(&r, &next)
	}
	return nil
}

// follows refuses a version that is not the one after the last, or takes effect before it. Errors: ErrVersion, ErrTooMany, CBC.0100.
func follows(all register, v Version) error {
	last, known := all.last(v.Code)
	switch {
	case !known && all.codes() >= maxCodes:
		return ErrTooMany.Saying("there are %d agreements, which is the most: publish a new version of one of them", maxCodes)
	case v.N != last.N+1:
		return ErrVersion.Saying("the newest version of %s is %d; publish version %d", v.Code, last.N, last.N+1).In("version")
	case v.From.Before(last.From):
		return problem.Invalid("effective_from", "version %d takes effect on %s; a later one can't before it", last.N, calendar.DateOf(last.From))
	}
	return nil
}

// version reads a version. Error: ErrMissing.
func (s *Service) version(ctx context.Context, code Code, n int) (Version, error) {
	var v Version
	missing := ErrMissing.Saying("there is no version %d of an agreement %q", n, code).In("code")
	if !table.IsID(string(code)) {
		return v, missing
	}
	err := s.Table.Get(ctx, versionKey(code, n), &v)
	if errors.Is(err, table.ErrNotFound) {
		return v, missing
	}
	return v, err
}

// text reads what a version says in a language.
func (s *Service) text(ctx context.Context, v Version, l notify.Locale) (Text, error) {
	var t Text
	err := s.Table.GetEventual(ctx, textKey(v.Code, v.N, l), &t)
	return t, err
}

// signing is what somebody signs.
type signing struct {
	Code    Code
	Version int
	Locale  notify.Locale
	Hash    string
	Source  string
}

// sign signs a version for a party. Who signed it already is left as it is. Errors: ErrMissing, ErrSuperseded, ErrDocument.
func (s *Service) sign(ctx context.Context, in signing, by auth.Principal) (Signature, error) {
	v, err := s.signable(ctx, in, by.Kind)
	if err != nil {
		return Signature{}, err
	}
	if want := v.Hashes[in.Locale]; in.Hash != want {
		return Signature{}, ErrDocument.Saying("the document of version %d in %s has the hash %s: read it, and sign with that hash",
			v.N, in.Locale, want).In("document_hash")
	}
	made := Signature{
		Head: signatureKey(by.Party, v.Code, v.N).Head(), Code: v.Code, Version: v.N, Locale: string(in.Locale), Hash: in.Hash,
		Signer: by.User, Source: in.Source, At: s.Clock.Now(),
	}
	tx := table.NewTx()
	tx.Create(&made)
	event.Append(tx, event.Event{
		Type: EventSigned, Owner: string(by.Party), Subject: string(v.Code), At: made.At, By: by.Masked(),
		Data: map[string]string{"version": strconv.Itoa(v.N), "hash": in.Hash, "source": in.Source},
	})
	err = s.Table.Commit(ctx, tx)
	if table.ConflictOn(err, made.Key()) {
		err = s.Table.Get(ctx, made.Key(), &made)
	}
	return made, err
}

// signable reads the version that is to be signed: the one in effect, or one that takes effect later. Errors: ErrMissing, ErrSuperseded.
func (s *Service) signable(ctx context.Context, in signing, kind auth.Kind) (Version, error) {
	v, err := s.version(ctx, in.Code, in.Version)
	if err != nil {
		return v, err
	}
	if !v.entry().signedBy(kind) {
		return v, ErrMissing.Saying("there is no version %d of an agreement %q", in.Version, in.Code).In("code")
	}
	all, err := loadRegister(ctx, s.Table, anyPurpose)
	if err != nil {
		return v, err
	}
	for _, e := range all.current(s.Clock.Now()) {
		if e.Code == v.Code && e.N > v.N {
			return v, ErrSuperseded.Saying("version %d of %s has taken the place of version %d: sign that one", e.N, v.Code, v.N).In("version")
		}
	}
	return v, nil
}
