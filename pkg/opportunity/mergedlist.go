package opportunity

import (
	"context"
	"iter"
	"slices"

	"partnercenter/pkg/foundation/table"
)

// through yields what partitions of the index list: those that stand together merged by their sort keys, then the next. After a marker it starts behind
// it. An index may be late by a moment.
func (s *Service) through(ctx context.Context, q table.Query, parts [][]string) iter.Seq2[*Opportunity, error] {
	return func(yield func(*Opportunity, error) bool) {
		behindPK, behindSK := "", ""
		if q.After != "" {
			var err error
			behindPK, behindSK, err = s.Table.MarkerPlace(ctx, q.Scope, q.After)
			at := slices.IndexFunc(parts, func(together []string) bool { return slices.Contains(together, behindPK) })
			if err == nil && at < 0 {
				err = table.ErrMarker
			}
			if err != nil {
				yield(nil, err)
				return
			}
			parts = parts[at:]
		}
		for i, together := range parts {
			var lists []iter.Seq2[*Opportunity, error]
			for _, pk := range together {
				one := q
				one.PK = pk
				switch {
				case i > 0:
					one.After = ""
				case q.After != "" && pk != behindPK: // the marker is another one's
					one.After, one.From = "", behindSK+behind
				}
				lists = append(lists, table.All[Opportunity](ctx, s.Table, one))
			}
			for o, err := range merged(lists) {
				if !yield(o, err) || err != nil {
					return
				}
			}
		}
	}
}

// stream is a list of which the first is known.
type stream struct {
	first *Opportunity
	err   error
	more  bool
	next  func() (*Opportunity, error, bool)
}

func (s *stream) advance() { s.first, s.err, s.more = s.next() }

// merged yields what sorted lists have in the order of their sort keys in the index. It yields an error at most once, as its last.
func merged(lists []iter.Seq2[*Opportunity, error]) iter.Seq2[*Opportunity, error] {
	return func(yield func(*Opportunity, error) bool) {
		streams := make([]*stream, len(lists))
		for i, list := range lists {
			next, stop := iter.Pull2(list)
			defer stop()
			streams[i] = &stream{next: next}
			streams[i].advance()
		}
		for {
			least := earliest(streams)
			if least == nil || !yield(least.first, least.err) || least.err != nil {
				return
			}
			least.advance()
		}
	}
}

// earliest gives the stream whose first is next, or that failed; nil when all are at their ends.
func earliest(streams []*stream) (least *stream) {
	for _, s := range streams {
		switch {
		case !s.more:
		case s.err != nil:
			return s
		case least == nil || s.first.G1SK < least.first.G1SK:
			least = s
		}
	}
	return least
}
