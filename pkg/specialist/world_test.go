package specialist_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/foundation/upload"
	"partnercenter/pkg/foundation/upload/uploadtest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/specialist"
)

// world is a table of its own with some partners and the API.
type world struct {
	t      *testing.T
	db     *table.Client
	clock  *clock.Fake
	env    *function.Env
	api    *rest.API
	store  *uploadtest.Store
	joined bool              // what the partners' programmes say
	paths  []specialist.Path // that were joined then
	calls  int
}

var (
	port = function.Port[upload.Store]{Name: "uploads", Open: func(*function.Env) upload.Store { return uploadtest.New() }}
	use  = function.Grant{On: function.Resource{Kind: function.KindStore, Name: "uploads"}, Do: []string{"s3:GetObject"}}
)

const (
	vendor   = "vendor vendor admin ann"
	partner  = "partner p1 admin ann"
	second   = "partner p2 admin ann"
	third    = "reseller p3 admin ann"
	fourth   = "distributor p4 admin ann"
	members  = "/v2/partners/specialists"
	keeping  = "/v2/vendor/specialists/accounts/"
	reviews  = "/v2/vendor/specialists/reviews"
	phone    = "+8613800000000"
	notFound = http.StatusNotFound
)

func december(day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.December, Day: day}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: tabletest.New(t), clock: clock.NewFake(december(1).At(10, 0)), store: uploadtest.New(), joined: true, paths: specialist.Paths()}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sealer: auth.LocalSealer{Key: make([]byte, 32)},
		Setting: func(name string) string { return map[string]string{function.SettingSite: "https://pc.example"}[name] },
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, w.db)
	port.Put(w.env, w.store)
	w.api = rest.New(rest.Config{
		Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: w.clock, Wall: w.clock, Log: w.env.Log,
	})
	parts := specialist.Parts{Joined: func(_ context.Context, _ auth.PartyID, path specialist.Path) (bool, error) {
		return w.joined && (path == "" || slices.Contains(w.paths, path)), nil
	}}
	specialist.Function(port, use, func(*function.Env) specialist.Parts { return parts }).HTTP(w.api, w.env)
	tx := table.NewTx()
	for id, kind := range map[auth.PartyID]auth.Kind{"p1": auth.Partner, "p2": auth.Partner, "p3": auth.Reseller, "p4": auth.Distributor} {
		row := party.Row{ID: id, Kind: kind, Name: "Partner " + string(id), Email: string(id) + "@partner.example"}
		party.Create(tx, party.Party{Row: row}, "test", w.clock.Now())
	}
	if err := w.db.Commit(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	return w
}

// call calls an operation. Each call is signed anew.
func (w *world) call(who, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.calls++
	return w.signed(who, fmt.Sprint("signature-", w.calls), method, path, body)
}

func (w *world) signed(who, signature, method, path, body string) resttest.Answer {
	w.t.Helper()
	w.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	return resttest.Call{Who: who, Signature: signature, Method: method, Path: path, Body: body}.On(w.api)
}

func (w *world) does(who, method, path, body string) {
	w.t.Helper()
	w.call(who, method, path, body).Into(w.t, nil)
}

// account puts a personal account there, with a name, a mail address and a phone number of its own.
func (w *world) account(id string) {
	w.t.Helper()
	w.does(vendor, http.MethodPut, keeping+id, fmt.Sprintf(`{"account_name":"name-%s","real_name":"Person %s","mobile":"%s","email":"%s@mail.example"}`, id, id, mobileOf(id), id))
}

// mobileOf gives an account's phone number: no two of the tests' accounts have one.
func mobileOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return fmt.Sprintf("+8613%09d", int(sum[0])<<16|int(sum[1])<<8|int(sum[2]))
}

func (w *world) invite(who, id string) resttest.Answer {
	w.t.Helper()
	return w.call(who, http.MethodPost, members+"/invitations", `{"account_name":"name-`+id+`"}`)
}

// service is the capability as the page of links and due work have it.
func (w *world) service() *specialist.Service { return specialist.New(w.env) }

// link gives the link of an account's invitation that is good now.
func (w *world) link(of auth.PartyID, id string) link.Link {
	w.t.Helper()
	m, err := w.service().Member(w.t.Context(), of, specialist.AccountID(id))
	if err != nil {
		w.t.Fatal(err)
	}
	return m.Link()
}

// bind invites an account and accepts.
func (w *world) bind(who, id string) {
	w.t.Helper()
	w.invite(who, id).Into(w.t, nil)
	if _, err := w.service().Accept(w.t.Context(), w.link(auth.PartyID(strings.Fields(who)[1]), id)); err != nil {
		w.t.Fatal(err)
	}
}

