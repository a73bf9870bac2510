package system_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/system"
)

// who says by hand which roles of which kinds of party may call an operation. Whoever is not named is refused.
type who map[auth.Kind]string

// expectations are written by hand, a file for each capability: access_<capability>_test.go. An operation that is in none may be called by nobody.
var expectations = []map[string]who{
	accessOfParty,
	accessOfAccount,
	accessOfPromotion,
	accessOfSubscription,
	accessOfCustomer,
	accessOfRenewalTask,
	accessOfInvoice, accessOfWebhook, accessOfICalendar,
	accessOfOpportunity,
	accessOfPerformance,
	accessOfProgram,
	accessOfIncentive,
	accessOfSpecialist,
}

// The roles that most tables name.
const (
	anyPartnerRole  = "account_manager admin finance sales supervisor"
	anyVendorRole   = "admin finance operations reviewer"
	anyCustomerRole = "admin finance"
)

// ofPartners is what partners of every kind may do by the same roles.
func ofPartners(roles string) who {
	return who{auth.Partner: roles, auth.Reseller: roles, auth.Distributor: roles}
}

// and adds another kind's roles.
func (w who) and(kind auth.Kind, roles string) who {
	both := maps.Clone(w)
	both[kind] = roles
	return both
}

func TestEveryOperationIsAllowedToThoseWhomTheTableNamesAndToNobodyElse(t *testing.T) {
	expected := map[string]who{}
	for _, table := range expectations {
		maps.Copy(expected, table)
	}
	for _, op := range system.NewAPI().Operations() {
		if op.Allow.IsPublic() {
			if !slices.Contains(accessOfEverybody, op.ID) {
				t.Errorf("everybody may call %s, without a credential", op.ID)
			}
			continue
		}
		may, named := expected[op.ID]
		if !named {
			t.Errorf("no table says who may call %s", op.ID)
		}
		delete(expected, op.ID)
		for _, kind := range auth.Kinds() {
			for _, role := range auth.RolesOf(kind) {
				p := auth.Principal{Kind: kind, Roles: []auth.Role{role}, Permissions: auth.PermissionsOf(kind, []auth.Role{role})}
				if want, got := slices.Contains(strings.Fields(may[kind]), string(role)), op.Allow.Permits(p) == nil; got != want {
					t.Errorf("%s by a %s's %s is allowed: %t, want %t", op.ID, kind, role, got, want)
				}
			}
		}
	}
	for id := range expected {
		t.Errorf("a table speaks of %s, which is no operation", id)
	}
}

// accessOfEverybody is what needs no credential.
var accessOfEverybody = []string{
	"ReceivePaymentNotice", "ShowDocs", "ShowDocsAsset", "ShowOpenAPI", "DownloadLinkedInvoiceList", "DownloadShortLinkedInvoiceList", "ShowLink", "ActOnLink",
	"ShowShortLink", "ActOnShortLink", "ShowExternalLink", "FollowExternalLink", "ShowCalendar",
}

var (
	administrators = ofPartners("admin").and(auth.Vendor, "admin").and(auth.Customer, "admin")
	everybody      = ofPartners(anyPartnerRole).and(auth.Vendor, anyVendorRole).and(auth.Customer, anyCustomerRole)
)

var accessOfParty = map[string]who{
	"CreateParty":        {auth.Vendor: "admin"},
	"ListParties":        {auth.Vendor: anyVendorRole},
	"ShowParty":          {auth.Vendor: anyVendorRole},
	"SetPartyStanding":   {auth.Vendor: "admin operations"},
	"InviteUser":         administrators,
	"ListRoles":          administrators,
	"CreateRole":         ofPartners("admin"),
	"ChangeRole":         ofPartners("admin"),
	"DeleteRole":         ofPartners("admin"),
	"ListUsers":          administrators,
	"SetUserRoles":       administrators,
	"RemoveUser":         administrators,
	"IssueAccessKey":     everybody,
	"ListAccessKeys":     everybody,
	"SetAccessKeyStatus": everybody,
	"DeleteAccessKey":    everybody,
	"ListFailedWork":     {auth.Vendor: "admin operations"},
	"RedriveFailedWork":  {auth.Vendor: "admin operations"},
}
