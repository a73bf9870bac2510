package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// The numbers of this package. ASSUMED
const (
	// longest is how many days one trail covers at most.
	longest = 366

	// settled is how long an event may take from its time until it can be read: later ones than that before the request are not in the file, so that
	// it is the same whenever it is made.
	settled = time.Minute
)

// Kind is the kind of export that a trail is.
const Kind = "audit_trail"

// Path is where trails are asked for.
const Path = "/v2/program/audit-trail/exports"

// The parameters of an export.
const (
	paramOf   = "of"
	paramFrom = "from"
	paramTo   = "to"
)

// Register registers the operations. The exports are opened by the first call.
func Register(api *rest.API, env *function.Env, open func(*function.Env) *export.Exports) {
	allow := auth.Partners(auth.AuditExport).Or(auth.Vendor, auth.AuditExport)
	rest.Register(api, rest.Operation{
		ID: "ExportAuditTrail", Method: http.MethodPost, Path: Path, Status: http.StatusAccepted,
		Summary: "Ask for a file of a party's events, each carrying the hash of the one before",
		Description: "What a partner does to a customer, such as freezing it, is an event of the customer and stands in the customer's trail. The summary " +
			"of the completed export is the hash of its last record and the number of its events; make verify-audit checks a file.",
		Allow: allow,
	}, function.Lazily(env, open, ask))
	export.Register(api, env, export.Offer{Kind: Kind, Name: "AuditTrail", What: "audit trails", Path: Path, Allow: allow, Open: open})
}

type exportAuditInput struct {
	Body struct {
		PartyID   string `json:"party_id,omitempty" maxLength:"64" doc:"For the vendor, who names it: whose trail; everybody else has its own"`
		DateBegin string `json:"date_begin" minLength:"10" maxLength:"10" doc:"Beijing date such as 2026-12-01, included"`
		DateEnd   string `json:"date_end" minLength:"10" maxLength:"10" doc:"Included; at most 366 days in all"`
	}
}

// ask asks for a trail. Errors: CBC.0100; party.ErrUnknown for a party that is not the caller's to ask about, as for none.
func ask(x *export.Exports, ctx context.Context, in *exportAuditInput) (*export.Output, error) {
	from, to, err := days(in.Body.DateBegin, in.Body.DateEnd)
	if err != nil {
		return nil, err
	}
	of, err := whose(ctx, x.Table, in.Body.PartyID)
	if err != nil {
		return nil, err
	}
	e, err := x.Ask(ctx, Kind, map[string]string{paramOf: string(of), paramFrom: from.String(), paramTo: to.String()})
	return &export.Output{Body: export.Show(e)}, err
}

// days reads the days of a trail. Error: CBC.0100.
func days(begin, end string) (from, to calendar.Date, err error) {
	if from, err = calendar.ParseDate(begin); err != nil {
		return from, to, problem.Invalid("date_begin", "%v", err)
	}
	if to, err = calendar.ParseDate(end); err != nil {
		return from, to, problem.Invalid("date_end", "%v", err)
	}
	if n := from.DaysUntil(to) + 1; n < 1 || n > longest {
		return from, to, problem.Invalid("date_end", "%s to %s are %d days; a trail covers 1 to %d", from, to, n, longest)
	}
	return from, to, nil
}

// whose gives the party whose trail a caller asks for.
func whose(ctx context.Context, db *table.Client, named string) (auth.PartyID, error) {
	caller := rest.Caller(ctx)
	unknown := party.ErrUnknown.Saying("party %q does not exist", named).In("party_id")
	switch {
	case caller.Kind == auth.Vendor && named == "":
		return "", problem.Invalid("party_id", "it is missing; name whose trail you want")
	case caller.Kind != auth.Vendor && (named == "" || named == string(caller.Party)):
		return caller.Party, nil
	case caller.Kind != auth.Vendor || !table.IsID(named):
		return "", unknown
	}
	p, err := party.Get(ctx, db, auth.PartyID(named))
	if errors.Is(err, party.ErrUnknown) {
		return "", unknown
	}
	return p.ID, err
}

// Producer makes the files of trails.
func Producer(env *function.Env) export.Producer {
	return func(ctx context.Context, e export.Export) (*export.Sheet, error) { return file(ctx, env.Table(), e) }
}

// file makes the file of a trail: the same one whenever it is made.
func file(ctx context.Context, db *table.Client, e export.Export) (*export.Sheet, error) {
	from, to, err := days(e.Params[paramFrom], e.Params[paramTo])
	if err != nil {
		return nil, err
	}
	until := to.End()
	if latest := e.Asked.Add(-settled); latest.Before(until) {
		until = latest
	}
	of, chain, events := e.Params[paramOf], &Chain{}, 0
	sheet := export.NewSheet(columns...)
	if err := sheet.Row(chain.link(opening, written(e.Asked), of, "", "", from.String()+"/"+to.String(), "")...); err != nil {
		return nil, err
	}
	for one, err := range event.List(ctx, db, of, from.Start()) {
		if err != nil {
			return nil, err
		}
		if !one.At.Before(until) {
			break
		}
		events++
		if err := sheet.Row(chain.link(one.Type, written(one.At), one.Subject, one.By, one.Why, dataOf(one), one.ID)...); err != nil {
			return nil, err
		}
	}
	if err := sheet.Row(chain.link(closing, written(e.Asked), of, "", "", strconv.Itoa(events), "")...); err != nil {
		return nil, err
	}
	sheet.Summarize(fmt.Sprintf("sha256:%s events:%d", chain.last, events))
	return sheet, nil
}

func written(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// dataOf gives an event's data as JSON, its keys sorted.
func dataOf(e *event.Event) string {
	if len(e.Data) == 0 {
		return ""
	}
	text, err := json.Marshal(e.Data)
	if err != nil {
		panic(err) // strings
	}
	return string(text)
}
