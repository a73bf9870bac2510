package specialist

import (
	"net/http"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/upload"
)

const (
	membersPath = "/v2/partners/specialists"
	vendorPath  = "/v2/vendor/specialists"
	memberPath  = membersPath + "/{specialist_id}"
	reviewPath  = vendorPath + "/reviews/{review_id}"
)

// Function declares the capability's HTTP function, whose files are in a store that it may use.
func Function(store function.Port[upload.Store], use function.Grant, parts func(env *function.Env) Parts) function.Declaration {
	return function.Declaration{
		Name: "specialist",
		Does: "Project specialists of partners: invitations, applications, certificates and their reviews",
		HTTP: func(api *rest.API, env *function.Env) {
			PartsPort.Put(env, parts(env))
			open := func(env *function.Env) *Service {
				s := New(env)
				s.Uploads = upload.New(env, store)
				return s
			}
			reading(api, env, open)
			managing(api, env, open)
			own(api, env, open)
			certifying(api, env, open)
			keeping(api, env, open)
			reviewing(api, env, open)
		},
		Grants: []function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey, use},
		Under:  []string{membersPath, vendorPath},
	}
}

// opener opens the service of an operation.
type opener = func(env *function.Env) *Service

func reading(api *rest.API, env *function.Env, open opener) {
	reads := auth.Partners(auth.SpecialistRead)
	rest.Register(api, rest.Operation{
		ID: "ListSpecialists", Method: http.MethodGet, Path: membersPath,
		Summary: "List whom a partner has invited and who belongs to it, newest first", Allow: reads,
	}, function.Lazily(env, open, (*Service).list))
	rest.Register(api, rest.Operation{
		ID: "ShowSpecialist", Method: http.MethodGet, Path: memberPath,
		Summary: "Show a specialist; certificates and profile while it is bound", Allow: reads,
	}, function.Lazily(env, open, (*Service).show))
	rest.Register(api, rest.Operation{
		ID: "ListCertificates", Method: http.MethodGet, Path: membersPath + "/certificates",
		Summary: "List the certificates of a partner's bound specialists, those that expire first first", Allow: reads,
	}, function.Lazily(env, open, (*Service).listCertificates))
}

func managing(api *rest.API, env *function.Env, open opener) {
	manages := auth.Partners(auth.SpecialistManage)
	rest.Register(api, rest.Operation{
		ID: "InviteSpecialist", Method: http.MethodPost, Path: membersPath + "/invitations",
		Summary: "Invite a personal account by phone number, mail address or name", Allow: manages,
	}, function.Lazily(env, open, (*Service).invite))
	rest.Register(api, rest.Operation{
		ID: "ActOnSpecialist", Method: http.MethodPost, Path: memberPath + "/actions",
		Summary: "Invite again, send again, cancel a specialist, withdraw that, or unbind", Allow: manages,
	}, function.Lazily(env, open, (*Service).act))
	rest.Register(api, rest.Operation{
		ID: "ApplyForSpecialists", Method: http.MethodPost, Path: membersPath + "/applications",
		Summary: "Apply for up to 50 bound accounts to be project specialists", Allow: manages,
	}, function.Lazily(env, open, (*Service).apply))
	rest.Register(api, rest.Operation{
		ID: "SetSpecialistProfile", Method: http.MethodPut, Path: memberPath + "/profile", Status: http.StatusNoContent,
		Summary: "Set a specialist's employment, training and projects", Allow: manages,
	}, function.Lazily(env, open, (*Service).setProfile))
	rest.Register(api, rest.Operation{
		ID: "AnnounceSpecialistFile", Method: http.MethodPost, Path: membersPath + "/files", Status: http.StatusCreated,
		Summary: "Announce a file of evidence, and get the address to put it to", Allow: manages,
	}, function.Lazily(env, open, (*Service).announce))
}

