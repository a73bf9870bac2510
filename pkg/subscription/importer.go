package subscription

import (
	"context"
	"errors"
	"fmt"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/sheet"
	"partnercenter/pkg/foundation/table"
)

// Outcome is what became of one row of an import.
type Outcome string

// The outcomes of rows.
const (
	Imported Outcome = "imported" // or would be, in a dry run
	Exists   Outcome = "exists"   // its id was imported before; nothing changed
	Refused  Outcome = "refused"  // nothing changed, and the message says why
)

// Verdict says what became of one row. Line counts from 1, the header included.
type Verdict struct {
	Line    int     `json:"line" dynamodbav:"l"`
	ID      string  `json:"id,omitempty" dynamodbav:"i,omitempty"`
	Outcome Outcome `json:"outcome" dynamodbav:"o" enum:"imported,exists,refused"`
	Message string  `json:"message,omitempty" dynamodbav:"m,omitempty" doc:"Why it was refused, or in which state it was imported"`
}

// importer turns rows of one kind of sheet into items. A row's writes happen together; rows share transactions where
// nothing is in the way, which is quicker and costs the same.
type importer[T any] struct {
	required, optional []string
	parse              func(ctx context.Context, row sheet.Row) (T, error)
	id                 func(T) string
	key                func(T) table.Key                          // the item that says that the row was imported before
	add                func(tx *table.Tx, rows T) (string, error) // its writes; the text goes into the verdict
	weight             int                                        // items that a row writes at most
}

type parsed[T any] struct {
	value   T
	verdict *Verdict
}

// run imports the rows and returns a verdict on each, in their order. A dry run writes nothing.
func (im importer[T]) run(ctx context.Context, db *table.Client, rows []sheet.Row, dry bool) ([]Verdict, error) {
	verdicts := make([]Verdict, len(rows))
	var good []parsed[T]
	seen := map[table.Key]int{}
	for i, row := range rows {
		verdicts[i] = Verdict{Line: row.Line}
		value, err := im.parse(ctx, row)
		if err == nil {
			verdicts[i].ID = im.id(value)
			err = firstOf(seen, im.key(value), row.Line)
		}
		if err != nil {
			if err := refuse(&verdicts[i], err); err != nil {
				return nil, err
			}
			continue
		}
		good = append(good, parsed[T]{value: value, verdict: &verdicts[i]})
	}
	fresh, err := im.unknown(ctx, db, good)
	if err != nil {
		return nil, err
	}
	for len(fresh) > 0 {
		n := min(len(fresh), max(1, transactionItems/im.weight))
		if err := im.together(ctx, db, fresh[:n], dry); err != nil {
			return nil, err
		}
		fresh = fresh[n:]
	}
	return verdicts, nil
}

// transactionItems is how many items DynamoDB writes in one transaction.
const transactionItems = 100

func firstOf(seen map[table.Key]int, key table.Key, line int) error {
	if before, twice := seen[key]; twice {
		return problem.Invalid("id", "is on line %d already", before)
	}
	seen[key] = line
	return nil
}

// refuse notes a refusal on the verdict; any other error ends the import.
func refuse(v *Verdict, err error) error {
	refusal, ok := problem.As(err)
	if !ok {
		return fmt.Errorf("line %d: %w", v.Line, err)
	}
	v.Outcome, v.Message = Refused, refusal.Public()
	return nil
}

// unknown leaves out the rows that were imported before.
func (im importer[T]) unknown(ctx context.Context, db *table.Client, rows []parsed[T]) ([]parsed[T], error) {
	keys := make([]table.Key, len(rows))
	for i, r := range rows {
		keys[i] = im.key(r.value)
	}
	found, err := table.GetAll[table.Raw](ctx, db, keys)
	if err != nil {
		return nil, err
	}
	var fresh []parsed[T]
	for i, r := range rows {
		if _, known := found[keys[i]]; known {
			r.verdict.Outcome = Exists
			continue
		}
		fresh = append(fresh, r)
	}
	return fresh, nil
}

// together writes rows in one transaction, and one by one when another writer is in the way.
func (im importer[T]) together(ctx context.Context, db *table.Client, rows []parsed[T], dry bool) error {
	tx := table.NewTx()
	for _, r := range rows {
		message, err := im.add(tx, r.value)
		if err != nil {
			return fmt.Errorf("line %d: %w", r.verdict.Line, err)
		}
		r.verdict.Outcome, r.verdict.Message = Imported, message
	}
	if dry {
		return nil
	}
	err := db.Commit(ctx, tx)
	if !errors.Is(err, table.ErrConflict) {
		return err
	}
	if len(rows) == 1 {
		rows[0].verdict.Outcome, rows[0].verdict.Message = Exists, ""
		return nil
	}
	for i := range rows {
		if err := im.together(ctx, db, rows[i:i+1], false); err != nil {
			return err
		}
	}
	return nil
}
