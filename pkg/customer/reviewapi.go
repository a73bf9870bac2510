package customer

import (
	"context"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type reviewsInput struct {
	rest.QueryPaging
	Month string `query:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"Of applying, Beijing; this month when absent"`
}

type reviewRow struct {
	CustomerID  auth.PartyID `json:"customer_id"`
	PartnerID   auth.PartyID `json:"partner_id"`
	Enterprise  bool         `json:"enterprise"`
	Change      bool         `json:"change"`
	SubmittedAt rest.Instant `json:"submitted_at"`
}

type reviewsOutput struct {
	rest.CountHeader
	Body struct {
		Applications []reviewRow `json:"applications"`
		TotalCount   int         `json:"total_count"`
		Marker       string      `json:"marker,omitempty"`
	}
}

// listReviews lists the applications of a month that wait for a decision, oldest first.
func (s *Service) listReviews(ctx context.Context, in *reviewsInput) (*reviewsOutput, error) {
	month := in.Month
	if month == "" {
		month = monthOf(s.Clock.Now())
	}
	query := table.Query{Index: table.Listed, PK: realnamesOf(month), Scope: "realnames " + month}
	page, err := rest.List[application](ctx, s.Table, query, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &reviewsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Applications = page.Total, page.Marker, []reviewRow{}
	for _, a := range page.Items {
		l := a.Listed
		out.Body.Applications = append(out.Body.Applications, reviewRow{
			CustomerID: l.Customer, PartnerID: l.Partner, Enterprise: l.Type == enterprise, Change: l.Change, SubmittedAt: rest.Instant(l.At),
		})
	}
	return out, nil
}

type papersInput struct {
	CustomerID string `path:"customer_id" maxLength:"64"`
}

type papersOutput struct{ Body papers }

// showPapers shows what an application says, to whom decides on it.
func (s *Service) showPapers(ctx context.Context, in *papersInput) (*papersOutput, error) {
	a, err := s.application(ctx, auth.PartyID(in.CustomerID))
	if err != nil {
		return nil, err
	}
	what, err := s.papersOf(ctx, a)
	return &papersOutput{Body: what}, err
}

type decideInput struct {
	CustomerID string `path:"customer_id" maxLength:"64"`
	Body       struct {
		Passed  bool   `json:"passed"`
		Opinion string `json:"opinion,omitempty" maxLength:"200" doc:"Needed for a rejection"`
	}
}

// decideRealname decides on an application.
func (s *Service) decideRealname(ctx context.Context, in *decideInput) (*struct{}, error) {
	if !in.Body.Passed && strings.TrimSpace(in.Body.Opinion) == "" {
		return nil, problem.Invalid("opinion", "a rejection says why")
	}
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		return s.decide(ctx, tx, auth.PartyID(in.CustomerID), in.Body.Passed, in.Body.Opinion)
	})
}
