package subscription

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/sheet"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// The kinds of import.
const (
	importCustomers     = "customers"
	importSubscriptions = "subscriptions"
)

// Import is a sheet of more rows than one call takes: its rows wait in parts, each of which is a piece of due work.
type Import struct {
	table.Head
	ID      string       `dynamodbav:"id"`
	Kind    string       `dynamodbav:"kind"`
	Partner auth.PartyID `dynamodbav:"partner,omitempty"` // whose customers they are
	By      string       `dynamodbav:"by"`
	Dry     bool         `dynamodbav:"dry"`
	Rows    int          `dynamodbav:"rows"`
	Parts   int          `dynamodbav:"parts"`
	At      time.Time    `dynamodbav:"at"`               // business time, UTC
	Broken  []Verdict    `dynamodbav:"broken,omitempty"` // on lines that could not be read
}

// importPart is some of an import's rows, and the verdicts on them once they are done.
type importPart struct {
	table.Head
	Import   string        `dynamodbav:"import"`
	Columns  []string      `dynamodbav:"columns"`
	Rows     []importedRow `dynamodbav:"rows"`
	Verdicts []Verdict     `dynamodbav:"verdicts"`
	Done     bool          `dynamodbav:"done"`
}

type importedRow struct {
	Line  int      `dynamodbav:"l"`
	Cells []string `dynamodbav:"c"`
}

func importKey(id string) table.Key { return table.Key{PK: "IMPORT#" + id, SK: "IMPORT"} }

func partKey(id string, n int) table.Key {
	return table.Key{PK: "IMPORT#" + id, SK: fmt.Sprintf("ROWS#%04d", n)}
}

// enqueue keeps the rows of a long import for due work, in their order, which the queue keeps: an import's parts are one account's work.
// The import's own item comes last, so that an import that can be asked for is whole.
func (s *Service) enqueue(ctx context.Context, im Import, columns []string, rows []sheet.Row, broken []Verdict) error {
	ttl := s.Wall.Now().Add(importKept).Unix()
	for part := range slices.Chunk(rows, partRows) {
		key := partKey(im.ID, im.Parts)
		item := &importPart{Head: table.Head{PK: key.PK, SK: key.SK, TTL: ttl}, Import: im.ID, Columns: columns}
		for _, row := range part {
			cells := make([]string, len(columns))
			for i, column := range columns {
				cells[i] = row.Get(column)
			}
			item.Rows = append(item.Rows, importedRow{Line: row.Line, Cells: cells})
		}
		lifecycle.Arm(&item.Head, WorkImport, im.ID, fmt.Sprintf("%04d", im.Parts), im.At.Add(time.Duration(im.Parts)*time.Second))
		if err := s.Table.Create(ctx, item); err != nil {
			return err
		}
		im.Parts++
	}
	key := importKey(im.ID)
	im.Broken = broken
	im.Head = table.Head{PK: key.PK, SK: key.SK, TTL: ttl}
	return s.Table.Create(ctx, &im)
}

// DoImport imports one part. A part that was done before is left alone, and rows that were imported before say so.
func (s *Service) DoImport(ctx context.Context, due lifecycle.Due) error {
	var part importPart
	if err := s.Table.Get(ctx, due.Key, &part); err != nil || part.Done {
		return err
	}
	var im Import
	if err := s.Table.Get(ctx, importKey(part.Import), &im); err != nil {
		return err
	}
	rows := make([]sheet.Row, len(part.Rows))
	for i, row := range part.Rows {
		cells := map[string]string{}
		for n, column := range part.Columns {
			cells[column] = row.Cells[n]
		}
		rows[i] = sheet.NewRow(row.Line, cells)
	}
	verdicts, err := s.importRows(ctx, im, rows)
	if err != nil {
		return err
	}
	next := part
	next.Done, next.Verdicts, next.Rows = true, verdicts, nil
	lifecycle.Disarm(&next.Head)
	return s.Table.Replace(ctx, &part, &next)
}

// importRows runs an import over some of its rows.
func (s *Service) importRows(ctx context.Context, im Import, rows []sheet.Row) ([]Verdict, error) {
	if im.Kind == importSubscriptions {
		return s.subscriptions(im.By, im.Dry).run(ctx, s.Table, rows, im.Dry)
	}
	partner, err := s.partner(ctx, im.Partner)
	if err != nil {
		return nil, err
	}
	return s.customers(partner, im.By).run(ctx, s.Table, rows, im.Dry)
}

// partner reads whose customers an import is of; none is nobody's.
func (s *Service) partner(ctx context.Context, id auth.PartyID) (party.Party, error) {
	if id == "" {
		return party.Party{}, nil
	}
	return party.Get(ctx, s.Table, id)
}

// progress gives an import and the verdicts so far.
func (s *Service) progress(ctx context.Context, id string) (Import, []Verdict, bool, error) {
	var im Import
	if err := s.Table.Get(ctx, importKey(id), &im); err != nil {
		return im, nil, false, err
	}
	verdicts, done := im.Broken, true
	for part, err := range table.All[importPart](ctx, s.Table, table.Query{PK: importKey(id).PK, Prefix: "ROWS#", Strong: true}) {
		if err != nil {
			return im, nil, false, err
		}
		verdicts = append(verdicts, part.Verdicts...)
		done = done && part.Done
	}
	return im, verdicts, done, nil
}

func isAbsent(err error) bool { return errors.Is(err, table.ErrNotFound) }
