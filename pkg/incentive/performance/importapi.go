package performance

import (
	"context"
	"net/http"

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

// ImportPath names an import. It is exported for the schema of the operations alone.
type ImportPath struct {
	ImportID string `path:"import_id" maxLength:"64"`
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
