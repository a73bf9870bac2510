package customer

import (
	"context"
	"net/http"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

const invitationsPath = "/v2/partners/customer-invitations"

func invitationOperations(api *rest.API, env *function.Env) {
	invites := auth.Partners(auth.CustomerInvite)
	rest.Register(api, rest.Operation{
		ID: "CreateCustomerInvitation", Method: http.MethodPost, Path: invitationsPath, Status: http.StatusCreated,
		Summary: "Invite a customer by mail, or make a link for anybody", Allow: invites,
	}, function.Lazily(env, New, (*Service).createInvitation))
	rest.Register(api, rest.Operation{
		ID: "ListCustomerInvitations", Method: http.MethodGet, Path: invitationsPath,
		Summary: "List a partner's invitations, newest first", Allow: invites,
	}, function.Lazily(env, New, (*Service).listInvitations))
	rest.Register(api, rest.Operation{
		ID: "ShowCustomerInvitation", Method: http.MethodGet, Path: invitationsPath + "/{invitation_id}",
		Summary: "Show an invitation; an offline one with its link", Allow: invites,
	}, function.Lazily(env, New, (*Service).showInvitation))
	rest.Register(api, rest.Operation{
		ID: "ShowCustomerInvitationQRCode", Method: http.MethodGet, Path: invitationsPath + "/{invitation_id}/qr-code",
		Summary: "Draw an offline invitation's link as a QR code, a PNG or SVG picture", Allow: invites,
	}, function.Lazily(env, New, (*Service).showQRCode))
	rest.Register(api, rest.Operation{
		ID: "ResendCustomerInvitation", Method: http.MethodPost, Path: invitationsPath + "/{invitation_id}/resend", Status: http.StatusNoContent,
		Summary: "Send an online invitation again; links sent before end", Allow: invites,
	}, function.Lazily(env, New, (*Service).resendInvitation))
	rest.Register(api, rest.Operation{
		ID: "RevokeCustomerInvitation", Method: http.MethodDelete, Path: invitationsPath + "/{invitation_id}", Status: http.StatusNoContent,
		Summary: "Revoke an invitation", Allow: invites,
	}, function.Lazily(env, New, (*Service).revokeInvitation))
	owns := auth.Only(auth.Customer, auth.ContactManage)
	rest.Register(api, rest.Operation{
		ID: "SendContactCodes", Method: http.MethodPost, Path: "/v2/customers/contact/codes", Status: http.StatusNoContent,
		Summary: "Send codes for a new mail address or phone number, to it and to the present one", Allow: owns,
	}, function.Lazily(env, New, (*Service).sendContactCodes))
	rest.Register(api, rest.Operation{
		ID: "ChangeContact", Method: http.MethodPut, Path: "/v2/customers/contact", Status: http.StatusNoContent,
		Summary: "Change one's mail address or phone number", Allow: owns,
	}, function.Lazily(env, New, (*Service).changeContact))
	rest.Register(api, rest.Operation{
		ID: "AcceptPartnerInvitation", Method: http.MethodPost, Path: "/v2/customers/partner-invitations/accept", Status: http.StatusNoContent,
		Summary: "Accept a partner's invitation", Allow: auth.Only(auth.Customer, auth.AssociationAccept),
	}, function.Lazily(env, New, (*Service).acceptInvitation))
}

type createInvitationInput struct {
	Body struct {
		ContactBody
		Kind              string `json:"kind" enum:"ONLINE,OFFLINE" doc:"ONLINE: a link by mail, for 7 days; OFFLINE: a link for anybody, without end"`
		AssociationType   int    `json:"association_type" enum:"1,2" doc:"1 referral, 2 resale"`
		Label             string `json:"label,omitempty" maxLength:"64"`
		AccountManager    string `json:"account_manager,omitempty" maxLength:"64" doc:"A user of the partner"`
		CustomerName      string `json:"customer_name,omitempty" maxLength:"128"`
		ReportID          string `json:"report_id,omitempty" maxLength:"64" doc:"Invites whom the report names"`
		Locale            string `json:"locale,omitempty" enum:"zh-CN,en-US" doc:"zh-CN when absent"`
		IndirectPartnerID string `json:"indirect_partner_id,omitempty" maxLength:"64"`
	}
}

// checkFor refuses a contact that an invitation of a kind can't have: an online one goes to a mail address, an offline one needs no contact.
// Error: CBC.0100.
func (b ContactBody) checkFor(kind string) error {
	if kind == Offline && b == (ContactBody{}) {
		return nil
	}
	if err := b.check(); err != nil {
		return err
	}
	if kind == Online && b.Email == "" {
		return problem.Invalid("email", "an online invitation goes to a mail address")
	}
	return nil
}

type invitationBody struct {
	InvitationID    string        `json:"invitation_id"`
	Kind            string        `json:"kind"`
	AssociationType int           `json:"association_type"`
	Label           string        `json:"label,omitempty"`
	AccountManager  auth.UserID   `json:"account_manager,omitempty"`
	CustomerName    string        `json:"customer_name,omitempty"`
	Email           string        `json:"email,omitempty"`
	Mobile          string        `json:"mobile,omitempty"`
	ReportID        string        `json:"report_id,omitempty"`
	State           InviteState   `json:"state" enum:"open,accepted,revoked,expired"`
	CreatedAt       rest.Instant  `json:"created_at"`
	ExpiresAt       *rest.Instant `json:"expires_at,omitempty" doc:"Absent for one without end"`
	CustomerID      auth.PartyID  `json:"customer_id,omitempty" doc:"Who accepted an online one"`
	Link            string        `json:"link,omitempty" doc:"Of an open offline one, also for a QR code"`
}

type invitationOutput struct{ Body invitationBody }

func (s *Service) showOf(i Invitation) invitationBody {
	b := invitationBody{
		InvitationID: i.ID, Kind: i.Kind, AssociationType: i.Type, Label: i.Label, AccountManager: i.Manager, CustomerName: i.Name, Email: i.Email,
		Mobile: i.Mobile, ReportID: i.Report, State: i.StateAt(s.Clock.Now()), CreatedAt: rest.Instant(i.Created), CustomerID: i.Customer,
	}
	if i.Expires.Before(forever) {
		at := rest.Instant(i.Expires)
		b.ExpiresAt = &at
	}
	return b
}

// withLink shows an invitation with its link, if that may be shown.
func (s *Service) withLink(ctx context.Context, i Invitation) (*invitationOutput, error) {
	out := &invitationOutput{Body: s.showOf(i)}
	if i.Kind != Offline || i.State != InviteOpen {
		return out, nil
	}
	var err error
	out.Body.Link, err = s.Links.URL(ctx, i.Link())
	return out, err
}

func (s *Service) createInvitation(ctx context.Context, in *createInvitationInput) (*invitationOutput, error) {
	b, caller := in.Body, rest.Caller(ctx)
	if b.ReportID == "" { // else it goes to the report's contact
		if err := b.checkFor(b.Kind); err != nil {
			return nil, err
		}
	}
	partner, err := s.acting(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	manager := auth.UserID(b.AccountManager)
	if manager == "" && partner == caller.Party && !sees(caller, "") {
		manager = caller.User
	}
	if err := s.worksFor(ctx, partner, manager, caller); err != nil {
		return nil, err
	}
	id, err := s.made(ctx, func(tx *table.Tx) (string, error) {
		i := Invitation{
			ID: ulid.Make().String(), Partner: partner, Kind: b.Kind, Type: b.AssociationType, Label: b.Label, Manager: manager, Name: b.CustomerName,
			Email: b.Email, Mobile: b.Mobile, Locale: notify.LocaleOf(b.Locale), Report: b.ReportID,
		}
		return i.ID, s.invite(ctx, tx, i)
	})
	if err != nil {
		return nil, err
	}
	i, err := s.Invitation(ctx, partner, id)
	if err != nil {
		return nil, err
	}
	return s.withLink(ctx, i)
}

// worksFor refuses an account manager who is no user of the partner. Error: CBC.0100.
func (s *Service) worksFor(ctx context.Context, partner auth.PartyID, manager auth.UserID, caller auth.Principal) error {
	if manager == "" || manager == caller.User && partner == caller.Party {
		return nil
	}
	refusal := problem.Invalid("account_manager", "the partner has no user %q", manager)
	if !table.IsID(string(manager)) {
		return refusal
	}
	var u auth.User
	err := s.Table.Get(ctx, auth.UserKey(manager), &u)
	if absent(err) || err == nil && u.Party != partner {
		return refusal
	}
	return err
}

// InvitationPath names an invitation. It is exported for the schema of the operations alone.
type InvitationPath struct {
	InvitationID      string `path:"invitation_id" maxLength:"64"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

// mineInvitation reads an invitation of the acting partner that the caller may see. Error: ErrMissing.
func (s *Service) mineInvitation(ctx context.Context, in *InvitationPath) (Invitation, error) {
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return Invitation{}, err
	}
	looks, err := s.looks(ctx, partner)
	if err != nil {
		return Invitation{}, err
	}
	i, err := s.Invitation(ctx, partner, in.InvitationID)
	if err == nil && !looks(i.Manager) {
		return Invitation{}, ErrMissing.Saying("you have no invitation %q", in.InvitationID)
	}
	return i, err
}

func (s *Service) showInvitation(ctx context.Context, in *InvitationPath) (*invitationOutput, error) {
	i, err := s.mineInvitation(ctx, in)
	if err != nil {
		return nil, err
	}
	return s.withLink(ctx, i)
}

func (s *Service) resendInvitation(ctx context.Context, in *InvitationPath) (*struct{}, error) {
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		i, err := s.mineInvitation(ctx, in)
		if err != nil {
			return err
		}
		if i.Kind != Online {
			return ErrState.Saying("an offline invitation is not sent")
		}
		if gone, err := s.goneBefore(ctx, i); err != nil {
			return err
		} else if gone {
			return ErrState.Saying("the offline invitation that it came by is revoked")
		}
		return s.resend(ctx, tx, i, i)
	})
}

func (s *Service) revokeInvitation(ctx context.Context, in *InvitationPath) (*struct{}, error) {
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		i, err := s.mineInvitation(ctx, in)
		if err != nil {
			return err
		}
		return s.revoke(ctx, tx, i)
	})
}

type listInvitationsInput struct {
	rest.QueryPaging
	State             string `query:"state" enum:"open,accepted,revoked,expired"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

type listInvitationsOutput struct {
	rest.CountHeader
	Body struct {
		Invitations []invitationBody `json:"invitations"`
		TotalCount  int              `json:"total_count"`
		Marker      string           `json:"marker,omitempty"`
	}
}

func (s *Service) listInvitations(ctx context.Context, in *listInvitationsInput) (*listInvitationsOutput, error) {
	caller := rest.Caller(ctx)
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	looks, err := s.looks(ctx, partner)
	if err != nil {
		return nil, err
	}
	query := table.Query{
		PK: ownerKey(partner), Prefix: invitationPrefix, Descending: true, Strong: true, Scope: "invitations " + caller.Masked() + in.State,
	}
	now := s.Clock.Now()
	page, err := rest.List(ctx, s.Table, query, in.Paging(), func(i *Invitation) bool {
		return looks(i.Manager) && (in.State == "" || in.State == string(i.StateAt(now)))
	})
	if err != nil {
		return nil, err
	}
	out := &listInvitationsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Invitations = page.Total, page.Marker, []invitationBody{}
	for _, i := range page.Items {
		out.Body.Invitations = append(out.Body.Invitations, s.showOf(*i))
	}
	return out, nil
}
