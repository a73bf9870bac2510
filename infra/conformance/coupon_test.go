package conformance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
)

// granted grants a partner a quota of vouchers for a year.
func (c cloud) granted(t *testing.T, partner string, value int) string {
	t.Helper()
	now := clock(t, c)
	return c.does(t, c.vendor(t), "POST", "/v2/vendor/partners/"+partner+"/coupon-quotas", fmt.Sprintf(
		`{"quota_type":0,"quota_value":%d,"effective_time":%q,"expire_time":%q}`, value, wire(now.Add(-day)), wire(now.Add(300*day))))["quota_id"].(string)
}

// quota gives one of a partner's quotas.
func (o office) quota(t *testing.T, id string, reseller *string) model.CouponQuotaV2 {
	t.Helper()
	out, err := o.client.ListQuotaCoupons(&model.ListQuotaCouponsRequest{Body: &model.QueryCouponQuotasReqExt{QuotaIds: &[]string{id}, IndirectPartnerId: reseller}})
	if err != nil || *out.TotalCount != 1 {
		t.Fatalf("the quota %s: %v %v", id, out, err)
	}
	return (*out.Quotas)[0]
}

func (o office) issues(quota, face string, reseller *string, customers ...string) (*model.CreatePartnerCouponsResponse, error) {
	return o.client.CreatePartnerCoupons(&model.CreatePartnerCouponsRequest{Body: &model.CreatePartnerCouponsReq{
		QuotaId: quota, CustomerIds: customers, FaceValue: yuan(face), IndirectPartnerId: reseller,
	}})
}

func (o office) reclaims(coupon string) error {
	_, err := o.client.ReclaimPartnerCoupons(&model.ReclaimPartnerCouponsRequest{Body: &model.ReclaimPartnerCouponsReq{CouponId: coupon}})
	return err
}

func TestAPartnerIssuesVouchersAndTakesThemBack(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "giver", nil)
	quota := o.granted(t, "giver", 100)
	a, b := o.joins(t, "giver-a"), o.joins(t, "giver-b")
	out, err := o.issues(quota, "15.5", nil, a.customer.PartyID, b.customer.PartyID, "nobody")
	if err != nil {
		t.Fatal(err)
	}
	if len(*out.CouponInfos) != 2 || len(*out.ErrorDetails) != 1 || *(*out.ErrorDetails)[0].Id != "nobody" || *(*out.ErrorDetails)[0].ErrorCode != "CBC.99000047" {
		t.Fatalf("issued to two and nobody: %v", out)
	}
	first := (*out.CouponInfos)[0]
	if q := o.quota(t, quota, nil); q.Balance.String() != "69" || q.QuotaValue.String() != "100" || *q.QuotaStatus != 0 || *q.QuotaType != 0 || *q.MeasureId != 1 {
		t.Errorf("the quota is %v", q)
	}
	list, err := o.client.ListIssuedPartnerCoupons(&model.ListIssuedPartnerCouponsRequest{CustomerId: &first.Id})
	if err != nil || *list.TotalCount != 1 {
		t.Fatalf("issued to the first: %v %v", list, err)
	}
	if v := (*list.UserCoupons)[0]; *v.CouponId != first.CouponId || *v.Status != 2 || *v.CouponType != 1 || v.FaceValue.String() != "15.5" || v.Balance.String() != "15.5" {
		t.Errorf("the voucher is %v", v)
	}
	own, err := a.client.ListSubCustomerCoupons(&model.ListSubCustomerCouponsRequest{SourceId: pointer("giver")})
	if err != nil || *own.Count != 1 || *(*own.UserCoupons)[0].SourceId != "giver" {
		t.Errorf("the customer sees %v (%v)", own, err)
	}
	if err := o.reclaims(first.CouponId); err != nil {
		t.Fatal(err)
	}
	sdkRefused(t, o.reclaims("nothing"), 400, "CBC.0101")
	if q := o.quota(t, quota, nil); q.Balance.String() != "84.5" {
		t.Errorf("reclaimed, the quota holds %s, want 84.5", q.Balance)
	}
	said := ""
	for page := range int32(3) {
		records, err := o.client.ListPartnerCouponsRecord(&model.ListPartnerCouponsRecordRequest{
			OperationTypes: &[]string{"1", "2"}, QuotaId: &quota, Result: pointer("0"), Limit: pointer(int32(1)), Offset: &page,
		})
		if err != nil || len(*records.Records) != 1 || *records.TotalCount != 3 {
			t.Fatalf("page %d: %v %v", page, records, err)
		}
		r := (*records.Records)[0]
		said += *r.OperationType + " " + r.OperationAmount.String() + " " + *r.Result + "; "
	}
	if said != "2 15.5 0; 1 15.5 0; 1 15.5 0; " {
		t.Errorf("the records are %s", said)
	}
}