// own are what a person does for the personal account that is signed in.
func own(api *rest.API, env *function.Env, open opener) {
	persons := auth.Only(auth.Customer, auth.SpecialistAccept)
	rest.Register(api, rest.Operation{
		ID: "ListOwnSpecialistInvitations", Method: http.MethodGet, Path: membersPath + "/own-invitations",
		Summary: "List the partners that have invited the personal account that is signed in", Allow: persons,
	}, function.Lazily(env, open, (*Service).ownInvitations))
	rest.Register(api, rest.Operation{
		ID: "AcceptSpecialistInvitation", Method: http.MethodPost, Path: membersPath + "/acceptances", Status: http.StatusNoContent,
		Summary: "Accept a partner's invitation for the personal account that is signed in", Allow: persons,
	}, function.Lazily(env, open, (*Service).acceptOwn))
	rest.Register(api, rest.Operation{
		ID: "SetOwnSpecialistProfile", Method: http.MethodPut, Path: membersPath + "/own-profile", Status: http.StatusNoContent,
		Summary: "Set the employment, training and projects that the partner is told of who is signed in", Allow: persons,
	}, function.Lazily(env, open, (*Service).setOwnProfile))
}

func certifying(api *rest.API, env *function.Env, open opener) {
	manages := auth.Partners(auth.SpecialistManage)
	rest.Register(api, rest.Operation{
		ID: "UploadCertificate", Method: http.MethodPost, Path: memberPath + "/certificates", Status: http.StatusAccepted,
		Summary: "Hand in a certificate of a bound specialist, on which the vendor decides", Allow: manages,
	}, function.Lazily(env, open, (*Service).upload))
	rest.Register(api, rest.Operation{
		ID: "TransferCertificate", Method: http.MethodPost, Path: membersPath + "/certificates/{certificate_no}/transfer", Status: http.StatusAccepted,
		Summary: "Ask the vendor to move a certificate to another account of the person", Allow: manages,
	}, function.Lazily(env, open, (*Service).transfer))
}

func keeping(api *rest.API, env *function.Env, open opener) {
	keeps := auth.Only(auth.Vendor, auth.PersonalAccountKeep)
	rest.Register(api, rest.Operation{
		ID: "SetPersonalAccount", Method: http.MethodPut, Path: vendorPath + "/accounts/{account_id}", Status: http.StatusNoContent,
		Summary: "Keep what the identity platform says of a personal account", Allow: keeps,
	}, function.Lazily(env, open, (*Service).setAccount))
	rest.Register(api, rest.Operation{
		ID: "SyncCertificates", Method: http.MethodPost, Path: vendorPath + "/accounts/{account_id}/certificates",
		Summary: "Keep what the talent platform says of an account's certificates", Allow: keeps,
	}, function.Lazily(env, open, (*Service).sync))
}

func reviewing(api *rest.API, env *function.Env, open opener) {
	reviews := auth.Only(auth.Vendor, auth.SpecialistReview)
	rest.Register(api, rest.Operation{
		ID: "ListSpecialistReviews", Method: http.MethodGet, Path: vendorPath + "/reviews",
		Summary: "List applications, cancellations, certificates and transfers to decide on", Allow: reviews,
	}, function.Lazily(env, open, (*Service).reviews))
	rest.Register(api, rest.Operation{
		ID: "ShowSpecialistReview", Method: http.MethodGet, Path: reviewPath,
		Summary: "Show a review with its evidence", Allow: reviews,
	}, function.Lazily(env, open, (*Service).showReview))
	rest.Register(api, rest.Operation{
		ID: "DecideSpecialistReview", Method: http.MethodPost, Path: reviewPath + "/decision",
		Summary: "Pass or reject what is reviewed", Allow: reviews,
	}, function.Lazily(env, open, (*Service).decide))
	rest.Register(api, rest.Operation{
		ID: "StopSpecialist", Method: http.MethodPost, Path: vendorPath + "/partners/{partner_id}/{specialist_id}/stop", Status: http.StatusNoContent,
		Summary: "Cancel a partner's specialist", Allow: reviews,
	}, function.Lazily(env, open, (*Service).stop))
}
