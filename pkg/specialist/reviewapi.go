package specialist

import (
	"context"
	"iter"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/upload"
)

type reviewsInput struct {
	rest.QueryPaging
	State Outcome    `query:"state" enum:"PENDING,PASSED,REJECTED,WITHDRAWN" doc:"PENDING when absent"`
	Kind  ReviewKind `query:"kind" enum:"APPLICATION,CANCEL,CERTIFICATE,TRANSFER" doc:"All when absent"`
	Until string     `query:"until" maxLength:"7" doc:"Beijing month such as 2026-12: those asked for in it and the eleven months before; this month when absent"`
}

// ReviewBody is a review on the wire. It is exported for the schema of the operations alone.
type ReviewBody struct {
	ReviewID      string        `json:"review_id"`
	Kind          ReviewKind    `json:"kind" enum:"APPLICATION,CANCEL,CERTIFICATE,TRANSFER"`
	State         Outcome       `json:"state" enum:"PENDING,PASSED,REJECTED,WITHDRAWN"`
	PartnerID     auth.PartyID  `json:"partner_id"`
	SpecialistID  AccountID     `json:"specialist_id" doc:"Of a transfer: who gives"`
	ToAccountID   AccountID     `json:"to_account_id,omitempty"`
	CertificateNo Number        `json:"certificate_no,omitempty"`
	Path          Path          `json:"path,omitempty" enum:"SERVICES,SYSTEM_INTEGRATION,LEARNING,DISTRIBUTION,SOLUTION_PROVIDER"`
	AskedAt       rest.Instant  `json:"asked_at"`
	DecidedAt     *rest.Instant `json:"decided_at,omitempty"`
}

func reviewBody(r ReviewRow) ReviewBody {
	return ReviewBody{
		ReviewID: r.ID, Kind: r.Kind, State: r.State, PartnerID: r.Partner, SpecialistID: r.Account, ToAccountID: r.To, CertificateNo: r.Number,
		Path: r.Path, AskedAt: rest.Instant(r.Asked), DecidedAt: instant(r.Decided),
	}
}

type reviewsOutput struct {
	rest.CountHeader
	Body struct {
		Reviews    []ReviewBody `json:"reviews"`
		TotalCount int          `json:"total_count"`
		Marker     string       `json:"marker,omitempty"`
	}
}

// monthsUntil gives the months of a list of reviews, the oldest first. Error: CBC.0100.
func (s *Service) monthsUntil(until string) ([]string, error) {
	last := calendar.DateOf(s.Clock.Now())
	if until != "" {
		var err error
		if last, err = calendar.ParseDate(until + "-01"); err != nil {
			return nil, problem.Invalid("until", "%q is no month such as 2026-12", until)
		}
	}
	var months []string
	for n := reviewMonths - 1; n >= 0; n-- {
		months = append(months, last.AddMonths(-n, 1).String()[:len(monthForm)])
	}
	return months, nil
}

// reviews lists what the vendor decides on, what was asked for first first.
func (s *Service) reviews(ctx context.Context, in *reviewsInput) (*reviewsOutput, error) {
	state := in.State
	if state == "" {
		state = Pending
	}
	months, err := s.monthsUntil(in.Until)
	if err != nil {
		return nil, err
	}
	paging := in.Paging()
	if err := paging.Check(); err != nil {
		return nil, err
	}
	q := table.Query{
		Index: table.Listed, After: paging.Marker, Page: int32(paging.Size() + 1),
		Scope: "reviews " + rest.Caller(ctx).Masked() + " " + string(state) + " " + string(in.Kind) + " " + months[0],
	}
	all := s.asked(ctx, q, state, months)
	page, err := rest.Collect(rest.Only(all, func(r *Review) bool { return in.Kind == "" || r.Kind == in.Kind }), paging)
	if err != nil {
		return nil, err
	}
	out := &reviewsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Reviews = page.Total, []ReviewBody{}
	for _, r := range page.Items {
		out.Body.Reviews = append(out.Body.Reviews, reviewBody(r.ReviewRow))
	}
	if page.More {
		last := page.Items[len(page.Items)-1]
		q.PK = last.G1PK
		out.Body.Marker, err = s.Table.Marker(ctx, q, last)
	}
	return out, err
}

// asked yields the reviews of an outcome, month after month. After a marker it starts behind it.
func (s *Service) asked(ctx context.Context, q table.Query, state Outcome, months []string) iter.Seq2[*Review, error] {
	return func(yield func(*Review, error) bool) {
		if q.After != "" {
			pk, err := s.Table.MarkerPK(ctx, q.Scope, q.After)
			at := slices.IndexFunc(months, func(month string) bool { return reviewsOf(state, month) == pk })
			if err == nil && at < 0 {
				err = table.ErrMarker
			}
			if err != nil {
				yield(nil, err)
				return
			}
			months = months[at:]
		}
		for _, month := range months {
			q.PK = reviewsOf(state, month)
			for r, err := range table.All[Review](ctx, s.Table, q) {
				if !yield(r, err) || err != nil {
					return
				}
			}
			q.After = ""
		}
	}
}

type reviewInput struct {
	ReviewID string `path:"review_id" maxLength:"64"`
}

type reviewOutput struct {
	Body struct {
		ReviewBody
		AskedBy     string            `json:"asked_by"`
		Reason      string            `json:"reason,omitempty" doc:"Why it was asked for"`
		DecidedBy   string            `json:"decided_by,omitempty"`
		Remark      string            `json:"remark,omitempty" doc:"Of the decision"`
		AccountName string            `json:"account_name"`
		RealName    string            `json:"real_name,omitempty"`
		ToName      string            `json:"to_account_name,omitempty"`
		Files       []upload.Shown    `json:"files" doc:"The evidence"`
		Held        []CertificateBody `json:"certificates" doc:"That the account holds"`
	}
}

// showReview shows a review with its evidence, which can be downloaded for some minutes. Error: ErrMissing.
func (s *Service) showReview(ctx context.Context, in *reviewInput) (*reviewOutput, error) {
	r, err := s.Review(ctx, in.ReviewID)
	if err != nil {
		return nil, err
	}
	a, err := s.account(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	out := &reviewOutput{}
	b := &out.Body
	b.ReviewBody, b.AskedBy, b.Reason, b.DecidedBy, b.Remark = reviewBody(r.ReviewRow), r.By, r.Reason, r.Decider, r.Remark
	b.AccountName, b.RealName, b.Files, b.Held = a.Name, a.Person, []upload.Shown{}, []CertificateBody{}
	if r.To != "" {
		to, err := s.account(ctx, r.To)
		if err != nil {
			return nil, err
		}
		b.ToName = to.Name
	}
	for _, f := range r.Files {
		shown, err := s.Uploads.Address(ctx, f)
		if err != nil {
			return nil, err
		}
		b.Files = append(b.Files, shown)
	}
	held, err := s.certificates(ctx, r.Account)
	for _, c := range held {
		b.Held = append(b.Held, s.certificateBody(c.CertificateRow))
	}
	return out, err
}

// memberOf reads a member for the vendor. Error: ErrMissing.
func (s *Service) memberOf(ctx context.Context, partner, id string) (Member, error) {
	if !table.IsID(partner) {
		return Member{}, ErrMissing.Saying("there is no partner %q", partner).In("partner_id")
	}
	return s.Member(ctx, auth.PartyID(partner), AccountID(id))
}
