package invoice

import (
	"context"
	"net/http"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// accounts allows users of every account that invoices are for.
func accounts() auth.Allow {
	return auth.Partners(auth.InvoiceInfoManage).Or(auth.Customer, auth.InvoiceInfoManage)
}

// infos registers what accounts and the vendor do of invoice info.
func infos(api *rest.API, env *function.Env) {
	rest.Register(api, rest.Operation{
		ID: "ShowInvoiceInfo", Method: http.MethodGet, Path: infoPath,
		Summary: "Show the calling account's invoice info, what of it is under review, and older ones", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).showInfo))
	rest.Register(api, rest.Operation{
		ID: "CreateInvoiceInfo", Method: http.MethodPost, Path: infoPath, Status: http.StatusCreated,
		Summary:     "Submit the calling account's one invoice info, which the vendor reviews within a working day",
		Description: "400 CBC.99001141 names everything that is missing or wrong.", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).createInfo))
	rest.Register(api, rest.Operation{
		ID: "ChangeInvoiceInfo", Method: http.MethodPut, Path: infoPath,
		Summary:     "Submit a change of the calling account's invoice info; what was valid stays so until it is reviewed",
		Description: "An older one, of before there was to be one alone, is changed by its info_id; none is added.", Allow: accounts(),
	}, function.Lazily(env, New, (*Service).changeInfo))
	review := auth.Only(auth.Vendor, auth.InvoiceReview)
	rest.Register(api, rest.Operation{
		ID: "ListInvoiceInfoToReview", Method: http.MethodGet, Path: vendorInvoicesPath + "/info",
		Summary: "List invoice info that waits for its review, the longest waiting first", Allow: review,
	}, function.Lazily(env, New, (*Service).listInfos))
	rest.Register(api, rest.Operation{
		ID: "ShowAccountInvoiceInfo", Method: http.MethodGet, Path: vendorInvoicesPath + "/info/{account_id}",
		Summary: "Show an account's invoice info, what of it is under review, and older ones", Allow: review,
	}, function.Lazily(env, New, (*Service).showAccountInfo))
	rest.Register(api, rest.Operation{
		ID: "DecideInvoiceInfo", Method: http.MethodPost, Path: vendorInvoicesPath + "/info/{account_id}/decision",
		Summary: "Approve invoice info that is under review, or reject it with a reason", Allow: review,
	}, function.Lazily(env, New, (*Service).decideInfoOnce))
	rest.Register(api, rest.Operation{
		ID: "KeepOlderInvoiceInfo", Method: http.MethodPost, Path: vendorInvoicesPath + "/info/{account_id}/older", Status: http.StatusCreated,
		Summary: "Keep a record that an account had before 2020-08-01, when there could be several", Allow: review,
	}, function.Lazily(env, New, (*Service).keepOlderOnce))
}

type olderShown struct {
	InfoID string `json:"info_id"`
	Info   Info   `json:"info"`
}

type infoOutput struct {
	Body struct {
		State    InfoState    `json:"state" enum:"NONE,UNDER_REVIEW,VALID,REJECTED"`
		Valid    *Info        `json:"valid,omitempty"`
		Pending  *Info        `json:"pending,omitempty" doc:"Under review"`
		Of       string       `json:"pending_info_id,omitempty" doc:"Which older one it changes; the valid one when absent"`
		ReviewBy string       `json:"review_by,omitempty" doc:"A Beijing date"`
		Reason   string       `json:"reason,omitempty" doc:"Why the last was rejected"`
		Open     int          `json:"open_requests" doc:"While there are any, the info does not change"`
		Older    []olderShown `json:"older" doc:"Of before there was to be one alone; they can be changed, and none is added"`
	}
}

func (s *Service) showInfo(ctx context.Context, _ *struct{}) (*infoOutput, error) {
	return s.shownInfo(ctx, rest.Caller(ctx).Party)
}

func (s *Service) shownInfo(ctx context.Context, account auth.PartyID) (*infoOutput, error) {
	i, err := s.info(ctx, account)
	if err != nil {
		return nil, err
	}
	out := &infoOutput{}
	b := &out.Body
	b.State, b.Valid, b.Pending, b.Of, b.ReviewBy, b.Reason, b.Open = i.State, i.Valid, i.Pending, i.Of, i.By.String(), i.Reason, i.Open
	if b.State == NoInfo {
		b.State = "NONE"
	}
	b.Older = []olderShown{}
	if i.Older == 0 {
		return out, nil
	}
	older, err := s.older(ctx, account)
	for _, o := range older {
		b.Older = append(b.Older, olderShown{InfoID: o.ID, Info: o.Info})
	}
	return out, err
}