// state gives how an account stands to a partner, as the API says.
func (w *world) state(who, id string) specialist.State {
	w.t.Helper()
	var out struct{ State specialist.State }
	w.call(who, http.MethodGet, members+"/"+id, "").Into(w.t, &out)
	return out.State
}

var pdf = []byte("%PDF-1.7\nevidence\n")

// file announces and sends a file, and gives its id.
func (w *world) file(who string) string {
	w.t.Helper()
	sum := sha256.Sum256(pdf)
	var out struct {
		FileID  string            `json:"file_id"`
		Method  string            `json:"upload_method"`
		URL     string            `json:"upload_url"`
		Headers map[string]string `json:"upload_headers"`
	}
	body := fmt.Sprintf(`{"file_name":"evidence.pdf","content_type":"application/pdf","size":%d,"sha256":%q}`, len(pdf), hex.EncodeToString(sum[:]))
	w.call(who, http.MethodPost, members+"/files", body).Into(w.t, &out)
	if err := w.store.Put(upload.Ticket{Method: out.Method, URL: out.URL, Headers: out.Headers}, pdf); err != nil {
		w.t.Fatal(err)
	}
	return out.FileID
}

// applies applies for a member, and gives the review.
func (w *world) applies(who, id string) string {
	w.t.Helper()
	var out struct {
		Verdicts []struct {
			Review string `json:"review_id"`
			Msg    string `json:"error_msg"`
		}
	}
	w.call(who, http.MethodPost, members+"/applications", fmt.Sprintf(`{"applications":[{"specialist_id":%q,"path":"SERVICES","file_ids":[%q]}]}`, id, w.file(who))).Into(w.t, &out)
	if out.Verdicts[0].Review == "" {
		w.t.Fatalf("not submitted: %s", out.Verdicts[0].Msg)
	}
	return out.Verdicts[0].Review
}

func (w *world) decide(review, decision string) resttest.Answer {
	w.t.Helper()
	return w.call(vendor, http.MethodPost, reviews+"/"+review+"/decision", fmt.Sprintf(`{"decision":%q,"remark":"remark"}`, decision))
}

// cancels asks for the end of a specialist, and gives the review.
func (w *world) cancels(who, id string) string {
	w.t.Helper()
	w.does(who, http.MethodPost, members+"/"+id+"/actions", fmt.Sprintf(`{"action":"CANCEL","reason":"left","file_id":%q}`, w.file(who)))
	m, err := w.service().Member(w.t.Context(), auth.PartyID(strings.Fields(who)[1]), specialist.AccountID(id))
	if err != nil {
		w.t.Fatal(err)
	}
	return m.Review
}

func (w *world) act(who, id, action string) resttest.Answer {
	w.t.Helper()
	return w.call(who, http.MethodPost, members+"/"+id+"/actions", fmt.Sprintf(`{"action":%q}`, action))
}

// sync tells of certificates of an account, good for December.
func (w *world) sync(id string, numbers ...string) resttest.Answer {
	w.t.Helper()
	var rows []string
	for _, n := range numbers {
		rows = append(rows, fmt.Sprintf(`{"certificate_no":%q,"type":"HCIP","issued":"2026-11-01","expires":"2027-12-31"}`, n))
	}
	return w.call(vendor, http.MethodPost, keeping+id+"/certificates", `{"certificates":[`+strings.Join(rows, ",")+`]}`)
}

// counted gives the numbers of the certificates that count for a partner.
func (w *world) counted(who string) string {
	w.t.Helper()
	var out struct {
		Certificates []struct {
			No string `json:"certificate_no"`
		}
		Total int `json:"total_count"`
	}
	w.call(who, http.MethodGet, members+"/certificates?counts=true&limit=1000", "").Into(w.t, &out)
	var numbers []string
	for _, c := range out.Certificates {
		numbers = append(numbers, c.No)
	}
	got, err := w.service().Counted(w.t.Context(), auth.PartyID(strings.Fields(who)[1]), calendar.DateOf(w.clock.Now()))
	if err != nil || got[specialist.HCIP] != len(numbers) || out.Total != len(numbers) {
		w.t.Errorf("%d are listed of %d, %v are counted, %v", len(numbers), out.Total, got, err)
	}
	return strings.Join(numbers, " ")
}

// expire does the due work of an invitation.
func (w *world) expire(of auth.PartyID, id string) error {
	w.t.Helper()
	key := table.Key{PK: "PARTY#" + string(of), SK: "SPECIALIST#" + id}
	return specialist.Work(w.env)[specialist.WorkMember](w.t.Context(), lifecycle.Due{Key: key, Kind: specialist.WorkMember})
}

// answer is what an operation answered.
type answer = resttest.Answer

// partyOf gives the party of a caller.
func partyOf(who string) auth.PartyID { return auth.PartyID(strings.Fields(who)[1]) }
