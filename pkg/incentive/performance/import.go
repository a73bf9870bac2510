package performance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Import is the import of one file, which its hash names: the same file again is the same import.
type Import struct {
	table.Head
	Row     ImportRow    `dynamodbav:"row"`
	Hash    string       `dynamodbav:"hash"` // SHA-256 of the file, hex
	Columns []string     `dynamodbav:"hdr,omitempty"`
	Chunks  int          `dynamodbav:"chunks,omitempty"`
	Owner   auth.PartyID `dynamodbav:"owner"`          // the vendor
	By      string       `dynamodbav:"by"`             // who started it, masked
	Upto    auth.PartyID `dynamodbav:"upto,omitempty"` // the customers up to here are counted
}

// ImportRow is what lists show of an import.
type ImportRow struct {
	ID       string      `dynamodbav:"id"`
	Source   string      `dynamodbav:"src"`
	Month    Month       `dynamodbav:"month"`
	State    ImportState `dynamodbav:"st"`
	Size     int64       `dynamodbav:"size"` // bytes
	At       time.Time   `dynamodbav:"at"`   // business time, UTC
	Done     time.Time   `dynamodbav:"done,omitempty"`
	Lines    int         `dynamodbav:"n,omitempty"`
	Imported int         `dynamodbav:"im,omitempty"`
	Refused  int         `dynamodbav:"re,omitempty"`
	Why      string      `dynamodbav:"why,omitempty"` // it failed
}

// ImportState says how far an import is.
type ImportState string

// The states.
const (
	Announced ImportState = "ANNOUNCED" // its file is to be uploaded
	Scanning  ImportState = "SCANNING"  // its file is read and cut into chunks
	Writing   ImportState = "WRITING"   // its lines are written and counted
	Done      ImportState = "DONE"
	Failed    ImportState = "FAILED" // nothing of the file was imported
)

// ImportStep is what happens to an import.
type ImportStep string

// The steps.
const (
	StepStart    ImportStep = "start"    // the file is there
	StepCut      ImportStep = "cut"      // the file is cut into chunks
	StepRefuse   ImportStep = "refuse"   // the file is broken, or another one than was announced
	StepFinish   ImportStep = "finish"   // all lines are written and counted
	StepAnnounce ImportStep = "announce" // again, after it failed
)

// After gives the state that a step brings an import to. Error: ErrState.
func (s ImportState) After(step ImportStep) (ImportState, error) {
	next := map[ImportState]map[ImportStep]ImportState{
		Announced: {StepStart: Scanning},
		Scanning:  {StepCut: Writing, StepRefuse: Failed},
		Writing:   {StepFinish: Done},
		Failed:    {StepAnnounce: Announced},
	}[s][step]
	if next == "" {
		return s, ErrState.Saying("the import is %s", s)
	}
	return next, nil
}

// ErrNoImport: there is no such import. ASSUMED code.
var ErrNoImport = problem.New(http.StatusNotFound, "CBC.0404", "there is no such import")

// importOf reads an import. Error: ErrNoImport.
func (s *Service) importOf(ctx context.Context, id string) (Import, error) {
	var im Import
	missing := ErrNoImport.Saying("there is no import %q", id).In("import_id")
	if !table.IsID(id) {
		return im, missing
	}
	err := s.Table.Get(ctx, importKey(id), &im)
	if absent(err) {
		return im, missing
	}
	return im, err
}

// newImport gives an import that begins now.
func (s *Service) newImport(source string, month Month, hash string, size int64, by auth.Principal) Import {
	id := importID(source, month, hash)
	im := Import{
		Head: importKey(id).Head(), Hash: hash, Owner: by.Party, By: by.Masked(),
		Row: ImportRow{ID: id, Source: source, Month: month, Size: size, At: s.Clock.Now()},
	}
	im.G1PK, im.G1SK = importsOf(month), im.Row.At.UTC().Format(listTime)+"#"+id
	return im
}

// chunks puts the chunks of a scanned file there, due at once. To do so again puts the same ones there.
func (s *Service) chunks(ctx context.Context, im Import, spans []span) error {
	items := make([]table.Item, len(spans))
	for n, span := range spans {
		c := &Chunk{Head: chunkKey(im.Row.ID, n).Head(), Span: span, Put: s.Clock.Now()}
		dueNow(&c.Head, WorkChunk, im.Row.ID, fmt.Sprintf("%05d", n), s.Clock.Now())
		items[n] = c
	}
	return s.Table.PutAll(ctx, items)
}

// cut gives an import whose file is cut into chunks: it is due behind them.
func (im Import) cut(file scanned, now time.Time) (Import, error) {
	next := im
	var err error
	next.Row.State, err = im.Row.State.After(StepCut)
	next.Columns, next.Chunks, next.Row.Lines, next.Row.Size = file.Header, len(file.Spans), file.Records, file.Size
	dueNow(&next.Head, WorkImport, im.Row.ID, behindChunks, now)
	return next, err
}

// behindChunks sorts behind the numbers of chunks.
const behindChunks = "import"

// doImport goes on with an import that is due: it reads its file, or counts what its chunks have written. It is a lifecycle.Handler; cut short anywhere,
// it does the same again.
func (s *Service) doImport(ctx context.Context, due lifecycle.Due) error {
	var im Import
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &im); err != nil {
		return err
	}
	if im.Row.State == Scanning {
		return s.scan(ctx, im)
	}
	return s.count(ctx, im)
}

