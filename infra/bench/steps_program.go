package main

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/cascade"
	"partnercenter/pkg/program/membership"
)

// carry is the method of a step that carries a party's standing down to those below it.
const carry = "CARRY"

// carry does, of a party, what its event of a standing makes due.
func (s *scene) carry(ctx context.Context, party string) error {
	if err := cascade.New(s.env).Begin(ctx, auth.PartyID(party)); err != nil {
		return err
	}
	return s.work(ctx, step{by: party, path: "PARTY#" + party + " CASCADE", body: cascade.WorkCascade})
}

// programSteps are what partners agree to, declare and join, and their audit trail.
func programSteps() []step {
	const (
		partner, distributor    = "partner partner", "distributor distributor"
		reseller, membershipOf  = "reseller reseller", "PARTY#reseller MEMBERSHIP#reseller"
		agreements, memberships = "/v2/agreements", "/v2/program/memberships"
		trails                  = "/v2/program/audit-trail/exports"
		texts                   = `"documents":[{"locale":"zh-CN","title":"廉洁诚信承诺书","text":"第一条"},{"locale":"en-US","title":"Letter","text":"Article 1"}]`
		signature               = `{"version":1,"locale":"zh-CN","document_hash":"{document_hash}","accepted":true}`
		administrator           = `"administrator":{"name":"Admin","email":"admin@new.example"}`
	)
	return []step{
		{"", "", later, "2027-12-01", ""},
		{"PublishAgreement", vendor, "POST", "/v2/vendor/agreements", `{"code":"bench","version":1,"effective_from":"2027-12-01","required_for":["joining"],` + texts + `}`},
		{"AgreementNews", "bench", work, "AGREEMENT#bench AGREEMENTNEWS#000001", agreement.WorkNews},
		{"ListAgreements", partner, "GET", agreements, ""},
		{"ShowAgreement", partner, "GET", agreements + "/bench?locale=zh-CN", ""},
		{"DownloadAgreement", partner, "GET", agreements + "/bench/document", ""},
		{"SignAgreement", partner, "POST", agreements + "/bench/signatures", signature},
		{"", distributor, "POST", agreements + "/bench/signatures", signature},
		{"ListAgreementSignatures", partner, "GET", "/v2/agreement-signatures", ""},
		{"DeclareRelations", partner, "POST", "/v2/relation-declarations", `{"items":[{"employee":"Li","relation":"spouse"}]}`},
		{"ListRelationDeclarations", partner, "GET", "/v2/relation-declarations", ""},
		{"ListPartnerPlans", partner, "GET", "/v2/program/plans", ""},
		{"ApplyForPlan", partner, "POST", "/v2/program/plans/services/applications", `{}`},
		{"MembershipCheck", "partner", work, "PARTY#partner MEMBERSHIP#services", membership.WorkMembership},
		{"ListPlanMembers", vendor, "GET", "/v2/program/members?plan=services&state=UNDER_REVIEW", ""},
		{"DecideMemberships", vendor, "POST", "/v2/program/members/decisions", `{"plan":"services","party_ids":["partner"],"decision":"approve"}`},
		{"DownloadJoiningCertificate", partner, "GET", memberships + "/services/certificate", ""},
		{"InviteToPlan", vendor, "POST", "/v2/program/invitations", `{"plan":"distribution","party_id":"distributor"}`},
		{"ChangeOwnMembership", distributor, "POST", memberships + "/distribution/action", `{"action":"accept"}`},
		{"RegisterReseller", distributor, "POST", "/v2/program/resellers", `{"name":"New","email":"new@new.example",` + administrator + `}`},
		{"", vendor, "POST", "/v2/vendor/customers/import?partner_id=reseller", customersHeader + customerRow("cust-moved")},
		{"", reseller, "POST", agreements + "/bench/signatures", signature},
		{"", reseller, "POST", "/v2/program/plans/reseller/applications", `{"distributor_id":"distributor"}`},
		{"", "reseller", work, membershipOf, membership.WorkMembership},
		{"", distributor, "POST", "/v2/program/members/decisions", `{"plan":"reseller","party_ids":["reseller"],"decision":"approve"}`},
		{"", vendor, "PUT", "/v2/vendor/parties/distributor/standing", `{"standing":"restricted","reason":"bench"}`},
		{"StandingCarriedDown", "distributor", carry, "", ""},
		{"", vendor, "PUT", "/v2/vendor/parties/distributor/standing", `{"standing":"normal","reason":"bench"}`},
		{"", "distributor", carry, "", ""},
		{"", reseller, "POST", memberships + "/reseller/action", `{"action":"exit","reason":"bench"}`},
		{"ResellerExit", "reseller", work, membershipOf, membership.WorkMembership},
		{"ExportAuditTrail", partner, "POST", trails, `{"date_begin":"2027-12-01","date_end":"2027-12-31"}`},
		{"ListAuditTrailExports", partner, "GET", trails, ""},
		{"ShowAuditTrailExport", partner, "GET", trails + "/{export_id}", ""},
	}
}
