package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// answer is an error on the wire, as BSS has it: both fields are always there and never empty. Source: BSS_API.md G.
type answer struct {
	Code    string `json:"error_code" doc:"Such as CBC.0100"`
	Message string `json:"error_msg" doc:"What was wrong with which value, and what would be right"`
	status  int
}

// Error gives code and message.
func (a *answer) Error() string { return a.Code + ": " + a.Message }

// GetStatus gives the HTTP status, as huma asks for it.
func (a *answer) GetStatus() int { return a.status }

// The refusals of the gate. Codes without a source in DOMAIN.md 18 are ASSUMED.
var (
	errNotFound    = problem.New(http.StatusNotFound, "APIG.0101", "there is no such operation")
	errMethod      = problem.New(http.StatusMethodNotAllowed, "APIG.0103", "the path has no operation of this method")
	errTooLarge    = problem.New(http.StatusRequestEntityTooLarge, "APIG.0201", "the body is too large")
	errMedia       = problem.New(http.StatusUnsupportedMediaType, "CBC.0100", "the content type is not the operation's")
	errThrottled   = problem.New(http.StatusTooManyRequests, "APIG.0308", "too many requests")
	errInternal    = problem.New(http.StatusInternalServerError, "CBC.0999", "other error; name the X-Request-Id when you ask about it")
	errIdempotency = problem.New(http.StatusConflict, "CBC.0409", "the Idempotency-Key was used for another request")
)

// ErrTryAgain: others changed the same things all the time, or the table was busy. Nothing was changed. ASSUMED code.
var ErrTryAgain = problem.New(http.StatusConflict, "CBC.0409", "others are changing the same thing; try again")

func init() {
	huma.ValidateStrictCasing = true // else {"n":1,"N":99} slips past n's maximum
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return invalid(status, message, errs)
	}
}

// invalid gives the answer to what huma found wrong with the input: the first field, what was wrong with it, what would be right.
func invalid(status int, message string, errs []error) *answer {
	refusal := problem.New(http.StatusBadRequest, "CBC.0100", "%s", message)
	if status >= http.StatusInternalServerError {
		refusal = errInternal
	}
	for i, err := range errs {
		var detail *huma.ErrorDetail
		if p, ok := problem.As(err); ok {
			refusal = p
		} else if errors.As(err, &detail) {
			refusal = ofDetail(detail)
		} else if err != nil {
			refusal = problem.New(http.StatusBadRequest, "CBC.0100", "%v", err)
		}
		if i == 0 {
			break
		}
	}
	return wire(refusal)
}

func ofDetail(d *huma.ErrorDetail) *problem.Error {
	if name, why, ok := strings.Cut(d.Message, fieldEnd); ok {
		return problem.Invalid(name, "%s", why)
	}
	return problem.Invalid(field(d), "%s", describe(d))
}

// field gives the name of a field as the caller wrote it, without the part of the request that it stands in.
func field(d *huma.ErrorDetail) string {
	for _, part := range []string{"body.", "query.", "path.", "header."} {
		if name, ok := strings.CutPrefix(d.Location, part); ok {
			return name
		}
	}
	return d.Location
}

const shownValue = 60 // bytes of a wrong value that an error repeats

func describe(d *huma.ErrorDetail) string {
	switch v := d.Value.(type) {
	case nil, map[string]any, []any:
		return d.Message
	case string:
		return fmt.Sprintf("%s, got %.*q", d.Message, shownValue, v)
	default:
		return fmt.Sprintf("%s, got %.*s", d.Message, shownValue, fmt.Sprint(v))
	}
}

func wire(p *problem.Error) *answer {
	return &answer{Code: p.Code, Message: p.Public(), status: p.Status}
}

// toAnswer gives what the caller reads of an error. What is no refusal is an internal error, which says nothing; the log has it all.
func toAnswer(ctx context.Context, err error) *answer {
	p := refusalOf(err)
	TraceOf(ctx).fail(err, p.Status)
	return wire(p)
}

func refusalOf(err error) *problem.Error {
	p, ok := problem.As(err)
	switch {
	case ok:
		return p
	case errors.Is(err, table.ErrBusy), errors.Is(err, table.ErrConflict):
		return ErrTryAgain
	case errors.Is(err, table.ErrMarker):
		return problem.Invalid("marker", "not a marker that this list gave for these filters; start without one")
	default:
		return errInternal
	}
}

// errorResponse describes the one shape of errors.
func errorResponse(schemas huma.Registry) *huma.Response {
	return &huma.Response{
		Description: "An error. X-Request-Id names the request in our logs.",
		Content:     map[string]*huma.MediaType{jsonType: {Schema: schemas.Schema(typeOf[answer](), true, "Error")}},
	}
}
