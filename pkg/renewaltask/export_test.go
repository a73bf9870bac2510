package renewaltask_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const exportsPath = tasksPath + "/exports"

type toldExport struct {
	ExportID    string `json:"export_id"`
	State       string `json:"state"`
	Reason      string `json:"reason"`
	Rows        int    `json:"rows"`
	ExpireTime  string `json:"expire_time"`
	DownloadURL string `json:"download_url"`
}

type toldExports struct {
	Exports []toldExport `json:"exports"`
	Total   int          `json:"total_count"`
	Marker  string       `json:"marker"`
}

const ofDecember = `{"expire_date_begin":"2026-12-01","expire_date_end":"2026-12-31"}`

// asks asks for an export.
func (w *world) asks(who caller, body string) toldExport {
	w.t.Helper()
	var out toldExport
	w.call(who, http.MethodPost, exportsPath, body).Into(w.t, &out)
	return out
}

// file makes an export and gives its file.
func (w *world) file(who caller, body string) string {
	w.t.Helper()
	id := w.asks(who, body).ExportID
	w.soon()
	var shown toldExport
	w.call(who, http.MethodGet, exportsPath+"/"+id, "").Into(w.t, &shown)
	if shown.State != "COMPLETED" {
		w.t.Fatalf("got %+v", shown)
	}
	key, _, _ := strings.Cut(strings.TrimPrefix(shown.DownloadURL, "memory:"), "?")
	return string(w.store.files[key])
}

// soon does what is due within the next minutes.
func (w *world) soon() {
	w.t.Helper()
	w.work().Until(w.t, w.clock.Now().Add(5*time.Minute))
}

// customersIn gives whose tasks a file has, in order.
func customersIn(file string) string {
	var ids []string
	for _, row := range strings.Split(strings.TrimSuffix(file, "\r\n"), "\r\n")[1:] {
		ids = append(ids, strings.Split(row, ",")[2])
	}
	return strings.Join(ids, " ")
}

const header = "\xef\xbb\xbftask_id,order_id,customer_id,customer_name,customer_mobile,customer_email,reseller_id,service_type_name," +
	"expire_date,expiring_amount,renewed_amount,renewal_rate,state,ending,overdue,intention,handled_at\r\n"

// CASES.md B46.
func TestAnExportIsExactlyThis(t *testing.T) {
	w := newWorld(t)
	w.customer("c1", "partner", "")
	w.holds("c1", "5000.00", december(10), "r1")
	w.until(december(1), 1, 0)
	task := w.only(admin, "")
	w.change("c1", func(p *party.Party) {
		p.Name, p.Email, p.Mobile = `=cmd|'/c calc'!A1`, "@evil.example", "+8613800000000"
	})
	w.call(admin, http.MethodPost, tasksPath+"/"+task.TaskID+"/handling", `{"contact_result":"REACHED","intention":"UNSURE"}`).Into(t, &task)
	w.until(december(1), 5, 0)
	got := w.file(admin, ofDecember)
	want := header + task.TaskID + "," + task.OrderID + `,c1,'=***,'+86*******0000,*************,,Elastic Cloud Server,` +
		"2026-12-10,5000.00,0.00,0.00,IN_PROGRESS,,false,UNSURE," + task.HandledAt + "\r\n"
	if got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestAnExportHasWhatItsAskerSees(t *testing.T) {
	w := busy(t)
	for _, c := range []struct {
		who        caller
		body, want string
	}{
		{admin, ofDecember, "c1 c2"},
		{admin, `{"expire_date_begin":"2026-12-02","expire_date_end":"2026-12-31"}`, "c2"},
		{manager, ofDecember, "c1"},
		{reseller, ofDecember, "r1"},
		{distributor, ofDecember, "d1"},
		{distributor, `{"expire_date_begin":"2026-12-01","expire_date_end":"2026-12-31","tab":"RESELLERS"}`, "r1"},
		{distributor, `{"expire_date_begin":"2026-12-01","expire_date_end":"2026-12-31","indirect_partner_id":"res"}`, "r1"},
		{admin, `{"expire_date_begin":"2027-12-01","expire_date_end":"2027-12-31"}`, ""},
	} {
		if got := customersIn(w.file(c.who, c.body)); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.who, c.body, got, c.want)
		}
	}
	id := w.asks(admin, ofDecember).ExportID
	w.leaves("c1") // between asking and making
	w.soon()
	for key, file := range w.store.files {
		if strings.Contains(key, id) && customersIn(string(file)) != "c2" {
			t.Errorf("made after c1 has left it has %q", customersIn(string(file)))
		}
	}
}