func TestVouchersThatAreNotIssued(t *testing.T) {
	c := running(t)
	o := opened(t, c, "partner", "miser", nil)
	quota := o.granted(t, "miser", 10)
	id := o.joins(t, "miser-customer").customer.PartyID
	for face, code := range map[string]string{"10.01": "CBC.99001003", "0": "CBC.0100", "-1": "CBC.0100", "1.001": "CBC.0100"} {
		_, err := o.issues(quota, face, nil, id)
		sdkRefused(t, err, 400, code)
	}
	_, err := o.issues(quota, "0.1", nil, strings.Fields(strings.Repeat(id+" ", 11))...)
	sdkRefused(t, err, 400, "CBC.0100")
	_, err = o.issues("nothing", "1", nil, id)
	sdkRefused(t, err, 400, "CBC.0101")
	c.does(t, c.vendor(t), "PUT", "/v2/vendor/partners/miser/coupon-quotas/"+quota+"/status", `{"quota_status":4}`)
	if _, err := o.issues(quota, "1", nil, id); err == nil {
		t.Error("a quota that is being adjusted issues")
	}
	if q := o.quota(t, quota, nil); q.Balance.String() != "10" || *q.QuotaStatus != 4 {
		t.Errorf("the quota is %v, want it as it was granted, adjusting", q)
	}
}

func TestADistributorsQuotaGoesDownAndComesBack(t *testing.T) {
	c := running(t)
	d := opened(t, c, "distributor", "top", nil)
	r := opened(t, c, "reseller", "below-top", map[string]any{"distributor_id": "top"})
	reseller, parent := "below-top", d.granted(t, "top", 100)
	down, err := d.client.UpdateCouponQuotas(&model.UpdateCouponQuotasRequest{Body: &model.AdjustCouponQuotasReq{
		QuotaId: parent, QuotaAmount: yuan("30"), IndirectPartnerIds: []string{reseller, "nobody"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(*down.SimpleQuotaInfos) != 1 || (*down.SimpleQuotaInfos)[0].Id != reseller || len(*down.ErrorDetails) != 1 || *(*down.ErrorDetails)[0].ErrorCode != "CBC.99000037" {
		t.Fatalf("issued down: %v", down)
	}
	child := (*down.SimpleQuotaInfos)[0].QuotaId
	customer := r.joins(t, "below-top-customer").customer.PartyID
	if out, err := d.issues(child, "12", &reseller, customer); err != nil || len(*out.CouponInfos) != 1 { // for its reseller
		t.Fatalf("issuing for the reseller: %v %v", out, err)
	}
	issued, err := d.client.ListIssuedCouponQuotas(&model.ListIssuedCouponQuotasRequest{IndirectPartnerId: &reseller})
	if err != nil || *issued.TotalCount != 1 {
		t.Fatalf("issued quotas: %v %v", issued, err)
	}
	if q := (*issued.Quotas)[0]; *q.QuotaId != child || *q.ParentQuotaId != parent || *q.IndirectPartnerId != reseller || q.QuotaValue.String() != "30" || q.Balance.String() != "18" {
		t.Errorf("the child quota is %v", q)
	}
	back, err := d.client.ReclaimCouponQuotas(&model.ReclaimCouponQuotasRequest{Body: &model.ReclaimCouponQuotasReq{
		QuotaIds: []string{child, "nothing"}, Remark: pointer("enough"),
	}})
	if err != nil || len(*back.SimpleQuotaInfos) != 1 || (*back.SimpleQuotaInfos)[0].QuotaBalance.String() != "0" || len(*back.ErrorDetails) != 1 {
		t.Fatalf("taken back: %v %v", back, err)
	}
	if q := d.quota(t, parent, nil); q.Balance.String() != "88" {
		t.Errorf("the parent holds %s, want 100 less what the voucher holds", q.Balance)
	}
	records, err := d.client.ListCouponQuotasRecords(&model.ListCouponQuotasRecordsRequest{ParentQuotaId: &parent, IndirectPartnerId: &reseller})
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, one := range *records.Records {
		said += *one.OperationType + " " + one.Amount.String() + " " + *one.IndirectPartnerId + "; "
	}
	if said != "11 18 below-top; 10 30 below-top; " || *records.TotalCount != 2 {
		t.Errorf("the records are %s", said)
	}
	tree := d.does(t, d.partner, "GET", "/v2/partners/coupon-quotas/"+parent+"/tree", "")
	if tree["balanced"] != true || tree["balance"] != 88.0 || len(tree["child_quotas"].([]any)) != 1 {
		t.Errorf("the tree is %v", tree)
	}
}
