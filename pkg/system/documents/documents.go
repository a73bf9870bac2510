// Package documents is the one function that renders documents: what capabilities have printed, as PDF. It alone carries the font.
package documents

import (
	"time"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/document/pdf"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/invoice/listfile"
	"partnercenter/pkg/program"
)

// Function declares the function. A document of the most pages takes 150 MB and, with the memory's share of a processor, some seconds.
var Function = function.Declaration{
	Name:   "documents",
	Does:   "Documents as PDF or CSV: account statements, invoice lists, agreements, joining certificates",
	HTTP:   register,
	Grants: []function.Grant{function.ReadTable, function.UseKey},

	Timeout:  25 * time.Second, // API Gateway waits for 30
	MemoryMB: 1024,
}

func register(api *rest.API, env *function.Env) {
	account.RegisterStatements(api, env, pdf.Render)
	listfile.Register(api, env, pdf.Render)
	program.RegisterDocuments(api, env, pdf.Render)
}
