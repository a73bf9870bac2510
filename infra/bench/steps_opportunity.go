package main

import (
	"context"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/opportunity"
)

// opportunitySteps are how opportunities go between a partner and the vendor: one that is rejected and copied, one that is verified and brought
// forward, one that is shared; and what time does.
func opportunitySteps() []step {
	const (
		partner, own, shared = "partner partner", "/v2/partners/opportunities", "/v2/vendor/opportunities"
		one, its             = own + "/{opportunity_id}", shared + "/partner/{opportunity_id}"
		head                 = "PARTY#partner OPPORTUNITY#{opportunity_id}"
		details              = `"opportunity_name":"Lake","customer_company":"Apollo","customer_region":"Shanghai","customer_industry":"Retail","description":"A data lake for the sales figures",` +
			`"budget":"approved","authority":"The CIO","need":"Reports","timing":"Before April","amount":5000,"expected_order_date":"2027-10-31","presales_activities":["MEETING"],` +
			`"cloud_services":["hws.service.type.dws"],"offerings":[{"offering_id":"o","offering_name":"Lake","kind":"KOOGALLERY"}],` +
			`"contact":{"name":"Li Lei","phone":"13800001234","title":"CIO"},"personal_data_consent":true}`
		offerings = `{"offerings":[{"offering_id":"p","offering_name":"Ocean","kind":"BASELINE_SOLUTION"}]}`
	)
	decide := func(name, decision, why string) step {
		return step{name, vendor, "POST", its + "/decisions", `{"decision":"` + decision + `"` + why + `}`}
	}
	return []step{
		{"CreateOpportunity", partner, "POST", own, "{" + details},
		{"UpdateOpportunity", partner, "PUT", one, `{"need":"Reports at noon"}`},
		{"CheckOpportunity", partner, "POST", one + "/check", ""},
		{"DeleteOpportunity", partner, "DELETE", one, ""},
		{"", partner, "POST", own, "{" + details},
		{"SubmitOpportunity", partner, "POST", one + "/submit", ""},
		{"", "", later, "2027-01-20", ""},
		{"OpportunityEscalation", "partner", work, head, opportunity.Work},
		decide("", "AUDIT_REJECT", `,"reason_category":"INVALID","reason":"no budget"`),
		{"CopyOpportunity", partner, "POST", one + "/copy", ""},
		{"", partner, "POST", one + "/submit", ""},
		{"ListOpportunityQueue", vendor, "GET", shared, ""},
		{"ShowSharedOpportunity", vendor, "GET", its, ""},
		{"UpdateSharedOpportunity", vendor, "PUT", its, offerings},
		decide("", "AUDIT_PASS", ""), decide("DecideOpportunity", "VERIFY_PASS", ""),
		{"ProgressOpportunity", partner, "POST", one + "/progress", `{"note":"The POC runs","stage":"POC"}`},
		decide("", "CANCEL", `,"reason":"The customer stops"`),
		{"ShareOpportunity", vendor, "POST", shared, `{"partner_id":"partner",` + details},
		{"AnswerOpportunity", partner, "POST", one + "/answer", `{"answer":"REJECT","reason":"no capacity"}`},
		{"", vendor, "POST", shared, `{"partner_id":"partner",` + details},
		{"", "", later, "2027-02-01", ""},
		{"OpportunityLapse", "partner", work, head, opportunity.Work},
		{"ShowOpportunity", partner, "GET", one, ""},
		{"ListOpportunities", partner, "GET", own, ""},
		{"", "", seed, sixty, ""},
		{"", sixty, "GET", own + "?limit=1", ""},
		{"ListOpportunities/page50", sixty, "GET", own + "?limit=50&marker={marker}", ""},
		{"", vendor, "GET", shared + "?state=DELIVERED&limit=1", ""},
		{"ListOpportunityQueue/page50", vendor, "GET", shared + "?state=DELIVERED&limit=50&marker={marker}", ""},
		{"CreateOpportunityExport", partner, "POST", own + "/exports", `{}`},
		{"ListOpportunityExports", partner, "GET", own + "/exports", ""},
		{"ShowOpportunityExport", partner, "GET", own + "/exports/{export_id}", ""},
	}
}

// sixty is a partner with sixty opportunities.
const sixty = "partner sixty"

// opportunities puts there what that partner has.
func (s *scene) opportunities(ctx context.Context) error {
	at := s.clock.Now().Add(-time.Hour)
	for n := range 60 {
		row := opportunity.Row{
			ID: opportunity.ID(fmt.Sprintf("po-01kbenchkbenchkbenchkbench%02d", n)), Origin: opportunity.PO, Partner: "sixty", User: "admin-of-sixty",
			State: opportunity.Delivered, Name: "Data lake for the sales figures", Company: "上海阿波罗数据科技有限公司", Amount: 1234567, Expected: start,
			Created: at, Submitted: at, Entered: at,
		}
		if err := s.db.Create(ctx, &opportunity.Opportunity{
			Row: row, Offerings: []opportunity.Offering{{ID: "offer-1", Name: "Lake in a box", Kind: opportunity.KooGallery}},
			Services: []string{"hws.service.type.dws", "hws.service.type.obs"}, Verified: at, Records: 5,
			Head: table.Head{
				PK: "PARTY#sixty", SK: "OPPORTUNITY#" + string(row.ID), G1PK: "OPPORTUNITYQUEUE#DELIVERED#" + calendar.DateOf(at).String()[:7],
				G1SK: at.Format("2006-01-02T15:04:05.000Z") + "#sixty#" + string(row.ID),
			},
		}); err != nil {
			return err
		}
	}
	return nil
}
