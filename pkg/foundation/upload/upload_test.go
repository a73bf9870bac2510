package upload_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/foundation/upload"
	"partnercenter/pkg/foundation/upload/uploadtest"
)

var pdf = []byte("%PDF-1.7\nevidence\n")

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

func wanted(content []byte) upload.Wanted {
	return upload.Wanted{Name: "evidence.pdf", Type: "application/pdf", Size: int64(len(content)), SHA256: sum(content)}
}

func TestWhatIsNoFileIsRefusedWithItsField(t *testing.T) {
	for name, c := range map[string]struct {
		edit  func(w *upload.Wanted)
		field string
	}{
		"a path":             {func(w *upload.Wanted) { w.Name = "../evidence.pdf" }, "file_name"},
		"a Windows path":     {func(w *upload.Wanted) { w.Name = `c:\evidence.pdf` }, "file_name"},
		"a control sign":     {func(w *upload.Wanted) { w.Name = "a\nb.pdf" }, "file_name"},
		"no name":            {func(w *upload.Wanted) { w.Name = "" }, "file_name"},
		"another ending":     {func(w *upload.Wanted) { w.Name = "evidence.exe" }, "file_name"},
		"a page":             {func(w *upload.Wanted) { w.Type = "text/html" }, "content_type"},
		"nothing":            {func(w *upload.Wanted) { w.Size = 0 }, "size"},
		"too much":           {func(w *upload.Wanted) { w.Size = upload.MaxBytes + 1 }, "size"},
		"a short sum":        {func(w *upload.Wanted) { w.SHA256 = "abcd" }, "sha256"},
		"a sum of no digits": {func(w *upload.Wanted) { w.SHA256 = strings.Repeat("z", 64) }, "sha256"},
	} {
		w := wanted(pdf)
		c.edit(&w)
		p, refused := problem.As(w.Check())
		if !refused || p.Field != c.field || p.Code != "CBC.0100" {
			t.Errorf("%s: got %v, want a refusal of %s", name, p, c.field)
		}
	}
	for _, name := range []string{"a.PDF", "证明.pdf"} {
		w := wanted(pdf)
		w.Name = name
		if err := w.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// world is an API with one operation that announces files.
type world struct {
	t       *testing.T
	uploads *upload.Uploads
	store   *uploadtest.Store
	wall    *clock.Fake
	api     *rest.API
	file    upload.File // the one that was announced last
	ticket  upload.Ticket
}

type announceInput struct{ Body upload.Wanted }

type announceOutput struct{ Body upload.Shown }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, store: uploadtest.New(), wall: clock.NewFake(time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC))}
	w.uploads = &upload.Uploads{Table: tabletest.NewAt(t, w.wall), Clock: w.wall, Wall: w.wall, Store: func() upload.Store { return w.store }}
	w.api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.wall, Wall: w.wall})
	rest.Register(w.api, rest.Operation{ID: "Announce", Method: http.MethodPost, Path: "/files", Summary: "Announce", Allow: auth.Only(auth.Partner, auth.CustomerRead)},
		func(ctx context.Context, in *announceInput) (*announceOutput, error) {
			var err error
			w.file, w.ticket, err = w.uploads.Announce(ctx, "test", in.Body)
			return &announceOutput{Body: upload.Show(w.file)}, err
		})
	return w
}

func (w *world) announce(signature string, content []byte) upload.File {
	w.t.Helper()
	body := `{"file_name":"evidence.pdf","content_type":"application/pdf","size":` + itoa(len(content)) + `,"sha256":"` + sum(content) + `"}`
	resttest.Call{Who: "partner p1", Signature: signature, Method: http.MethodPost, Path: "/files", Body: body}.On(w.api).Into(w.t, nil)
	return w.file
}

func itoa(n int) string {
	text := ""
	for ; n > 0; n /= 10 {
		text = string(rune('0'+n%10)) + text
	}
	return text
}

