package export

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

// Offer is a kind of export that a capability offers at a path.
type Offer struct {
	Kind  string
	Name  string // in the ids of the operations, such as RenewalTask
	What  string // in their summaries, such as renewal tasks
	Path  string
	Allow auth.Allow
	Open  func(env *function.Env) *Exports
}

// Shown is an export on the wire.
type Shown struct {
	ExportID    string        `json:"export_id"`
	State       State         `json:"state" enum:"WAITING,COMPLETED,FAILED"`
	Reason      string        `json:"reason,omitempty" doc:"Why it failed"`
	Rows        int           `json:"rows"`
	Summary     string        `json:"summary,omitempty" doc:"Of an audit trail: the hash of its end and the number of its records"`
	RequestedAt rest.Instant  `json:"requested_at"`
	CompletedAt *rest.Instant `json:"completed_at,omitempty"`
	ExpireTime  *rest.Instant `json:"expire_time,omitempty" doc:"Until when it can be downloaded"`
	DownloadURL string        `json:"download_url,omitempty" doc:"Good for five minutes; of an export that is shown by its id and completed"`
}

// Show gives an export on the wire, without an address.
func Show(e Export) Shown {
	shown := Shown{ExportID: e.ID, State: e.State, Reason: e.Why, Rows: e.Rows, Summary: e.Summary, RequestedAt: rest.Instant(e.Asked)}
	if !e.Made.IsZero() {
		made, expires := rest.Instant(e.Made), rest.Instant(e.Expires)
		shown.CompletedAt, shown.ExpireTime = &made, &expires
	}
	return shown
}

// Output is the answer to an operation on one export.
type Output struct{ Body Shown }

type exportsInput struct{ rest.QueryPaging }

type exportsOutput struct {
	rest.CountHeader
	Body struct {
		Exports    []Shown `json:"exports"`
		TotalCount int     `json:"total_count"`
		Marker     string  `json:"marker,omitempty"`
	}
}

type exportInput struct {
	ExportID string `path:"export_id" maxLength:"64"`
}

// Register registers the operations that list the calling user's exports of a kind and show one of them. The one that asks for an export is the
// capability's: it knows the parameters.
func Register(api *rest.API, env *function.Env, o Offer) {
	rest.Register(api, rest.Operation{
		ID: "List" + o.Name + "Exports", Method: http.MethodGet, Path: o.Path,
		Summary: "List one's exports of " + o.What + ", newest first", Allow: o.Allow,
	}, func(ctx context.Context, in *exportsInput) (*exportsOutput, error) {
		return o.Open(env).list(ctx, o.Kind, in)
	})
	rest.Register(api, rest.Operation{
		ID: "Show" + o.Name + "Export", Method: http.MethodGet, Path: o.Path + "/{export_id}",
		Summary: "Show an export of " + o.What + " and, once it is completed, where to download it", Allow: o.Allow,
	}, func(ctx context.Context, in *exportInput) (*Output, error) {
		return o.Open(env).show(ctx, o.Kind, in.ExportID)
	})
}

func (x *Exports) list(ctx context.Context, kind string, in *exportsInput) (*exportsOutput, error) {
	caller, now := rest.Caller(ctx), x.Clock.Now()
	query := exportsOf(caller.Party, kind)
	query.Scope = "exports " + kind + " " + caller.Masked()
	page, err := rest.List(ctx, x.Table, query, in.Paging(), func(e *Export) bool { return e.User == caller.User && !e.over(now) })
	if err != nil {
		return nil, err
	}
	out := &exportsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Exports = page.Total, page.Marker, []Shown{}
	for _, e := range page.Items {
		out.Body.Exports = append(out.Body.Exports, Show(*e))
	}
	return out, nil
}

func (x *Exports) show(ctx context.Context, kind, id string) (*Output, error) {
	e, err := x.Mine(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	out := &Output{Body: Show(e)}
	if e.State == Completed {
		out.Body.DownloadURL, err = x.Address(ctx, e)
	}
	return out, err
}
