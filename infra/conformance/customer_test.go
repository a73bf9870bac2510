package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/global"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	bss "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
	bssintl "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bssintl/v2"
	intl "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bssintl/v2/model"
	"github.com/shopspring/decimal"
)

// office is a partner of its own for one test.
type office struct {
	cloud
	partner principal
	client  *bss.BssClient
	intl    *bssintl.BssintlClient
}

func opened(t *testing.T, c cloud, kind, id string, more map[string]any) office {
	t.Helper()
	made := map[string]any{"kind": kind, "party_id": id, "name": "Partner " + id}
	for name, value := range more {
		made[name] = value
	}
	o := office{cloud: c}
	c.local(t, "/local/parties", made, nil)
	c.local(t, "/local/keys", map[string]any{"party_id": id, "roles": []string{"admin"}}, &o.partner)
	o.client = c.sdk(t, o.partner)
	credential, err := global.NewCredentialsBuilder().WithAk(o.partner.AK).WithSk(o.partner.SK).WithDomainId(id).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	client, err := bssintl.BssintlClientBuilder().WithRegion(region.NewRegion("cn-north-1", c.API)).
		WithCredential(credential).WithHttpConfig(config.DefaultHttpConfig()).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	o.intl = bssintl.NewBssintlClient(client)
	return o
}

