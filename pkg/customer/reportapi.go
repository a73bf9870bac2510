package customer

import (
	"context"
	"net/http"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Work is the due work that the capability does, by kind.
func Work(env *function.Env) map[string]lifecycle.Handler {
	return map[string]lifecycle.Handler{
		WorkReport:        func(ctx context.Context, due lifecycle.Due) error { return New(env).DoReport(ctx, due) },
		WorkAuthorization: func(ctx context.Context, due lifecycle.Due) error { return New(env).DoAuthorization(ctx, due) },
		WorkAssociation:   func(ctx context.Context, due lifecycle.Due) error { return New(env).DoAssociation(ctx, due) },
		WorkRelist:        func(ctx context.Context, due lifecycle.Due) error { return New(env).DoRelist(ctx, due) },
	}
}

const reportsPath = "/v2/partners/customer-reports"

func reportOperations(api *rest.API, env *function.Env) {
	reports := auth.Partners(auth.CustomerReport)
	rest.Register(api, rest.Operation{
		ID: "CreateCustomerReport", Method: http.MethodPost, Path: reportsPath, Status: http.StatusCreated,
		Summary: "Report a customer for 15 days", Allow: reports,
	}, function.Lazily(env, New, (*Service).createReport))
	rest.Register(api, rest.Operation{
		ID: "ListCustomerReports", Method: http.MethodGet, Path: reportsPath,
		Summary: "List a partner's reports, newest first", Allow: auth.Partners(auth.CustomerRead),
	}, function.Lazily(env, New, (*Service).listReports))
	rest.Register(api, rest.Operation{
		ID: "ShowCustomerReport", Method: http.MethodGet, Path: reportsPath + "/{report_id}",
		Summary: "Show a report", Allow: auth.Partners(auth.CustomerRead),
	}, function.Lazily(env, New, (*Service).showReport))
	rest.Register(api, rest.Operation{
		ID: "ChangeCustomerReportContact", Method: http.MethodPut, Path: reportsPath + "/{report_id}/contact",
		Summary: "Change a report's mail address and phone number; its invitation goes out again", Allow: reports,
	}, function.Lazily(env, New, (*Service).changeReport))
	rest.Register(api, rest.Operation{
		ID: "WithdrawCustomerReport", Method: http.MethodDelete, Path: reportsPath + "/{report_id}", Status: http.StatusNoContent,
		Summary: "Withdraw a report", Allow: reports,
	}, function.Lazily(env, New, (*Service).withdrawReport))
	rest.Register(api, rest.Operation{
		ID: "SetFollowedCustomer", Method: http.MethodPut, Path: "/v2/vendor/followed-customers", Status: http.StatusNoContent,
		Summary: "Say who at the vendor looks after somebody itself", Allow: auth.Only(auth.Vendor, auth.CustomerRecord),
	}, function.Lazily(env, New, (*Service).follow))
}

// ContactBody is how a reported or invited customer is reached. It is exported for the schema of the operations alone.
type ContactBody struct {
	Email  string `json:"email,omitempty" maxLength:"254"`
	Mobile string `json:"mobile,omitempty" maxLength:"20" doc:"Of China"`
}

// check refuses a contact that is none.
func (b ContactBody) check() error {
	if b.Email == "" && b.Mobile == "" {
		return problem.Invalid("email", "a mail address or a phone number is needed")
	}
	if b.Email != "" && !mailAddress().MatchString(b.Email) {
		return problem.Invalid("email", "%q is no mail address", b.Email)
	}
	if b.Mobile != "" {
		return checkMobile("mobile", b.Mobile)
	}
	return nil
}

type createReportInput struct {
	Body struct {
		ContactBody
		CustomerName      string `json:"customer_name" minLength:"1" maxLength:"128"`
		IndirectPartnerID string `json:"indirect_partner_id,omitempty" maxLength:"64"`
	}
}

type reportBody struct {
	ReportID     string       `json:"report_id"`
	CustomerName string       `json:"customer_name"`
	Email        string       `json:"email,omitempty"`
	Mobile       string       `json:"mobile,omitempty"`
	State        ReportState  `json:"state" enum:"reported,registered,expired,withdrawn"`
	ReportedAt   rest.Instant `json:"reported_at"`
	LockedUntil  rest.Instant `json:"locked_until"`
	InvitationID string       `json:"invitation_id,omitempty"`
	CustomerID   auth.PartyID `json:"customer_id,omitempty"`
}

type reportOutput struct{ Body reportBody }

func (s *Service) showOfReport(r Report) reportBody {
	return reportBody{
		ReportID: r.ID, CustomerName: r.Name, Email: r.Email, Mobile: r.Mobile, State: r.StateAt(s.Clock.Now()), ReportedAt: rest.Instant(r.Reported),
		LockedUntil: rest.Instant(r.Until), InvitationID: r.Invitation, CustomerID: r.Customer,
	}
}

func (s *Service) createReport(ctx context.Context, in *createReportInput) (*reportOutput, error) {
	b := in.Body
	if err := b.check(); err != nil {
		return nil, err
	}
	partner, err := s.acting(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	id, err := s.made(ctx, func(tx *table.Tx) (string, error) {
		r := Report{
			ID: ulid.Make().String(), Partner: partner, By: rest.Caller(ctx).User, Name: b.CustomerName, Email: b.Email, Mobile: b.Mobile,
		}
		return r.ID, s.file(ctx, tx, r)
	})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, partner, id)
}

func (s *Service) shown(ctx context.Context, partner auth.PartyID, id string) (*reportOutput, error) {
	r, err := s.report(ctx, partner, id)
	return &reportOutput{Body: s.showOfReport(r)}, err
}

// ReportPath names a report. It is exported for the schema of the operations alone.
type ReportPath struct {
	ReportID          string `path:"report_id" maxLength:"64"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

// mineReport reads a report of the acting partner that the caller may see. Error: ErrMissing.
func (s *Service) mineReport(ctx context.Context, partner auth.PartyID, id string) (Report, error) {
	looks, err := s.looks(ctx, partner)
	if err != nil {
		return Report{}, err
	}
	r, err := s.report(ctx, partner, id)
	if err == nil && !looks(r.By) {
		return Report{}, ErrMissing.Saying("you have no report %q", id)
	}
	return r, err
}

func (s *Service) showReport(ctx context.Context, in *ReportPath) (*reportOutput, error) {
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	r, err := s.mineReport(ctx, partner, in.ReportID)
	return &reportOutput{Body: s.showOfReport(r)}, err
}

type changeReportInput struct {
	ReportPath
	Body ContactBody
}

func (s *Service) changeReport(ctx context.Context, in *changeReportInput) (*reportOutput, error) {
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	err = s.once(ctx, 0, func(tx *table.Tx) error {
		r, err := s.mineReport(ctx, partner, in.ReportID)
		if err != nil {
			return err
		}
		return s.edit(ctx, tx, r, in.Body.Email, in.Body.Mobile)
	})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, partner, in.ReportID)
}

func (s *Service) withdrawReport(ctx context.Context, in *ReportPath) (*struct{}, error) {
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		r, err := s.mineReport(ctx, partner, in.ReportID)
		if err != nil {
			return err
		}
		if _, err := r.StateAt(s.Clock.Now()).After(ReportWithdraws); err != nil {
			return err
		}
		return s.end(ctx, tx, r, ReportWithdraws, "")
	})
}

type listReportsInput struct {
	rest.QueryPaging
	State             string `query:"state" enum:"reported,registered,expired,withdrawn"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

type listReportsOutput struct {
	rest.CountHeader
	Body struct {
		Reports    []reportBody `json:"reports"`
		TotalCount int          `json:"total_count"`
		Marker     string       `json:"marker,omitempty"`
	}
}

func (s *Service) listReports(ctx context.Context, in *listReportsInput) (*listReportsOutput, error) {
	caller := rest.Caller(ctx)
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	looks, err := s.looks(ctx, partner)
	if err != nil {
		return nil, err
	}
	query := table.Query{
		PK: ownerKey(partner), Prefix: reportPrefix, Descending: true, Strong: true, Scope: "reports " + caller.Masked() + in.State,
	}
	now := s.Clock.Now()
	page, err := rest.List(ctx, s.Table, query, in.Paging(), func(r *Report) bool {
		return looks(r.By) && (in.State == "" || in.State == string(r.StateAt(now)))
	})
	if err != nil {
		return nil, err
	}
	out := &listReportsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Reports = page.Total, page.Marker, []reportBody{}
	for _, r := range page.Items {
		out.Body.Reports = append(out.Body.Reports, s.showOfReport(*r))
	}
	return out, nil
}
