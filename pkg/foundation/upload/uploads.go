package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// EventAnnounced tells that somebody will send a file.
const EventAnnounced = "upload.announced"

// Uploads does the effects of uploads.
type Uploads struct {
	Table *table.Client
	Clock clock.Clock  // business time
	Wall  clock.Clock  // tickets, TTL
	Store func() Store // opened by who needs it
}

// New returns the uploads of an environment, whose files are in a store.
func New(env *function.Env, store function.Port[Store]) *Uploads {
	return &Uploads{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Store: func() Store { return store.In(env) }}
}

// Announce notes that the caller will send a file for a purpose, once for each request, and gives the ticket for it. A repeated request gets
// another ticket for the same file. Error: CBC.0100.
func (u *Uploads) Announce(ctx context.Context, purpose string, w Wanted) (File, Ticket, error) {
	if err := w.Check(); err != nil {
		return File{}, Ticket{}, err
	}
	caller, now := rest.Caller(ctx), u.Clock.Now()
	id, err := rest.ClaimOf(ctx).Effect(ctx, u.Table, table.Retry, func(tx *table.Tx) (string, error) {
		id := ulid.Make().String()
		key := fileKey(caller.Party, id)
		tx.Create(&announced{
			Head: table.Head{PK: key.PK, SK: key.SK, TTL: u.Wall.Now().Add(keptUnsettled).Unix()}, By: caller.Masked(),
			File: File{
				ID: id, Name: w.Name, Type: w.Type, Size: w.Size, SHA256: strings.ToLower(w.SHA256), At: now,
				Object: "uploads/" + string(caller.Party) + "/" + purpose + "/" + id,
			},
		})
		event.Append(tx, event.Event{
			Type: EventAnnounced, Owner: string(caller.Party), Subject: id, At: now, By: caller.Masked(), Data: map[string]string{"purpose": purpose},
		})
		return id, nil
	})
	if err != nil {
		return File{}, Ticket{}, err
	}
	a, err := u.announced(ctx, caller.Party, id)
	if err != nil {
		return File{}, Ticket{}, err
	}
	ticket, err := u.Store().Ticket(ctx, a.File, ticketLife)
	if err != nil {
		return File{}, Ticket{}, fmt.Errorf("ticket for %s: %w", a.Object, err)
	}
	ticket.Expires = u.Wall.Now().Add(ticketLife)
	return a.File, ticket, nil
}

func (u *Uploads) announced(ctx context.Context, owner auth.PartyID, id string) (announced, error) {
	var a announced
	missing := ErrMissing.Saying("you have announced no file %q, or it was not sent and used within two days", id)
	if !table.IsID(id) {
		return a, missing
	}
	err := u.Table.Get(ctx, fileKey(owner, id), &a)
	if errors.Is(err, table.ErrNotFound) {
		return a, missing
	}
	return a, err
}

// Settle gives a file of an owner that lies in the store as it was announced, and keeps it from then on. To do so twice is as once.
// Errors: ErrMissing, ErrAbsent, ErrDiffers.
func (u *Uploads) Settle(ctx context.Context, owner auth.PartyID, id string) (File, error) {
	a, err := u.announced(ctx, owner, id)
	if err != nil || !a.Settled.IsZero() {
		return a.File, err
	}
	if err := u.compare(ctx, a.File); err != nil {
		return File{}, err
	}
	next := a
	next.Settled, next.TTL = u.Clock.Now(), 0
	if err := u.Table.Replace(ctx, &a, &next); err != nil && !errors.Is(err, table.ErrConflict) { // somebody else has just settled it
		return File{}, err
	}
	return a.File, nil
}

// compare looks whether what lies in the store is what was announced.
func (u *Uploads) compare(ctx context.Context, f File) error {
	store := u.Store()
	found, err := store.Stat(ctx, f.Object)
	switch {
	case errors.Is(err, ErrAbsent):
		return ErrAbsent.Saying("the file %q (%s) was announced and not sent; put it to its address, or announce it again", f.Name, f.ID).Because(err)
	case err != nil:
		return err
	case found.Size != f.Size || found.Type != f.Type:
		return ErrDiffers.Saying("the file %q has %d bytes of %s; %d bytes of %s were announced", f.Name, found.Size, found.Type, f.Size, f.Type)
	}
	body, err := store.Open(ctx, f.Object)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	return read(body, f)
}

const sniffed = 512 // bytes that tell a type. Source: net/http.DetectContentType

// read compares a file's content with its announcement: what its first bytes say that it is, and its SHA-256.
func read(body io.Reader, f File) error {
	sum, head := sha256.New(), &bytes.Buffer{}
	content := io.TeeReader(io.LimitReader(body, MaxBytes+1), sum)
	if _, err := io.CopyN(head, content, sniffed); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", f.Object, err)
	}
	if _, err := io.Copy(io.Discard, content); err != nil {
		return fmt.Errorf("read %s: %w", f.Object, err)
	}
	if kind := http.DetectContentType(head.Bytes()); kind != f.Type {
		return ErrDiffers.Saying("the file %q is %s by its content, and %s was announced", f.Name, kind, f.Type)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return ErrDiffers.Saying("the file %q has the SHA-256 %s; %s was announced", f.Name, got, f.SHA256)
	}
	return nil
}

// Address gives a settled file on the wire, with where it can be downloaded for some minutes.
func (u *Uploads) Address(ctx context.Context, f File) (Shown, error) {
	shown := Show(f)
	var err error
	shown.DownloadURL, err = u.Store().URL(ctx, f.Object, f.ID+endings[f.Type], addressLife)
	if err != nil {
		return shown, fmt.Errorf("address of %s: %w", f.Object, err)
	}
	return shown, nil
}
