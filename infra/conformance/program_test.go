package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// party puts a party there, and gives its administrator.
func (c cloud) party(t *testing.T, in map[string]any) principal {
	t.Helper()
	c.local(t, "/local/parties", in, nil)
	var p principal
	c.local(t, "/local/keys", map[string]any{"party_id": in["party_id"], "roles": []string{"admin"}}, &p)
	return p
}

// now gives the business time.
func (c cloud) now(t *testing.T) time.Time {
	t.Helper()
	answer, err := http.Get(c.API + "/local/clock")
	if err != nil {
		t.Fatal(err)
	}
	var is struct{ Now time.Time }
	decode(t, answer, http.StatusOK, &is)
	return is.Now
}

// ticks lets what is due by now be done.
func (c cloud) ticks(t *testing.T) {
	t.Helper()
	c.local(t, "/local/clock", map[string]string{"advance": "PT6M"}, nil)
}

// refuses calls an operation that is to be refused, and gives its code and message.
func (c cloud) refuses(t *testing.T, p principal, method, path, body string) string {
	t.Helper()
	answer := c.as(t, p, method, path, body, "")
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode < http.StatusBadRequest {
		t.Fatalf("%s %s: %s %s (%v), want a refusal", method, path, answer.Status, text, err)
	}
	return string(text)
}

// pdf downloads a PDF.
func (c cloud) pdf(t *testing.T, p principal, path string) []byte {
	t.Helper()
	answer := c.as(t, p, "GET", path, "", "")
	defer answer.Body.Close()
	file, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(string(file), "%PDF-") {
		t.Fatalf("GET %s: %s, %s, %d bytes, %v", path, answer.Status, answer.Header.Get("Content-Type"), len(file), err)
	}
	return file
}

// reads gives what the mails to an address say, the last one first.
func (c cloud) reads(t *testing.T, to string) string {
	t.Helper()
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
			Body struct {
				Text string `json:"text"`
			} `json:"body"`
		} `json:"emails"`
	}
	decode(t, answer, http.StatusOK, &store)
	says := ""
	for _, mail := range store.Emails {
		for _, address := range mail.Destination.To {
			if address == to {
				says = mail.Subject + "\n" + mail.Body.Text + "\n" + says
			}
		}
	}
	return says
}

