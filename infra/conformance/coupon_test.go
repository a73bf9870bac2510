package conformance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
)

// granted is a quota that the vendor grants to the office, in effect since yesterday.
func (o office) granted(t *testing.T, value string, life time.Duration, more string) string {
	t.Helper()
	now := clock(t, o.cloud)
	return o.does(t, o.vendor(t), "POST", "/v2/vendor/partners/"+o.partner.PartyID+"/coupon-quotas", fmt.Sprintf(
		`{"quota_type":0,"quota_value":%s,"effective_time":%q,"expire_time":%q%s}`, value, wire(now.Add(-day)), wire(now.Add(life)), more))["quota_id"].(string)
}

func (o office) quotas(t *testing.T, q model.QueryCouponQuotasReqExt) ([]model.CouponQuotaV2, int32) {
	t.Helper()
	out, err := o.client.ListQuotaCoupons(&model.ListQuotaCouponsRequest{Body: &q})
	if err != nil {
		t.Fatal(err)
	}
	return *out.Quotas, *out.TotalCount
}

// left says what a quota has left, and its status.
func (o office) left(t *testing.T, id, reseller string) string {
	t.Helper()
	quotas, _ := o.quotas(t, model.QueryCouponQuotasReqExt{QuotaIds: &[]string{id}, IndirectPartnerId: unlessEmpty(reseller)})
	if len(quotas) != 1 {
		t.Fatalf("%d quotas named %s, want 1", len(quotas), id)
	}
	return fmt.Sprint(quotas[0].Balance.StringFixed(2), " ", *quotas[0].QuotaStatus)
}

// issue issues vouchers and gives them by their customer, with the codes of who got none.
func (o office) issue(t *testing.T, q model.CreatePartnerCouponsReq) (vouchers, refusals map[string]string) {
	t.Helper()
	out, err := o.client.CreatePartnerCoupons(&model.CreatePartnerCouponsRequest{Body: &q})
	if err != nil {
		t.Fatal(err)
	}
	vouchers, refusals = map[string]string{}, map[string]string{}
	for _, info := range *out.CouponInfos {
		vouchers[info.Id] = info.CouponId
	}
	if out.ErrorDetails != nil {
		for _, e := range *out.ErrorDetails {
			if refusals[*e.Id] = *e.ErrorCode; *e.ErrorMsg == "" {
				t.Errorf("%s is refused without a message", *e.Id)
			}
		}
	}
	return vouchers, refusals
}

func (o office) issued(t *testing.T, q model.ListIssuedPartnerCouponsRequest) ([]model.IQueryUserPartnerCouponsResultV2, int32) {
	t.Helper()
	out, err := o.client.ListIssuedPartnerCoupons(&q)
	if err != nil {
		t.Fatal(err)
	}
	return *out.UserCoupons, *out.TotalCount
}

func (o office) records(t *testing.T, q model.ListPartnerCouponsRecordRequest) ([]model.CouponRecordV2, int32) {
	t.Helper()
	out, err := o.client.ListPartnerCouponsRecord(&q)
	if err != nil {
		t.Fatal(err)
	}
	return *out.Records, *out.TotalCount
}

// back takes a voucher back, of a reseller's if one is named.
func (o office) back(coupon, reseller string) (int, error) {
	out, err := o.client.ReclaimPartnerCoupons(&model.ReclaimPartnerCouponsRequest{Body: &model.ReclaimPartnerCouponsReq{
		CouponId: coupon, IndirectPartnerId: unlessEmpty(reseller),
	}})
	if err != nil {
		return 0, err
	}
	return out.HttpStatusCode, nil
}

// own lists a customer's vouchers.
func (s scene) own(t *testing.T, q model.ListSubCustomerCouponsRequest) ([]model.IQueryUserCouponsResultV2, int32) {
	t.Helper()
	out, err := s.client.ListSubCustomerCoupons(&q)
	if err != nil {
		t.Fatal(err)
	}
	return *out.UserCoupons, *out.Count
}