func TestAnExportIsItsAskersForThreeDays(t *testing.T) {
	w := busy(t)
	asked := w.asks(admin, ofDecember)
	if asked.State != "WAITING" || asked.DownloadURL != "" {
		t.Errorf("asked for: %+v", asked)
	}
	w.soon()
	path := exportsPath + "/" + asked.ExportID
	var shown toldExport
	w.call(admin, http.MethodGet, path, "").Into(t, &shown)
	if shown.State != "COMPLETED" || shown.Rows != 2 || !strings.HasSuffix(shown.DownloadURL, "&life=5m0s") ||
		!strings.Contains(shown.DownloadURL, "name=renewal_tasks-"+asked.ExportID+".csv") {
		t.Errorf("made: %+v", shown)
	}
	var list toldExports
	w.call(admin, http.MethodGet, exportsPath, "").Into(t, &list)
	if len(list.Exports) != 1 || list.Exports[0].ExportID != asked.ExportID || list.Exports[0].DownloadURL != "" {
		t.Errorf("listed: %+v", list)
	}
	for _, who := range []caller{otherAdmin, manager, "partner partner admin bob"} {
		w.call(who, http.MethodGet, path, "").Refused(t, 404, "CBC.0404", asked.ExportID)
		w.call(who, http.MethodGet, exportsPath, "").Into(t, &list)
		if len(list.Exports) > 0 {
			t.Errorf("%s sees %+v", who, list.Exports)
		}
	}
	end, err := time.Parse(time.RFC3339, shown.ExpireTime)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Set(end.Add(-time.Minute))
	w.call(admin, http.MethodGet, path, "").Into(t, &shown)
	if life, err := time.ParseDuration(shown.DownloadURL[strings.Index(shown.DownloadURL, "life=")+5:]); err != nil || life > time.Minute {
		t.Errorf("a minute before its end, the address is good for %s (%v)", life, err)
	}
	w.clock.Set(end.Add(time.Second))
	w.call(admin, http.MethodGet, path, "").Refused(t, 410, "CBC.99001061", "kept until")
	w.call(admin, http.MethodGet, exportsPath, "").Into(t, &list)
	if len(list.Exports) > 0 {
		t.Errorf("after its end: %+v", list.Exports)
	}
	var item table.Raw
	key := table.Key{PK: "PARTY#partner", SK: "EXPORT#renewal_tasks#" + asked.ExportID}
	if err := w.db.Get(t.Context(), key, &item); err != nil || item.TTL == 0 {
		t.Errorf("its item has the TTL %d (%v)", item.TTL, err)
	}
}

func TestAnExportThatFailsToBeStoredIsMadeLater(t *testing.T) {
	w := busy(t)
	asked := w.asks(admin, ofDecember)
	due := lifecycle.Due{Key: table.Key{PK: "PARTY#partner", SK: "EXPORT#renewal_tasks#" + asked.ExportID}, Kind: "export"}
	w.store.fails = errors.New("S3 is away")
	if err := w.handlers["export"](t.Context(), due); !errors.Is(err, w.store.fails) {
		t.Fatalf("got %v", err)
	}
	w.store.fails = nil
	w.work().Do(t, due)
	w.work().Do(t, due)
	var shown toldExport
	w.call(admin, http.MethodGet, exportsPath+"/"+asked.ExportID, "").Into(t, &shown)
	if shown.State != "COMPLETED" || len(w.store.files) != 1 {
		t.Errorf("got %+v and %d files", shown, len(w.store.files))
	}
}

func TestTheSameRequestAsksForOneExport(t *testing.T) {
	w := busy(t)
	var first, again toldExport
	w.signed(admin, "same", http.MethodPost, exportsPath, ofDecember).Into(t, &first)
	w.signed(admin, "same", http.MethodPost, exportsPath, ofDecember).Into(t, &again)
	if first.ExportID == "" || first.ExportID != again.ExportID {
		t.Errorf("got %q and %q", first.ExportID, again.ExportID)
	}
}

func TestExportsRefuseWhatCannotBe(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		who          caller
		body         string
		status       int
		code, inside string
	}{
		{admin, `{}`, 400, "CBC.0100", "expire_date_begin"},
		{admin, `{"expire_date_begin":"2026-12-01"}`, 400, "CBC.0100", "expire_date_end"},
		{admin, `{"expire_date_begin":"","expire_date_end":"2026-12-01"}`, 400, "CBC.0100", "expire_date_begin"},
		{admin, `{"expire_date_begin":"2026-12-01","expire_date_end":"2026-11-30"}`, 400, "CBC.0100", "expire_date_end"},
		{admin, `{"expire_date_begin":"2026-01-01","expire_date_end":"2027-01-02"}`, 400, "CBC.0100", "12 months"},
		{admin, `{"expire_date_begin":"2026-02-30","expire_date_end":"2026-12-01"}`, 400, "CBC.0100", "expire_date_begin"},
		{admin, `{"expire_date_begin":"2026-12-01","expire_date_end":"2026-12-31","tab":"RESELLERS"}`, 403, "CBC.0155", "distributor"},
		{admin, `{"expire_date_begin":"2026-12-01","expire_date_end":"2026-12-31","indirect_partner_id":"res"}`, 400, "CBC.99000037", "res"},
		{"partner partner finance ann", ofDecember, 403, "CBC.0155", "renewaltask:export"},
		{vendor, ofDecember, 403, "CBC.0155", "vendor"},
	} {
		w.call(c.who, http.MethodPost, exportsPath, c.body).Refused(t, c.status, c.code, c.inside)
	}
	w.call(admin, http.MethodGet, exportsPath+"/nonsense", "").Refused(t, 404, "CBC.0404", "nonsense")
}
