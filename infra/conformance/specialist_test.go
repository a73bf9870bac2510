package conformance

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// certificate is what is handed in as evidence.
var certificate = []byte("%PDF-1.7\nThis is to certify that Ada Lovelace is an HCIE.\n")

// announced announces a file for a partner, and gives its id with how to send it.
func (o office) announced(t *testing.T) (id string, ticket map[string]any) {
	t.Helper()
	sum := sha256.Sum256(certificate)
	ticket = o.does(t, o.partner, "POST", "/v2/partners/specialists/files", fmt.Sprintf(
		`{"file_name":"ada.pdf","content_type":"application/pdf","size":%d,"sha256":%q}`, len(certificate), hex.EncodeToString(sum[:])))
	return ticket["file_id"].(string), ticket
}

// put sends a file as its ticket says.
func put(t *testing.T, ticket map[string]any, content []byte) {
	t.Helper()
	r, err := http.NewRequest(ticket["upload_method"].(string), ticket["upload_url"].(string), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range ticket["upload_headers"].(map[string]any) {
		if name != "Content-Length" { // of the body's length
			r.Header.Set(name, value.(string))
		}
	}
	decode(t, send(t, r), http.StatusOK, nil)
}

// evidence announces and sends a file, and gives its id.
func (o office) evidence(t *testing.T) string {
	t.Helper()
	id, ticket := o.announced(t)
	put(t, ticket, certificate)
	return id
}

// specialist gives how an account stands to a partner.
func (o office) specialist(t *testing.T, account string) string {
	t.Helper()
	return o.does(t, o.partner, "GET", "/v2/partners/specialists/"+account, "")["state"].(string)
}

// counts gives the numbers of the certificates that count for a partner.
func (o office) counts(t *testing.T) string {
	t.Helper()
	var numbers []string
	for _, c := range o.does(t, o.partner, "GET", "/v2/partners/specialists/certificates?counts=true", "")["certificates"].([]any) {
		numbers = append(numbers, c.(map[string]any)["certificate_no"].(string))
	}
	return strings.Join(numbers, " ")
}

// decides lets the vendor decide on the one review of a kind that is open.
func (c cloud) decides(t *testing.T, kind, decision string) {
	t.Helper()
	reviews := c.does(t, c.vendor(t), "GET", "/v2/vendor/specialists/reviews?kind="+kind, "")["reviews"].([]any)
	if len(reviews) != 1 {
		t.Fatalf("%d reviews of %s, want one", len(reviews), kind)
	}
	id := reviews[0].(map[string]any)["review_id"].(string)
	shown := c.does(t, c.vendor(t), "GET", "/v2/vendor/specialists/reviews/"+id, "")
	for _, f := range shown["files"].([]any) {
		answer, err := http.Get(f.(map[string]any)["download_url"].(string))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !bytes.Equal(got, certificate) {
			t.Errorf("the evidence is %q, %v", got, err)
		}
	}
	c.does(t, c.vendor(t), "POST", "/v2/vendor/specialists/reviews/"+id+"/decision", fmt.Sprintf(`{"decision":%q,"remark":"As the rules say."}`, decision))
}

// titled gives the titles of all mails to an address, the first first, when all that is on its way has arrived.
func (c cloud) titled(t *testing.T, to string) string {
	t.Helper()
	c.local(t, "/local/clock", map[string]string{"advance": "PT1S"}, nil)
	answer, err := http.Get(c.Inbox + "/store")
	if err != nil {
		t.Fatal(err)
	}
	var store struct {
		Emails []struct {
			Destination struct {
				To []string `json:"to"`
			} `json:"destination"`
			Subject string `json:"subject"`
		} `json:"emails"`
	}
	decode(t, answer, http.StatusOK, &store)
	var titles []string
	for _, mail := range store.Emails {
		if len(mail.Destination.To) == 1 && mail.Destination.To[0] == to {
			titles = append(titles, mail.Subject)
		}
	}
	return strings.Join(titles, "\n")
}

// A person is invited, becomes a project specialist, hands in a certificate that counts, moves it to another account, and leaves with nothing behind.
func TestAProjectSpecialistsLife(t *testing.T) {
	c := running(t)
	vendor := c.vendor(t)
	const mail = "staff@partner.example"
	o := opened(t, c, "partner", "staff", map[string]any{"email": mail, "locale": "en-US"})
	heard := c.listens(t, o.partner)
	other := opened(t, c, "distributor", "staff-other", map[string]any{"email": "other@partner.example", "locale": "en-US"})
	const members, accounts = "/v2/partners/specialists", "/v2/vendor/specialists/accounts/"
	for _, id := range []string{"ada-a", "ada-b"} {
		c.does(t, vendor, "PUT", accounts+id, fmt.Sprintf(
			`{"account_name":%q,"real_name":"Ada Lovelace","mobile":"+8613800001111","email":"%s@mail.example","locale":"en-US"}`, id, id))
	}
	c.does(t, vendor, "PUT", accounts+"firm", `{"account_name":"firm","enterprise_authenticated":true}`)
	c.does(t, vendor, "POST", accounts+"ada-a/certificates", `{"certificates":[{"certificate_no":"S-1","type":"HCIP","issued":"2026-01-01","expires":"2036-01-01"}]}`)

	refused(t, c.as(t, o.partner, "POST", members+"/invitations", `{"account_name":"ada-a"}`, ""), http.StatusBadRequest, "CBC.99001265")
	o.joins(t)
	other.joins(t)
	refused(t, c.as(t, o.partner, "POST", members+"/invitations", `{"account_name":"firm"}`, ""), http.StatusBadRequest, "CBC.99001263")
	refused(t, c.as(t, o.partner, "POST", members+"/invitations", `{"mobile":"+4413800001111"}`, ""), http.StatusBadRequest, "CBC.99001262")
	if got := o.does(t, o.partner, "POST", members+"/invitations", `{"mobile":"13800001111"}`); got["result"] != "CHOOSE" || len(got["candidates"].([]any)) != 2 {
		t.Fatalf("of two accounts with one number, got %v", got)
	}
	o.does(t, o.partner, "POST", members+"/invitations", `{"mobile":"13800001111","account_id":"ada-a"}`)
	lapsed := o.mailed(t, "ada-a@mail.example")

	c.local(t, "/local/clock", map[string]string{"advance": "P8D"}, nil) // the link expires, and so does the invitation by due work
	if got := o.specialist(t, "ada-a"); got != "EXPIRED" {
		t.Errorf("after eight days it is %s", got)
	}
	if page := follow(t, "POST", lapsed, nil); !strings.Contains(page, "expired") {
		t.Errorf("the lapsed link shows %s", page)
	}
	o.does(t, o.partner, "POST", members+"/ada-a/actions", `{"action":"INVITE"}`)
	first := o.mailed(t, "ada-a@mail.example")
	o.does(t, o.partner, "POST", members+"/ada-a/actions", `{"action":"RESEND"}`)
	link := o.mailed(t, "ada-a@mail.example")
	if page := follow(t, "POST", first, nil); !strings.Contains(page, "no longer good") {
		t.Errorf("the link before shows %s", page)
	}
	for range 10 {
		if page := follow(t, "GET", link, nil); !strings.Contains(page, "Partner staff") {
			t.Fatalf("the page shows %s", page)
		}
	}
	if got := o.specialist(t, "ada-a"); got != "INVITED" {
		t.Errorf("to look at the page made it %s", got)
	}
	for range 2 {
		if page := follow(t, "POST", link, nil); !strings.Contains(page, "The invitation is accepted") {
			t.Fatalf("it is not accepted: %s", page)
		}
	}
	if got, others := o.counts(t), other.counts(t); got != "S-1" || others != "" {
		t.Errorf("the partners count %q and %q", got, others)
	}
	refused(t, c.as(t, other.partner, "POST", members+"/invitations", `{"account_name":"ada-a"}`, ""), http.StatusBadRequest, "CBC.99001263")
	refused(t, c.as(t, other.partner, "GET", members+"/ada-a", "", ""), http.StatusNotFound, "CBC.0404")

	o.becomesSpecialist(t)
	o.handsIn(t)
	o.remindedOf(t, mail)

	o.does(t, o.partner, "POST", members+"/invitations", `{"email":"ada-b@mail.example"}`)
	o.isAcceptedInSite(t, "ada-b")
	refused(t, c.as(t, o.partner, "POST", members+"/certificates/S-1/transfer", `{"to_account_id":"ada-b","reason":"one person"}`, ""), http.StatusConflict, "CBC.99001260")
	o.does(t, o.partner, "POST", members+"/ada-a/actions", fmt.Sprintf(`{"action":"CANCEL","reason":"moves","file_id":%q}`, o.evidence(t)))
	o.does(t, o.partner, "POST", members+"/ada-a/actions", `{"action":"WITHDRAW"}`)
	if got := o.specialist(t, "ada-a"); got != "SPECIALIST" {
		t.Errorf("withdrawn, it is %s", got)
	}
	o.does(t, o.partner, "POST", members+"/ada-a/actions", fmt.Sprintf(`{"action":"CANCEL","reason":"moves","file_id":%q}`, o.evidence(t)))
	c.decides(t, "CANCEL", "PASS")
	o.does(t, o.partner, "POST", members+"/certificates/S-1/transfer", `{"to_account_id":"ada-b","reason":"one person"}`)
	o.does(t, o.partner, "POST", members+"/ada-a/actions", `{"action":"UNBIND"}`)
	c.decides(t, "TRANSFER", "PASS")
	if got := o.counts(t); got != "S-1" {
		t.Errorf("with B the partner counts %q", got)
	}
	other.does(t, other.partner, "POST", members+"/invitations", `{"account_name":"ada-a"}`)
	follow(t, "POST", o.mailed(t, "ada-a@mail.example"), nil)
	if got, others := o.counts(t), other.counts(t); got != "S-1" || others != "" {
		t.Errorf("with A at another partner they count %q and %q", got, others)
	}
	gone := o.does(t, o.partner, "GET", members+"/ada-a", "")
	if gone["state"] != "UNBOUND" || gone["account_name"] != nil || gone["profile"] != nil || len(gone["certificates"].([]any)) != 0 {
		t.Errorf("after unbinding %v is shared", gone)
	}
	heard("specialist.invitation_expired", "specialist.bound", "specialist.reviewed", "specialist.cancel_withdrawn", "specialist.certificate_transferred",
		"specialist.unbound", "membership.joined")
}

// joins lets a partner join the path of services.
func (o office) joins(t *testing.T) {
	t.Helper()
	o.signs(t) // other scenarios may have published what joining needs
	o.does(t, o.partner, "POST", "/v2/program/plans/services/applications", `{}`)
	o.local(t, "/local/clock", map[string]string{"advance": "PT1H"}, nil) // the application is checked again a moment later
	o.does(t, o.vendor(t), "POST", "/v2/program/members/decisions", fmt.Sprintf(`{"plan":"services","party_ids":[%q],"decision":"approve"}`, o.partner.PartyID))
}

// isAcceptedInSite has a person who is signed in find the office's invitation, accept it, and tell of its employment, which the office then sees.
func (o office) isAcceptedInSite(t *testing.T, account string) {
	t.Helper()
	const members = "/v2/partners/specialists"
	person := o.party(t, map[string]any{"kind": "customer", "party_id": account, "name": "Ada"})
	own := o.does(t, person, "GET", members+"/own-invitations", "")["invitations"].([]any)
	if len(own) != 1 || own[0].(map[string]any)["state"] != "INVITED" || own[0].(map[string]any)["partner_id"] != o.partner.PartyID {
		t.Fatalf("the person finds %v", own)
	}
	o.does(t, person, "POST", members+"/acceptances", fmt.Sprintf(`{"partner_id":%q}`, o.partner.PartyID))
	o.does(t, person, "PUT", members+"/own-profile", `{"employment":[{"company":"Acme","title":"Engineer","from":"2020-01-01"}]}`)
	if shown := o.does(t, o.partner, "GET", members+"/"+account, ""); shown["state"] != "BOUND" || !strings.Contains(fmt.Sprint(shown["profile"]), "Acme") {
		t.Errorf("the partner sees %v", shown)
	}
}

// becomesSpecialist applies for ada-a twice, the first time in vain, with a file that is at first not there and then another one than was announced.
func (o office) becomesSpecialist(t *testing.T) {
	t.Helper()
	id, ticket := o.announced(t)
	apply := func(file string) map[string]any {
		t.Helper()
		verdicts := o.does(t, o.partner, "POST", "/v2/partners/specialists/applications",
			fmt.Sprintf(`{"applications":[{"specialist_id":"ada-a","path":"SERVICES","file_ids":[%q]}]}`, file))["verdicts"].([]any)
		return verdicts[0].(map[string]any)
	}
	if got := apply(id); got["error_code"] != "CBC.99001270" {
		t.Errorf("before the file was sent: %v", got)
	}
	put(t, ticket, bytes.Replace(certificate, []byte("HCIE"), []byte("HCIA"), 1))
	if got := apply(id); got["error_code"] != "CBC.99001271" {
		t.Errorf("with another file: %v", got)
	}
	put(t, ticket, certificate)
	if got := apply(id); got["result"] != "SUBMITTED" {
		t.Fatalf("got %v", got)
	}
	o.decides(t, "APPLICATION", "REJECT")
	if got := o.specialist(t, "ada-a"); got != "SPECIALIST_REJECTED" {
		t.Errorf("rejected, it is %s", got)
	}
	apply(o.evidence(t))
	o.decides(t, "APPLICATION", "PASS")
	if got := o.specialist(t, "ada-a"); got != "SPECIALIST" {
		t.Errorf("passed, it is %s", got)
	}
	titles := o.titled(t, "staff@partner.example")
	for _, want := range []string{"Application as a project specialist: not approved", "Application as a project specialist: approved"} {
		if strings.Count(titles, want) != 1 {
			t.Errorf("the partner was not told once %q: %s", want, titles)
		}
	}
}

// handsIn hands in a certificate that expires in a hundred days, and has it passed.
func (o office) handsIn(t *testing.T) {
	t.Helper()
	expires := o.now(t).Add(100 * day).In(beijing).Format(time.DateOnly)
	o.does(t, o.partner, "POST", "/v2/partners/specialists/ada-a/certificates",
		fmt.Sprintf(`{"certificate_no":"U-1","type":"HCIE","issued":"2026-01-01","expires":%q,"file_id":%q}`, expires, o.evidence(t)))
	if got := o.counts(t); got != "S-1" {
		t.Errorf("before it is decided on the partner counts %q", got)
	}
	o.decides(t, "CERTIFICATE", "PASS")
	if got := o.counts(t); got != "U-1 S-1" {
		t.Errorf("the partner counts %q", got)
	}
}

// remindedOf lets the certificate expire: the partner hears of it three times, and then it counts no more.
func (o office) remindedOf(t *testing.T, mail string) {
	t.Helper()
	for range 4 {
		o.local(t, "/local/clock", map[string]string{"advance": "P26D"}, nil)
	}
	const said = "A certificate of your specialists expires soon"
	if titles := o.titled(t, mail); strings.Count(titles, said) != 3 {
		t.Errorf("the partner was not reminded three times: %s", titles)
	}
	if got := o.counts(t); got != "S-1" {
		t.Errorf("after a hundred days the partner counts %q", got)
	}
}