func TestQuotasAreListedAsGranted(t *testing.T) {
	o := opened(t, running(t), "partner", "quotas", nil)
	now := clock(t, o.cloud)
	ids := []string{
		o.granted(t, "100", 30*day, ""), o.granted(t, "200.50", 30*day, ""),
		o.granted(t, "300", 30*day, `,"cloud_service_types":["hws.service.type.ec2","hws.service.type.obs"],"min_order_amount":10`),
	}
	short := o.granted(t, "50", time.Hour, "")
	o.does(t, o.vendor(t), "PUT", "/v2/vendor/partners/quotas/coupon-quotas/"+ids[0]+"/status", `{"quota_status":4}`)
	var seen []string
	for offset := range int32(4) {
		quotas, total := o.quotas(t, model.QueryCouponQuotasReqExt{Offset: pointer(offset), Limit: pointer(int32(1))})
		if total != 4 || len(quotas) != 1 {
			t.Fatalf("a page of %d quotas of %d, want 1 of 4", len(quotas), total)
		}
		seen = append(seen, *quotas[0].QuotaId)
	}
	if want := []string{short, ids[2], ids[1], ids[0]}; !slices.Equal(seen, want) {
		t.Errorf("four pages have %v, want %v", seen, want)
	}
	quotas, _ := o.quotas(t, model.QueryCouponQuotasReqExt{QuotaIds: &[]string{ids[2]}})
	q := quotas[0]
	limits := map[string][]string{}
	for _, info := range *q.LimitInfos {
		for _, value := range *info.LimitValues {
			limits[*info.LimitKey] = append(limits[*info.LimitKey], *value.Value1)
		}
	}
	created, err := time.Parse(time.RFC3339, *q.CreateTime)
	got := fmt.Sprint(*q.QuotaType, q.QuotaValue.StringFixed(2), q.Balance.StringFixed(2), *q.QuotaStatus, *q.MeasureId, *q.Currency, limits, err == nil && created.Sub(now).Abs() < time.Hour)
	want := fmt.Sprint(0, "300.00", "300.00", 0, 1, "CNY", map[string][]string{"cloudServiceType": {"hws.service.type.ec2", "hws.service.type.obs"}, "minOrderAmount": {"10.00"}}, true)
	if got != want || *q.EffectiveTime >= *q.ExpireTime || *q.LastUpdateTime != *q.CreateTime {
		t.Errorf("got %s of %v, want %s", got, q, want)
	}
	o.local(t, "/local/clock", map[string]string{"advance": "PT2H"}, nil)
	for name, c := range map[string]struct {
		q    model.QueryCouponQuotasReqExt
		want []string
	}{
		"normal":             {model.QueryCouponQuotasReqExt{QuotaStatusList: &[]int32{0}}, []string{ids[2], ids[1]}},
		"being adjusted":     {model.QueryCouponQuotasReqExt{QuotaStatusList: &[]int32{4}}, []string{ids[0]}},
		"expired":            {model.QueryCouponQuotasReqExt{QuotaStatusList: &[]int32{3}}, []string{short}},
		"of cash coupons":    {model.QueryCouponQuotasReqExt{QuotaType: pointer(int32(1))}, nil},
		"expiring today":     {model.QueryCouponQuotasReqExt{ExpireTimeEnd: pointer(wire(now.Add(day)))}, []string{short}},
		"granted long ago":   {model.QueryCouponQuotasReqExt{CreateTimeEnd: pointer(wire(now.Add(-day)))}, nil},
		"of somebody else's": {model.QueryCouponQuotasReqExt{QuotaIds: &[]string{"nobody"}}, nil},
	} {
		quotas, total := o.quotas(t, c.q)
		var got []string
		for _, q := range quotas {
			got = append(got, *q.QuotaId)
		}
		if !slices.Equal(got, c.want) || int(total) != len(c.want) {
			t.Errorf("%s: %v of %d, want %v", name, got, total, c.want)
		}
	}
}

