// Package setup is the function that ends a deployment: it puts the vendor there with one administrator. To run it again changes nothing.
package setup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Function declares the function.
var Function = function.Declaration{
	Name:     "setup",
	Does:     "Puts the vendor there with one administrator, when the system is deployed",
	Resource: handle,
	Grants: []function.Grant{
		function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey,
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
			return "", nil, fmt.Errorf("property Admin %q is no mail address", address)
		}
		return string(VendorID), nil, Run(ctx, env, address)
	}
}

// Run puts the vendor there with an administrator who signs in with an address. When a run was cut short, the next lets the same
// administrator in.
func Run(ctx context.Context, env *function.Env, address string) error {
	s := party.New(env)
	vendor := party.Party{Row: party.Row{ID: VendorID, Kind: auth.Vendor, Name: "Vendor", Email: address}}
	_, err := s.Add(ctx, party.NewParty{Party: vendor, AdminName: "Administrator", AdminEmail: address}, auth.Principal{Party: VendorID, User: "setup"})
	if !errors.Is(err, party.ErrExists) {
		return err
	}
	for u, err := range table.All[auth.User](ctx, s.Table, table.Query{Index: table.Listed, PK: auth.UsersOf(VendorID)}) {
		if err != nil {
			return err
		}
		if u.Email == address {
			return s.Directory.Add(ctx, u.ID, address)
		}
	}
	return nil
}
