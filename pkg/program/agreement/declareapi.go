package agreement

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type declareRelationsInput struct {
	Body struct {
		None  bool       `json:"none,omitempty" doc:"That there are no relations"`
		Items []Relation `json:"items,omitempty" maxItems:"100"`
	}
}

// declarationState says whether a declaration holds.
type declarationState string

const (
	declarationValid declarationState = "VALID"
	declarationEnded declarationState = "ENDED"    // its year is over: it is to be renewed
	declarationOlder declarationState = "REPLACED" // by a later one
)

type declarationBody struct {
	Version    int              `json:"version"`
	State      declarationState `json:"state" enum:"VALID,ENDED,REPLACED"`
	None       bool             `json:"none"`
	Items      []Relation       `json:"items"`
	DeclaredBy auth.UserID      `json:"declared_by"`
	DeclaredAt rest.Instant     `json:"declared_at"`
	ValidUntil rest.Instant     `json:"valid_until"`
}

type declarationOutput struct{ Body declarationBody }

// body gives a declaration, the last one of its partner's being n.
func (d Declaration) body(n int, now time.Time) declarationBody {
	b := declarationBody{
		Version: d.N, State: declarationValid, None: len(d.Items) == 0, Items: append([]Relation{}, d.Items...), DeclaredBy: d.By,
		DeclaredAt: rest.Instant(d.At), ValidUntil: rest.Instant(d.Until),
	}
	switch {
	case d.N < n:
		b.State = declarationOlder
	case !d.Until.After(now):
		b.State = declarationEnded
	}
	return b
}

func (s *Service) declareRelations(ctx context.Context, in *declareRelationsInput) (*declarationOutput, error) {
	if err := checkRelations(in.Body.None, in.Body.Items); err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx)
	n, err := s.declare(ctx, in.Body.Items, caller)
	if err != nil {
		return nil, err
	}
	var d Declaration
	key := declarationKey(caller.Party, n)
	if err := s.Table.Get(ctx, key, &d); err != nil {
		return nil, err
	}
	return &declarationOutput{Body: d.body(n, s.Clock.Now())}, nil
}

type declarationsOutput struct {
	rest.CountHeader
	Body struct {
		Declarations []declarationBody `json:"declarations"`
		TotalCount   int               `json:"total_count"`
		Marker       string            `json:"marker,omitempty"`
	}
}

// listDeclarations lists what the calling partner has declared.
func (s *Service) listDeclarations(ctx context.Context, in *rest.QueryPaging) (*declarationsOutput, error) {
	caller := rest.Caller(ctx).Party
	last, _, err := RelationsOf(ctx, s.Table, caller)
	if err != nil {
		return nil, err
	}
	q := table.Query{PK: ownerKey(caller), Prefix: declarationPrefix, Descending: true, Strong: true, Scope: "relation declarations"}
	page, err := rest.List[Declaration](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &declarationsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Declarations = page.Total, page.Marker, []declarationBody{}
	for _, one := range page.Items {
		out.Body.Declarations = append(out.Body.Declarations, one.body(last.N, s.Clock.Now()))
	}
	return out, nil
}