func TestVouchersAreIssuedListedAndTakenBack(t *testing.T) {
	o := opened(t, running(t), "partner", "vouchers", nil)
	one, two, advisory := o.customer(t, "vouchers-1", 2), o.customer(t, "vouchers-2", 2), o.customer(t, "vouchers-advisory", 1)
	opened(t, o.cloud, "partner", "vouchers-other", nil).customer(t, "vouchers-foreign", 2)
	quota := o.granted(t, "1000", 30*day, `,"cloud_service_types":["hws.service.type.ec2","hws.service.type.obs"]`)
	expires := one.now.Add(10 * day)
	first, refusals := o.issue(t, model.CreatePartnerCouponsReq{
		QuotaId: quota, CustomerIds: []string{"vouchers-1", "vouchers-foreign", "vouchers-advisory"}, FaceValue: yuan("50.25"), ExpireTime: pointer(wire(expires)),
		CloudServiceTypes: &[]string{"hws.service.type.ec2"}, Memo: pointer("for winter"),
	})
	if len(first) != 2 || fmt.Sprint(refusals) != fmt.Sprint(map[string]string{"vouchers-foreign": "CBC.99000047"}) {
		t.Fatalf("issued are %v, refused %v, want two and vouchers-foreign", first, refusals)
	}
	if got := o.left(t, quota, ""); got != "899.50 0" {
		t.Errorf("the quota has %s, want 899.50 after two of 50.25", got)
	}
	all := []string{first["vouchers-1"], first["vouchers-advisory"]}
	for _, face := range []string{"10", "20", "30"} {
		vouchers, _ := o.issue(t, model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: []string{"vouchers-2"}, FaceValue: yuan(face)})
		all = append(all, vouchers["vouchers-2"])
	}

	t.Run("the issuer lists them page by page, the newest first", func(t *testing.T) {
		var seen []string
		for _, offset := range []int32{0, 2, 4} {
			vouchers, total := o.issued(t, model.ListIssuedPartnerCouponsRequest{Offset: pointer(offset), Limit: pointer(int32(2))})
			if total != 5 {
				t.Errorf("total_count is %d, want 5", total)
			}
			for _, v := range vouchers {
				seen = append(seen, *v.CouponId)
			}
		}
		if slices.Sort(seen); !slices.Equal(seen, slices.Sorted(slices.Values(all))) {
			t.Errorf("three pages have %v, want %v", seen, all)
		}
		vouchers, _ := o.issued(t, model.ListIssuedPartnerCouponsRequest{CouponId: &all[0]})
		v := vouchers[0]
		limit := (*v.UseLimits)[0]
		got := fmt.Sprint(*v.Status, *v.CustomerId, *v.CouponType, *v.MeasureId, v.FaceValue.StringFixed(2), v.Balance.StringFixed(2), *v.ExpireTime, *v.MediaType, *v.FetchMethod,
			*limit.LimitKey, *limit.Value1, len(*v.UseLimits), *v.IsFrozen, v.OrderId == nil, v.LockOrderId == nil, v.LastUsedTime == nil)
		want := fmt.Sprint(2, "vouchers-1", 1, 1, "50.25", "50.25", wire(expires), 1, 3, "cloudServiceType", "hws.service.type.ec2", 1, "0", true, true, true)
		if got != want || *v.EffectiveTime >= *v.ExpireTime || !strings.HasSuffix(*v.CreateTime, "Z") {
			t.Errorf("got %s of %v, want %s", got, v, want)
		}
		for name, c := range map[string]struct {
			q    model.ListIssuedPartnerCouponsRequest
			want int
		}{
			"one customer's":      {model.ListIssuedPartnerCouponsRequest{CustomerId: pointer("vouchers-2")}, 3},
			"usable vouchers":     {model.ListIssuedPartnerCouponsRequest{Status: pointer(int32(2)), CouponType: pointer(int32(1))}, 5},
			"cash coupons":        {model.ListIssuedPartnerCouponsRequest{CouponType: pointer(int32(4))}, 0},
			"expiring first":      {model.ListIssuedPartnerCouponsRequest{ExpireTimeEnd: pointer(wire(expires))}, 2},
			"issued tomorrow":     {model.ListIssuedPartnerCouponsRequest{CreateTimeBegin: pointer(wire(one.now.Add(day)))}, 0},
			"in effect yesterday": {model.ListIssuedPartnerCouponsRequest{EffectiveTimeEnd: pointer(wire(one.now))}, 5},
			"of an order":         {model.ListIssuedPartnerCouponsRequest{OrderId: pointer("nobody")}, 0},
		} {
			if vouchers, total := o.issued(t, c.q); len(vouchers) != c.want || int(total) != c.want {
				t.Errorf("%s: %d of %d, want %d", name, len(vouchers), total, c.want)
			}
		}
	})
	t.Run("what is refused issues nothing", func(t *testing.T) {
		eleven := make([]string, 11)
		for i := range eleven {
			eleven[i] = fmt.Sprint("vouchers-of-many-", i)
		}
		gone, adjusting := o.granted(t, "60", time.Minute, ""), o.granted(t, "70", day, "")
		foreign := opened(t, o.cloud, "partner", "vouchers-third", nil).granted(t, "80", day, "")
		o.does(t, o.vendor(t), "PUT", "/v2/vendor/partners/vouchers/coupon-quotas/"+adjusting+"/status", `{"quota_status":4}`)
		o.local(t, "/local/clock", map[string]string{"advance": "PT2M"}, nil)
		mine := []string{"vouchers-1"}
		for name, c := range map[string]struct {
			q    model.CreatePartnerCouponsReq
			code string
		}{
			"more than is left":        {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: mine, FaceValue: yuan("839.51")}, "CBC.99001003"},
			"more than is left of all": {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: []string{"vouchers-1", "vouchers-2"}, FaceValue: yuan("500")}, "CBC.99001003"},
			"eleven customers":         {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: eleven, FaceValue: yuan("1")}, "CBC.0100"},
			"one customer twice":       {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: []string{"vouchers-1", "vouchers-1"}, FaceValue: yuan("1")}, "CBC.0100"},
			"nobody":                   {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: []string{}, FaceValue: yuan("1")}, "CBC.0100"},
			"nothing":                  {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: mine, FaceValue: yuan("0")}, "CBC.0100"},
			"three decimals":           {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: mine, FaceValue: yuan("1.001")}, "CBC.0100"},
			"an expired quota":         {model.CreatePartnerCouponsReq{QuotaId: gone, CustomerIds: mine, FaceValue: yuan("1")}, "CBC.99001006"},
			"a quota being adjusted":   {model.CreatePartnerCouponsReq{QuotaId: adjusting, CustomerIds: mine, FaceValue: yuan("1")}, "CBC.99001006"},
			"another's quota":          {model.CreatePartnerCouponsReq{QuotaId: foreign, CustomerIds: mine, FaceValue: yuan("1")}, "CBC.0101"},
			"no quota":                 {model.CreatePartnerCouponsReq{QuotaId: "nobody", CustomerIds: mine, FaceValue: yuan("1")}, "CBC.0101"},
			"longer than the quota":    {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: mine, FaceValue: yuan("1"), ExpireTime: pointer(wire(one.now.Add(31 * day)))}, "CBC.0100"},
			"earlier than the quota":   {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: mine, FaceValue: yuan("1"), ValidTime: pointer(wire(one.now.Add(-2 * day)))}, "CBC.0100"},
			"beside the quota's limit": {model.CreatePartnerCouponsReq{QuotaId: quota, CustomerIds: mine, FaceValue: yuan("1"), CloudServiceTypes: &[]string{"hws.service.type.rds"}}, "CBC.0100"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := o.client.CreatePartnerCoupons(&model.CreatePartnerCouponsRequest{Body: &c.q})
				sdkRefused(t, err, http.StatusBadRequest, c.code)
			})
		}
		if _, total := o.issued(t, model.ListIssuedPartnerCouponsRequest{}); total != 5 || o.left(t, quota, "") != "839.50 0" {
			t.Errorf("there are %d vouchers and the quota has %s, want 5 and 839.50 as before", total, o.left(t, quota, ""))
		}
	})
	t.Run("the customer sees its own", func(t *testing.T) {
		var seen []string
		for offset := range int32(3) {
			vouchers, count := two.own(t, model.ListSubCustomerCouponsRequest{Offset: pointer(offset), Limit: pointer(int32(1))})
			if count != 3 || len(vouchers) != 1 {
				t.Fatalf("a page of %d vouchers of %d, want 1 of 3", len(vouchers), count)
			}
			seen = append(seen, *vouchers[0].CouponId)
		}
		if slices.Sort(seen); !slices.Equal(seen, slices.Sorted(slices.Values(all[2:]))) {
			t.Errorf("three pages have %v, want %v", seen, all[2:])
		}
		vouchers, _ := one.own(t, model.ListSubCustomerCouponsRequest{SourceId: pointer("vouchers"), Status: pointer(int32(2)), CouponType: pointer(int32(1))})
		v := vouchers[0]
		got := fmt.Sprint(*v.CouponId, *v.Status, *v.CustomerId, *v.CouponType, *v.MeasureId, *v.FaceValue, *v.Balance, *v.ExpireTime, *v.Currency, *v.SourceId, *v.CouponVersion, *v.IsFrozen,
			len(*v.UseLimits), strings.HasSuffix(*v.ActiveTime, "Z"), *v.ValidTime < *v.ExpireTime)
		if want := fmt.Sprint(all[0], 2, "vouchers-1", 1, 1, 50.25, 50.25, wire(expires), "CNY", "vouchers", 2, "0", 1, true, true); got != want || len(vouchers) != 1 {
			t.Errorf("got %s of %d, want %s", got, len(vouchers), want)
		}
		for name, q := range map[string]model.ListSubCustomerCouponsRequest{
			"of another issuer": {SourceId: pointer("vouchers-other")}, "another's": {CouponId: &all[2]}, "cash coupons": {CouponType: pointer(int32(4))},
			"used": {Status: pointer(int32(3))}, "of a plan": {PromotionPlanId: pointer("p")}, "of an order": {OrderId: pointer("o")},
			"active tomorrow": {ActiveStartTime: pointer(wire(one.now.Add(day)))}, "active long ago": {ActiveEndTime: pointer(wire(one.now.Add(-day)))},
		} {
			if vouchers, count := one.own(t, q); len(vouchers) != 0 || count != 0 {
				t.Errorf("%s: got %v", name, vouchers)
			}
		}
		_, err := two.client.CreatePartnerCoupons(&model.CreatePartnerCouponsRequest{Body: &model.CreatePartnerCouponsReq{
			QuotaId: quota, CustomerIds: []string{"vouchers-2"}, FaceValue: yuan("1"),
		}})
		sdkRefused(t, err, http.StatusForbidden, "CBC.0155")
	})
	t.Run("all of a voucher goes back, once, and of resale customers alone", func(t *testing.T) {
		if status, err := o.back(all[0], ""); err != nil || status != http.StatusNoContent {
			t.Fatalf("got %d, %v, want 204", status, err)
		}
		if got := o.left(t, quota, ""); got != "889.75 0" {
			t.Errorf("the quota has %s, want 889.75", got)
		}
		brief, _ := o.issue(t, model.CreatePartnerCouponsReq{
			QuotaId: quota, CustomerIds: []string{"vouchers-1"}, FaceValue: yuan("5"), ExpireTime: pointer(wire(clock(t, o.cloud).Add(time.Minute))),
		})
		o.local(t, "/local/clock", map[string]string{"advance": "PT10M"}, nil)
		for name, c := range map[string]struct{ coupon, code string }{
			"taken back": {all[0], "CBC.99001004"}, "an advisory customer's": {all[1], "CBC.99001002"}, "expired": {brief["vouchers-1"], "CBC.99001004"}, "nobody's": {"nobody", "CBC.0101"},
		} {
			t.Run(name, func(t *testing.T) {
				again := o.as(t, o.partner, "POST", "/v2/promotions/benefits/partner-coupons/reclaim", `{"coupon_id":"`+c.coupon+`"}`, "") // not a repeat
				refused(t, again, http.StatusBadRequest, c.code)
			})
		}
		if got := o.left(t, quota, ""); got != "889.75 0" { // what expired came back by itself
			t.Errorf("the quota has %s, want 889.75", got)
		}
		if vouchers, _ := one.own(t, model.ListSubCustomerCouponsRequest{CouponId: &all[0]}); *vouchers[0].Status != 5 || *vouchers[0].Balance != 0 || *vouchers[0].FaceValue != 50.25 {
			t.Errorf("its customer sees %v, want it taken back", vouchers)
		}
		if vouchers, _ := advisory.own(t, model.ListSubCustomerCouponsRequest{}); len(vouchers) != 1 || *vouchers[0].Balance != 50.25 {
			t.Errorf("the advisory customer has %v, want its voucher", vouchers)
		}
	})
	t.Run("the records tell all of it", func(t *testing.T) {
		var seen []string
		for _, offset := range []int32{0, 3, 6} {
			records, total := o.records(t, model.ListPartnerCouponsRecordRequest{Offset: pointer(offset), Limit: pointer(int32(3))})
			if total != 9 {
				t.Errorf("total_count is %d, want 9", total)
			}
			for _, r := range records {
				seen = append(seen, fmt.Sprint(*r.OperationType, " ", *r.CustomerId, " ", r.OperationAmount.StringFixed(2), " ", *r.Result))
				if *r.QuotaId != quota || *r.QuotaType != 0 || !strings.HasSuffix(*r.OperationTime, "Z") || *r.Id == "" {
					t.Errorf("a record without quota, time or id: %v", r)
				}
			}
		}
		wants := []string{
			"1 vouchers-1 5.00 0", "1 vouchers-1 50.25 0", "1 vouchers-2 10.00 0", "1 vouchers-2 20.00 0", "1 vouchers-2 30.00 0", "1 vouchers-advisory 50.25 0",
			"1 vouchers-foreign 50.25 -1", "2 vouchers-1 50.25 0", "4 vouchers-1 5.00 0",
		}
		if slices.Sort(seen); !slices.Equal(seen, wants) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(wants, "\n"))
		}
		records, _ := o.records(t, model.ListPartnerCouponsRecordRequest{OperationTypes: &[]string{"1"}, CouponIds: &[]string{all[0]}, Result: pointer("0")})
		if len(records) != 1 || *records[0].CouponId != all[0] || *records[0].Remark != "for winter" {
			t.Errorf("got %v, want the issue with its memo", records)
		}
		for name, c := range map[string]struct {
			q    model.ListPartnerCouponsRecordRequest
			want int
		}{
			"refused":        {model.ListPartnerCouponsRecordRequest{Result: pointer("-1")}, 1},
			"back somehow":   {model.ListPartnerCouponsRecordRequest{OperationTypes: &[]string{"2", "4"}}, 2},
			"one customer's": {model.ListPartnerCouponsRecordRequest{CustomerId: pointer("vouchers-2"), QuotaId: &quota, QuotaType: pointer(int32(0))}, 3},
			"of two":         {model.ListPartnerCouponsRecordRequest{CouponIds: &[]string{all[0], all[2]}}, 3},
			"of tomorrow":    {model.ListPartnerCouponsRecordRequest{OperationTimeBegin: pointer(wire(one.now.Add(day)))}, 0},
			"until tomorrow": {model.ListPartnerCouponsRecordRequest{OperationTimeEnd: pointer(wire(one.now.Add(day)))}, 9},
		} {
			if records, total := o.records(t, c.q); len(records) != c.want || int(total) != c.want {
				t.Errorf("%s: %d of %d, want %d", name, len(records), total, c.want)
			}
		}
	})
}

