package performance

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type announceInput struct {
	Body struct {
		Source string `json:"source" minLength:"1" maxLength:"32"`
		Period string `json:"period" minLength:"7" maxLength:"7" doc:"Such as 2026-11"`
		SHA256 string `json:"sha256" minLength:"64" maxLength:"64" doc:"Of the file, in lower-case hex: it names the import"`
		Size   int64  `json:"size" minimum:"1" doc:"Of the file, bytes"`
	}
}

// announce says that a file will be uploaded, and where to.
func (s *Service) announce(ctx context.Context, in *announceInput) (*importOutput, error) {
	b := in.Body
	if _, err := sourceOf(b.Source); err != nil {
		return nil, err
	}
	month, err := s.period("period", b.Period)
	switch {
	case err != nil:
		return nil, err
	case !allOf(b.SHA256, "0123456789abcdef"):
		return nil, problem.Invalid("sha256", "it is not 64 lower-case hexadecimal digits")
	case b.Size > fileBytes:
		return nil, problem.Invalid("size", "%d bytes are more than %d; cut the file in two", b.Size, fileBytes)
	}
	im := s.newImport(b.Source, month, b.SHA256, b.Size, rest.Caller(ctx))
	im.Row.State = Announced
	out, err := s.announced(ctx, im)
	if err == nil && out.Body.State == Announced {
		out.Body.UploadURL, err = s.Files().UploadURL(ctx, objectOf(im.Row.ID), b.Size, uploadLife)
	}
	return out, err
}

// announced keeps an announced import; one that is there already stays as it is, unless it failed.
func (s *Service) announced(ctx context.Context, im Import) (*importOutput, error) {
	old, err := s.importOf(ctx, im.Row.ID)
	switch {
	case errors.Is(err, ErrNoImport):
		err = s.Table.Create(ctx, &im)
	case err != nil:
		return nil, err
	case old.Row.State == Failed:
		err = s.Table.Replace(ctx, &old, &im)
	case old.Row.State == Announced && old.Row.Size != im.Row.Size:
		return nil, problem.Invalid("size", "the file of that hash was announced with %d bytes", old.Row.Size)
	default:
		return shown(old, http.StatusOK, true), nil
	}
	if errors.Is(err, table.ErrConflict) {
		return nil, ErrState.Saying("the same file is being announced by another call; try again").In("sha256")
	}
	return shown(im, http.StatusCreated, false), err
}

// start starts the import of an announced file that is there.
func (s *Service) start(ctx context.Context, in *ImportPath) (*importOutput, error) {
	var out *importOutput
	err := table.Retry(ctx, func() error {
		old, err := s.importOf(ctx, in.ImportID)
		if err != nil {
			return err
		}
		if old.Row.State == Scanning || old.Row.State == Writing || old.Row.State == Done {
			out = shown(old, http.StatusOK, true)
			return nil
		}
		next := old
		if next.Row.State, err = old.Row.State.After(StepStart); err != nil {
			return err
		}
		size, there, err := s.Files().Size(ctx, objectOf(old.Row.ID))
		switch {
		case err != nil:
			return err
		case !there:
			return ErrState.Saying("its file is not uploaded").In("import_id")
		case size != old.Row.Size:
			return ErrState.Saying("the uploaded file has %d bytes, and %d were announced", size, old.Row.Size).In("import_id")
		}
		dueNow(&next.Head, WorkImport, old.Row.ID, behindChunks, s.Clock.Now())
		tx := table.NewTx()
		tx.Replace(&old, &next)
		if err := s.starts(ctx, tx, next); err != nil {
			return err
		}
		out = shown(next, http.StatusAccepted, false)
		return s.Table.Commit(ctx, tx)
	})
	return out, err
}
