package cloud

import (
	"context"
	"regexp"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/party"
)

// Principal is somebody who may call the API here.
type Principal struct {
	Kind  auth.Kind    `json:"kind"`
	Party auth.PartyID `json:"party_id"`
	Roles []auth.Role  `json:"roles"`
	AK    string       `json:"ak"`
	SK    string       `json:"sk"`
	Token string       `json:"token"`
}

// defaultLevel is a customer's that was put there without one.
const defaultLevel = "V0"

// partyID is what an id must look like. Source: DESIGN.md "Data".
var partyID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

// PutParty puts a party of any kind there, as the vendor's operation does. Errors: CBC.0100 for a kind that is none, and as
// party.Service.Add.
func (c *Cloud) PutParty(ctx context.Context, in party.PartyBody) error {
	if !slices.Contains(auth.Kinds(), auth.Kind(in.Kind)) {
		return problem.Invalid("kind", "%q is none of %v", in.Kind, auth.Kinds())
	}
	if !partyID.MatchString(in.PartyID) {
		return problem.Invalid("party_id", "%q is not 1 to 64 letters, digits, dots, underscores, colons or hyphens", in.PartyID)
	}
	wish := party.NewParty{
		AdminName: "Administrator",
		Party: party.Party{
			Row: party.Row{
				ID: auth.PartyID(in.PartyID), Kind: auth.Kind(in.Kind), Name: in.Name, Level: in.Level, Email: in.Email,
				Partner: auth.PartyID(in.PartnerID), AssociationType: in.AssociationType,
			},
			Locale: in.Locale, Mobile: in.Mobile, Distributor: auth.PartyID(in.DistributorID),
		},
	}
	if wish.Party.Kind == auth.Customer && in.Level == "" {
		wish.Party.Level = defaultLevel
	}
	if in.PartnerID != "" && in.AssociationType == 0 {
		wish.Party.AssociationType = party.Resale
	}
	_, err := party.New(c.env).Add(ctx, wish, auth.Principal{Party: "local", User: "local"})
	return err
}

// PutKey makes a user of a party with some roles, and gives it an access key and a token, as an administrator of the party would.
// Errors: party.ErrUnknown, and as party.Service.Invite.
func (c *Cloud) PutKey(ctx context.Context, id auth.PartyID, roles []auth.Role) (Principal, error) {
	service := party.New(c.env)
	holder, err := party.Get(ctx, c.env.Table(), id)
	if err != nil {
		return Principal{}, err
	}
	admin := []auth.Role{auth.Admin}
	by := auth.Principal{Party: id, Kind: holder.Kind, User: "local", Roles: admin, Permissions: auth.PermissionsOf(holder.Kind, admin)}
	user, err := service.Invite(ctx, by, "Local user", "", roles)
	if err != nil {
		return Principal{}, err
	}
	by.User = user.ID // its own key: who is no user of the party issues none for others
	key, secret, err := service.Issue(ctx, by, party.NewKey{User: user.ID})
	if err != nil {
		return Principal{}, err
	}
	token, err := c.issuer.token(user.ID)
	return Principal{Kind: holder.Kind, Party: id, Roles: roles, AK: key.ID, SK: secret, Token: token}, err
}
