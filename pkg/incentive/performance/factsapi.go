package performance

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

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
			Head: policyKey(b.ServiceTypeCode, month).Head(), Service: b.ServiceTypeCode, Name: b.ServiceTypeName, From: month,
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
	t := &ServiceType{Head: serviceKey(b.ServiceTypeCode).Head(), Code: b.ServiceTypeCode, Name: b.ServiceTypeName}
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
