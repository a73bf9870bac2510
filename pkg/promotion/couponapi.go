package promotion

import (
	"context"
	"slices"
	"time"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

type createCouponsInput struct {
	rest.Lenient
	Body struct {
		QuotaID           string       `json:"quota_id" minLength:"1" maxLength:"64"`
		CustomerIDs       []string     `json:"customer_ids" minItems:"1" maxItems:"10" maxLength:"64"`
		FaceValue         rest.Amount  `json:"face_value" doc:"Yuan, above 0, two decimals at most: of each voucher"`
		ValidTime         rest.Instant `json:"valid_time,omitempty" doc:"The quota's when absent"`
		ExpireTime        rest.Instant `json:"expire_time,omitempty" doc:"The quota's when absent"`
		CloudServiceTypes []string     `json:"cloud_service_types,omitempty" maxItems:"10" maxLength:"64" doc:"The quota's when absent, else some of them"`
		ProductIDs        []string     `json:"product_ids,omitempty" maxItems:"10" maxLength:"64" doc:"The quota's when absent, else some of them"`
		MinOrderAmount    rest.Amount  `json:"min_order_amount,omitempty" doc:"Yuan: the least that an order costs which it pays"`
		Memo              string       `json:"memo,omitempty" maxLength:"256" doc:"For the issuer alone"`
		IndirectPartnerID string       `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"For distributors: the reseller whose quota and customers"`
		VerificationCode  string       `json:"verification_code,omitempty" maxLength:"16" doc:"If the partner's sensitive operations need one"`
	}
}

type createCouponsOutput struct{ Body issueResult }

// createCoupons issues vouchers.
func (s *Service) createCoupons(ctx context.Context, in *createCouponsInput) (*createCouponsOutput, error) {
	b := in.Body
	if b.FaceValue <= 0 {
		return nil, problem.Invalid("face_value", "%s is not more than 0", money.Fen(b.FaceValue))
	}
	if err := distinct("customer_ids", b.CustomerIDs); err != nil {
		return nil, err
	}
	partner, err := s.acting(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	result, err := s.issue(ctx, issuing{
		Partner: partner, Quota: QuotaID(b.QuotaID), Customers: b.CustomerIDs, Face: money.Fen(b.FaceValue),
		Valid: time.Time(b.ValidTime), Expire: time.Time(b.ExpireTime), Memo: b.Memo, Code: b.VerificationCode,
		Limits: Limits{Services: b.CloudServiceTypes, Products: b.ProductIDs, MinOrder: money.Fen(b.MinOrderAmount)},
	})
	return &createCouponsOutput{Body: result}, err
}

// distinct refuses a list that names nothing, or something twice. Error: CBC.0100.
func distinct(field string, all []string) error {
	if len(all) == 0 {
		return problem.Invalid(field, "it names nothing; one to ten are asked for")
	}
	for i, one := range all {
		if slices.Contains(all[:i], one) {
			return problem.Invalid(field, "%q is there twice", one)
		}
	}
	return nil
}

type reclaimCouponInput struct {
	rest.Lenient
	Body struct {
		CouponID          string `json:"coupon_id" minLength:"1" maxLength:"64"`
		IndirectPartnerID string `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"For distributors: the reseller that issued it"`
		VerificationCode  string `json:"verification_code,omitempty" maxLength:"16" doc:"If the partner's sensitive operations need one"`
	}
}

// reclaimCoupon takes a voucher back.
func (s *Service) reclaimCoupon(ctx context.Context, in *reclaimCouponInput) (*struct{}, error) {
	partner, err := s.acting(ctx, in.Body.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	return nil, s.reclaim(ctx, partner, CouponID(in.Body.CouponID), in.Body.VerificationCode)
}
