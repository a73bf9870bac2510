package performance

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type importInput struct {
	Source  string `query:"source" maxLength:"32" required:"true" doc:"Whose format the file has: a column map of that name"`
	Period  string `query:"period" minLength:"7" maxLength:"7" required:"true" doc:"The billing period, such as 2026-11"`
	RawBody []byte `contentType:"text/csv"`
}

// sourceOf gives the column map of a source. Error: CBC.0100.
func sourceOf(name string) (ColumnMap, error) {
	m, known := Sources()[name]
	if !known {
		var names []string
		for name := range Sources() {
			names = append(names, name)
		}
		slices.Sort(names)
		return m, problem.Invalid("source", "%.32q is none of %s", name, strings.Join(names, ", "))
	}
	return m, nil
}

// period reads a month that has begun. Error: CBC.0100.
func (s *Service) period(field, text string) (Month, error) {
	month, err := ParseMonth(field, text)
	if err != nil {
		return "", err
	}
	if from, _ := month.utc(); s.Clock.Now().Before(month.First().Start()) && s.Clock.Now().Before(from) {
		return "", problem.Invalid(field, "%s has not begun", month)
	}
	return month, nil
}

// take imports a file that comes with the call: it is cut into chunks at once, and these are due work.
func (s *Service) take(ctx context.Context, in *importInput) (*importOutput, error) {
	m, err := sourceOf(in.Source)
	if err != nil {
		return nil, err
	}
	month, err := s.period("period", in.Period)
	if err != nil {
		return nil, err
	}
	file, err := scan(bytes.NewReader(in.RawBody), m)
	if err != nil {
		return nil, err
	}
	im := s.newImport(in.Source, month, file.Hash, file.Size, rest.Caller(ctx))
	if earlier, err := s.importOf(ctx, im.Row.ID); err == nil && earlier.Row.State != Failed && earlier.Row.State != Announced {
		return shown(earlier, http.StatusOK, true), nil
	} else if err != nil && !errors.Is(err, ErrNoImport) {
		return nil, err
	}
	if err := s.Files().Put(ctx, objectOf(im.Row.ID), in.RawBody); err != nil {
		return nil, err
	}
	if err := s.chunks(ctx, im, file.Spans); err != nil {
		return nil, err
	}
	im.Row.State = Scanning
	if im, err = im.cut(file, s.Clock.Now()); err != nil {
		return nil, err
	}
	return s.begin(ctx, im)
}

// begin puts an import there that is cut into chunks, over one that was only announced, or that failed.
func (s *Service) begin(ctx context.Context, im Import) (*importOutput, error) {
	var out *importOutput
	err := table.Retry(ctx, func() error {
		old, err := s.importOf(ctx, im.Row.ID)
		known := err == nil
		switch {
		case known && old.Row.State != Failed && old.Row.State != Announced:
			out = shown(old, http.StatusOK, true) // somebody was quicker
			return nil
		case !known && !errors.Is(err, ErrNoImport):
			return err
		}
		next, tx := im, table.NewTx()
		if known {
			tx.Replace(&old, &next)
		} else {
			tx.Create(&next)
		}
		if err := s.starts(ctx, tx, next); err != nil {
			return err
		}
		out = shown(next, http.StatusAccepted, false)
		return s.Table.Commit(ctx, tx)
	})
	return out, err
}

// starts appends to tx that an import is under way.
func (s *Service) starts(ctx context.Context, tx *table.Tx, im Import) error {
	if err := s.runs(ctx, tx, im.Row.Month, im.Row.ID, true); err != nil {
		return err
	}
	s.tell(tx, EventImportStarted, string(im.Owner), im.Row.ID, rest.Caller(ctx).Masked(), map[string]string{
		"source": im.Row.Source, "month": string(im.Row.Month), "sha256": im.Hash,
	})
	return nil
}
