package renewaltask_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
)

// toldTask is a task as it is answered.
type toldTask struct {
	TaskID       string      `json:"task_id"`
	OrderID      string      `json:"order_id"`
	CustomerID   string      `json:"customer_id"`
	CustomerName string      `json:"customer_name"`
	Reseller     string      `json:"indirect_partner_id"`
	Month        string      `json:"month"`
	State        string      `json:"state"`
	Ending       string      `json:"ending"`
	ExpireDate   string      `json:"expire_date"`
	Overdue      bool        `json:"overdue"`
	Renewed      bool        `json:"renewed"`
	Expiring     json.Number `json:"expiring_amount"`
	Paid         json.Number `json:"renewed_amount"`
	Rate         string      `json:"renewal_rate"`
	Intention    string      `json:"intention"`
	HandledAt    string      `json:"handled_at"`
	Lines        []struct {
		ResourceID string      `json:"resource_id"`
		PaidAmount json.Number `json:"paid_amount"`
	} `json:"lines"`
	Records []struct {
		Contact   string `json:"contact_result"`
		Intention string `json:"intention"`
		Reason    string `json:"reason"`
		Expected  string `json:"expected_date"`
		Remark    string `json:"remark"`
		By        string `json:"handled_by"`
		At        string `json:"handled_at"`
	} `json:"records"`
}

type toldTasks struct {
	Tasks  []toldTask `json:"tasks"`
	Total  int        `json:"total_count"`
	Marker string     `json:"marker"`
}

const tasksPath = "/v2/partners/renewal-tasks"

// tasks lists tasks.
func (w *world) tasks(who caller, query string) toldTasks {
	w.t.Helper()
	var out toldTasks
	w.call(who, http.MethodGet, tasksPath+query, "").Into(w.t, &out)
	return out
}

// customers gives whose tasks a list has, in order.
func (l toldTasks) customers() string {
	var ids []string
	for _, one := range l.Tasks {
		ids = append(ids, one.CustomerID)
	}
	return strings.Join(ids, " ")
}

// only gives the one task of a list.
func (w *world) only(who caller, query string) toldTask {
	w.t.Helper()
	l := w.tasks(who, query)
	if len(l.Tasks) != 1 {
		w.t.Fatalf("%s: got %d tasks, want 1: %+v", query, len(l.Tasks), l.Tasks)
	}
	return l.Tasks[0]
}

func (w *world) show(who caller, id string) toldTask {
	w.t.Helper()
	var out toldTask
	w.call(who, http.MethodGet, tasksPath+"/"+id, "").Into(w.t, &out)
	return out
}

// events gives the types of the events of a partner's tasks, in order.
func (w *world) events(owner auth.PartyID) string {
	w.t.Helper()
	var types []string
	for e, err := range event.List(w.t.Context(), w.db, string(owner), time.Time{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if what, ours := strings.CutPrefix(e.Type, "renewal_task."); ours && e.By != "test" {
			types = append(types, what)
		}
	}
	return strings.Join(types, " ")
}
