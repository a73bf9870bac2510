package performance

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// StandingBody says when a partner is in the plan and certified. It is exported for the schema of the operations alone.
type StandingBody struct {
	PlanFrom string `json:"in_plan_from,omitempty" maxLength:"10" doc:"Beijing date such as 2026-01-01; absent is since ever"`
	PlanTo   string `json:"in_plan_until,omitempty" maxLength:"10" doc:"Included; absent is no end"`
	CertFrom string `json:"certified_from,omitempty" maxLength:"10"`
	CertTo   string `json:"certified_until,omitempty" maxLength:"10"`
}

type standingInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      StandingBody
}

type standingOutput struct{ Body StandingBody }

// setStanding says when a partner is in the plan and certified. Slips follow when they are recounted, at the latest by their review; final ones do not.
func (s *Service) setStanding(ctx context.Context, in *standingInput) (*standingOutput, error) {
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	next, err := in.Body.standing(partner.ID)
	if err != nil {
		return nil, err
	}
	err = rest.ClaimOf(ctx).Do(ctx, s.Table, 0, func(tx *table.Tx) error {
		old := Standing{Head: headOf(standingKey(partner.ID))}
		err := s.Table.Get(ctx, old.Key(), &old)
		switch {
		case absent(err):
			tx.Create(&next)
		case err != nil:
			return err
		default:
			tx.Replace(&old, &next)
		}
		b := in.Body
		s.tell(tx, EventStandingSet, string(partner.ID), string(partner.ID), rest.Caller(ctx).Masked(), map[string]string{
			"in_plan": b.PlanFrom + "/" + b.PlanTo, "certified": b.CertFrom + "/" + b.CertTo,
		})
		return nil
	})
	return &standingOutput{Body: in.Body}, err
}

// standing reads the dates. Error: CBC.0100.
func (b StandingBody) standing(partner auth.PartyID) (Standing, error) {
	st := Standing{Head: headOf(standingKey(partner)), Partner: partner}
	for _, one := range []struct {
		field, text string
		into        *calendar.Date
	}{
		{"in_plan_from", b.PlanFrom, &st.PlanFrom},
		{"in_plan_until", b.PlanTo, &st.PlanTo},
		{"certified_from", b.CertFrom, &st.CertFrom},
		{"certified_until", b.CertTo, &st.CertTo},
	} {
		if one.text == "" {
			continue
		}
		var err error
		if *one.into, err = calendar.ParseDate(one.text); err != nil {
			return st, problem.Invalid(one.field, "%v", err)
		}
	}
	if !st.PlanTo.IsZero() && st.PlanTo.Before(st.PlanFrom) {
		return st, problem.Invalid("in_plan_until", "%s is before in_plan_from %s", st.PlanTo, st.PlanFrom)
	}
	if !st.CertTo.IsZero() && st.CertTo.Before(st.CertFrom) {
		return st, problem.Invalid("certified_until", "%s is before certified_from %s", st.CertTo, st.CertFrom)
	}
	return st, nil
}

type partnerPath struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
}

func (s *Service) showStanding(ctx context.Context, in *partnerPath) (*standingOutput, error) {
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	st, err := s.standing(ctx, partner.ID)
	return &standingOutput{Body: StandingBody{
		PlanFrom: st.PlanFrom.String(), PlanTo: st.PlanTo.String(), CertFrom: st.CertFrom.String(), CertTo: st.CertTo.String(),
	}}, err
}

type policyInput struct {
	Body struct {
		ServiceTypeCode string `json:"service_type_code" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9._:-]+$"`
		ServiceTypeName string `json:"service_type_name" minLength:"1" maxLength:"64"`
		FromMonth       string `json:"from_month" minLength:"7" maxLength:"7" doc:"The first month whose last second it holds at"`
		IncentivePolicy int    `json:"incentive_policy" enum:"0,1,2,13" doc:"0 not specific, 1 specific, 2 no performance and no rebate, 13 performance without rebate"`
		AllowDiscount   bool   `json:"allow_discount" doc:"Whether partners may grant one"`
		Curated         bool   `json:"curated,omitempty" doc:"Sold in KooGallery's curated mall: no incentive"`
	}
}

