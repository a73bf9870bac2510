package performance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// ImportBody is an import on the wire. It is exported for the schema of the operations alone.
type ImportBody struct {
	ImportID      string        `json:"import_id"`
	Source        string        `json:"source"`
	Period        Month         `json:"period"`
	State         ImportState   `json:"state" enum:"ANNOUNCED,SCANNING,WRITING,DONE,FAILED"`
	Size          int64         `json:"size" doc:"Bytes"`
	Lines         int           `json:"lines" doc:"Once the file is read"`
	Imported      int           `json:"imported" doc:"Once it is done: lines that are in the performance, or are judged not to count"`
	Refused       int           `json:"refused" doc:"Once it is done: lines that were refused; the verdicts say why"`
	Reason        string        `json:"reason,omitempty" doc:"Why it failed: nothing of it was imported"`
	CreatedAt     rest.Instant  `json:"created_at"`
	CompletedAt   *rest.Instant `json:"completed_at,omitempty"`
	UploadURL     string        `json:"upload_url,omitempty" doc:"Where the file is to be put, by PUT, within an hour; then start the import"`
	AlreadyExists bool          `json:"already_exists" doc:"The same file was imported, or announced, for that source and period before"`
}

func showImport(row ImportRow) ImportBody {
	b := ImportBody{
		ImportID: row.ID, Source: row.Source, Period: row.Month, State: row.State, Size: row.Size, Lines: row.Lines, Imported: row.Imported,
		Refused: row.Refused, Reason: row.Why, CreatedAt: rest.Instant(row.At),
	}
	if !row.Done.IsZero() {
		at := rest.Instant(row.Done)
		b.CompletedAt = &at
	}
	return b
}

type importOutput struct {
	Status int
	Body   ImportBody
}

func shown(im Import, status int, exists bool) *importOutput {
	out := &importOutput{Status: status, Body: showImport(im.Row)}
	out.Body.AlreadyExists = exists
	return out
}

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

// ImportPath names an import. It is exported for the schema of the operations alone.
type ImportPath struct {
	ImportID string `path:"import_id" maxLength:"64"`
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

func (s *Service) showImport(ctx context.Context, in *ImportPath) (*importOutput, error) {
	im, err := s.importOf(ctx, in.ImportID)
	return shown(im, http.StatusOK, false), err
}

type listImportsInput struct {
	rest.QueryPaging
	Period string `query:"period" minLength:"7" maxLength:"7" required:"true" doc:"Such as 2026-11"`
}

type listImportsOutput struct {
	rest.CountHeader
	Body struct {
		Imports    []ImportBody `json:"imports"`
		TotalCount int          `json:"total_count"`
		Marker     string       `json:"marker,omitempty"`
	}
}

func (s *Service) listImports(ctx context.Context, in *listImportsInput) (*listImportsOutput, error) {
	month, err := ParseMonth("period", in.Period)
	if err != nil {
		return nil, err
	}
	q := table.Query{Index: table.Listed, PK: importsOf(month), Descending: true, Scope: "consumption imports " + in.Period}
	page, err := rest.List[Import](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &listImportsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Imports = page.Total, page.Marker, []ImportBody{}
	for _, im := range page.Items {
		out.Body.Imports = append(out.Body.Imports, showImport(im.Row))
	}
	return out, nil
}

// VerdictBody is what became of one line. It is exported for the schema of the operations alone.
type VerdictBody struct {
	Line       int          `json:"line" doc:"In the file, the header being 1"`
	Outcome    string       `json:"outcome" enum:"imported,refused"`
	CustomerID auth.PartyID `json:"customer_id,omitempty"`
	PartnerID  auth.PartyID `json:"partner_id,omitempty" doc:"Whose the customer was when it consumed"`
	Counts     bool         `json:"counts" doc:"As performance, when it was imported; the line's own verdict may have changed since"`
	Rule       Rule         `json:"rule,omitempty"`
	Message    string       `json:"message,omitempty" doc:"Why it was refused, or what the rule says"`
}

const (
	wasImported = "imported"
	wasRefused  = "refused"
)

func showVerdict(v LineVerdict) VerdictBody {
	b := VerdictBody{
		Line: v.Line, Outcome: wasRefused, CustomerID: v.Customer, PartnerID: v.Partner, Counts: counting(v.Rule), Rule: v.Rule, Message: v.Message,
	}
	if v.Customer != "" {
		b.Outcome, b.Message = wasImported, v.Rule.Reason()
	}
	return b
}

type verdictsInput struct {
	rest.QueryPaging
	ImportPath
	Outcome string `query:"outcome" enum:"imported,refused"`
}

type verdictsOutput struct {
	rest.CountHeader
	Body struct {
		Verdicts   []VerdictBody `json:"verdicts"`
		TotalCount int           `json:"total_count" doc:"Of the chunks that are done so far"`
		Marker     string        `json:"marker,omitempty"`
	}
}

func (s *Service) listVerdicts(ctx context.Context, in *verdictsInput) (*verdictsOutput, error) {
	im, err := s.importOf(ctx, in.ImportID)
	if err != nil {
		return nil, err
	}
	paging := in.Paging()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	chunk, after, err := readVerdictMarker(paging.Marker)
	if err != nil {
		return nil, err
	}
	all := rest.Only(s.verdictsFrom(ctx, im, chunk), func(v LineVerdict) bool {
		return v.Line > after && (in.Outcome == "" || in.Outcome == showVerdict(v).Outcome)
	})
	page, err := rest.Collect(all, paging)
	if err != nil {
		return nil, err
	}
	out := &verdictsOutput{CountHeader: page.Header()}
	out.Body.Verdicts, out.Body.TotalCount = []VerdictBody{}, page.Total
	for _, v := range page.Items {
		out.Body.Verdicts = append(out.Body.Verdicts, showVerdict(v))
	}
	if page.More {
		last := page.Items[len(page.Items)-1]
		out.Body.Marker = fmt.Sprintf("%d-%d", last.chunk, last.Line)
	}
	return out, nil
}

// readVerdictMarker reads the marker of a page of verdicts: the chunk and the line of the last one. Error: table.ErrMarker.
func readVerdictMarker(marker string) (chunk, line int, err error) {
	if marker == "" {
		return 0, 0, nil
	}
	first, second, _ := strings.Cut(marker, "-")
	chunk, err = strconv.Atoi(first)
	if err == nil {
		line, err = strconv.Atoi(second)
	}
	if err != nil || chunk < 0 || line < 0 {
		return 0, 0, table.ErrMarker
	}
	return chunk, line, nil
}

// verdictsFrom yields the verdicts from a chunk on, of those that are done.
func (s *Service) verdictsFrom(ctx context.Context, im Import, chunk int) iter.Seq2[LineVerdict, error] {
	q := table.Query{PK: im.PK, From: chunkKey(im.Row.ID, chunk).SK, To: chunkPrefix + "~", Strong: true, Page: chunksAtOnce}
	return func(yield func(LineVerdict, error) bool) {
		for c, err := range table.All[Chunk](ctx, s.Table, q) {
			var verdicts []LineVerdict
			if err == nil {
				verdicts, err = c.verdicts()
			}
			if err != nil {
				yield(LineVerdict{}, err)
				return
			}
			for _, v := range verdicts {
				if v.chunk = chunk; !yield(v, nil) {
					return
				}
			}
			chunk++
		}
	}
}

// chunksAtOnce is how many chunks a list of verdicts reads at once.
const chunksAtOnce = 4
