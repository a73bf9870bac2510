package externallink

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
)

// Function declares the capability's function.
var Function = function.Declaration{
	Name:     "externallink",
	Does:     "The page in front of links that lead outside",
	HTTP:     register,
	Grants:   []function.Grant{function.ReadTable, function.WriteTable, function.UseKey},
	Settings: []string{function.SettingVendorName, function.SettingVendorNameEn, function.SettingTrustedHosts},
}

// Path is where the page is.
const Path = "/external-link"

func register(api *rest.API, env *function.Env) {
	allow := auth.Public("who follows a link has no credential here, and it leads nowhere without a click")
	rest.Register(api, rest.Operation{
		ID: "ShowExternalLink", Method: http.MethodGet, Path: Path, Page: true,
		Summary: "Show where a link leads that leaves the centre; the vendor's own hosts are passed on at once", Allow: allow,
	}, function.Lazily(env, New, (*Service).show))
	rest.Register(api, rest.Operation{
		ID: "FollowExternalLink", Method: http.MethodPost, Path: Path, Page: true, Consumes: rest.FormType, MaxBody: maxForm,
		Summary: "Follow a link that was shown", Allow: allow,
	}, function.Lazily(env, New, (*Service).follow))
}