// TestProgramJoinsAndExits: a general distributor is invited by mail and joins; a reseller applies, is approved, and exits, and its customers go over.
func TestProgramJoinsAndExits(t *testing.T) {
	c := running(t)
	vendor := c.vendor(t)
	dist := c.party(t, map[string]any{"kind": "distributor", "party_id": "prog-dist", "name": "Prog Distributor", "email": "boss@dist.example", "locale": "en-US"})

	letter := c.does(t, vendor, "POST", "/v2/vendor/agreements", fmt.Sprintf(`{"code":"prog-joining","version":1,"effective_from":%q,"required_for":["joining"],
		"documents":[{"locale":"zh-CN","title":"分销协议","text":"第一条"},{"locale":"en-US","title":"Distribution agreement","text":"Article 1"}]}`, beijingDay(c.now(t))))
	hash := letter["document_hashes"].(map[string]any)["en-US"].(string)
	signs := func(p principal) {
		t.Helper()
		c.does(t, p, "POST", "/v2/agreements/prog-joining/signatures", fmt.Sprintf(`{"version":1,"locale":"en-US","document_hash":%q,"accepted":true}`, hash))
	}

	c.does(t, vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"prog-dist"}`)
	link := c.mailed(t, "boss@dist.example")
	if page := follow(t, http.MethodGet, link, nil); !strings.Contains(page, "Distribution plan: general distributor") || !strings.Contains(page, "Prog Distributor") {
		t.Errorf("the invitation's page says %.600s", page)
	}
	if said := c.refuses(t, dist, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`); !strings.Contains(said, "prog-joining version 1") {
		t.Errorf("without the agreement, it is told %s", said)
	}
	signs(dist)
	c.does(t, dist, "POST", "/v2/program/memberships/distribution/action", `{"action":"accept"}`)
	if page := follow(t, http.MethodGet, link, nil); !strings.Contains(page, "no longer good") {
		t.Errorf("accepted, the page says %.600s", page)
	}
	c.ticks(t)
	c.does(t, vendor, "POST", "/v2/program/members/decisions", `{"plan":"distribution","party_ids":["prog-dist"],"decision":"approve"}`)
	c.pdf(t, dist, "/v2/program/memberships/distribution/certificate")
	if c.mailed(t, "boss@dist.example"); !strings.Contains(c.reads(t, "boss@dist.example"), "Your company has joined the plan") {
		t.Errorf("joined, it reads %s", c.reads(t, "boss@dist.example"))
	}

	// An account that never was a partner is told what is in the way of becoming one.
	account := c.party(t, map[string]any{"kind": "customer", "party_id": "prog-account", "name": "Prog Account"})
	signs(account)
	if said := c.refuses(t, account, "POST", "/v2/program/plans/solution-provider/applications", `{}`); !strings.Contains(said, "REAL_NAME") {
		t.Errorf("an account that is not authenticated is told %s", said)
	}
	c.does(t, account, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"prog-dist"}`)
	c.ticks(t)
	c.does(t, dist, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["prog-account"],"decision":"reject","reason":"too small"}`)

	res := c.party(t, map[string]any{"kind": "reseller", "party_id": "prog-res", "name": "Prog Reseller", "distributor_id": "prog-dist", "email": "boss@res.example", "locale": "en-US"})
	if said := c.refuses(t, res, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"prog-dist"}`); !strings.Contains(said, "prog-joining version 1") {
		t.Errorf("without the agreement, it is told %s", said)
	}
	signs(res)
	heard, hostHeard := c.listens(t, res), c.listens(t, dist)
	c.does(t, res, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"prog-dist"}`)
	c.ticks(t)
	if said := c.reads(t, "boss@dist.example"); !strings.Contains(said, "An application waits for your decision: Prog Reseller") {
		t.Errorf("the distributor reads %s", said)
	}
	list := c.does(t, dist, "GET", "/v2/program/members?plan=reseller&state=UNDER_REVIEW", "")
	if list["total_count"].(float64) != 1 {
		t.Errorf("under review: %v", list)
	}
	c.does(t, dist, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["prog-res"],"decision":"approve"}`)
	c.pdf(t, res, "/v2/program/memberships/reseller/certificate")

	// Two customers of the reseller, one with money; then it exits.
	c.imports(t, "customers", "prog-res", "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance\n"+
		"prog-c1,C1,V0,2,c1@prog.example,13800000001,zh-CN,70.00\nprog-c2,C2,V0,1,c2@prog.example,13800000002,zh-CN,30.00\n")
	c.does(t, res, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"we merge"}`)
	if said := c.refuses(t, res, "POST", "/v2/program/memberships/reseller/action", `{"action":"exit","reason":"again"}`); !strings.Contains(said, "CBC.99001211") {
		t.Errorf("exiting, it exits again: %s", said)
	}
	c.ticks(t)
	plans := c.does(t, res, "GET", "/v2/program/plans", "")["plans"].([]any)
	for _, one := range plans {
		if p := one.(map[string]any); p["code"] == "reseller" {
			if m := p["membership"].(map[string]any); m["state"] != "EXITED" || m["moved_customers"].(float64) != 2 {
				t.Errorf("it is %v", m)
			}
		}
	}
	customers := c.does(t, dist, "POST", "/v2/partners/sub-customers/query", `{}`)
	if n := customers["count"].(float64); n != 2 {
		t.Errorf("the distributor has %v customers, want 2", n)
	}
	if said := c.reads(t, "boss@dist.example"); !strings.Contains(said, "A reseller has exited: Prog Reseller") || !strings.Contains(said, "went over: 2") {
		t.Errorf("the distributor reads %s", said)
	}
	amounts := map[int]float64{}
	for _, one := range c.does(t, dist, "GET", "/v2/accounts/partner-accounts/balances", "")["account_balances"].([]any) {
		b := one.(map[string]any)
		amounts[int(b["account_type"].(float64))] = b["amount"].(float64)
	}
	if want := map[int]float64{1: 70, 2: 0, 5: 0, 7: 0, 8: 70}; !maps.Equal(amounts, want) { // what its resale customer had of the reseller
		t.Errorf("by account types, the distributor has %v, want %v", amounts, want)
	}
	heard("membership.applied", "membership.joined", "membership.exiting", "membership.exited", "membership.customer_moved", "association.transferred")
	hostHeard("association.transferred")
}

func beijingDay(at time.Time) string { return at.UTC().Add(8 * time.Hour).Format("2006-01-02") }