// scan reads an uploaded file and puts its chunks there, or refuses it.
func (s *Service) scan(ctx context.Context, im Import) error {
	file, err := scan(&ranged{ctx: ctx, files: s.Files(), key: objectOf(im.Row.ID), size: im.Row.Size}, Sources()[im.Row.Source])
	if err == nil && file.Hash != im.Hash {
		err = problem.Invalid("sha256", "the file's hash is %s, and %s was announced", file.Hash, im.Hash)
	}
	refusal, refused := problem.As(err)
	switch {
	case refused:
		return s.refuse(ctx, im, refusal.Public())
	case err != nil:
		return err
	}
	if err := s.chunks(ctx, im, file.Spans); err != nil {
		return err
	}
	next, err := im.cut(file, s.Clock.Now())
	if err != nil {
		return err
	}
	return s.Table.Replace(ctx, &im, &next)
}

// refuse ends an import of whose file nothing was imported.
func (s *Service) refuse(ctx context.Context, im Import, why string) error {
	next := im
	var err error
	if next.Row.State, err = im.Row.State.After(StepRefuse); err != nil {
		return err
	}
	next.Row.Why, next.Row.Done = why, s.Clock.Now()
	lifecycle.Disarm(&next.Head)
	tx := table.NewTx()
	tx.Replace(&im, &next)
	if err := s.runs(ctx, tx, im.Row.Month, im.Row.ID, false); err != nil {
		return err
	}
	s.tell(tx, EventImportFailed, string(im.Owner), im.Row.ID, system, map[string]string{"why": cut(why, longResource)})
	return s.Table.Commit(ctx, tx)
}

// count recounts the months of all customers that an import has lines of, one after the other, and ends it.
func (s *Service) count(ctx context.Context, im Import) error {
	did, err := s.written(ctx, im)
	if err != nil {
		return err
	}
	if !did.all {
		return s.later(ctx, im, s.Clock.Now().Add(waits))
	}
	b, err := s.newBook(ctx, im.Row.Month)
	if err != nil {
		return err
	}
	since := 0
	for _, customer := range did.customers {
		if customer <= im.Upto {
			continue
		}
		if s.pressed(ctx) {
			return s.later(ctx, im, s.Clock.Now())
		}
		if err := s.recount(ctx, b, customer); err != nil {
			return err
		}
		im.Upto = customer
		if since++; since%notedCustomers == 0 {
			if im, err = s.noted(ctx, im); err != nil {
				return err
			}
		}
	}
	return s.finish(ctx, im, did)
}

// noted keeps how far an import's counting came, and gives the import as it is kept.
func (s *Service) noted(ctx context.Context, im Import) (Import, error) {
	next := im
	err := s.Table.Replace(ctx, &im, &next)
	return next, err
}

// later makes an import due again, with how far it came.
func (s *Service) later(ctx context.Context, im Import, at time.Time) error {
	next := im
	lifecycle.Arm(&next.Head, WorkImport, im.Row.ID, behindChunks, at)
	return s.Table.Replace(ctx, &im, &next)
}

func (s *Service) finish(ctx context.Context, im Import, did written) error {
	next := im
	var err error
	if next.Row.State, err = im.Row.State.After(StepFinish); err != nil {
		return err
	}
	next.Row.Imported, next.Row.Refused, next.Row.Done, next.Upto = did.imported, did.refused, s.Clock.Now(), ""
	lifecycle.Disarm(&next.Head)
	tx := table.NewTx()
	tx.Replace(&im, &next)
	if err := s.runs(ctx, tx, im.Row.Month, im.Row.ID, false); err != nil {
		return err
	}
	s.tell(tx, EventImportDone, string(im.Owner), im.Row.ID, system, map[string]string{
		"month": string(im.Row.Month), "imported": fmt.Sprint(did.imported), "refused": fmt.Sprint(did.refused),
	})
	return s.Table.Commit(ctx, tx)
}

// written is what the chunks of an import have done.
type written struct {
	all               bool
	customers         []auth.PartyID // sorted
	imported, refused int
}

func (s *Service) written(ctx context.Context, im Import) (written, error) {
	did := written{all: true}
	touched := map[auth.PartyID]bool{}
	for c, err := range table.All[Chunk](ctx, s.Table, table.Query{PK: im.PK, Prefix: chunkPrefix, Strong: true}) {
		if err != nil {
			return did, err
		}
		if !c.Done {
			did.all = false
			return did, nil
		}
		verdicts, err := c.verdicts()
		if err != nil {
			return did, err
		}
		for _, v := range verdicts {
			if v.Customer == "" {
				did.refused++
				continue
			}
			did.imported++
			touched[v.Customer] = true
		}
	}
	for customer := range touched {
		did.customers = append(did.customers, customer)
	}
	slices.Sort(did.customers)
	return did, nil
}

// ranged reads a file by ranges, so that no more of it than one is in memory.
type ranged struct {
	ctx   context.Context //nolint:containedctx // a reader's Read takes none
	files Files
	key   string
	size  int64
	at    int64
	part  []byte
}

// Read reads on, from the next range when one is used up.
func (r *ranged) Read(p []byte) (int, error) {
	if len(r.part) == 0 {
		if r.at >= r.size {
			return 0, io.EOF
		}
		part, err := r.files.Range(r.ctx, r.key, r.at, min(r.at+rangeBytes, r.size))
		if err != nil {
			return 0, errors.Join(errFile, err)
		}
		r.part, r.at = part, r.at+int64(len(part))
	}
	n := copy(p, r.part)
	r.part = r.part[n:]
	return n, nil
}

var errFile = errors.New("the import's file can't be read")
