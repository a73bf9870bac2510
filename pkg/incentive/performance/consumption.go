package performance

import (
	"net/http"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// WriteLines lets a function write the lines of imports: many at once, without conditions.
var WriteLines = function.Grant{On: function.Table, Do: []string{"dynamodb:BatchWriteItem"}}

// Consumption declares the HTTP function that brings consumption in. It keeps files, as use lets it, and performance's own function does without.
func Consumption(files function.Port[Files], use ...function.Grant) function.Declaration {
	return function.Declaration{
		Name: "consumption",
		Does: "Consumption: imports of providers' bills, whose sub-accounts are whose, what orders settle",
		HTTP: func(api *rest.API, env *function.Env) { registerConsumption(api, env, openWith(files)) },
		Grants: slices.Concat([]function.Grant{
			function.ReadTable, function.WriteTable, WriteLines, function.Query(table.Listed), function.UseKey,
		}, use),
		Under: []string{consumptionPath},
	}
}

const (
	consumptionPath = "/v2/vendor/consumption"
	importsPath     = consumptionPath + "/imports"
)

// imports may who brings consumption in.
var imports = auth.Only(auth.Vendor, auth.ConsumptionImport)

func registerConsumption(api *rest.API, env *function.Env, open func(*function.Env) *Service) {
	rest.Register(api, rest.Operation{
		ID: "ImportConsumption", Method: http.MethodPost, Path: importsPath, Consumes: "text/csv", Status: http.StatusAccepted, MaxBody: callBytes,
		Summary: "Import a provider's bill of a month, up to 1 MB; larger files are announced and uploaded", Allow: imports,
		Description: "Broken files are refused as a whole; single lines are refused by themselves, see the verdicts. The same file again is the same import.",
	}, function.Lazily(env, open, (*Service).take))
	rest.Register(api, rest.Operation{
		ID: "ListConsumptionImports", Method: http.MethodGet, Path: importsPath, Summary: "List the imports of a month, the newest first", Allow: imports,
	}, function.Lazily(env, open, (*Service).listImports))
	rest.Register(api, rest.Operation{
		ID: "ShowConsumptionImport", Method: http.MethodGet, Path: importsPath + "/{import_id}", Summary: "Show how far an import is", Allow: imports,
	}, function.Lazily(env, open, (*Service).showImport))
	rest.Register(api, rest.Operation{
		ID: "ListConsumptionVerdicts", Method: http.MethodGet, Path: importsPath + "/{import_id}/verdicts",
		Summary: "List what became of each line of an import", Allow: imports,
	}, function.Lazily(env, open, (*Service).listVerdicts))
	rest.Register(api, rest.Operation{
		ID: "AnnounceConsumptionUpload", Method: http.MethodPost, Path: consumptionPath + "/uploads", Status: http.StatusCreated,
		Summary: "Announce a provider's bill by its hash, and learn where to put it", Allow: imports,
	}, function.Lazily(env, open, (*Service).announce))
	rest.Register(api, rest.Operation{
		ID: "StartConsumptionImport", Method: http.MethodPost, Path: importsPath + "/{import_id}/start", Status: http.StatusAccepted,
		Summary: "Import a file that was announced and put there", Allow: imports,
	}, function.Lazily(env, open, (*Service).start))
	rest.Register(api, rest.Operation{
		ID: "MapSubAccount", Method: http.MethodPut, Path: consumptionPath + "/sub-accounts", Status: http.StatusNoContent,
		Summary: "Say whose a sub-account of a provider's bills is, for good", Allow: imports,
	}, function.Lazily(env, open, (*Service).mapSubAccount))
	rest.Register(api, rest.Operation{
		ID: "ListSubAccounts", Method: http.MethodGet, Path: consumptionPath + "/sub-accounts", Summary: "List the sub-accounts of a customer", Allow: imports,
	}, function.Lazily(env, open, (*Service).listSubAccounts))
	rest.Register(api, rest.Operation{
		ID: "CollectOrders", Method: http.MethodPost, Path: consumptionPath + "/orders", Status: http.StatusNoContent,
		Summary: "Collect now what a customer's orders settled from a month on; by itself that happens each morning", Allow: imports,
	}, function.Lazily(env, open, (*Service).collectOrders))
}