// TestAgreementsUnblockAndDeclarationsAreRenewed: an agreement is published, what it is required for is blocked until it is signed; the declaration of
// relations is renewed a year later.
func TestAgreementsUnblockAndDeclarationsAreRenewed(t *testing.T) {
	c := running(t)
	vendor := c.vendor(t)
	partner := c.party(t, map[string]any{"kind": "partner", "party_id": "prog-partner", "name": "Prog Partner", "email": "boss@prog.example", "locale": "en-US"})
	heard := c.listens(t, partner)

	c.does(t, vendor, "POST", "/v2/vendor/agreements", fmt.Sprintf(`{"code":"prog-integrity","version":1,"effective_from":%q,"required_for":["payout","invoicing"],
		"documents":[{"locale":"zh-CN","title":"廉洁诚信承诺书","text":"本承诺书由供应商提供。"},{"locale":"en-US","title":"Integrity commitment letter","text":"The vendor's own words."}]}`, beijingDay(c.now(t))))
	blocks := func() string {
		t.Helper()
		for _, one := range c.does(t, partner, "GET", "/v2/agreements?locale=en-US", "")["agreements"].([]any) {
			if a := one.(map[string]any); a["code"] == "prog-integrity" {
				return fmt.Sprint(a["blocks"], " ", a["version"])
			}
		}
		return "none"
	}
	c.ticks(t)
	if said := c.reads(t, "boss@prog.example"); !strings.Contains(said, "Please sign: Integrity commitment letter") {
		t.Errorf("of the version, the partner reads %s", said)
	}
	if got := blocks(); got != "[payout invoicing] 1" {
		t.Errorf("unsigned, it blocks %s", got)
	}
	shown := c.does(t, partner, "GET", "/v2/agreements/prog-integrity?locale=en-US", "")
	sum := sha256.Sum256([]byte("prog-integrity\n1\nen-US\nIntegrity commitment letter\nThe vendor's own words."))
	if shown["document_hash"] != hex.EncodeToString(sum[:]) {
		t.Errorf("its hash is %v, want %x", shown["document_hash"], sum)
	}
	c.pdf(t, partner, "/v2/agreements/prog-integrity/document?locale=zh-CN")
	c.does(t, partner, "POST", "/v2/agreements/prog-integrity/signatures",
		fmt.Sprintf(`{"version":1,"locale":"en-US","document_hash":"%x","accepted":true}`, sum))
	if got := blocks(); got != "[] 1" {
		t.Errorf("signed, it blocks %s", got)
	}
	if text := c.pdf(t, partner, "/v2/agreements/prog-integrity/document?locale=en-US"); len(text) == 0 {
		t.Error("signed, there is no document")
	}
	// A new version is to be signed anew, from its day on.
	day := c.now(t).Add(3 * 24 * time.Hour)
	c.does(t, vendor, "POST", "/v2/vendor/agreements", fmt.Sprintf(`{"code":"prog-integrity","version":2,"effective_from":%q,"required_for":["payout"],
		"documents":[{"locale":"zh-CN","title":"廉洁诚信承诺书","text":"第二版"},{"locale":"en-US","title":"Integrity commitment letter","text":"Second edition"}]}`, beijingDay(day)))
	if got := blocks(); got != "[] 1" {
		t.Errorf("before its day, it blocks %s", got)
	}
	c.until(t, day.Add(24*time.Hour))
	if got := blocks(); got != "[payout] 2" {
		t.Errorf("on its day, it blocks %s", got)
	}
	if said := c.refuses(t, partner, "POST", "/v2/agreements/prog-integrity/signatures",
		fmt.Sprintf(`{"version":1,"locale":"en-US","document_hash":"%x","accepted":true}`, sum)); !strings.Contains(said, "CBC.99001202") {
		t.Errorf("the old version is signed: %s", said)
	}

	heard("agreement.published", "agreement.signed")

	// The audit trail holds, and ends in what the system shows.
	c.ticks(t)
	asked := c.does(t, partner, "POST", "/v2/program/audit-trail/exports",
		fmt.Sprintf(`{"date_begin":%q,"date_end":%q}`, beijingDay(c.now(t).Add(-30*24*time.Hour)), beijingDay(c.now(t))))
	c.ticks(t)
	made := c.does(t, partner, "GET", "/v2/program/audit-trail/exports/"+asked["export_id"].(string), "")
	file := fetch(t, made["download_url"].(string))
	head, events := lastHash(t, file)
	if made["summary"] != fmt.Sprintf("sha256:%s events:%d", head, events) || !strings.Contains(file, "agreement.signed") {
		t.Errorf("the system shows %v, and the file ends in %s after %d events", made["summary"], head, events)
	}

	verifiesAudit(t, file, made["summary"].(string))

	// The declaration holds for a year.
	c.does(t, partner, "POST", "/v2/relation-declarations", `{"items":[{"employee":"Li Lei","relation":"spouse","description":"sales, Shenzhen"}]}`)
	c.until(t, c.now(t).Add(340*24*time.Hour))
	if said := c.reads(t, "boss@prog.example"); !strings.Contains(said, "Declaration of relations") {
		t.Errorf("a month before the end, it reads %s", said)
	}
	c.until(t, c.now(t).Add(40*24*time.Hour))
	state := func() string {
		t.Helper()
		list := c.does(t, partner, "GET", "/v2/relation-declarations", "")["declarations"].([]any)
		return fmt.Sprint(list[0].(map[string]any)["state"], " ", len(list))
	}
	if got := state(); got != "ENDED 1" {
		t.Errorf("after a year it is %s", got)
	}
	c.does(t, partner, "POST", "/v2/relation-declarations", `{"none":true}`)
	if got := state(); got != "VALID 2" {
		t.Errorf("renewed, it is %s", got)
	}
}

