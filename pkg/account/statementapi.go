package account

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

// RegisterStatements registers the operation of statements. It belongs to the function that renders documents, which hands in how: no other one
// carries the font.
func RegisterStatements(api *rest.API, env *function.Env, render document.Renderer) {
	rest.Register(api, rest.Operation{
		ID: "ShowPartnerStatement", Method: http.MethodGet, Path: "/v2/accounts/partner-accounts/statements",
		Summary: "Give a partner's statement of a month, as PDF or CSV",
		Description: fmt.Sprintf("For each account: the balance before the month, its entries in order, what came in and went out, the balance after it. "+
			"Months are Beijing's; one has its statement a quarter of an hour after its end, which never changes. "+
			"A PDF, in the partner's language, has up to %d entries, a CSV up to %d.", pdfEntries, csvEntries),
		Allow: auth.Partners(auth.AccountRead), Produces: []string{pdfType, csvType},
	}, func(ctx context.Context, in *statementInput) (*rest.File, error) {
		return New(env).showStatement(ctx, in, render)
	})
}

const (
	pdfType = "application/pdf"
	csvType = "text/csv; charset=utf-8"
)

type statementInput struct {
	BillCycle         string `query:"bill_cycle" required:"true" doc:"A Beijing month that is over, such as 2026-11"`
	Format            string `query:"format" enum:"pdf,csv" doc:"pdf when absent"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: a reseller of theirs"`
}

// showStatement gives a partner's statement of a month. Errors: party.ErrNotMine, CBC.0100 for a month that is none or not over, ErrStatementTooLong.
func (s *Service) showStatement(ctx context.Context, in *statementInput, render document.Renderer) (*rest.File, error) {
	partner, err := s.actingFor(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	month, err := closedMonth(in.BillCycle, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	most := int64(pdfEntries)
	if in.Format == "csv" {
		most = csvEntries
	}
	made, err := s.statement(ctx, partner, month, most)
	if err != nil {
		return nil, longer(err, in)
	}
	file, err := made.file(in.Format, render)
	if err == nil && len(file.Body) > rest.MaxAnswer {
		err = ErrStatementTooLong
	}
	return file, longer(err, in)
}

// longer says of a statement that is too long what there is instead.
func longer(err error, in *statementInput) error {
	switch {
	case !errors.Is(err, ErrStatementTooLong) && !errors.Is(err, document.ErrTooLong):
		return err
	case in.Format == "csv":
		return ErrStatementTooLong.Saying("%s has more than %d entries, or %d bytes of them: read them in pages from account-change-records",
			in.BillCycle, csvEntries, rest.MaxAnswer).In("bill_cycle")
	default:
		return ErrStatementTooLong.Saying("%s has more than the %d entries, or the pages, of a PDF: ask for format=csv",
			in.BillCycle, pdfEntries).In("bill_cycle")
	}
}

// file gives the statement in a format.
func (s statement) file(format string, render document.Renderer) (*rest.File, error) {
	kind, extension, write := pdfType, ".pdf", func() ([]byte, error) { return render(s.document()) }
	if format == "csv" {
		kind, extension, write = csvType, ".csv", s.sheet
	}
	body, err := write()
	if err != nil {
		return nil, err
	}
	name := wordsOf(s.locale()).title + "-" + s.Partner.Name + "-" + s.cycle() + extension
	return rest.NewFile(kind, name, "statement-"+string(s.Partner.ID)+"-"+s.cycle()+extension, body), nil
}
