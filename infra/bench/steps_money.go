package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"partnercenter/pkg/account"
)

// moneySteps are how money comes into a partner's account and leaves it by itself.
func moneySteps() []step {
	const (
		partner, distributor = "partner partner", "distributor distributor"
		accounts             = "/v2/accounts/partner-accounts"
		payments, claims     = accounts + "/payments", accounts + "/remittance-claims"
		payee, payers        = accounts + "/remittance-account", accounts + "/payers"
		withdrawals          = accounts + "/withdrawals"
		vendors              = "/v2/vendor/partners"
		rows                 = `{"customers":[{"customer_id":"cust-1","amount":1}]}`
		feed                 = "remittance_no,payer_name,amount,currency,arrived_on,account_no\n"
	)
	return []step{
		{"BatchUpdateCustomerAccountAmount", partner, "POST", accounts + "/batch-adjust-amount", rows},
		{"BatchReclaimToPartnerAccount", partner, "POST", accounts + "/batch-reclaim", rows},
		{"SetBalanceWarning", partner, "PUT", "/v2/accounts/partner.cash/warning", `{"threshold":10}`},
		{"ShowBalanceWarning", partner, "GET", "/v2/accounts/partner.cash/warning", ""},
		{"ShowPartnerStatement", partner, "GET", accounts + "/statements?bill_cycle=2026-10&format=csv", ""},
		{"CreatePartnerPayment", partner, "POST", payments, `{"channel":"ALIPAY","amount":100}`},
		{"ShowPartnerPayment", partner, "GET", payments + "/{payment_id}", ""},
		{"ReceivePaymentNotice", "", notice, "{payment_id}.partner", ""},
		{"ListPartnerPayments", partner, "GET", payments, ""},
		{"", distributor, "POST", "/v2/iam/sensitive-operations/verification-code", ""},
		{"OpenRemittanceAccount", distributor, "POST", payee, `{"verification_code":"{code to distributor@bench.example}"}`},
		{"ShowRemittanceAccount", distributor, "GET", payee, ""},
		{"AddPayer", distributor, "POST", payers, `{"payer_name":"Payer"}`},
		{"ListPayers", distributor, "GET", payers, ""},
		{"ImportRemittances", vendor, "POST", "/v2/vendor/remittances/import", feed + "b-1,Payer,10,CNY,2026-12-01,"},
		{"RemovePayer", distributor, "DELETE", payers + "/{payer_id}", ""},
		{"", vendor, "POST", "/v2/vendor/remittances/import", feed + "b-2,Payer,10,CNY,2026-11-30,"},
		{"ListUnmatchedRemittances", vendor, "GET", "/v2/vendor/remittances/unmatched?arrived_on=2026-11-30", ""},
		{"ClaimRemittance", distributor, "POST", claims, `{"remittance_no":"b-2","payer_name":"Payer","amount":10}`},
		{"ListRemittanceClaims", distributor, "GET", claims, ""},
		{"ListPartnerRemittanceClaims", vendor, "GET", vendors + "/distributor/remittance-claims", ""},
		{"DecideRemittanceClaim", vendor, "POST", vendors + "/distributor/remittance-claims/{claim_id}/decision", `{"approve":true}`},
		{"QuoteWithdrawal", partner, "POST", withdrawals + "/quote", `{"amount":10}`},
		{"CreateWithdrawal", partner, "POST", withdrawals, `{"amount":10}`},
		{"ListWithdrawals", partner, "GET", withdrawals, ""},
		{"ShowWithdrawal", partner, "GET", withdrawals + "/{withdrawal_id}", ""},
		{"ListPartnerWithdrawals", vendor, "GET", vendors + "/partner/withdrawals", ""},
		{"ShowPartnerWithdrawal", vendor, "GET", vendors + "/partner/withdrawals/{withdrawal_id}", ""},
		{"StepWithdrawal", vendor, "POST", vendors + "/partner/withdrawals/{withdrawal_id}/steps", `{"step":"review"}`},
		{"", vendor, "POST", vendors + "/partner/withdrawals/{withdrawal_id}/steps", `{"step":"reject","reason":"bench"}`},
		{"DeleteWithdrawal", partner, "DELETE", withdrawals + "/{withdrawal_id}", ""},
	}
}

