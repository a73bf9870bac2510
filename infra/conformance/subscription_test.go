package conformance

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	bss "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/bss/v2/model"
)

const (
	customers     = "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance,sub_account_ids\n"
	subscriptions = "resource_id,resource_name,customer_id,service_type_code,service_type_name,resource_type_code,resource_spec_code,region_code,parent_resource_id,period_type,period_num,price_per_period,effective_time,expire_time,expire_policy\n"
)

// scene is a customer of its own for one test, with resources and money.
type scene struct {
	cloud
	customer principal
	client   *bss.BssClient
	now      time.Time
}

const day = 24 * time.Hour

// set puts a customer there with an opening balance and resources r-<customer>-1..n of 10 yuan a month that expire in 20 days; the last
// one is attached to the first.
func set(t *testing.T, id string, resources int, balance string) scene {
	t.Helper()
	s := scene{cloud: running(t)}
	s.local(t, "/local/parties", map[string]any{"kind": "partner", "party_id": "partner-" + id, "name": "Partner " + id}, nil)
	s.imports(t, "customers", "partner-"+id, customers+fmt.Sprintf("%s,Customer %s,V3,2,%s@customer.example,13800000000,en-US,%s,\n", id, id, id, balance))
	s.now = clock(t, s.cloud)
	expiry := s.now.In(beijing).Add(20 * day)
	if expiry.Day() > 28 { // no day of every month
		expiry = expiry.Add(-5 * day)
	}
	effective := time.Date(expiry.Year(), expiry.Month()-1, expiry.Day(), 0, 0, 0, 0, beijing)
	sheet := subscriptions
	for i := range resources {
		parent := ""
		if i > 0 && i == resources-1 {
			parent = s.resource(id, 1)
		}
		sheet += fmt.Sprintf("%s,Resource %d,%s,hws.service.type.ec2,Elastic Cloud Server,hws.resource.type.vm,s2.small.1.linux,cn-north-1,%s,2,1,10.00,%s,%s,0\n",
			s.resource(id, i+1), i+1, id, parent, effective.UTC().Format("2006-01-02T15:04:05Z"),
			time.Date(expiry.Year(), expiry.Month(), expiry.Day(), 15, 59, 59, 0, time.UTC).Format("2006-01-02T15:04:05Z"))
	}
	s.imports(t, "subscriptions", "", sheet)
	s.local(t, "/local/keys", map[string]any{"party_id": id, "roles": []string{"admin"}}, &s.customer)
	s.client = s.sdk(t, s.customer)
	return s
}

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

func (scene) resource(customer string, n int) string { return fmt.Sprintf("r-%s-%02d", customer, n) }

func clock(t *testing.T, c cloud) time.Time {
	t.Helper()
	answer, err := http.Get(c.API + "/local/clock")
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Now time.Time `json:"now"`
	}
	decode(t, answer, http.StatusOK, &out)
	return out.Now
}

func pointer[T any](v T) *T { return &v }

func (s scene) list(t *testing.T, q model.QueryResourcesReq) *model.ListPayPerUseCustomerResourcesResponse {
	t.Helper()
	out, err := s.client.ListPayPerUseCustomerResources(&model.ListPayPerUseCustomerResourcesRequest{Body: &q})
	if err != nil {
		t.Fatal(err)
	}
	if out.Data == nil || out.TotalCount == nil {
		t.Fatalf("the list lacks data or total_count: %v", out)
	}
	return out
}

func (s scene) one(t *testing.T, id string) model.OrderInstanceV2 {
	t.Helper()
	out := s.list(t, model.QueryResourcesReq{ResourceIds: &[]string{id}, OnlyMainResource: pointer(int32(1))})
	if len(*out.Data) != 1 {
		t.Fatalf("%d resources named %s, want 1", len(*out.Data), id)
	}
	return (*out.Data)[0]
}

