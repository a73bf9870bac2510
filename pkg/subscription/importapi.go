package subscription

import (
	"context"
	"net/http"
	"slices"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/sheet"
	"partnercenter/pkg/party"
)

// ErrNoImport: there is no such import, or its verdicts are no longer kept. ASSUMED code.
var ErrNoImport = problem.New(http.StatusNotFound, "CBC.0404", "no such import")

type importInput struct {
	DryRun  bool   `query:"dry_run" doc:"Judge the rows and write nothing"`
	RawBody []byte `contentType:"text/csv"`
}

type importCustomersInput struct {
	DryRun    bool   `query:"dry_run" doc:"Judge the rows and write nothing"`
	RawBody   []byte `contentType:"text/csv"`
	PartnerID string `query:"partner_id" maxLength:"64" doc:"Whose customers they are; absent is nobody's"`
}

// importBody says what became of a sheet.
type importBody struct {
	ImportID string    `json:"import_id,omitempty" doc:"Of a sheet of more than 1,000 rows, which runs on its own"`
	State    string    `json:"state" enum:"running,done"`
	DryRun   bool      `json:"dry_run"`
	Rows     int       `json:"rows"`
	Imported int       `json:"imported"`
	Exists   int       `json:"exists"`
	Refused  int       `json:"refused"`
	Verdicts []Verdict `json:"verdicts" doc:"One for each row that is done, in their order"`
}

type importOutput struct {
	Status int
	Body   importBody
}

type importPath struct {
	ImportID string `path:"import_id" maxLength:"64"`
}

func (s *Service) importCustomers(ctx context.Context, in *importCustomersInput) (*importOutput, error) {
	partner, err := s.partner(ctx, auth.PartyID(in.PartnerID))
	if err != nil {
		return nil, err
	}
	if in.PartnerID != "" && (partner.Kind == auth.Customer || partner.Kind == auth.Vendor) {
		return nil, problem.Invalid("partner_id", "%q is a %s, and has no customers", in.PartnerID, partner.Kind)
	}
	return s.importSheet(ctx, Import{Kind: importCustomers, Partner: partner.ID, Dry: in.DryRun}, in.RawBody)
}

func (s *Service) importSubscriptions(ctx context.Context, in *importInput) (*importOutput, error) {
	return s.importSheet(ctx, Import{Kind: importSubscriptions, Dry: in.DryRun}, in.RawBody)
}

// importSheet imports a sheet at once, or in parts when it has more rows than one call takes.
func (s *Service) importSheet(ctx context.Context, im Import, file []byte) (*importOutput, error) {
	im.By, im.At = rest.Caller(ctx).Masked(), s.Clock.Now()
	required, optional := s.columns(im)
	rows, broken, err := readAll(file, required, optional)
	if err != nil {
		return nil, err
	}
	im.Rows = len(rows) + len(broken)
	if im.Rows > callRows {
		im.ID = ulid.Make().String()
		if err := s.enqueue(ctx, im, append(slices.Clone(required), optional...), rows, broken); err != nil {
			return nil, err
		}
		return &importOutput{Status: http.StatusAccepted, Body: showImport(im, broken, false)}, nil
	}
	verdicts, err := s.importRows(ctx, im, rows)
	if err != nil {
		return nil, err
	}
	return &importOutput{Status: http.StatusOK, Body: showImport(im, append(broken, verdicts...), true)}, nil
}

func (s *Service) columns(im Import) (required, optional []string) {
	if im.Kind == importCustomers {
		of := s.customers(party.Party{}, im.By)
		return of.required, of.optional
	}
	of := s.subscriptions(im.By, im.Dry)
	return of.required, of.optional
}

// readAll reads a sheet: its rows, main resources before attached ones, and verdicts on those that can't be read.
func readAll(file []byte, required, optional []string) (rows []sheet.Row, broken []Verdict, err error) {
	all, err := sheet.Read(file, required, optional)
	if err != nil {
		return nil, nil, err
	}
	for row, err := range all {
		if err == nil {
			rows = append(rows, row)
			continue
		}
		v := Verdict{Line: row.Line}
		if err := refuse(&v, err); err != nil {
			return nil, nil, err
		}
		broken = append(broken, v)
	}
	slices.SortStableFunc(rows, func(a, b sheet.Row) int { return attachedLast(a) - attachedLast(b) })
	return rows, broken, nil
}

func attachedLast(row sheet.Row) int {
	if row.Get("parent_resource_id") != "" {
		return 1
	}
	return 0
}

func (s *Service) showImport(ctx context.Context, in *importPath) (*importOutput, error) {
	im, verdicts, done, err := s.progress(ctx, in.ImportID)
	if isAbsent(err) {
		return nil, ErrNoImport.Saying("there is no import %q, or its verdicts are no longer kept", in.ImportID)
	}
	if err != nil {
		return nil, err
	}
	return &importOutput{Status: http.StatusOK, Body: showImport(im, verdicts, done)}, nil
}

func showImport(im Import, verdicts []Verdict, done bool) importBody {
	b := importBody{ImportID: im.ID, State: "running", DryRun: im.Dry, Rows: im.Rows, Verdicts: verdicts}
	if done {
		b.State = "done"
	}
	if b.Verdicts == nil {
		b.Verdicts = []Verdict{}
	}
	slices.SortFunc(b.Verdicts, func(a, b Verdict) int { return a.Line - b.Line })
	for _, v := range verdicts {
		switch v.Outcome {
		case Imported:
			b.Imported++
		case Exists:
			b.Exists++
		case Refused:
			b.Refused++
		}
	}
	return b
}