func TestAFileIsSettledWhenItIsTheOneThatWasAnnounced(t *testing.T) {
	w := newWorld(t)
	f := w.announce("s1", pdf)
	if _, err := w.uploads.Settle(t.Context(), "p1", f.ID); !errors.Is(err, upload.ErrAbsent) {
		t.Errorf("before it was sent: %v, want %v", err, upload.ErrAbsent)
	}
	if err := w.store.Put(w.ticket, pdf); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, err := w.uploads.Settle(t.Context(), "p1", f.ID)
		if err != nil || got.SHA256 != sum(pdf) || got.Size != int64(len(pdf)) {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	w.wall.Advance(72 * time.Hour)
	if _, err := w.uploads.Settle(t.Context(), "p1", f.ID); err != nil {
		t.Errorf("a settled file after days: %v", err)
	}
}

func TestAFileThatDiffersDoesNotCount(t *testing.T) {
	page := []byte("<!DOCTYPE html><html>")
	for name, c := range map[string]struct{ announced, sent []byte }{
		"another content of that size": {pdf, bytes.Replace(pdf, []byte("evidence"), []byte("EVIDENCE"), 1)},
		"another size":                 {pdf, append(pdf[:len(pdf):len(pdf)], '!')},
		"another type by its content":  {page, page},
	} {
		w := newWorld(t)
		f := w.announce("s1", c.announced)
		w.store.Force(f.Object, f.Type, c.sent)
		if _, err := w.uploads.Settle(t.Context(), "p1", f.ID); !errors.Is(err, upload.ErrDiffers) {
			t.Errorf("%s: %v, want %v", name, err, upload.ErrDiffers)
		}
		w.store.Force(f.Object, f.Type, pdf)
		if _, err := w.uploads.Settle(t.Context(), "p1", f.ID); name != "another type by its content" && err != nil {
			t.Errorf("%s, then put right: %v", name, err)
		}
	}
}

func TestAFileIsItsOwnersAlone(t *testing.T) {
	w := newWorld(t)
	f := w.announce("s1", pdf)
	if err := w.store.Put(w.ticket, pdf); err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct {
		owner auth.PartyID
		id    string
	}{{"p2", f.ID}, {"p1", "none"}, {"p1", "a/b#c"}} {
		if _, err := w.uploads.Settle(t.Context(), at.owner, at.id); !errors.Is(err, upload.ErrMissing) {
			t.Errorf("%s of %s: %v, want %v", at.id, at.owner, err, upload.ErrMissing)
		}
	}
}

func TestARepeatedAnnouncementIsOneFileAndOneThatNobodyWantsIsForgotten(t *testing.T) {
	w := newWorld(t)
	first := w.announce("s1", pdf)
	w.wall.Advance(time.Second)
	if again := w.announce("s1", pdf); again.ID != first.ID {
		t.Errorf("the same request announced %s and %s", first.ID, again.ID)
	}
	w.wall.Advance(49 * time.Hour)
	if _, err := w.uploads.Settle(t.Context(), "p1", first.ID); !errors.Is(err, upload.ErrMissing) {
		t.Errorf("after two days: %v, want %v", err, upload.ErrMissing)
	}
}

func TestASettledFileHasAnAddress(t *testing.T) {
	w := newWorld(t)
	f := w.announce("s1", pdf)
	shown, err := w.uploads.Address(t.Context(), f)
	if err != nil || !strings.Contains(shown.DownloadURL, f.Object) || !strings.Contains(shown.DownloadURL, f.ID+".pdf") {
		t.Errorf("got %+v, %v", shown, err)
	}
}

func TestTheStoreOfTestsTakesWhatATicketIsFor(t *testing.T) {
	w := newWorld(t)
	f := w.announce("s1", pdf)
	if err := w.store.Put(w.ticket, pdf[1:]); err == nil {
		t.Error("it took a file of another size")
	}
	if err := w.store.Put(w.ticket, pdf); err != nil {
		t.Fatal(err)
	}
	body, err := w.store.Open(t.Context(), f.Object)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, pdf) {
		t.Errorf("got %q, %v", got, err)
	}
}
