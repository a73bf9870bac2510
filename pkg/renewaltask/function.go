package renewaltask

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Function declares the capability's HTTP function, whose exports are in a store that it may read.
func Function(addresses function.Port[export.Addresses], read function.Grant) function.Declaration {
	return function.Declaration{
		Name: "renewaltask",
		Does: "Large-order renewal tasks of partners: lists, handling and exports",
		HTTP: func(api *rest.API, env *function.Env) {
			register(api, env, func(env *function.Env) *export.Exports { return export.New(env, addresses) })
		},
		Grants: []function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey, read},
		Under:  []string{tasksPath},
	}
}

const (
	tasksPath   = "/v2/partners/renewal-tasks"
	exportsPath = tasksPath + "/exports"
)

func register(api *rest.API, env *function.Env, openExports func(*function.Env) *export.Exports) {
	rest.Register(api, rest.Operation{
		ID: "ListRenewalTasks", Method: http.MethodGet, Path: tasksPath,
		Summary: "List large-order renewal tasks, those to do when nothing else is asked for", Allow: auth.Partners(auth.RenewalTaskRead),
	}, function.Lazily(env, New, (*Service).list))
	rest.Register(api, rest.Operation{
		ID: "ShowRenewalTask", Method: http.MethodGet, Path: tasksPath + "/{task_id}",
		Summary: "Show a renewal task with its order's lines and its handling records", Allow: auth.Partners(auth.RenewalTaskRead),
	}, function.Lazily(env, New, (*Service).show))
	rest.Register(api, rest.Operation{
		ID: "HandleRenewalTask", Method: http.MethodPost, Path: tasksPath + "/{task_id}/handling",
		Summary: "Record how a renewal task was handled; as often as there is news", Allow: auth.Partners(auth.RenewalTaskHandle),
	}, function.Lazily(env, New, (*Service).handle))
	rest.Register(api, rest.Operation{
		ID: "CreateRenewalTaskExport", Method: http.MethodPost, Path: exportsPath, Status: http.StatusAccepted,
		Summary: "Ask for a CSV file of the renewal tasks whose orders expire on some days", Allow: auth.Partners(auth.RenewalTaskExport),
	}, function.Lazily(env, openExports, ask))
	rest.Register(api, rest.Operation{
		ID: "EnrolRenewalTaskPartner", Method: http.MethodPut, Path: "/v2/vendor/renewal-tasks/partners/{partner_id}", Status: http.StatusNoContent,
		Summary: "See to it that a partner's renewal tasks are generated, this month's at once", Allow: auth.Only(auth.Vendor, auth.WorkOperate),
	}, function.Lazily(env, New, (*Service).enrol))
	export.Register(api, env, export.Offer{
		Kind: Kind, Name: "RenewalTask", What: "renewal tasks", Path: exportsPath, Allow: auth.Partners(auth.RenewalTaskExport), Open: openExports,
	})
}
