package specialist_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/specialist"
)

// Of two steps of a certificate at once, whichever is first, none makes it count twice, or be held twice. Source: issue "a certificate counted twice".
func TestTwoStepsAtOnceNeverCountACertificateTwice(t *testing.T) {
	w, n := newWorld(t), 0
	for _, start := range []string{"held", "uploaded", "free"} {
		names := []string{"upload", "upload there", "sync", "sync there", "decide", "unbind"}
		for i, one := range names {
			for _, two := range names[i:] {
				n++
				w.race(n, start, one, two)
			}
		}
	}
}

// race does two steps of a certificate at once. It is held by an account of the first partner that is about to move it to another of its accounts, or
// uploaded for that account, or held by nobody; the other partner has an account, too.
func (w *world) race(n int, start, one, two string) {
	w.t.Helper()
	p, there := w.pair(n), fmt.Sprint("t", n)
	w.account(there)
	w.bind(second, there)
	review := "none"
	switch start {
	case "held":
		review = p.asks(specialist.ReviewTransfer)
	case "uploaded":
		review = p.asks(specialist.ReviewCertificate)
	}
	paper := fmt.Sprintf(`"certificate_no":%q,"type":"HCIP","issued":"2026-11-01","expires":"2027-12-31"`, p.number)
	upload := func(who, id, file string) resttest.Call {
		return resttest.Call{Who: who, Path: members + "/" + id + "/certificates", Body: fmt.Sprintf(`{%s,"file_id":%q}`, paper, file)}
	}
	sync := func(id string) resttest.Call {
		return resttest.Call{Who: vendor, Path: keeping + id + "/certificates", Body: `{"certificates":[{` + paper + `}]}`}
	}
	calls := map[string]resttest.Call{
		"upload": upload(partner, p.one, w.file(partner)), "upload there": upload(second, there, w.file(second)), "sync": sync(p.one), "sync there": sync(there),
		"decide": {Who: vendor, Path: reviews + "/" + review + "/decision", Body: `{"decision":"PASS"}`},
		"unbind": {Who: partner, Path: members + "/" + p.one + "/actions", Body: `{"action":"UNBIND"}`},
	}
	name := fmt.Sprintf("%s and %s of one that is %s", one, two, start)
	for i, a := range w.atOnce(calls[one], calls[two]) {
		if a.Status >= http.StatusInternalServerError || strings.Contains(a.Body, "CBC.0409") {
			w.t.Errorf("%s: the answer %d is %d %s", name, i, a.Status, a.Body)
		}
	}
	w.expectHeldOnce(name, p.number, p.one, p.other, there)
}

// atOnce makes calls at once.
func (w *world) atOnce(calls ...resttest.Call) []answer {
	w.t.Helper()
	w.clock.Advance(time.Second)
	answers := make([]answer, len(calls))
	var wait sync.WaitGroup
	for i, call := range calls {
		w.calls++
		call.Signature, call.Method = fmt.Sprint("signature-", w.calls), http.MethodPost
		wait.Go(func() { answers[i] = call.On(w.api) })
	}
	wait.Wait()
	return answers
}

// expectHeldOnce looks whether a number is held by one of some accounts at most, who alone has claimed it, counts at most once, and each account
// knows how many it holds.
func (w *world) expectHeldOnce(name, number string, accounts ...string) {
	w.t.Helper()
	var holders []string
	for _, id := range accounts {
		held := 0
		for c, err := range table.All[specialist.Certificate](w.t.Context(), w.db, table.Query{PK: "PERSONAL#" + id, Prefix: "CERTIFICATE#", Strong: true}) {
			if err != nil {
				w.t.Fatal(err)
			}
			held++
			if c.Status != specialist.Rejected {
				holders = append(holders, id)
			}
		}
		var a specialist.Account
		if err := w.db.Get(w.t.Context(), table.Key{PK: "PERSONAL#" + id, SK: "ACCOUNT"}, &a); err != nil || a.Certificates != held {
			w.t.Errorf("%s: %s holds %d certificates and knows of %d, %v", name, id, held, a.Certificates, err)
		}
	}
	var claim struct {
		table.Head
		Holder string `dynamodbav:"acct"`
	}
	err := w.db.Get(w.t.Context(), table.Key{PK: "CERTIFICATE#" + number, SK: "CERTIFICATE"}, &claim)
	if free := err != nil; len(holders) > 1 || free != (len(holders) == 0) || !free && claim.Holder != holders[0] {
		w.t.Errorf("%s: %v hold it, the claim is %q's", name, holders, claim.Holder)
	}
	counted := 0
	for _, no := range strings.Fields(w.counted(partner) + " " + w.counted(second)) {
		if no == number {
			counted++
		}
	}
	if counted > 1 {
		w.t.Errorf("%s: it counts %d times", name, counted)
	}
}