func (s scene) balance(t *testing.T) string {
	t.Helper()
	out, err := s.client.ShowCustomerAccountBalances(&model.ShowCustomerAccountBalancesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if out.AccountBalances == nil || len(*out.AccountBalances) != 1 {
		t.Fatalf("got %v, want one account", out)
	}
	b := (*out.AccountBalances)[0]
	if b.AccountType != 1 || b.Currency != "CNY" || b.MeasureId != 1 || b.Amount == nil || out.DebtAmount == nil || !out.DebtAmount.IsZero() {
		t.Errorf("got %v, want an account of type 1 in CNY without debt", out)
	}
	return b.Amount.StringFixed(2)
}

func TestListPayPerUseCustomerResources(t *testing.T) {
	s := set(t, "list", 25, "100.00")
	t.Run("three pages tile the whole list", func(t *testing.T) {
		seen := map[string]int{}
		for _, offset := range []int32{0, 10, 20} {
			out := s.list(t, model.QueryResourcesReq{Offset: pointer(offset), Limit: pointer(int32(10))})
			if *out.TotalCount != 25 {
				t.Errorf("total_count is %d, want 25", *out.TotalCount)
			}
			for _, r := range *out.Data {
				seen[*r.ResourceId]++
			}
		}
		for i := range 25 {
			if id := s.resource("list", i+1); seen[id] != 1 {
				t.Errorf("%s was listed %d times, want once", id, seen[id])
			}
		}
	})
	t.Run("a resource says all that was imported", func(t *testing.T) {
		r := s.one(t, s.resource("list", 2))
		got := fmt.Sprint(*r.ResourceName, *r.ServiceTypeCode, *r.ServiceTypeName, *r.ResourceTypeCode, *r.ResourceSpecCode, *r.RegionCode,
			*r.IsMainResource, *r.Status, *r.ExpirePolicy, r.ParentResourceId == nil, *r.ProductId != "", strings.HasSuffix(*r.ExpireTime, "T15:59:59Z"))
		if want := fmt.Sprint("Resource 2", "hws.service.type.ec2", "Elastic Cloud Server", "hws.resource.type.vm", "s2.small.1.linux", "cn-north-1", 1, 2, 0, true, true, true); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("filters", func(t *testing.T) {
		first := s.resource("list", 1)
		for name, c := range map[string]struct {
			query model.QueryResourcesReq
			want  int
		}{
			"main resources only":             {model.QueryResourcesReq{OnlyMainResource: pointer(int32(1)), Limit: pointer(int32(100))}, 24},
			"a main resource with attached":   {model.QueryResourcesReq{ResourceIds: &[]string{first}}, 2},
			"an attached resource alone":      {model.QueryResourcesReq{ResourceIds: &[]string{s.resource("list", 25)}}, 1},
			"an id that does not exist":       {model.QueryResourcesReq{ResourceIds: &[]string{"nobody"}}, 0},
			"a state that nothing is in":      {model.QueryResourcesReq{StatusList: &[]int32{4, 5}}, 0},
			"a state that everything is in":   {model.QueryResourcesReq{StatusList: &[]int32{2}, Limit: pointer(int32(100))}, 25},
			"another service":                 {model.QueryResourcesReq{ServiceTypeCode: pointer("hws.service.type.obs")}, 0},
			"what expires within thirty days": {model.QueryResourcesReq{ExpireTimeBegin: pointer(wire(s.now)), ExpireTimeEnd: pointer(wire(s.now.Add(30 * day))), Limit: pointer(int32(100))}, 25},
			"what expires after thirty days":  {model.QueryResourcesReq{ExpireTimeBegin: pointer(wire(s.now.Add(30 * day)))}, 0},
			"empty strings filter nothing":    {model.QueryResourcesReq{OrderId: pointer(""), ExpireTimeBegin: pointer(""), Limit: pointer(int32(100))}, 25},
		} {
			t.Run(name, func(t *testing.T) {
				if got := s.list(t, c.query); len(*got.Data) != c.want || int(*got.TotalCount) != c.want {
					t.Errorf("got %d of %d, want %d", len(*got.Data), *got.TotalCount, c.want)
				}
			})
		}
	})
	t.Run("its partner reads it, by its id and as part of all", func(t *testing.T) {
		var partner principal
		s.local(t, "/local/keys", map[string]any{"party_id": "partner-list", "roles": []string{"admin"}}, &partner)
		theirs := scene{cloud: s.cloud, customer: partner, client: s.sdk(t, partner)}
		if got := theirs.list(t, model.QueryResourcesReq{CustomerId: pointer("list")}); *got.TotalCount != 25 || len(*got.Data) != 10 {
			t.Errorf("got %d of %d, want 10 of 25", len(*got.Data), *got.TotalCount)
		}
		if got := theirs.list(t, model.QueryResourcesReq{Offset: pointer(int32(20)), Limit: pointer(int32(10))}); *got.TotalCount != 25 || len(*got.Data) != 5 {
			t.Errorf("got %d of %d, want 5 of 25", len(*got.Data), *got.TotalCount)
		}
	})
	t.Run("refusals name the field", func(t *testing.T) {
		for name, q := range map[string]model.QueryResourcesReq{
			"offset":            {Offset: pointer(int32(10001))},
			"resource_ids":      {ResourceIds: pointer(make([]string, 51))},
			"expire_time_begin": {ExpireTimeBegin: pointer("yesterday")},
		} {
			_, err := s.client.ListPayPerUseCustomerResources(&model.ListPayPerUseCustomerResourcesRequest{Body: &q})
			sdkRefused(t, err, http.StatusBadRequest, "CBC.0100")
			if err != nil && !strings.Contains(err.Error(), name) {
				t.Errorf("%v does not name %s", err, name)
			}
		}
	})
}

func wire(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

func TestRenewalResources(t *testing.T) {
	s := set(t, "renew", 4, "45.00")
	renew := func(autoPay int32, ids ...string) (*model.RenewalResourcesResponse, error) {
		return s.client.RenewalResources(&model.RenewalResourcesRequest{Body: &model.RenewalResourcesReq{ResourceIds: ids, PeriodType: 2, PeriodNum: 1, IsAutoPay: &autoPay}})
	}
	first, second, attached := s.resource("renew", 1), s.resource("renew", 2), s.resource("renew", 4)

	before := *s.one(t, first).ExpireTime
	out, err := renew(1, first, attached, "nobody", second)
	if err != nil {
		t.Fatal(err)
	}
	if len(*out.OrderIds) != 2 || (*out.OrderIds)[0] == (*out.OrderIds)[1] || !strings.HasPrefix((*out.OrderIds)[0], "CS") {
		t.Errorf("got the orders %v, want two", *out.OrderIds)
	}
	codes := map[string]string{}
	for _, f := range *out.FailResourceInfos {
		codes[*f.ResourceId] = *f.ErrorCode
	}
	if fmt.Sprint(codes) != fmt.Sprint(map[string]string{attached: "CBC.30010036", "nobody": "CBC.99003012"}) {
		t.Errorf("got the refusals %v", codes)
	}
	after := *s.one(t, first).ExpireTime
	if after <= before || !strings.HasSuffix(after, "T15:59:59Z") {
		t.Errorf("the expiry moved from %s to %s", before, after)
	}
	if got := s.balance(t); got != "15.00" { // 45 less two renewals of 10 and the attached one's 10
		t.Errorf("the balance is %s, want 15.00", got)
	}
	t.Run("an unpaid order waits and blocks the next", func(t *testing.T) {
		third := s.resource("renew", 3)
		out, err := renew(0, third)
		if err != nil || len(*out.OrderIds) != 1 {
			t.Fatalf("got %v, %v", out, err)
		}
		out, err = renew(1, third)
		if err != nil || len(*out.OrderIds) != 0 || *(*out.FailResourceInfos)[0].ErrorCode != "CBC.99003100" {
			t.Errorf("got %v, %v, want CBC.99003100", out, err)
		}
	})
	t.Run("too little money leaves the order unpaid and says so", func(t *testing.T) {
		_, err := renew(1, first)
		sdkRefused(t, err, http.StatusBadRequest, "CBC.30050006")
		if got := s.balance(t); got != "15.00" {
			t.Errorf("the balance is %s, want 15.00", got)
		}
	})
	t.Run("a request that is invalid as such creates nothing", func(t *testing.T) {
		eleven := make([]string, 11)
		for i := range eleven {
			eleven[i] = fmt.Sprint("r", i)
		}
		one := []string{second}
		for name, c := range map[string]struct {
			body model.RenewalResourcesReq
			code string
		}{
			"no id":        {model.RenewalResourcesReq{ResourceIds: []string{}, PeriodType: 2, PeriodNum: 1}, "CBC.0100"},
			"eleven ids":   {model.RenewalResourcesReq{ResourceIds: eleven, PeriodType: 2, PeriodNum: 1}, "CBC.0100"},
			"one id twice": {model.RenewalResourcesReq{ResourceIds: []string{second, second}, PeriodType: 2, PeriodNum: 1}, "CBC.0100"},
			"period type":  {model.RenewalResourcesReq{ResourceIds: one, PeriodType: 4, PeriodNum: 1}, "CBC.0100"},
			"period 0":     {model.RenewalResourcesReq{ResourceIds: one, PeriodType: 2, PeriodNum: 0}, "CBC.30010069"},
			"12 months":    {model.RenewalResourcesReq{ResourceIds: one, PeriodType: 2, PeriodNum: 12}, "CBC.30010069"},
			"4 years":      {model.RenewalResourcesReq{ResourceIds: one, PeriodType: 3, PeriodNum: 4}, "CBC.30010069"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := s.client.RenewalResources(&model.RenewalResourcesRequest{Body: &c.body})
				sdkRefused(t, err, http.StatusBadRequest, c.code)
			})
		}
	})
}

func TestAutoRenewalIsSwitchedOnAndOff(t *testing.T) {
	s := set(t, "toggle", 2, "0.00")
	main, attached := s.resource("toggle", 1), s.resource("toggle", 2)
	on := func(id string, body *model.AutoRenewalResourcesReq) error {
		_, err := s.client.AutoRenewalResources(&model.AutoRenewalResourcesRequest{ResourceId: id, Body: body})
		return err
	}
	off := func(id string) (*model.CancelAutoRenewalResourcesResponse, error) {
		return s.client.CancelAutoRenewalResources(&model.CancelAutoRenewalResourcesRequest{ResourceId: id})
	}
	if err := on(main, nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range *s.list(t, model.QueryResourcesReq{}).Data {
		if *r.ExpirePolicy != 3 {
			t.Errorf("%s has policy %d right after the 204, want 3", *r.ResourceId, *r.ExpirePolicy)
		}
	}
	month := model.GetAutoRenewalResourcesReqPeriodTypeEnum().MONTH
	if err := on(main, &model.AutoRenewalResourcesReq{AutoRenewTimes: pointer(int32(3)), PeriodType: &month}); err != nil {
		t.Errorf("setting the count again: %v", err)
	}
	sdkRefused(t, on(main, &model.AutoRenewalResourcesReq{AutoRenewTimes: pointer(int32(100))}), http.StatusBadRequest, "CBC.0100")
	sdkRefused(t, on(attached, nil), http.StatusBadRequest, "CBC.30010036")
	sdkRefused(t, on("nobody", nil), http.StatusBadRequest, "CBC.99003012")
	out, err := off(main)
	if err != nil || out.HttpStatusCode != http.StatusNoContent {
		t.Errorf("got %v, %v, want 204", out, err)
	}
	if got := *s.one(t, main).ExpirePolicy; got != 0 {
		t.Errorf("the policy is %d right after the 204, want 0", got)
	}
	_, err = off(main)
	sdkRefused(t, err, http.StatusBadRequest, "CBC.99003605")
}

func TestAnotherCustomersResourceLooksLikeNone(t *testing.T) {
	mine, theirs := set(t, "mine", 1, "100.00"), set(t, "theirs", 1, "100.00")
	foreign := theirs.resource("theirs", 1)
	if got := mine.list(t, model.QueryResourcesReq{ResourceIds: &[]string{foreign}}); len(*got.Data) != 0 {
		t.Errorf("a foreign resource was listed: %v", *got.Data)
	}
	_, err := mine.client.AutoRenewalResources(&model.AutoRenewalResourcesRequest{ResourceId: foreign})
	sdkRefused(t, err, http.StatusBadRequest, "CBC.99003012")
	out, err := mine.client.RenewalResources(&model.RenewalResourcesRequest{Body: &model.RenewalResourcesReq{ResourceIds: []string{foreign}, PeriodType: 2, PeriodNum: 1, IsAutoPay: pointer(int32(1))}})
	if err != nil || len(*out.OrderIds) != 0 || *(*out.FailResourceInfos)[0].ErrorCode != "CBC.99003012" {
		t.Errorf("got %v, %v, want CBC.99003012", out, err)
	}
	if got := theirs.balance(t); got != "100.00" {
		t.Errorf("their balance is %s", got)
	}
}

func TestCredentialsThatDoNotHold(t *testing.T) {
	s := set(t, "locked", 1, "100.00")
	wrong := s.customer
	wrong.SK = strings.Repeat("x", len(wrong.SK))
	_, err := s.sdk(t, wrong).ShowCustomerAccountBalances(&model.ShowCustomerAccountBalancesRequest{})
	sdkRefused(t, err, http.StatusUnauthorized, "APIG.0301")

	balances := request{Method: "GET", Path: "/v2/accounts/customer-accounts/balances", ContentType: "application/json"}
	old := balances
	old.At = time.Now().Add(-16 * time.Minute)
	refused(t, send(t, s.signed(t, s.customer, old)), http.StatusUnauthorized, "APIG.0301")

	unsigned := balances
	unsigned.Unsigned = map[string]string{"X-Domain-Id": s.customer.PartyID}
	refused(t, send(t, s.signed(t, s.customer, unsigned)), http.StatusForbidden, "CBC.0151")

	foreign := balances
	foreign.Headers = map[string]string{"X-Domain-Id": "somebody-else"}
	refused(t, send(t, s.signed(t, s.customer, foreign)), http.StatusForbidden, "CBC.0151")

	renewal := request{
		Method: "POST", Path: "/v2/orders/subscriptions/resources/renew", ContentType: "application/json",
		Body: fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1,"is_auto_pay":1}`, s.resource("locked", 1)),
	}
	altered := s.signed(t, s.customer, renewal)
	altered.Body = io.NopCloser(strings.NewReader(strings.Replace(renewal.Body, `"period_num":1`, `"period_num":9`, 1)))
	refused(t, send(t, altered), http.StatusUnauthorized, "APIG.0301")
	if got := s.balance(t); got != "100.00" {
		t.Errorf("the balance is %s after refused calls, want 100.00", got)
	}

	t.Run("a partner's key renews nothing", func(t *testing.T) {
		var partner principal
		s.local(t, "/local/keys", map[string]any{"party_id": "partner-locked", "roles": []string{"admin"}}, &partner)
		refused(t, send(t, s.signed(t, partner, renewal)), http.StatusForbidden, "CBC.0155")
	})
}

func TestAReplayIsAnsweredAsTheFirstCallAndPaysOnce(t *testing.T) {
	s := set(t, "replay", 1, "100.00")
	call := request{
		Method: "POST", Path: "/v2/orders/subscriptions/resources/renew", ContentType: "application/json", At: time.Now(),
		Body: fmt.Sprintf(`{"resource_ids":[%q],"period_type":2,"period_num":1,"is_auto_pay":1}`, s.resource("replay", 1)),
	}
	first, second := send(t, s.signed(t, s.customer, call)), send(t, s.signed(t, s.customer, call))
	a, b := text(t, first), text(t, second)
	if first.StatusCode != http.StatusOK || a != b || first.Header.Get("Idempotent-Replay") != "" || second.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("the first answer is %s %q, the second %s %q", first.Status, a, second.Status, b)
	}
	if got := s.balance(t); got != "90.00" {
		t.Errorf("the balance is %s, want 90.00", got)
	}
	keyed := call
	keyed.At = call.At.Add(-time.Minute)
	keyed.Unsigned = map[string]string{"Idempotency-Key": "intent-1"}
	if got := send(t, s.signed(t, s.customer, keyed)); got.StatusCode != http.StatusOK {
		t.Errorf("a call with a key of its own: %s", got.Status)
	}
	keyed.Body = strings.Replace(call.Body, `"period_num":1`, `"period_num":2`, 1)
	if got := send(t, s.signed(t, s.customer, keyed)); got.StatusCode != http.StatusConflict {
		t.Errorf("the key with another body: %s, want 409", got.Status)
	}
	if got := s.balance(t); got != "80.00" {
		t.Errorf("the balance is %s, want 80.00", got)
	}
}

func text(t *testing.T, answer *http.Response) string {
	t.Helper()
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(body))
}
