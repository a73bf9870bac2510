package rest

import (
	"context"
	"iter"
	"slices"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

const (
	defaultLimit = 10
	maxLimit     = 1000
	maxOffset    = 10_000
	exactCount   = 1000 // matches up to which total_count is exact
)

// Paging is what every list takes: offset counts records, limit is how many come back, and marker goes on where a page ended, at the same
// cost for every page. Nil is absent.
type Paging struct {
	Offset *int   `json:"offset,omitempty" minimum:"0" doc:"Records to skip, up to 10,000; beyond that go by marker"`
	Limit  *int   `json:"limit,omitempty" minimum:"1" maximum:"1000" doc:"Records of a page; 10 when absent"`
	Marker string `json:"marker,omitempty" maxLength:"1024" doc:"The marker of the page before; then offset is not counted"`
}

// QueryPaging is Paging as query parameters.
type QueryPaging struct {
	Offset int    `query:"offset" minimum:"0" doc:"Records to skip, up to 10,000; beyond that go by marker"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"10" doc:"Records of a page"`
	Marker string `query:"marker" maxLength:"1024" doc:"The marker of the page before; then offset is not counted"`
}

// Paging gives the parameters as Paging.
func (q QueryPaging) Paging() Paging {
	return Paging{Offset: &q.Offset, Limit: &q.Limit, Marker: q.Marker}
}

// Check refuses what can't be served. Error: CBC.0100.
func (p Paging) Check() error {
	if p.skip() > maxOffset {
		return problem.Invalid("offset", "%d is more than %d; go on by the marker that each page returns", p.skip(), maxOffset)
	}
	return nil
}

func (p Paging) skip() int {
	if p.Offset == nil || p.Marker != "" {
		return 0
	}
	return *p.Offset
}

// Size gives the records of a page.
func (p Paging) Size() int {
	if p.Limit == nil {
		return defaultLimit
	}
	return *p.Limit
}

// Page is a page of a list.
type Page[T any] struct {
	Items []T
	Total int  // matches; exact up to 1,000, beyond that what was read plus one page
	Exact bool // whether Total is
	More  bool // whether another page follows: then its marker is that of the last item

	Marker string // of the page that follows; set by List
}

// Header gives the header that says whether the total is exact.
func (p Page[T]) Header() CountHeader {
	if p.Exact {
		return CountHeader{}
	}
	return CountHeader{Exact: "false"}
}

// CountHeader is embedded in the outputs of lists.
type CountHeader struct {
	Exact string `header:"X-Total-Count-Exact"`
}

// List reads one page of what a query finds and wanted lets through, all of it when wanted is nil, with the marker of the page that follows. The
// paging says where the query starts and how much it reads at once. Errors: CBC.0100 for a paging that can't be served, table.ErrMarker.
func List[T any, P interface {
	*T
	table.Item
}](ctx context.Context, db *table.Client, q table.Query, p Paging, wanted func(P) bool) (Page[P], error) {
	if err := p.Check(); err != nil {
		return Page[P]{}, err
	}
	q.After, q.Page = p.Marker, int32(p.Size()+1)
	page, err := Collect(Only(table.All[T, P](ctx, db, q), wanted), p)
	if err == nil && page.More {
		page.Marker, err = db.Marker(ctx, q, page.Items[len(page.Items)-1])
	}
	return page, err
}

// ListAll reads one page of lists of the index Listed that follow each other, such as a queue that is kept by month, with the marker of the page that
// follows. Scope says what its markers are good for; wanted leaves out what is not, nil nothing. A marker of a list that is not among them any more is
// none. Errors: as List.
func ListAll[T any, P interface {
	*T
	table.Item
}](ctx context.Context, db *table.Client, partitions []string, scope string, p Paging, wanted func(P) bool) (Page[P], error) {
	if err := p.Check(); err != nil {
		return Page[P]{}, err
	}
	if p.Marker != "" {
		at, err := db.MarkerPK(ctx, scope, p.Marker)
		if err != nil {
			return Page[P]{}, err
		}
		partitions = partitions[max(0, slices.Index(partitions, at)):]
	}
	all := func(yield func(P, error) bool) {
		after := p.Marker
		for _, pk := range partitions {
			q := table.Query{Index: table.Listed, PK: pk, Scope: scope, After: after, Page: int32(p.Size() + 1)}
			after = ""
			for item, err := range table.All[T, P](ctx, db, q) {
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
	}
	page, err := Collect(Only(iter.Seq2[P, error](all), wanted), p)
	if err == nil && page.More {
		last := page.Items[len(page.Items)-1]
		page.Marker, err = db.Marker(ctx, table.Query{Index: table.Listed, PK: last.Header().G1PK, Scope: scope}, last)
	}
	return page, err
}

// Only leaves out what is not wanted; nil wants everything.
func Only[T any](all iter.Seq2[T, error], wanted func(T) bool) iter.Seq2[T, error] {
	if wanted == nil {
		return all
	}
	return func(yield func(T, error) bool) {
		for item, err := range all {
			if err == nil && !wanted(item) {
				continue
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// Collect reads one page from all matches in order. By offset it reads on to count, up to 1,000 matches; by marker it reads the page alone,
// and its total, which is none of the whole list, is what was read plus one page when more follows.
func Collect[T any](all iter.Seq2[T, error], p Paging) (Page[T], error) {
	page := Page[T]{Items: []T{}, Exact: p.Marker == ""}
	from, to := p.skip(), p.skip()+p.Size()
	counted := max(to, exactCount)
	if p.Marker != "" {
		counted = to
	}
	for item, err := range all {
		if err != nil {
			return page, err
		}
		if page.Total >= to {
			page.More = true
		}
		if page.Total >= counted {
			page.Exact = false
			page.Total += p.Size()
			return page, nil
		}
		if page.Total >= from && page.Total < to {
			page.Items = append(page.Items, item)
		}
		page.Total++
	}
	return page, nil
}
