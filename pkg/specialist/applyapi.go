package specialist

import (
	"context"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/upload"
)

// applicationRow is one application of a batch.
type applicationRow struct {
	SpecialistID string   `json:"specialist_id" minLength:"1" maxLength:"64"`
	Path         Path     `json:"path" enum:"SERVICES,SYSTEM_INTEGRATION,LEARNING,DISTRIBUTION,SOLUTION_PROVIDER" doc:"The path or plan that it is for"`
	FileIDs      []string `json:"file_ids" minItems:"1" maxItems:"5" doc:"Evidence, announced and sent before"`
}

type applyInput struct {
	Body struct {
		Applications []applicationRow `json:"applications" minItems:"1" maxItems:"50"`
	}
}

// The verdicts on rows of a batch.
const (
	verdictSubmitted = "SUBMITTED"
	verdictRefused   = "REFUSED"
)

type applyVerdict struct {
	SpecialistID string `json:"specialist_id"`
	Result       string `json:"result" enum:"SUBMITTED,REFUSED"`
	ReviewID     string `json:"review_id,omitempty"`
	ErrorCode    string `json:"error_code,omitempty" doc:"Of a row that was refused"`
	ErrorMsg     string `json:"error_msg,omitempty"`
}

type applyOutput struct {
	Body struct {
		Submitted int            `json:"submitted"`
		Refused   int            `json:"refused"`
		Verdicts  []applyVerdict `json:"verdicts" doc:"One for each row, in their order"`
	}
}

// apply applies for members to be specialists: each row is judged by itself, in a transaction and with a claim of its own.
// Source: DOMAIN.md 13, "batch apply; needs path and uploaded evidence". Errors: CBC.0100 for what is wrong with the whole; a row's are in its verdict.
func (s *Service) apply(ctx context.Context, in *applyInput) (*applyOutput, error) {
	seen, files := map[string]bool{}, 0
	for _, row := range in.Body.Applications {
		files += len(row.FileIDs)
		if seen[row.SpecialistID] {
			return nil, problem.Invalid("applications", "specialist %q is there twice; it applies once", row.SpecialistID)
		}
		seen[row.SpecialistID] = true
	}
	if files > filesPerCall {
		return nil, problem.Invalid("applications", "they have %d files together, of which a call takes %d; send the rest in another call", files, filesPerCall)
	}
	out := &applyOutput{}
	for n, row := range in.Body.Applications {
		id, err := s.applyRow(ctx, n, row)
		v := applyVerdict{SpecialistID: row.SpecialistID, Result: verdictSubmitted, ReviewID: id}
		refusal, refused := problem.As(err)
		switch {
		case refused && refusal.Field != "Idempotency-Key": // that one is of the whole request
			v = applyVerdict{SpecialistID: row.SpecialistID, Result: verdictRefused, ErrorCode: refusal.Code, ErrorMsg: refusal.Public()}
			out.Body.Refused++
		case err != nil:
			return nil, err
		default:
			out.Body.Submitted++
		}
		out.Body.Verdicts = append(out.Body.Verdicts, v)
	}
	return out, nil
}

func (s *Service) applyRow(ctx context.Context, n int, row applicationRow) (review string, err error) {
	return s.nth(ctx, n, func(tx *table.Tx) (string, error) {
		caller := rest.Caller(ctx)
		m, err := s.Member(ctx, caller.Party, AccountID(row.SpecialistID))
		if err != nil {
			return "", err
		}
		next, err := m.stepped(StepApply, s.Clock.Now())
		if err != nil {
			return "", err
		}
		if err := s.joined(ctx, caller.Party, row.Path); err != nil {
			return "", err
		}
		files, err := s.settle(ctx, "file_ids", row.FileIDs...)
		if err != nil {
			return "", err
		}
		next.Path, next.Why = row.Path, ""
		next.Review = s.review(tx, Review{
			ReviewRow: ReviewRow{Kind: ReviewApplication, Partner: m.Partner, Account: m.Account, Path: row.Path}, By: caller.Masked(), Files: files,
		})
		tx.Replace(&m, &next)
		s.tell(tx, EventApplied, caller.Masked(), next, "", map[string]string{"review": next.Review, "path": string(row.Path)})
		return next.Review, nil
	})
}

// review appends to tx that the vendor is to decide on something, and gives the review's id.
func (s *Service) review(tx *table.Tx, r Review) string {
	r.ID, r.State, r.Asked = ulid.Make().String(), Pending, s.Clock.Now()
	r.Head = reviewKey(r.ID).Head()
	r.G1PK, r.G1SK = reviewsOf(Pending, monthOf(r.Asked)), r.Asked.UTC().Format(timeForm)+"#"+r.ID
	tx.Create(&r)
	return r.ID
}

type announceInput struct{ Body upload.Wanted }

type announceOutput struct {
	Body struct {
		FileID    string            `json:"file_id"`
		Method    string            `json:"upload_method"`
		URL       string            `json:"upload_url" doc:"Put the file here, with these headers, before it expires"`
		Headers   map[string]string `json:"upload_headers"`
		ExpiresAt rest.Instant      `json:"expires_at"`
	}
}

// uploadPurpose names what the files are for in the store.
const uploadPurpose = "specialist"

// announce announces a file that the caller will send. Error: CBC.0100.
func (s *Service) announce(ctx context.Context, in *announceInput) (*announceOutput, error) {
	f, ticket, err := s.Uploads.Announce(ctx, uploadPurpose, in.Body)
	if err != nil {
		return nil, err
	}
	out := &announceOutput{}
	out.Body.FileID, out.Body.Method, out.Body.URL, out.Body.Headers = f.ID, ticket.Method, ticket.URL, ticket.Headers
	out.Body.ExpiresAt = rest.Instant(ticket.Expires)
	return out, nil
}