// create makes a customer by its login name.
func (o office) create(t *testing.T, name string) string {
	t.Helper()
	out, err := o.client.CreateSubCustomer(&model.CreateSubCustomerRequest{Body: &model.CreateCustomerV2Req{
		DomainName: &name, XaccountId: "x-" + name, XaccountType: "conformance", IncludeAssociationResult: pointer(true),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if *out.DomainName != name || *out.DomainId == "" {
		t.Errorf("got %v, want %s with an id", out, name)
	}
	return *out.DomainId
}

func (o office) customers(t *testing.T, q model.QuerySubCustomerListReq) ([]model.CustomerInformation, int32) {
	t.Helper()
	out, err := o.client.ListSubCustomers(&model.ListSubCustomersRequest{Body: &q})
	if err != nil {
		t.Fatal(err)
	}
	if out.CustomerInfos == nil || out.Count == nil {
		t.Fatalf("the list lacks customer_infos or count: %v", out)
	}
	return *out.CustomerInfos, *out.Count
}

// text gives the code of the last SMS to a number.
func (o office) text(t *testing.T, mobile string) string {
	t.Helper()
	answer, err := http.Get(o.API + "/local/sms")
	if err != nil {
		t.Fatal(err)
	}
	var phone struct {
		SMS []struct {
			To     string            `json:"to"`
			Params map[string]string `json:"params"`
		} `json:"sms"`
	}
	decode(t, answer, http.StatusOK, &phone)
	for _, text := range slices.Backward(phone.SMS) {
		if text.To == "+86"+mobile {
			return text.Params["code"]
		}
	}
	t.Fatalf("nothing was sent to %s", mobile)
	return ""
}

func TestCustomersAreCreatedFoundAndListed(t *testing.T) {
	o := opened(t, running(t), "partner", "create", nil)
	check := func(kind, value string) string {
		t.Helper()
		out, err := o.client.CheckUserIdentity(&model.CheckUserIdentityRequest{Body: &model.CheckSubcustomerUserReq{SearchType: kind, SearchValue: value}})
		if err != nil {
			t.Fatal(err)
		}
		return *out.CheckResult
	}
	const mobile = "13900000001"
	if got := check("name", "conform-1") + " " + check("mobile", "0086-"+mobile); got != "available available" {
		t.Errorf("before they exist: %s", got)
	}
	ids := []string{o.create(t, "conform-1")}
	send := model.SendVerificationCodeV2Req{ReceiverType: 1, MobilePhone: mobile, Timeout: pointer(int32(10)), Lang: pointer("en-us")}
	if _, err := o.client.SendVerificationMessageCode(&model.SendVerificationMessageCodeRequest{Body: &send}); err != nil {
		t.Fatal(err)
	}
	_, err := o.client.SendVerificationMessageCode(&model.SendVerificationMessageCodeRequest{Body: &send})
	sdkRefused(t, err, http.StatusTooManyRequests, "CBC.99001010")
	create := model.CreateCustomerV2Req{
		MobilePhone: pointer(mobile), VerificationCode: pointer("000000"), XaccountId: "x-mobile", XaccountType: "conformance", CooperationType: pointer("1"),
	}
	code := o.text(t, mobile)
	if code == "000000" {
		create.VerificationCode = pointer("000001")
	}
	_, err = o.client.CreateSubCustomer(&model.CreateSubCustomerRequest{Body: &create})
	sdkRefused(t, err, http.StatusBadRequest, "CBC.99001011")
	create.VerificationCode = &code
	out, err := o.client.CreateSubCustomer(&model.CreateSubCustomerRequest{Body: &create})
	if err != nil {
		t.Fatal(err)
	}
	ids = append(ids, *out.DomainId)
	if got := check("name", "conform-1") + " " + check("mobile", "0086-"+mobile); !strings.HasPrefix(got, "used_by_user") {
		t.Errorf("after they exist: %s", got)
	}
	for i := range 3 {
		ids = append(ids, o.create(t, fmt.Sprint("conform-more-", i)))
	}

	t.Run("three pages tile the whole list", func(t *testing.T) {
		seen := map[string]bool{}
		for _, offset := range []int32{0, 2, 4} {
			infos, count := o.customers(t, model.QuerySubCustomerListReq{Offset: pointer(offset), Limit: pointer(int32(2))})
			if count != 5 {
				t.Errorf("count is %d, want 5", count)
			}
			for _, c := range infos {
				seen[c.CustomerId] = true
			}
		}
		if len(seen) != len(ids) {
			t.Errorf("saw %v, want %v", seen, ids)
		}
	})
	t.Run("each is as it was created", func(t *testing.T) {
		infos, _ := o.customers(t, model.QuerySubCustomerListReq{CustomerId: &ids[0]})
		c := infos[0]
		got := fmt.Sprint(c.AccountName, *c.AssociationType, *c.VerifiedStatus, *c.CustomerType, *c.IsFrozen, *c.XaccountId, *c.XaccountType, strings.HasSuffix(*c.AssociatedOn, "Z"))
		if want := fmt.Sprint("conform-1", "2", "-1", -1, 0, "x-conform-1", "conformance", true); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		infos, _ = o.customers(t, model.QuerySubCustomerListReq{AssociationType: pointer("1")})
		if len(infos) != 1 || infos[0].CustomerId != ids[1] || *infos[0].Telephone != mobile {
			t.Errorf("advisory customers are %v, want %s", infos, ids[1])
		}
		infos, _ = o.customers(t, model.QuerySubCustomerListReq{AccountName: pointer("more")})
		if len(infos) != 3 {
			t.Errorf("%d are named more, want 3", len(infos))
		}
	})
	t.Run("another partner sees none of it", func(t *testing.T) {
		other := opened(t, o.cloud, "partner", "create-other", nil)
		if infos, count := other.customers(t, model.QuerySubCustomerListReq{CustomerId: &ids[0]}); len(infos) != 0 || count != 0 {
			t.Errorf("got %v", infos)
		}
	})
}

func TestResellersAreListedAndTheirCustomersToo(t *testing.T) {
	c := running(t)
	d := opened(t, c, "distributor", "tier1", nil)
	opened(t, c, "reseller", "tier2", map[string]any{"distributor_id": "tier1"})
	out, err := d.client.ListIndirectPartners(&model.ListIndirectPartnersRequest{Body: &model.QueryIndirectPartnersReq{}})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Count != 1 || *(*out.IndirectPartners)[0].IndirectPartnerId != "tier2" || *(*out.IndirectPartners)[0].Name != "Partner tier2" {
		t.Errorf("got %v, want tier2", out)
	}
	made, err := d.client.CreateSubCustomer(&model.CreateSubCustomerRequest{Body: &model.CreateCustomerV2Req{
		XaccountId: "x-tier", XaccountType: "conformance", IndirectPartnerId: pointer("tier2"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if infos, _ := d.customers(t, model.QuerySubCustomerListReq{}); len(infos) != 0 {
		t.Errorf("the distributor's own are %v, want none", infos)
	}
	if infos, _ := d.customers(t, model.QuerySubCustomerListReq{IndirectPartnerId: pointer("tier2")}); len(infos) != 1 || infos[0].CustomerId != *made.DomainId {
		t.Errorf("the reseller's are %v, want %s", infos, *made.DomainId)
	}
}

var decided atomic.Int32

// vendors calls one of the vendor's operations.
func (o office) vendors(t *testing.T, method, path, body string) {
	t.Helper()
	decode(t, send(t, o.signed(t, o.vendor(t), request{
		Method: method, Path: path, ContentType: "application/json", Body: body,
		Unsigned: map[string]string{"Idempotency-Key": fmt.Sprint("vendor-", decided.Add(1))}, // the same decision in the same second is another one
	})), http.StatusNoContent, nil)
}

func TestTagsAndOnDemandResources(t *testing.T) {
	o := opened(t, running(t), "partner", "tags", nil)
	id := o.create(t, "tagged-customer")
	o.vendors(t, "PUT", "/v2/vendor/customers/"+id+"/new-customer-tag", `{"new_customer_tag":"Y","effective_time":"2026-12","expire_time":"2027-11"}`)
	tags, err := o.client.ListSubCustomerNewTag(&model.ListSubCustomerNewTagRequest{Body: &model.ListSubCustomerNewTagReq{CustomerIds: &[]string{id, "nobody"}}})
	if err != nil {
		t.Fatal(err)
	}
	tag := (*tags.NewCustomerTags)[0]
	if got, want := fmt.Sprint(len(*tags.NewCustomerTags), *tag.CustomerId, *tag.NewCustomerTag, *tag.EffectiveTime, *tag.ExpireTime), fmt.Sprint(1, id, "Y", "2026-12", "2027-11"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, name := range []string{"bucket-1", "bucket-2", "bucket-3"} {
		body, _ := json.Marshal(map[string]any{
			"customer_id": id, "region_code": "cn-north-1", "service_type_code": "hws.service.type.obs", "resource_type_code": "hws.resource.type.obs",
			"resource_id": name, "effective_time": "2026-11-01T00:00:00Z", "status": 1,
		})
		o.vendors(t, "PUT", "/v2/vendor/on-demand-resources/"+name, string(body))
	}
	seen := map[string]bool{}
	for offset := range int32(3) {
		out, err := o.client.ListCustomerOnDemandResources(&model.ListCustomerOnDemandResourcesRequest{Body: &model.QueryCustomerOnDemandResourcesReq{
			CustomerId: id, Offset: pointer(offset), Limit: pointer(int32(1)),
		}})
		if err != nil {
			t.Fatal(err)
		}
		r := (*out.Resources)[0]
		if seen[*r.ResourceId] = true; *out.TotalCount != 3 || *r.CustomerId != id || *r.Status != 1 || *r.EffectiveTime != "2026-11-01T00:00:00Z" {
			t.Errorf("got %v of %d", r, *out.TotalCount)
		}
	}
	if len(seen) != 3 {
		t.Errorf("three pages show %v", seen)
	}
	_, err = o.client.ListCustomerOnDemandResources(&model.ListCustomerOnDemandResourcesRequest{Body: &model.QueryCustomerOnDemandResourcesReq{CustomerId: "nobody"}})
	sdkRefused(t, err, http.StatusBadRequest, "CBC.99000047")
}

func TestRealNamesAreReviewed(t *testing.T) {
	o := opened(t, running(t), "partner", "realname", nil)
	id := o.create(t, "realname-customer")
	result := func() string {
		t.Helper()
		out, err := o.client.ShowRealnameAuthenticationReviewResult(&model.ShowRealnameAuthenticationReviewResultRequest{CustomerId: id})
		if err != nil {
			t.Fatal(err)
		}
		opinion := ""
		if out.Opinion != nil {
			opinion = *out.Opinion
		}
		return fmt.Sprint(*out.ReviewResult, " ", opinion)
	}
	person := model.ApplyIndividualRealnameAuthsReq{
		CustomerId: id, IdentifyType: 0, VerifiedType: pointer(int32(3)), VerifiedFileUrl: []string{"a.jpg", "b.jpg", "c.jpg"}, Name: "Li Lei",
		VerifiedNumber: "E1", ChangeType: pointer(int32(-1)), XaccountType: "conformance",
	}
	applied, err := o.client.CreatePersonalRealnameAuth(&model.CreatePersonalRealnameAuthRequest{Body: &person})
	if err != nil || *applied.IsReview != 1 {
		t.Fatalf("got %v, %v, want a review", applied, err)
	}
	if got := result(); got != "0 " {
		t.Errorf("under review it is %q", got)
	}
	o.vendors(t, "PUT", "/v2/vendor/realname-reviews/"+id, `{"passed":false,"opinion":"unreadable"}`)
	if got := result(); got != "1 unreadable" {
		t.Errorf("rejected it is %q", got)
	}
	person.VerifiedNumber = "E2"
	if _, err := o.client.CreatePersonalRealnameAuth(&model.CreatePersonalRealnameAuthRequest{Body: &person}); err != nil {
		t.Fatal(err)
	}
	o.vendors(t, "PUT", "/v2/vendor/realname-reviews/"+id, `{"passed":true}`)
	legal := &model.EnterprisePersonNew{LegelName: "Li Lei", LegelIdNumber: "E1", CertifierRole: pointer("legalPerson")}
	changed, err := o.client.ChangeEnterpriseRealnameAuthentication(&model.ChangeEnterpriseRealnameAuthenticationRequest{Body: &model.ChangeEnterpriseRealnameAuthsReq{
		CustomerId: id, IdentifyType: 1, VerifiedFileUrl: []string{"d.pdf"}, CorpName: "Apollo", VerifiedNumber: "9133", ChangeType: 1, XaccountType: "conformance",
		EnterprisePerson: legal,
	}})
	if err != nil || *changed.IsReview != 1 {
		t.Fatalf("got %v, %v, want a review", changed, err)
	}
	o.vendors(t, "PUT", "/v2/vendor/realname-reviews/"+id, `{"passed":true}`)
	if got := result(); got != "2 " {
		t.Errorf("passed it is %q", got)
	}
	if infos, _ := o.customers(t, model.QuerySubCustomerListReq{CustomerId: &id}); *infos[0].VerifiedStatus != "2" || *infos[0].CustomerType != 1 || *infos[0].Customer != "Apollo" {
		t.Errorf("it is listed as %v, want a verified enterprise", infos[0])
	}
	company := o.create(t, "realname-company")
	created, err := o.client.CreateEnterpriseRealnameAuthentication(&model.CreateEnterpriseRealnameAuthenticationRequest{Body: &model.ApplyEnterpriseRealnameAuthsReq{
		CustomerId: company, IdentifyType: 1, VerifiedFileUrl: []string{"d.pdf"}, CorpName: "Gemini", VerifiedNumber: "9134", RegCountry: pointer("CN"), XaccountType: "conformance",
	}})
	if err != nil || *created.IsReview != 1 {
		t.Errorf("got %v, %v, want a review", created, err)
	}
}

func TestCustomersAreFrozenAndBudgeted(t *testing.T) {
	o := opened(t, running(t), "partner", "frozen", nil)
	id := o.create(t, "frozen-customer")
	frozen, err := o.intl.FreezeSubCustomers(&intl.FreezeSubCustomersRequest{Body: &intl.FreezeSubCustomersReq{CustomerIds: []string{id, "nobody"}, Reason: "unpaid"}})
	if err != nil {
		t.Fatal(err)
	}
	if failed := *frozen.ErrorDetails; len(failed) != 1 || *failed[0].Id != "nobody" || *failed[0].ErrorCode != "CBC.99000047" || *failed[0].ErrorMsg == "" {
		t.Errorf("failed are %v, want nobody", failed)
	}
	state := func() int32 {
		infos, _ := o.customers(t, model.QuerySubCustomerListReq{CustomerId: &id})
		return *infos[0].IsFrozen
	}
	if got := state(); got != 1 {
		t.Errorf("frozen it is %d, want 1", got)
	}
	if _, err := o.intl.UnfreezeSubCustomers(&intl.UnfreezeSubCustomersRequest{Body: &intl.UnfreezeSubCustomersReq{CustomerIds: []string{id}, Reason: "paid"}}); err != nil {
		t.Fatal(err)
	}
	if got := state(); got != 0 {
		t.Errorf("unfrozen it is %d, want 0", got)
	}
	amount := decimal.RequireFromString("100.50")
	types := intl.GetModSubCustomerBudgetReqBudgetTypeEnum()
	if _, err := o.intl.UpdateSubCustomerBudget(&intl.UpdateSubCustomerBudgetRequest{Body: &intl.ModSubCustomerBudgetReq{
		CustomerId: id, BudgetAmount: &amount, BudgetType: &types.PACKAGE, FrozenOperateType: pointer(int32(1)),
	}}); err != nil {
		t.Fatal(err)
	}
	shown, err := o.intl.ShowSubCustomerBudget(&intl.ShowSubCustomerBudgetRequest{CustomerId: id})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(*shown.BudgetAmount, *shown.UsedAmount, *shown.MeasureId, *shown.Currency, shown.BudgetType.Value()), fmt.Sprint(amount, decimal.Zero, 1, "CNY", "PACKAGE"); got != want {
		t.Errorf("the budget is %s, want %s", got, want)
	}
	budgets, err := o.intl.ListSubCustomerBudget(&intl.ListSubCustomerBudgetRequest{Body: &intl.ListSubCustomerBudgetReq{CustomerIds: []string{id, "nobody"}}})
	if err != nil {
		t.Fatal(err)
	}
	if infos := *budgets.BudgetInfos; len(infos) != 1 || *infos[0].CustomerId != id || !infos[0].BudgetAmount.Equal(amount) {
		t.Errorf("the budgets are %v", budgets)
	}
	records, err := o.intl.ListSubCustomerBudgetRecords(&intl.ListSubCustomerBudgetRecordsRequest{CustomerId: id, Offset: pointer(int32(0)), Limit: pointer(int32(10))})
	if err != nil {
		t.Fatal(err)
	}
	if list := *records.RecordList; *records.TotalCount != 1 || !list[0].BudgetAmount.Equal(amount) || *list[0].PartnerCorpName != "Partner frozen" {
		t.Errorf("the records are %v", records)
	}
	_, err = o.intl.ShowSubCustomerBudget(&intl.ShowSubCustomerBudgetRequest{CustomerId: "nobody"})
	sdkRefused(t, err, http.StatusBadRequest, "CBC.99000047")
}
