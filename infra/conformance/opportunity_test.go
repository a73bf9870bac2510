package conformance

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startedAt gives a local cloud of its own whose business time starts at an instant, for what lies before the time of the shared one.
func startedAt(t *testing.T, at time.Time) cloud {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	local := exec.Command("build/local", "-seed", "none", "-addr", "127.0.0.1:0", "-clock", at.Format(time.RFC3339), "-ready-file", ready)
	local.Dir, local.Stderr = filepath.Join("..", ".."), os.Stderr
	if err := local.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- local.Wait() }()
	t.Cleanup(func() {
		_ = local.Process.Signal(syscall.SIGTERM) // one that has ended takes none
		<-ended
	})
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the local cloud ended: %v", err)
		case <-tick.C:
			if file, err := os.ReadFile(ready); err == nil {
				var c cloud
				if err := json.Unmarshal(file, &c); err != nil {
					t.Fatal(err)
				}
				return c
			}
		}
	}
}

// subjects gives the subjects of the mails to an address, in order. It waits until all that is on its way has arrived.
func (c cloud) subjects(t *testing.T, to string) []string {
	t.Helper()
	c.local(t, "/local/clock", map[string]string{"advance": "PT1S"}, nil)
	answer, err := http.Get(c.Inbox + "/store")
	if err != nil {
		t.Fatal(err)
	}
	var store struct {
		Emails []struct {
			Subject     string `json:"subject"`
			Destination struct {
				To []string `json:"to"`
			} `json:"destination"`
		} `json:"emails"`
	}
	decode(t, answer, http.StatusOK, &store)
	var all []string
	for _, mail := range store.Emails {
		if slices.Contains(mail.Destination.To, to) {
			all = append(all, mail.Subject)
		}
	}
	return all
}

const (
	opportunities       = "/v2/partners/opportunities"
	sharedOpportunities = "/v2/vendor/opportunities"
)

// lake is what an opportunity of a company says, all that reviewers ask for.
func lake(company string) string {
	return fmt.Sprintf(`"opportunity_name":"Lake for %s","customer_company":%q,"customer_region":"Shanghai","customer_industry":"Retail",
		"description":"A data lake for the sales figures","budget":"1 million approved","authority":"The CIO decides","need":"Reports overnight",
		"timing":"Before April","amount":1000000.5,"expected_order_date":"2027-03-31","presales_activities":["MEETING"],
		"offerings":[{"offering_id":"offer-1","offering_name":"Lake","kind":"KOOGALLERY"}],"cloud_services":["hws.service.type.dws"],
		"contact":{"name":"Li Lei","phone":"13800001234","email":"li@apollo.example","title":"CIO"},"personal_data_consent":true}`, company, company)
}

// match calls an operation on a version, and gives the answer and the version that it shows.
func (c cloud) match(t *testing.T, p principal, method, path, body, etag string) (*http.Response, string) {
	t.Helper()
	r := c.signed(t, p, request{
		Method: method, Path: path, ContentType: "application/json", Body: body,
		Unsigned: map[string]string{"Idempotency-Key": fmt.Sprint("scenario-", nth.Add(1)), "If-Match": etag},
	})
	answer := send(t, r)
	return answer, answer.Header.Get("ETag")
}

// says checks that an answer is a refusal whose message says something.
func says(t *testing.T, answer *http.Response, status int, code, what string) {
	t.Helper()
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status || !strings.Contains(string(text), `"`+code+`"`) || !strings.Contains(string(text), what) {
		t.Errorf("got %s %s (%v), want %d %s that says %q", answer.Status, text, err, status, code, what)
	}
}