// notice is the method of a step that is the payment provider's: its path names the payment, of 100 yuan.
const notice = "NOTICE"

// notify delivers the provider's notice that a payment is made.
func (s *scene) notify(ctx context.Context, payment string) error {
	sandbox, ok := account.ProviderPort.In(s.env).(*account.Sandbox)
	if !ok {
		return fmt.Errorf("the payment provider is no sandbox")
	}
	told := account.Notice{Reference: payment, Event: account.ProviderPaid, Channel: "ALIPAY", Number: "bench-1", Amount: 100_00}
	signed, err := sandbox.Sign(ctx, told, s.clock.Now())
	if err != nil {
		return err
	}
	r := httptest.NewRequest(http.MethodPost, "/v2/payments/notices", strings.NewReader(string(signed.Body))).WithContext(ctx)
	r.Header.Set("X-Payment-Timestamp", signed.Timestamp)
	r.Header.Set("X-Payment-Signature", signed.Signature)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.api.ServeHTTP(w, r)
	if w.Code >= http.StatusBadRequest {
		return fmt.Errorf("a payment notice: %d %s", w.Code, w.Body)
	}
	return nil
}

// couponSteps are vouchers and their quotas. The voucher that is issued last stays for an order to be paid with.
func couponSteps() []step {
	const (
		partner, distributor = "partner partner", "distributor distributor"
		quotas, grants       = "/v2/partners/coupon-quotas", "/v2/vendor/partners/partner/coupon-quotas"
		coupons              = "/v2/promotions/benefits/partner-coupons"
		term                 = `"effective_time":"2026-11-30T16:00:00Z","expire_time":"2027-11-30T16:00:00Z"`
		quota                = `{"quota_type":0,"quota_value":100,` + term + `}`
		issue                = `{"quota_id":"{quota_id}","face_value":10,"customer_ids":["cust-1"]}`
	)
	return []step{
		{"GrantCouponQuota", vendor, "POST", grants, quota},
		{"", vendor, "PUT", grants + "/{quota_id}/status", `{"quota_status":4}`},
		{"SetCouponQuotaStatus", vendor, "PUT", grants + "/{quota_id}/status", `{"quota_status":0}`},
		{"ListQuotaCoupons", partner, "POST", quotas + "/query", `{}`},
		{"CreatePartnerCoupons", partner, "POST", coupons, issue},
		{"ListIssuedPartnerCoupons", partner, "GET", coupons, ""},
		{"ListSubCustomerCoupons", customer, "GET", "/v2/promotions/benefits/coupons", ""},
		{"ShowCouponQuotaTree", partner, "GET", quotas + "/{quota_id}/tree", ""},
		{"ReclaimPartnerCoupons", partner, "POST", coupons + "/reclaim", `{"coupon_id":"{coupon_id}"}`},
		{"ListPartnerCouponsRecord", partner, "GET", coupons + "/records/query", ""},
		{"CreateDiscountCoupon", vendor, "POST", "/v2/vendor/customers/cust-1/discount-coupons", `{"percent_off":10,` + term + `}`},
		{"", vendor, "POST", "/v2/vendor/partners/distributor/coupon-quotas", quota},
		{"UpdateCouponQuotas", distributor, "POST", quotas + "/indirect-partner-adjust", `{"quota_id":"{quota_id}","quota_amount":10,"indirect_partner_ids":["reseller"]}`},
		{"ListIssuedCouponQuotas", distributor, "GET", "/v2/partners/issued-coupon-quotas", ""},
		{"ReclaimCouponQuotas", distributor, "POST", quotas + "/indirect-partner-reclaim", `{"quota_ids":["{quota_id}"]}`},
		{"ListCouponQuotasRecords", distributor, "GET", quotas + "/records", ""},
	}
}