// setPolicy sets a product's policy from a month on. What has been judged follows when it is recounted, at the latest by the slips' review.
func (s *Service) setPolicy(ctx context.Context, in *policyInput) (*struct{}, error) {
	b := in.Body
	month, err := ParseMonth("from_month", b.FromMonth)
	if err != nil {
		return nil, err
	}
	err = rest.ClaimOf(ctx).Do(ctx, s.Table, 0, func(tx *table.Tx) error {
		next := Policy{
			Head: headOf(policyKey(b.ServiceTypeCode, month)), Service: b.ServiceTypeCode, Name: b.ServiceTypeName, From: month,
			Policy: b.IncentivePolicy, Discount: b.AllowDiscount, Curated: b.Curated,
		}
		old := Policy{Head: next.Head}
		err := s.Table.Get(ctx, old.Key(), &old)
		switch {
		case absent(err):
			tx.Create(&next)
		case err != nil:
			return err
		default:
			tx.Replace(&old, &next)
		}
		caller := rest.Caller(ctx)
		s.tell(tx, EventPolicySet, string(caller.Party), b.ServiceTypeCode, caller.Masked(), map[string]string{
			"from": b.FromMonth, "policy": strconv.Itoa(b.IncentivePolicy),
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	t := &ServiceType{Head: headOf(serviceKey(b.ServiceTypeCode)), Code: b.ServiceTypeCode, Name: b.ServiceTypeName}
	return nil, s.learn(ctx, map[string]*ServiceType{t.Code: t})
}

// policiesInput has BSS's fields.
type policiesInput struct {
	rest.Lenient
	rest.QueryPaging
	Time            string `query:"time" minLength:"7" maxLength:"7" required:"true" doc:"Beijing month such as 2026-11: the policies as of its last second"`
	ServiceTypeCode string `query:"service_type_code" maxLength:"64"`
}

// PolicyBody is the SDK's IncentiveAndDiscountPolicy. It is exported for the schema of the operations alone.
type PolicyBody struct {
	ServiceTypeCode string `json:"service_type_code"`
	ServiceTypeName string `json:"service_type_name"`
	IncentivePolicy string `json:"incentive_policy" doc:"0 not specific, 1 specific, 2 no performance and no rebate, 13 performance without rebate"`
	AllowDiscount   string `json:"allow_discount" enum:"YES,NO"`
}

type policiesOutput struct {
	rest.CountHeader
	Body struct {
		Policies   []PolicyBody `json:"policies"`
		TotalCount int          `json:"total_count"`
	}
}

// listPolicies lists the policies of products as of the last second of a month. A service without a policy of its own is not specific.
func (s *Service) listPolicies(ctx context.Context, in *policiesInput) (*policiesOutput, error) {
	month, err := ParseMonth("time", in.Time)
	if err != nil {
		return nil, err
	}
	found, err := s.policies(ctx, month)
	if err != nil {
		return nil, err
	}
	types, err := s.services(ctx)
	if err != nil {
		return nil, err
	}
	for code, t := range types {
		if found[code] == nil {
			found[code] = &Policy{Service: code, Name: t.Name, Policy: NonSpecific, Discount: true}
		}
	}
	maps.DeleteFunc(found, func(code string, _ *Policy) bool {
		return in.ServiceTypeCode != "" && !strings.EqualFold(code, in.ServiceTypeCode)
	})
	page, err := slice(slices.SortedFunc(maps.Values(found), func(a, b *Policy) int { return strings.Compare(a.Service, b.Service) }), in.QueryPaging)
	if err != nil {
		return nil, err
	}
	out := &policiesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Policies = page.Total, []PolicyBody{}
	for _, p := range page.Items {
		b := PolicyBody{ServiceTypeCode: p.Service, ServiceTypeName: p.Name, IncentivePolicy: strconv.Itoa(p.Policy), AllowDiscount: "NO"}
		if p.Discount {
			b.AllowDiscount = "YES"
		}
		out.Body.Policies = append(out.Body.Policies, b)
	}
	return out, nil
}

// slice gives a page of a list that is in memory as a whole. It goes by offset alone.
func slice[T any](all []T, q rest.QueryPaging) (rest.Page[T], error) {
	if q.Marker != "" {
		return rest.Page[T]{}, problem.Invalid("marker", "this list goes by offset")
	}
	if err := q.Paging().Check(); err != nil {
		return rest.Page[T]{}, err
	}
	return rest.Collect(func(yield func(T, error) bool) {
		for _, one := range all {
			if !yield(one, nil) {
				return
			}
		}
	}, q.Paging())
}

type subAccountInput struct {
	Body struct {
		SubAccountID string `json:"sub_account_id" minLength:"1" maxLength:"256" doc:"As the provider's bills name it"`
		CustomerID   string `json:"customer_id" minLength:"1" maxLength:"64"`
	}
}

// mapSubAccount says that a sub-account of a provider's bills is a customer's, for good. Errors: party.ErrUnknown, party.ErrSubAccount.
func (s *Service) mapSubAccount(ctx context.Context, in *subAccountInput) (*struct{}, error) {
	b := in.Body
	add := func(tx *table.Tx) error {
		return inField(party.AddSubAccount(ctx, s.Table, tx, b.SubAccountID, auth.PartyID(b.CustomerID), rest.Caller(ctx).Masked(), s.Clock.Now()), "sub_account_id")
	}
	err := rest.ClaimOf(ctx).Do(ctx, s.Table, 0, add)
	if errors.Is(err, table.ErrConflict) {
		err = rest.ClaimOf(ctx).Do(ctx, s.Table, 0, add) // whoever was quicker said whose it is
	}
	return nil, err
}

type subAccountsInput struct {
	rest.QueryPaging
	CustomerID string `query:"customer_id" minLength:"1" maxLength:"64" required:"true"`
}

type subAccountsOutput struct {
	rest.CountHeader
	Body struct {
		SubAccounts []SubAccountBody `json:"sub_accounts"`
		TotalCount  int              `json:"total_count"`
		Marker      string           `json:"marker,omitempty"`
	}
}

// SubAccountBody is a sub-account on the wire. It is exported for the schema of the operations alone.
type SubAccountBody struct {
	SubAccountID string       `json:"sub_account_id"`
	CustomerID   auth.PartyID `json:"customer_id"`
	Since        rest.Instant `json:"mapped_at"`
}

func (s *Service) listSubAccounts(ctx context.Context, in *subAccountsInput) (*subAccountsOutput, error) {
	customer, err := s.customer(ctx, auth.PartyID(in.CustomerID))
	if err != nil {
		return nil, inField(err, "customer_id")
	}
	q := party.SubAccountsOf(customer.ID)
	q.Scope = "sub-accounts " + string(customer.ID)
	page, err := rest.List[party.SubAccount](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &subAccountsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.SubAccounts = page.Total, page.Marker, []SubAccountBody{}
	for _, a := range page.Items {
		out.Body.SubAccounts = append(out.Body.SubAccounts, SubAccountBody{a.Row.ID, a.Row.Customer, rest.Instant(a.Row.Since)})
	}
	return out, nil
}