// Two partners and the vendor share opportunities: one is lost to a deadline across the National Day holiday, copied, verified and delivered; another
// partner comes too late with the same; the vendor shares two, of which one is not answered. One is not approved, and one waits for its audit for too long.
func TestOpportunitiesGoBetweenPartnersAndTheVendor(t *testing.T) {
	date := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, beijing)
	}
	c := startedAt(t, date(9, 22, 10, 0))
	vendor := c.vendor(t)
	alpha := opened(t, c, "partner", "opp-alpha", map[string]any{"email": "sales@alpha.example", "locale": "en-US"}).partner
	beta := opened(t, c, "partner", "opp-beta", map[string]any{"email": "sales@beta.example", "locale": "zh-CN"}).partner
	alphaHeard, betaHeard := c.listens(t, alpha), c.listens(t, beta)
	state := func(p principal, id string) string {
		t.Helper()
		return c.does(t, p, "GET", opportunities+"/"+id, "")["state"].(string)
	}
	decide := func(p principal, id, body string) {
		t.Helper()
		c.does(t, vendor, "POST", sharedOpportunities+"/"+p.PartyID+"/"+id+"/decisions", body)
		c.local(t, "/local/clock", map[string]string{"advance": "PT1S"}, nil) // it is told before the next is decided
	}

	id := c.does(t, alpha, "POST", opportunities, `{"opportunity_name":"Lake for Apollo","customer_company":"Apollo Co., Ltd."}`)["opportunity_id"].(string)
	one := opportunities + "/" + id
	if faults := c.does(t, alpha, "POST", one+"/check", "")["faults"].([]any); len(faults) < 10 {
		t.Errorf("the check of an almost empty draft finds %v", faults)
	}
	says(t, c.as(t, alpha, "POST", one+"/submit", "", ""), http.StatusBadRequest, "CBC.99001234", "personal_data_consent (COMPLIANCE)")
	read := c.as(t, alpha, "GET", one, "", "")
	decode(t, read, http.StatusOK, nil)
	answer, tag := c.match(t, alpha, "PUT", one, "{"+lake("Apollo Co., Ltd."), read.Header.Get("ETag"))
	decode(t, answer, http.StatusOK, nil)
	stale, _ := c.match(t, alpha, "PUT", one, `{"need":"More"}`, read.Header.Get("ETag"))
	says(t, stale, http.StatusPreconditionFailed, "CBC.0412", strings.Trim(tag, `"`))
	c.does(t, alpha, "POST", one+"/submit", "")
	says(t, c.as(t, alpha, "DELETE", one, "", ""), http.StatusConflict, "CBC.99001231", "copy the rejected one into a new draft")
	decide(alpha, id, `{"decision":"AUDIT_PASS"}`)
	if got := c.does(t, alpha, "GET", one, "")["deadline"]; got != "2026-10-13T16:00:00Z" { // Mid-Autumn, National Day, and 10 October worked
		t.Fatalf("the verification's deadline is %v", got)
	}
	c.until(t, date(10, 13, 23, 55))
	if got := state(alpha, id); got != "VERIFYING" {
		t.Errorf("on its tenth working day it is %s", got)
	}
	c.until(t, date(10, 14, 0, 10))
	if got := state(alpha, id); got != "VERIFY_REJECTED" {
		t.Fatalf("behind its tenth working day it is %s", got)
	}

	id = c.does(t, alpha, "POST", one+"/copy", "")["opportunity_id"].(string)
	one = opportunities + "/" + id
	c.does(t, alpha, "POST", one+"/submit", "")
	late := c.does(t, beta, "POST", opportunities, "{"+lake("APOLLO"))["opportunity_id"].(string)
	c.does(t, beta, "POST", opportunities+"/"+late+"/submit", "")
	decide(alpha, id, `{"decision":"AUDIT_PASS"}`)
	decide(beta, late, `{"decision":"AUDIT_PASS"}`)
	decide(alpha, id, `{"decision":"VERIFY_PASS"}`)
	says(t, c.as(t, vendor, "POST", sharedOpportunities+"/opp-beta/"+late+"/decisions", `{"decision":"VERIFY_PASS"}`, ""), http.StatusConflict, "CBC.99001232", "another")
	decide(beta, late, `{"decision":"VERIFY_REJECT","reason_category":"DUPLICATE","reason":"opp-alpha was first"}`)
	if got := c.does(t, beta, "GET", opportunities+"/"+late, ""); strings.Contains(fmt.Sprint(got), "alpha") || got["reason_category"] != "DUPLICATE" {
		t.Errorf("the loser reads %v", got)
	}
	const ends = `{"note":"They chose others","outcome":"LOST"}`
	says(t, c.as(t, alpha, "POST", one+"/progress", ends, ""), http.StatusConflict, "CBC.99001231", "ask the vendor's business developer")
	answer, _ = c.match(t, alpha, "PUT", one, `{"cloud_services":["hws.service.type.dws","hws.service.type.obs"]}`, "*")
	says(t, answer, http.StatusConflict, "CBC.99001233", "ask the vendor's business developer to add others")
	const done = `{"note":"It runs","outcome":"DELIVERED"}`
	says(t, c.as(t, alpha, "POST", one+"/progress", done, ""), http.StatusConflict, "CBC.99001230", "record some")
	c.does(t, alpha, "POST", one+"/progress", `{"note":"The contract is signed","stage":"CONTRACT"}`)
	if got := c.does(t, alpha, "POST", one+"/progress", done); got["state"] != "DELIVERED" || len(got["history"].([]any)) != 5 {
		t.Errorf("in the end it is %v", got)
	}
	says(t, c.as(t, vendor, "POST", sharedOpportunities, `{"partner_id":"opp-beta",`+lake("Apollo"), ""), http.StatusConflict, "CBC.99001232", "another")

	submit := func(company string) string {
		t.Helper()
		id := c.does(t, alpha, "POST", opportunities, "{"+lake(company))["opportunity_id"].(string)
		c.does(t, alpha, "POST", opportunities+"/"+id+"/submit", "")
		return id
	}
	refused, slow := submit("Ares"), submit("Eris")
	says(t, c.as(t, vendor, "POST", sharedOpportunities+"/opp-alpha/"+refused+"/decisions", `{"decision":"AUDIT_PASS","reason":"fine"}`, ""), http.StatusBadRequest, "CBC.0100", "reason")
	decide(alpha, refused, `{"decision":"AUDIT_REJECT","reason_category":"INVALID","reason":"Nobody at Ares has a budget"}`)
	if got := c.does(t, alpha, "GET", opportunities+"/"+refused, ""); got["state"] != "AUDIT_REJECTED" || got["reason"] != "Nobody at Ares has a budget" {
		t.Errorf("what is not approved reads %v", got)
	}

	alphaHeard("opportunity.stepped AUDIT_PASS", "opportunity.stepped VERIFY_OVERDUE", "opportunity.stepped VERIFY_PASS", "opportunity.stepped DELIVERED")
	betaHeard("opportunity.stepped VERIFY_REJECT")

	c.until(t, date(10, 14, 10, 0))
	share := func(company string) string {
		t.Helper()
		id := c.does(t, vendor, "POST", sharedOpportunities, `{"partner_id":"opp-beta",`+lake(company))["opportunity_id"].(string)
		c.local(t, "/local/clock", map[string]string{"advance": "PT1S"}, nil)
		return id
	}
	taken, left := share("Zeus"), share("Hera")
	phone := func() any {
		t.Helper()
		return c.does(t, beta, "GET", opportunities+"/"+taken+"?reveal_contact=true", "")["contact"].(map[string]any)["phone"]
	}
	if got := phone(); got != "138****1234" {
		t.Errorf("whom to ask of an HO that waits is shown as %v", got)
	}
	if got := c.does(t, beta, "POST", opportunities+"/"+taken+"/answer", `{"answer":"ACCEPT"}`)["state"]; got != "ACCEPTED" {
		t.Errorf("the answered HO is %v", got)
	}
	if got := phone(); got != "13800001234" {
		t.Errorf("whom to ask of an accepted HO is shown as %v", got)
	}
	c.until(t, date(10, 20, 0, 10))
	if got := state(beta, left); got != "REJECTED" {
		t.Errorf("the HO that nobody answered within three working days is %s", got)
	}
	wantMails(t, c, "sales@alpha.example", "Your opportunity passed the audit", "Your opportunity did not pass verification in time", "Your opportunity passed the audit",
		"Your opportunity is verified", "Your opportunity was not approved")
	wantMails(t, c, "operations@vendor.example", "机会点审核已超过 3 个工作日")
	queue := c.does(t, vendor, "GET", sharedOpportunities+"?escalated=true", "")["opportunities"].([]any)
	if len(queue) != 1 || queue[0].(map[string]any)["opportunity_id"] != slow || queue[0].(map[string]any)["state"] != "AUDITING" {
		t.Errorf("audits that last too long are %v", queue)
	}
	wantMails(t, c, "sales@beta.example", "您的机会点已通过审核", "您的机会点验证不通过", "您有新的共享机会点待接受", "您有新的共享机会点待接受",
		"您有 1 个共享机会点待接受", "您有 1 个共享机会点待接受", "共享机会点超期未处理")

	asked := c.does(t, beta, "POST", opportunities+"/exports", `{}`)["export_id"].(string)
	c.local(t, "/local/clock", map[string]string{"advance": "PT10M"}, nil)
	file, _ := fetched(t, c.does(t, beta, "GET", opportunities+"/exports/"+asked, "")["download_url"].(string))
	if strings.Count(file, "\r\n") != 4 || strings.Contains(file, "13800001234") || strings.Contains(file, "Li Lei") || !strings.Contains(file, "Z***") {
		t.Errorf("the file is %s", file)
	}
	for _, company := range []string{"Zeus", "Hera", "APOLLO"} {
		if strings.Contains(file, company) {
			t.Errorf("the file names %s: %s", company, file)
		}
	}
}

// wantMails checks how the subjects of the mails to an address begin. Those of one moment come in any order.
func wantMails(t *testing.T, c cloud, to string, want ...string) {
	t.Helper()
	got := c.subjects(t, to)
	for i := range got {
		got[i], _, _ = strings.Cut(strings.ReplaceAll(got[i], "：", ": "), ": ")
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s got the mails %q, want %q", to, got, want)
	}
}
