package performance

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

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