type infoInput struct{ Body Info }

func (s *Service) createInfo(ctx context.Context, in *infoInput) (*infoOutput, error) {
	return s.submitOnce(ctx, submission{Info: in.Body})
}

type changeInfoInput struct {
	InfoID string `query:"info_id" maxLength:"64" doc:"Of an older invoice info of the account; the valid one when absent"`
	Body   Info
}

func (s *Service) changeInfo(ctx context.Context, in *changeInfoInput) (*infoOutput, error) {
	return s.submitOnce(ctx, submission{Info: in.Body, Change: true, Of: in.InfoID})
}

func (s *Service) submitOnce(ctx context.Context, what submission) (*infoOutput, error) {
	account := rest.Caller(ctx).Party
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		p, err := party.Get(ctx, s.Table, account)
		if err != nil {
			return "", err
		}
		tx.Check(&p) // its name stays what the title was compared with
		return string(account), s.submitInfo(ctx, tx, p, what, now)
	})
	if err != nil {
		return nil, err
	}
	return s.shownInfo(ctx, account)
}

type infosInput struct{ rest.QueryPaging }

type waitingInfo struct {
	table.Head
	Row infoRow `dynamodbav:"row"`
}

type infoToReview struct {
	AccountID   string       `json:"account_id"`
	Title       string       `json:"title"`
	Change      bool         `json:"change"`
	SubmittedAt rest.Instant `json:"submitted_at"`
}

type infosOutput struct {
	rest.CountHeader
	Body struct {
		InvoiceInfo []infoToReview `json:"invoice_info"`
		TotalCount  int            `json:"total_count"`
		Marker      string         `json:"marker,omitempty"`
	}
}

func (s *Service) listInfos(ctx context.Context, in *infosInput) (*infosOutput, error) {
	page, err := rest.ListAll[waitingInfo](ctx, s.Table, s.months(infoReviewsOf), "inforeviews", in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &infosOutput{CountHeader: page.Header()}
	out.Body.InvoiceInfo, out.Body.TotalCount, out.Body.Marker = []infoToReview{}, page.Total, page.Marker
	for _, w := range page.Items {
		out.Body.InvoiceInfo = append(out.Body.InvoiceInfo, infoToReview{
			AccountID: string(w.Row.Account), Title: w.Row.Title, Change: w.Row.Change, SubmittedAt: rest.Instant(w.Row.At),
		})
	}
	return out, nil
}

type accountInput struct {
	AccountID auth.PartyID `path:"account_id" maxLength:"64"`
}

func (s *Service) showAccountInfo(ctx context.Context, in *accountInput) (*infoOutput, error) {
	if _, err := party.Get(ctx, s.Table, in.AccountID); err != nil {
		return nil, err
	}
	return s.shownInfo(ctx, in.AccountID)
}

type decideInfoInput struct {
	AccountID auth.PartyID `path:"account_id" maxLength:"64"`
	Body      struct {
		Approve bool   `json:"approve"`
		Reason  string `json:"reason,omitempty" maxLength:"256" doc:"Of a rejection"`
	}
}

func (s *Service) decideInfoOnce(ctx context.Context, in *decideInfoInput) (*infoOutput, error) {
	if in.Body.Approve != (in.Body.Reason == "") {
		return nil, problem.Invalid("reason", "a rejection says why, an approval does not")
	}
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		return string(in.AccountID), s.decideInfo(ctx, tx, in.AccountID, in.Body.Approve, in.Body.Reason, now)
	})
	if err != nil {
		return nil, err
	}
	return s.shownInfo(ctx, in.AccountID)
}

type olderInput struct {
	AccountID auth.PartyID `path:"account_id" maxLength:"64"`
	Body      Info
}

func (s *Service) keepOlderOnce(ctx context.Context, in *olderInput) (*infoOutput, error) {
	p, err := party.Get(ctx, s.Table, in.AccountID)
	if err != nil {
		return nil, err
	}
	if p.Kind == auth.Vendor {
		return nil, party.ErrUnknown.Saying("party %q is no account that is invoiced", p.ID).In("account_id")
	}
	_, err = s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		id := table.NewID(now)
		return id, s.keepOlder(ctx, tx, p, in.Body, id, now)
	})
	if err != nil {
		return nil, err
	}
	return s.shownInfo(ctx, in.AccountID)
}
