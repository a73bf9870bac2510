// Package setup is the function that ends a deployment: it puts the vendor there with one administrator. To run it again changes nothing,
// unless it is for another administrator's address, who is then added.
package setup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/party"
)

// Function declares the function.
var Function = function.Declaration{
	Name:     "setup",
	Does:     "Puts the vendor there with one administrator, when the system is deployed",
	Resource: handle,
	Grants: []function.Grant{
		{On: function.Table, Do: []string{"dynamodb:GetItem", "dynamodb:PutItem"}},
		{On: function.Pool, Do: []string{"cognito-idp:AdminCreateUser"}},
	},
	Timeout: time.Minute,
}

// VendorID is the vendor's party.
const VendorID auth.PartyID = "vendor"

func handle(env *function.Env) cfn.CustomResourceFunction {
	return func(ctx context.Context, e cfn.Event) (string, map[string]any, error) {
		if e.RequestType == cfn.RequestDelete {
			return e.PhysicalResourceID, nil, nil
		}
		address, _ := e.ResourceProperties["Admin"].(string)
		if !strings.Contains(address, "@") {
			return string(VendorID), nil, fmt.Errorf("property Admin %q is no mail address", address)
		}
		return string(VendorID), nil, Run(ctx, env, address)
	}
}

// Run puts the vendor there with an administrator who signs in with an address; when the vendor is there, it adds that administrator. It can
// be run again after it was cut short anywhere.
func Run(ctx context.Context, env *function.Env, address string) error {
	s, id := party.New(env), administrator(address)
	by := auth.Principal{
		Party: VendorID, Kind: auth.Vendor, User: "setup", Permissions: auth.PermissionsOf(auth.Vendor, []auth.Role{auth.Admin}),
	}
	vendor := party.Party{Row: party.Row{ID: VendorID, Kind: auth.Vendor, Name: "Vendor", Email: address}}
	_, err := s.Add(ctx, party.NewParty{Party: vendor, AdminID: id, AdminName: name, AdminEmail: address}, by)
	if errors.Is(err, party.ErrExists) {
		_, err = s.Join(ctx, by, party.NewUser{ID: id, Name: name, Email: address, Roles: []auth.Role{auth.Admin}, BySystem: true})
	}
	if errors.Is(err, party.ErrExists) {
		err = s.Directory.Add(ctx, id, address)
	}
	return err
}

const name = "Administrator"

// administrator gives the user id of an address's administrator: the same for every run.
func administrator(address string) auth.UserID {
	sum := sha256.Sum256([]byte(strings.ToLower(address)))
	return auth.UserID("admin-" + hex.EncodeToString(sum[:8]))
}