func TestADistributorsQuotaReachesItsResellers(t *testing.T) {
	d := opened(t, running(t), "distributor", "handing", nil)
	r := opened(t, d.cloud, "reseller", "handing-r", map[string]any{"distributor_id": "handing"})
	opened(t, d.cloud, "reseller", "handing-s", map[string]any{"distributor_id": "handing"})
	opened(t, d.cloud, "distributor", "handing-other", nil)
	x := opened(t, d.cloud, "reseller", "handing-x", map[string]any{"distributor_id": "handing-other"})
	s := r.customer(t, "handing-customer", 2)
	x.customer(t, "handing-foreign", 2)
	quota := d.granted(t, "1000", 30*day, "")
	hand := func(amount string, resellers ...string) (map[string]string, map[string]string, error) {
		out, err := d.client.UpdateCouponQuotas(&model.UpdateCouponQuotasRequest{Body: &model.AdjustCouponQuotasReq{
			QuotaId: quota, IndirectPartnerIds: resellers, QuotaAmount: yuan(amount),
		}})
		quotas, refusals := map[string]string{}, map[string]string{}
		if err != nil {
			return quotas, refusals, err
		}
		for _, info := range *out.SimpleQuotaInfos {
			quotas[info.Id] = info.QuotaId
		}
		if out.ErrorDetails != nil {
			for _, e := range *out.ErrorDetails {
				refusals[*e.Id] = *e.ErrorCode
			}
		}
		return quotas, refusals, nil
	}
	got, refusals, err := hand("200", "handing-r", "handing-s", "handing-x")
	if err != nil || len(got) != 2 || fmt.Sprint(refusals) != fmt.Sprint(map[string]string{"handing-x": "CBC.99000037"}) {
		t.Fatalf("got %v, refused %v, %v, want two and handing-x", got, refusals, err)
	}
	more, _, err := hand("100.50", "handing-r")
	if err != nil {
		t.Fatal(err)
	}
	mine, newer, others := got["handing-r"], more["handing-r"], got["handing-s"]
	if left := d.left(t, quota, "") + ", " + d.left(t, mine, "handing-r") + ", " + r.left(t, newer, ""); left != "499.50 0, 200.00 0, 100.50 0" {
		t.Errorf("the quotas have %s", left)
	}
	t.Run("what is refused hands nothing on", func(t *testing.T) {
		for name, c := range map[string]struct {
			amount    string
			resellers []string
			code      string
		}{
			"more than is left of all": {"249.76", []string{"handing-r", "handing-s"}, "CBC.99001003"}, "nothing": {"0", []string{"handing-r"}, "CBC.0100"},
			"one twice": {"1", []string{"handing-r", "handing-r"}, "CBC.0100"}, "three decimals": {"1.001", []string{"handing-r"}, "CBC.0100"},
		} {
			_, _, err := hand(c.amount, c.resellers...)
			t.Run(name, func(t *testing.T) { sdkRefused(t, err, http.StatusBadRequest, c.code) })
		}
		_, err := r.client.UpdateCouponQuotas(&model.UpdateCouponQuotasRequest{Body: &model.AdjustCouponQuotasReq{
			QuotaId: mine, IndirectPartnerIds: []string{"handing-s"}, QuotaAmount: yuan("1"),
		}})
		sdkRefused(t, err, http.StatusForbidden, "CBC.0155")
		if left := d.left(t, quota, ""); left != "499.50 0" {
			t.Errorf("the quota has %s, want 499.50 as before", left)
		}
	})
	t.Run("it issues of the reseller's quota in its place", func(t *testing.T) {
		vouchers, refusals := d.issue(t, model.CreatePartnerCouponsReq{
			QuotaId: mine, CustomerIds: []string{"handing-customer", "handing-foreign"}, FaceValue: yuan("30"), IndirectPartnerId: pointer("handing-r"),
		})
		if len(vouchers) != 1 || fmt.Sprint(refusals) != fmt.Sprint(map[string]string{"handing-foreign": "CBC.50000021"}) {
			t.Fatalf("issued are %v, refused %v", vouchers, refusals)
		}
		voucher := vouchers["handing-customer"]
		if own, _ := s.own(t, model.ListSubCustomerCouponsRequest{SourceId: pointer("handing-r")}); len(own) != 1 || *own[0].CouponId != voucher {
			t.Errorf("the customer has %v, want %s of its reseller", own, voucher)
		}
		if listed, _ := d.issued(t, model.ListIssuedPartnerCouponsRequest{IndirectPartnerId: pointer("handing-r")}); len(listed) != 1 || *listed[0].CouponId != voucher {
			t.Errorf("the distributor lists %v, want %s", listed, voucher)
		}
		if listed, _ := d.issued(t, model.ListIssuedPartnerCouponsRequest{}); len(listed) != 0 {
			t.Errorf("of its own it lists %v, want none", listed)
		}
		_, err := d.back(voucher, "")
		sdkRefused(t, err, http.StatusBadRequest, "CBC.0101")
		if status, err := d.back(voucher, "handing-r"); err != nil || status != http.StatusNoContent {
			t.Errorf("got %d, %v, want 204", status, err)
		}
		records, _ := d.records(t, model.ListPartnerCouponsRecordRequest{IndirectPartnerId: pointer("handing-r"), Result: pointer("0")})
		if len(records) != 2 || *records[0].OperationType != "2" || *records[1].OperationType != "1" {
			t.Errorf("the reseller's records are %v, want an issue and its way back", records)
		}
		if left := r.left(t, mine, ""); left != "200.00 0" {
			t.Errorf("the reseller's quota has %s, want 200.00", left)
		}
	})
	t.Run("another distributor's reseller is nobody", func(t *testing.T) {
		who := pointer("handing-x")
		for name, err := range map[string]error{
			"quotas": second(d.client.ListQuotaCoupons(&model.ListQuotaCouponsRequest{Body: &model.QueryCouponQuotasReqExt{IndirectPartnerId: who}})),
			"issue": second(d.client.CreatePartnerCoupons(&model.CreatePartnerCouponsRequest{Body: &model.CreatePartnerCouponsReq{
				QuotaId: mine, CustomerIds: []string{"handing-foreign"}, FaceValue: yuan("1"), IndirectPartnerId: who,
			}})),
			"take back": second(d.back("nobody", "handing-x")), "vouchers": second(d.client.ListIssuedPartnerCoupons(&model.ListIssuedPartnerCouponsRequest{IndirectPartnerId: who})),
			"records":       second(d.client.ListPartnerCouponsRecord(&model.ListPartnerCouponsRecordRequest{IndirectPartnerId: who})),
			"issued quotas": second(d.client.ListIssuedCouponQuotas(&model.ListIssuedCouponQuotasRequest{IndirectPartnerId: who})),
			"quota records": second(d.client.ListCouponQuotasRecords(&model.ListCouponQuotasRecordsRequest{IndirectPartnerId: who})),
		} {
			t.Run(name, func(t *testing.T) { sdkRefused(t, err, http.StatusBadRequest, "CBC.99000037") })
		}
	})
	t.Run("it lists what it handed on, page by page", func(t *testing.T) {
		var seen []string
		for offset := range int32(3) {
			out, err := d.client.ListIssuedCouponQuotas(&model.ListIssuedCouponQuotasRequest{Offset: pointer(offset), Limit: pointer(int32(1))})
			if err != nil || *out.TotalCount != 3 || len(*out.Quotas) != 1 {
				t.Fatalf("got %v, %v, want 1 of 3", out, err)
			}
			q := (*out.Quotas)[0]
			seen = append(seen, fmt.Sprint(*q.QuotaId, " ", *q.IndirectPartnerId, " ", *q.IndirectPartnerName, " ", q.QuotaValue.StringFixed(2), " ", q.Balance.StringFixed(2), " ",
				*q.QuotaStatus, " ", *q.Currency, " ", *q.ParentQuotaId == quota))
		}
		wants := []string{
			newer + " handing-r Partner handing-r 100.50 100.50 0 CNY true", mine + " handing-r Partner handing-r 200.00 200.00 0 CNY true",
			others + " handing-s Partner handing-s 200.00 200.00 0 CNY true",
		}
		if slices.Sort(seen); !slices.Equal(seen, slices.Sorted(slices.Values(wants))) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(wants, "\n"))
		}
		for name, q := range map[string]model.ListIssuedCouponQuotasRequest{"one": {QuotaId: &others}, "one reseller's": {IndirectPartnerId: pointer("handing-s"), ParentQuotaId: &quota}} {
			if out, err := d.client.ListIssuedCouponQuotas(&q); err != nil || len(*out.Quotas) != 1 || *(*out.Quotas)[0].QuotaId != others {
				t.Errorf("%s: got %v, %v, want that of handing-s", name, out, err)
			}
		}
	})
	t.Run("it takes back what is left", func(t *testing.T) {
		kept, _ := r.issue(t, model.CreatePartnerCouponsReq{QuotaId: mine, CustomerIds: []string{"handing-customer"}, FaceValue: yuan("50")})
		back := func(ids ...string) (*model.ReclaimCouponQuotasResponse, error) {
			return d.client.ReclaimCouponQuotas(&model.ReclaimCouponQuotasRequest{Body: &model.ReclaimCouponQuotasReq{QuotaIds: ids, Remark: pointer("over")}})
		}
		out, err := back(mine, others, "nobody")
		if err != nil || len(*out.SimpleQuotaInfos) != 2 || !(*out.SimpleQuotaInfos)[0].QuotaBalance.IsZero() || *(*out.SimpleQuotaInfos)[0].QuotaId != mine {
			t.Fatalf("got %v, %v, want two quotas with nothing left", out, err)
		}
		if failed := *out.ErrorDetails; len(failed) != 1 || *failed[0].Id != "nobody" || *failed[0].ErrorCode != "CBC.0101" {
			t.Errorf("refused are %v, want nobody", failed)
		}
		if left := d.left(t, quota, "") + ", " + d.left(t, mine, "handing-r"); left != "849.50 0, 0.00 6" { // 499.50, 150 and 200
			t.Errorf("the quotas have %s, want 849.50 and nothing of the one taken back", left)
		}
		if own, _ := s.own(t, model.ListSubCustomerCouponsRequest{Status: pointer(int32(2))}); len(own) != 1 || *own[0].CouponId != kept["handing-customer"] {
			t.Errorf("the customer has %v, want its voucher still", own)
		}
		again, err := back(mine)
		if err != nil || len(*again.ErrorDetails) != 1 || *(*again.ErrorDetails)[0].ErrorCode != "CBC.99001009" {
			t.Errorf("again it answers %v, %v, want a refusal", again, err)
		}
		eleven := make([]string, 11)
		for i := range eleven {
			eleven[i] = fmt.Sprint("quota-", i)
		}
		_, err = back(eleven...)
		sdkRefused(t, err, http.StatusBadRequest, "CBC.0100")
		_, err = r.client.CreatePartnerCoupons(&model.CreatePartnerCouponsRequest{Body: &model.CreatePartnerCouponsReq{
			QuotaId: mine, CustomerIds: []string{"handing-customer"}, FaceValue: yuan("1"),
		}})
		sdkRefused(t, err, http.StatusBadRequest, "CBC.99001006")
	})
	t.Run("the records tell all of it", func(t *testing.T) {
		var seen []string
		for _, offset := range []int32{0, 2, 4} {
			out, err := d.client.ListCouponQuotasRecords(&model.ListCouponQuotasRecordsRequest{Offset: pointer(offset), Limit: pointer(int32(2))})
			if err != nil || *out.TotalCount != 6 {
				t.Fatalf("got %v, %v, want 6 in all", out, err)
			}
			for _, r := range *out.Records {
				remark := *r.Remark
				if *r.Result == "-1" { // why, in words
					remark = fmt.Sprint(remark != "")
				}
				seen = append(seen, fmt.Sprint(*r.OperationType, " ", *r.IndirectPartnerId, " ", *r.IndirectPartnerName, " ", r.Amount.StringFixed(2), " ", *r.Result, " ", remark))
				if *r.ParentQuotaId != quota || *r.Id == "" || *r.Operator == "" || !strings.HasSuffix(*r.OperationTime, "Z") {
					t.Errorf("a record without parent, id, operator or time: %v", r)
				}
			}
		}
		wants := []string{
			"10 handing-r Partner handing-r 100.50 0 ", "10 handing-r Partner handing-r 200.00 0 ", "10 handing-s Partner handing-s 200.00 0 ", "10 handing-x  200.00 -1 true",
			"11 handing-r Partner handing-r 150.00 0 over", "11 handing-s Partner handing-s 200.00 0 over",
		}
		if slices.Sort(seen); !slices.Equal(seen, wants) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(wants, "\n"))
		}
		for name, c := range map[string]struct {
			q    model.ListCouponQuotasRecordsRequest
			want int
		}{
			"taken back":     {model.ListCouponQuotasRecordsRequest{OperationType: pointer("11")}, 2},
			"one quota's":    {model.ListCouponQuotasRecordsRequest{QuotaId: &mine, ParentQuotaId: &quota}, 2},
			"one reseller's": {model.ListCouponQuotasRecordsRequest{IndirectPartnerId: pointer("handing-s")}, 2},
			"of tomorrow":    {model.ListCouponQuotasRecordsRequest{OperationTimeBegin: pointer(wire(s.now.Add(day)))}, 0},
			"until tomorrow": {model.ListCouponQuotasRecordsRequest{OperationTimeEnd: pointer(wire(s.now.Add(day)))}, 6},
		} {
			if out, err := d.client.ListCouponQuotasRecords(&c.q); err != nil || len(*out.Records) != c.want || int(*out.TotalCount) != c.want {
				t.Errorf("%s: got %v, %v, want %d", name, out, err, c.want)
			}
		}
	})
}