// fetch downloads a file.
func fetch(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	file, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, answer.Status, err)
	}
	return string(file)
}

// verifiesAudit runs the command that verifies audit files on one that the system made, on it cut short, and with the summary of another.
func verifiesAudit(t *testing.T, file, summary string) {
	t.Helper()
	folder := t.TempDir()
	made, cut := filepath.Join(folder, "trail.csv"), filepath.Join(folder, "cut.csv")
	lines := strings.SplitAfter(file, "\r\n")
	short := strings.Join(slices.Delete(slices.Clone(lines), 2, 3), "")
	for path, text := range map[string]string{made: file, cut: short} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		args  []string
		holds bool
		says  string
	}{
		"its summary":   {[]string{made, summary}, true, "holds: "},
		"no summary":    {[]string{made}, true, "not compared with what the system shows"},
		"another's":     {[]string{made, "sha256:" + strings.Repeat("0", 64) + " events:1"}, false, "another file"},
		"an event less": {[]string{cut, summary}, false, "line 3: "},
	} {
		verify := exec.Command("go", append([]string{"run", "./infra/verifyaudit"}, c.args...)...)
		verify.Dir = filepath.Join("..", "..")
		if said, err := verify.CombinedOutput(); (err == nil) != c.holds || !strings.Contains(string(said), c.says) {
			t.Errorf("%s: %v, %s", name, err, said)
		}
	}
}

// lastHash gives the hash in which a trail ends, and how many events it has; each line carries the hash of the one before.
func lastHash(t *testing.T, file string) (head string, events int) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(file), "\r\n")
	for n, line := range lines[1:] {
		cells := strings.Split(line, ",")
		if previous := cells[len(cells)-2]; previous != head {
			t.Fatalf("line %d carries %s, and the one before ends in %s", n+2, previous, head)
		}
		head = cells[len(cells)-1]
	}
	return head, len(lines) - 3
}

// TestAFrozenDistributorTakesEverybodyBelowItAlong: the standing that the vendor sets reaches resellers and customers, and is lifted.
func TestAFrozenDistributorTakesEverybodyBelowItAlong(t *testing.T) {
	c := running(t)
	vendor := c.vendor(t)
	dist := c.party(t, map[string]any{"kind": "distributor", "party_id": "casc-dist", "name": "D"})
	c.party(t, map[string]any{"kind": "reseller", "party_id": "casc-res", "name": "R", "distributor_id": "casc-dist"})
	c.imports(t, "customers", "casc-res", "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance\n"+
		"casc-c1,C1,V0,2,c1@casc.example,13800000003,zh-CN,0.00\n")
	frozen := func() string {
		t.Helper()
		c.ticks(t)
		c.ticks(t)
		text, err := json.Marshal(c.does(t, dist, "POST", "/v2/partners/sub-customers/query", `{"indirect_partner_id":"casc-res"}`))
		if err != nil {
			t.Fatal(err)
		}
		standing := c.does(t, vendor, "GET", "/v2/vendor/parties/casc-res", "")["standing"]
		return fmt.Sprint(standing, " ", strings.Contains(string(text), `"is_frozen":2`))
	}
	for _, step := range []struct{ standing, want string }{{"frozen", "frozen true"}, {"restricted", "restricted false"}, {"normal", "normal false"}} {
		c.does(t, vendor, "PUT", "/v2/vendor/parties/casc-dist/standing", fmt.Sprintf(`{"standing":%q,"reason":"test"}`, step.standing))
		if got := frozen(); got != step.want {
			t.Errorf("%s: the reseller and its customer are %s, want %s", step.standing, got, step.want)
		}
	}
}
