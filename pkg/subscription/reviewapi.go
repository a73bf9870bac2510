package subscription

import (
	"context"
	"strconv"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type reviewsInput struct {
	rest.QueryPaging
	Month string `query:"month" maxLength:"7" doc:"Beijing month in which they were asked for, such as 2026-12; the current one when absent"`
}

type reviewBody struct {
	OrderID    OrderID      `json:"order_id"`
	CustomerID string       `json:"customer_id"`
	ResourceID ID           `json:"resource_id"`
	Amount     rest.Amount  `json:"amount" doc:"Yuan to give back"`
	CreateTime rest.Instant `json:"create_time"`
}

type reviewsOutput struct {
	rest.CountHeader
	Body struct {
		Reviews    []reviewBody `json:"refund_reviews"`
		TotalCount int          `json:"total_count"`
		Marker     string       `json:"marker,omitempty"`
	}
}

// listReviews lists the large refunds of a month that wait for the vendor's decision, the oldest first.
func (s *Service) listReviews(ctx context.Context, in *reviewsInput) (*reviewsOutput, error) {
	month := calendar.DateOf(s.Clock.Now())
	if in.Month != "" {
		var err error
		if month, err = calendar.ParseDate(in.Month + "-01"); err != nil {
			return nil, problem.Invalid("month", "%q is not a month such as 2026-12", in.Month)
		}
	}
	query := table.Query{Index: table.Listed, PK: reviewsOf(month), Scope: "reviews " + in.Month}
	page, err := rest.List[review](ctx, s.Table, query, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &reviewsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Reviews = page.Total, page.Marker, []reviewBody{}
	for _, r := range page.Items {
		out.Body.Reviews = append(out.Body.Reviews, reviewBody{
			OrderID: r.Order, CustomerID: string(r.Customer), ResourceID: r.Resource, Amount: rest.Amount(r.Amount), CreateTime: rest.Instant(r.Placed),
		})
	}
	return out, nil
}

type decisionInput struct {
	OrderID string `path:"order_id" maxLength:"64"`
	Body    struct {
		Allow  bool   `json:"allow"`
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"Told to the customer"`
	}
}

type decisionOutput struct {
	Body struct {
		OrderID OrderID `json:"order_id"`
		Status  int     `json:"status" doc:"5 given back, 4 refused"`
	}
}

// decideReview allows or refuses a large refund.
func (s *Service) decideReview(ctx context.Context, in *decisionInput) (*decisionOutput, error) {
	claim, decided := rest.ClaimOf(ctx), ""
	status, _, err := claim.Once(ctx, s.Table, func() (string, error) {
		_, err := s.Decide(ctx, rest.Caller(ctx), OrderID(in.OrderID), in.Body.Allow, in.Body.Reason, func(tx *table.Tx, o Order) {
			decided = strconv.Itoa(int(o.Status))
			claim.Put(tx, 0, decided)
		})
		return decided, err
	})
	if err != nil {
		return nil, err
	}
	out := &decisionOutput{}
	out.Body.OrderID = OrderID(in.OrderID)
	out.Body.Status, err = strconv.Atoi(status)
	return out, err
}
