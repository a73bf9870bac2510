package opportunity

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Function declares the capability's HTTP function.
var Function = function.Declaration{
	Name: "opportunity",
	Does: "Opportunities that partners and the vendor share: drafts, reviews, answers, progress and exports",
	HTTP: func(api *rest.API, env *function.Env) {
		own(api, env)
		steppingOn(api, env)
		reviews(api, env)
		exports(api, env)
	},
	Grants: []function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey, address.Read},
	Under:  []string{ownPath, vendorPath},
}

const (
	ownPath     = "/v2/partners/opportunities"
	onePath     = ownPath + "/{opportunity_id}"
	exportsPath = "/v2/partners/opportunities/exports"
	vendorPath  = "/v2/vendor/opportunities"
	sharedPath  = vendorPath + "/{partner_id}/{opportunity_id}"
)

// own registers what partners do with what is theirs.
func own(api *rest.API, env *function.Env) {
	reads, writes := auth.Partners(auth.OpportunityRead), auth.Partners(auth.OpportunityManage)
	rest.Register(api, rest.Operation{
		ID: "ListOpportunities", Method: http.MethodGet, Path: ownPath,
		Summary: "List opportunities, the newest first: POs, then HOs", Allow: reads,
	}, function.Lazily(env, New, (*Service).list))
	rest.Register(api, rest.Operation{
		ID: "ShowOpportunity", Method: http.MethodGet, Path: onePath,
		Summary: "Show an opportunity with its stage, reasons and history; the contact masked unless it is asked for", Allow: reads,
	}, function.Lazily(env, New, (*Service).show))
	rest.Register(api, rest.Operation{
		ID: "CreateOpportunity", Method: http.MethodPost, Path: ownPath, Status: http.StatusCreated,
		Summary: "Begin a draft of an opportunity, which may be incomplete", Allow: writes,
	}, function.Lazily(env, New, (*Service).create))
	rest.Register(api, rest.Operation{
		ID: "UpdateOpportunity", Method: http.MethodPut, Path: onePath,
		Summary: "Change fields of an opportunity: all of a draft, some while it is brought forward",
		Description: "Fields that are absent stay as they are. Of the offerings and cloud services of what was verified or accepted, some can only be dropped. " +
			"If-Match is required.",
		Allow: writes,
	}, function.Lazily(env, New, (*Service).update))
	rest.Register(api, rest.Operation{
		ID: "DeleteOpportunity", Method: http.MethodDelete, Path: onePath, Status: http.StatusNoContent,
		Summary: "Delete a draft; what was submitted can't be withdrawn", Allow: writes,
	}, function.Lazily(env, New, (*Service).remove))
}

// steppingOn registers the steps of partners.
func steppingOn(api *rest.API, env *function.Env) {
	writes := auth.Partners(auth.OpportunityManage)
	rest.Register(api, rest.Operation{
		ID: "CheckOpportunity", Method: http.MethodPost, Path: onePath + "/check",
		Summary: "Say for what reviewers would reject a draft, by field; nothing changes", Allow: auth.Partners(auth.OpportunityRead),
	}, function.Lazily(env, New, (*Service).check))
	rest.Register(api, rest.Operation{
		ID: "SubmitOpportunity", Method: http.MethodPost, Path: onePath + "/submit",
		Summary: "Submit a draft to the vendor's audit; there is no way back", Allow: writes,
	}, function.Lazily(env, New, (*Service).submit))
	rest.Register(api, rest.Operation{
		ID: "CopyOpportunity", Method: http.MethodPost, Path: onePath + "/copy", Status: http.StatusCreated,
		Summary: "Copy a rejected opportunity into a new draft", Allow: writes,
	}, function.Lazily(env, New, (*Service).copyRejected))
	rest.Register(api, rest.Operation{
		ID: "AnswerOpportunity", Method: http.MethodPost, Path: onePath + "/answer",
		Summary: "Accept an HO, or reject it with a reason, within three working days", Allow: writes,
	}, function.Lazily(env, New, (*Service).answer))
	rest.Register(api, rest.Operation{
		ID: "ProgressOpportunity", Method: http.MethodPost, Path: onePath + "/progress",
		Summary: "Record how far an accepted opportunity is, or how it ended", Allow: writes,
	}, function.Lazily(env, New, (*Service).progress))
}

// reviews registers what the vendor does.
func reviews(api *rest.API, env *function.Env) {
	reviews, shares := auth.Only(auth.Vendor, auth.OpportunityReview), auth.Only(auth.Vendor, auth.OpportunityShare)
	rest.Register(api, rest.Operation{
		ID: "ShareOpportunity", Method: http.MethodPost, Path: vendorPath, Status: http.StatusCreated,
		Summary: "Share an opportunity of the vendor's to a partner (HO)", Allow: shares,
	}, function.Lazily(env, New, (*Service).share))
	rest.Register(api, rest.Operation{
		ID: "ListOpportunityQueue", Method: http.MethodGet, Path: vendorPath,
		Summary: "List the opportunities of all partners, those to audit and to verify when nothing else is asked for, the oldest first", Allow: reviews,
	}, function.Lazily(env, New, (*Service).queue))
	rest.Register(api, rest.Operation{
		ID: "ShowSharedOpportunity", Method: http.MethodGet, Path: sharedPath,
		Summary: "Show an opportunity of a partner with its history and with those that it may duplicate", Allow: reviews,
	}, function.Lazily(env, New, (*Service).showShared))
	rest.Register(api, rest.Operation{
		ID: "UpdateSharedOpportunity", Method: http.MethodPut, Path: sharedPath,
		Summary: "Maintain the offerings of an opportunity that was submitted, and the cloud services once it was accepted; If-Match is required", Allow: reviews,
	}, function.Lazily(env, New, (*Service).updateShared))
	rest.Register(api, rest.Operation{
		ID: "DecideOpportunity", Method: http.MethodPost, Path: sharedPath + "/decisions",
		Summary:     "Pass or reject an audit or a verification, or end what was accepted",
		Description: "An audit needs the permission item opportunity:audit, all else opportunity:verify.",
		Allow:       auth.Only(auth.Vendor, auth.OpportunityAudit).Or(auth.Vendor, auth.OpportunityVerify),
	}, function.Lazily(env, New, (*Service).decide))
}

// exports registers the files of opportunities.
func exports(api *rest.API, env *function.Env) {
	open := func(env *function.Env) *export.Exports { return export.New(env, address.Port) }
	reads := auth.Partners(auth.OpportunityRead)
	rest.Register(api, rest.Operation{
		ID: "CreateOpportunityExport", Method: http.MethodPost, Path: exportsPath, Status: http.StatusAccepted,
		Summary: "Ask for a CSV file of opportunities, contacts masked", Allow: reads,
	}, function.Lazily(env, open, ask))
	export.Register(api, env, export.Offer{Kind: Kind, Name: "Opportunity", What: "opportunities", Path: exportsPath, Allow: reads, Open: open})
}
