package performance

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Chunk is some of an import's lines: one piece of due work, and the verdicts on them once it is done.
type Chunk struct {
	table.Head
	Span span      `dynamodbav:"span"`
	Put  time.Time `dynamodbav:"put"` // when it was cut, business time, UTC
	Done bool      `dynamodbav:"done,omitempty"`
	Said []byte    `dynamodbav:"said,omitempty"` // the verdicts, as packed JSON
}

// LineVerdict says what became of one line of a file. A line without a customer was refused, and the message says why.
type LineVerdict struct {
	Line     int          `json:"l"`
	Customer auth.PartyID `json:"c,omitempty"`
	Partner  auth.PartyID `json:"p,omitempty"` // when it was imported
	Rule     Rule         `json:"r,omitempty"` // then
	Message  string       `json:"m,omitempty"`

	chunk int // that it was read from
}

func pack(verdicts []LineVerdict) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(verdicts); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

// verdicts gives the verdicts of a chunk that is done.
func (c *Chunk) verdicts() ([]LineVerdict, error) {
	if len(c.Said) == 0 {
		return nil, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(c.Said))
	if err != nil {
		return nil, fmt.Errorf("verdicts of %s: %w", c.Key(), err)
	}
	var all []LineVerdict
	err = json.NewDecoder(io.LimitReader(z, chunkBytes)).Decode(&all)
	return all, err
}

// doChunk writes the lines of one chunk. It is a lifecycle.Handler: lines that a crash cut off are written again, to the same keys.
func (s *Service) doChunk(ctx context.Context, due lifecycle.Due) error {
	var c Chunk
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &c); err != nil {
		return err
	}
	var im Import
	err := s.Table.Get(ctx, table.Key{PK: c.PK, SK: "IMPORT"}, &im)
	if err != nil && !absent(err) {
		return err
	}
	switch im.Row.State { // none without an import
	case Writing:
		return s.writeChunk(ctx, im, c)
	case Done: // another call that takes the same file has put the chunk there anew, behind the import's end
		next := c
		lifecycle.Disarm(&next.Head)
		return s.Table.Replace(ctx, &c, &next)
	case Announced, Scanning, Failed:
	}
	return s.chunkWaits(ctx, c)
}

// writeChunk writes the lines of a chunk, and keeps the verdicts on them.
func (s *Service) writeChunk(ctx context.Context, im Import, c Chunk) error {
	lines, verdicts, err := s.read(ctx, im, c)
	if err != nil {
		return err
	}
	if err := s.Table.PutAll(ctx, lines); err != nil {
		return err
	}
	next := c
	next.Done = true
	if next.Said, err = pack(verdicts); err != nil {
		return err
	}
	lifecycle.Disarm(&next.Head)
	return s.Table.Replace(ctx, &c, &next)
}

// chunkWaits puts off a chunk whose import has not begun: chunks are there before it, also before one that failed begins anew. An import that has not
// begun within a day was cut off; whoever begins it puts its chunks there again.
func (s *Service) chunkWaits(ctx context.Context, c Chunk) error {
	now := s.Clock.Now()
	if now.Sub(c.Put) >= chunkLife {
		return s.Table.Remove(ctx, &c)
	}
	next := c
	lifecycle.Arm(&next.Head, WorkChunk, importOfChunk(c.Key()), strings.TrimPrefix(c.SK, chunkPrefix), now.Add(waits))
	return s.Table.Replace(ctx, &c, &next)
}

// read reads a chunk's records from the file and judges them.
func (s *Service) read(ctx context.Context, im Import, c Chunk) ([]table.Item, []LineVerdict, error) {
	part, err := s.Files().Range(ctx, objectOf(im.Row.ID), c.Span.From, c.Span.To)
	if err != nil {
		return nil, nil, err
	}
	r := &reading{service: s, im: im, services: map[string]*ServiceType{}}
	if err := r.parse(part, c.Span); err != nil {
		return nil, nil, err
	}
	if err := r.people(ctx); err != nil {
		return nil, nil, err
	}
	if r.placing, err = s.newPlacing(ctx, im.Row.Month); err != nil {
		return nil, nil, err
	}
	for i := range r.rows {
		if err := r.line(ctx, &r.rows[i]); err != nil {
			return nil, nil, err
		}
	}
	return r.lines, r.verdicts(), s.learn(ctx, r.services)
}

// reading turns the records of one chunk into lines.
type reading struct {
	service  *Service
	im       Import
	rows     []row
	holders  map[string]auth.PartyID // by sub-account
	parties  map[table.Key]*party.Party
	placing  *placing
	services map[string]*ServiceType
	lines    []table.Item
}

// row is a record with what becomes of it.
type row struct {
	Record
	id      string
	verdict LineVerdict
}

func (r *reading) parse(part []byte, of span) error {
	m := Sources()[r.im.Row.Source]
	for cells, err := range records(bytes.NewReader(part), r.im.Columns) {
		if err != nil {
			return err
		}
		n := len(r.rows)
		one := row{id: lineID(content(r.im.Columns, cells), max(1, of.Ordinals[n]))}
		one.verdict.Line = of.Line + n
		if of.Lines != nil {
			one.verdict.Line = of.Line + of.Lines[n]
		}
		var err error
		if one.Record, err = m.Parse(r.im.Columns, cells, r.im.Row.Month); err != nil {
			refusal, ok := problem.As(err)
			if !ok {
				return err
			}
			one.verdict.Message = refusal.Public()
		}
		r.rows = append(r.rows, one)
	}
	return nil
}

// people reads whose the sub-accounts are, and those parties.
func (r *reading) people(ctx context.Context) error {
	var accounts []string
	named := map[string]bool{}
	for _, one := range r.rows {
		if one.verdict.Message == "" && !named[one.Account] {
			named[one.Account] = true
			accounts = append(accounts, one.Account)
		}
	}
	var err error
	if r.holders, err = party.SubAccounts(ctx, r.service.Table, accounts); err != nil {
		return err
	}
	var keys []table.Key
	asked := map[auth.PartyID]bool{}
	for _, holder := range r.holders {
		if !asked[holder] {
			asked[holder] = true
			keys = append(keys, party.Key(holder))
		}
	}
	r.parties, err = table.GetAll[party.Party](ctx, r.service.Table, keys)
	return err
}

// line judges one record whose customer is known, and refuses any other.
func (r *reading) line(ctx context.Context, one *row) error {
	if one.verdict.Message != "" {
		return nil
	}
	customer, known := r.holders[one.Account]
	holder := r.parties[party.Key(customer)]
	if !known || holder == nil {
		one.verdict.Message = problem.Invalid(Sources()[r.im.Row.Source].Account, "sub-account %s is no customer's; say whose it is", quoted(one.Account)).Public()
		return nil
	}
	l := lineOf(customer, r.im.Row.Month, one.id, one.Record)
	l.Source, l.Import, l.Number = r.im.Row.Source, r.im.Row.ID, one.verdict.Line
	why, err := r.placing.place(ctx, l, *holder)
	if err != nil || why != "" {
		one.verdict.Message = why
		return err
	}
	one.verdict.Customer, one.verdict.Partner, one.verdict.Rule = customer, l.Partner, l.Rule
	r.lines = append(r.lines, l)
	noteService(r.services, l, one.ServiceCategory)
	return nil
}

func (r *reading) verdicts() []LineVerdict {
	all := make([]LineVerdict, len(r.rows))
	for i, one := range r.rows {
		all[i] = one.verdict
	}
	return all
}
