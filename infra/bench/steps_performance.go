package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/system/consumption"
)

// billHeader names what a bill must have and what most have.
const billHeader = "BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargeCategory,SubAccountId,ServiceName,ServiceCategory," +
	"ResourceId,RegionId,SkuId,ConsumedQuantity,ConsumedUnit,x_PaymentInstrument,Id\n"

// providerBill is a bill of November of a sub-account, with lines like real ones.
func providerBill(name string, lines int) string {
	var b strings.Builder
	b.WriteString(billHeader)
	for n := range lines {
		fmt.Fprintf(&b, "0.1%05d,CNY,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,2026-11-%02dT04:00:00Z,Usage,bench-sub,Amazon Elastic Compute Cloud,Compute,"+
			"i-%012d,us-west-2,SNA2C9ZKZQUUAPF8,1.5,Hours,cash,%s-%d\n", n, 1+n%28, n, name, n)
	}
	return b.String()
}

// shelf keeps the files of imports. What was never put there is the uploaded bill.
type shelf map[string][]byte

func (s shelf) file(key string) []byte {
	if file, there := s[key]; there {
		return file
	}
	return []byte(providerBill("uploaded", 10))
}

// Put keeps a file.
func (s shelf) Put(_ context.Context, key string, file []byte) error {
	s[key] = file
	return nil
}

// UploadURL is where nobody puts anything.
func (s shelf) UploadURL(context.Context, string, int64, time.Duration) (string, error) {
	return "https://upload.example", nil
}

// Size gives a file's size.
func (s shelf) Size(_ context.Context, key string) (int64, bool, error) {
	return int64(len(s.file(key))), true, nil
}

// Range gives a part of a file.
func (s shelf) Range(_ context.Context, key string, from, to int64) ([]byte, error) {
	return s.file(key)[from:to], nil
}

// partnerOf is who performs in the scene.
const partnerOf = "partner partner"

// The paths of performance.
const (
	importsPath    = "/v2/vendor/consumption/imports"
	ownPath        = "/v2/partners/performance"
	vendorsPath    = "/v2/vendor/performance"
	slipPath       = vendorsPath + "/partners/partner/slips/2026-11"
	period         = "?period=2026-11"
	partnersPeriod = period + "&partner_id=partner"
)

// performanceSteps are how a provider's bill becomes a partner's performance.
func performanceSteps() []step {
	return slices.Concat(consumptionSteps(), vendorPerformanceSteps(), ownPerformanceSteps(), billSteps(), reviewSteps())
}

// consumptionSteps bring consumption in.
func consumptionSteps() []step {
	const (
		item           = "CONSUMPTIONIMPORT#{import_id} "
		importOfPeriod = importsPath + period
		importOfCsv    = importOfPeriod + "&source=focus"
	)
	uploaded := providerBill("uploaded", 10)
	sum := sha256.Sum256([]byte(uploaded))
	announcement := fmt.Sprintf(`{"source":"focus","period":"2026-11","sha256":%q,"size":%d}`, hex.EncodeToString(sum[:]), len(uploaded))
	return []step{
		{"MapSubAccount", vendor, "PUT", "/v2/vendor/consumption/sub-accounts", `{"sub_account_id":"bench-sub","customer_id":"cust-1"}`},
		{"ListSubAccounts", vendor, "GET", "/v2/vendor/consumption/sub-accounts?customer_id=cust-1", ""},
		{"ImportConsumption", vendor, "POST", importOfCsv, providerBill("called", 60)},
		{"ConsumptionChunk", "", work, item + "CHUNK#00000", performance.WorkChunk},
		{"ConsumptionCount", "", work, item + "IMPORT", performance.WorkImport},
		{"ListConsumptionImports", vendor, "GET", importOfPeriod, ""},
		{"ShowConsumptionImport", vendor, "GET", importsPath + "/{import_id}", ""},
		{"ListConsumptionVerdicts", vendor, "GET", importsPath + "/{import_id}/verdicts", ""},
		{"AnnounceConsumptionUpload", vendor, "POST", "/v2/vendor/consumption/uploads", announcement},
		{"StartConsumptionImport", vendor, "POST", importsPath + "/{import_id}/start", ""},
		{"ConsumptionScan", "", work, item + "IMPORT", performance.WorkImport},
		{"", "", work, item + "CHUNK#00000", performance.WorkChunk},
		{"", "", work, item + "IMPORT", performance.WorkImport},
		{"CollectOrders", vendor, "POST", "/v2/vendor/consumption/orders", `{"customer_id":"cust-2","period":"2026-12"}`},
		{"PerformanceOrders", "", work, "PARTY#cust-2 PERFORMANCEORDERS", performance.WorkOrders},
	}
}

// vendorPerformanceSteps are what the vendor does about facts, slips and transfers.
func vendorPerformanceSteps() []step {
	return []step{
		{"SetPerformanceStanding", vendor, "PUT", vendorsPath + "/partners/partner/standing", `{"in_plan_from":"2026-01-01"}`},
		{"ShowPerformanceStanding", vendor, "GET", vendorsPath + "/partners/partner/standing", ""},
		{
			"SetIncentivePolicy", vendor, "PUT", vendorsPath + "/policies",
			`{"service_type_code":"hws.service.type.ec2","service_type_name":"ECS","from_month":"2026-11","incentive_policy":1,"allow_discount":true}`,
		},
		{"ListIncentiveDiscountPolicies", partnerOf, "GET", "/v2/products/incentive-discount-policies?time=2026-11", ""},
		{"ShowPartnerPerformanceSlip", vendor, "GET", slipPath, ""},
		{"RecountPerformanceSlip", vendor, "POST", slipPath + "/recount", ""},
		{"PerformanceCount", "", work, "CONSUMPTION#cust-1#2026-11 COUNT", performance.WorkCount},
		{"ListPartnerPerformanceLines", vendor, "GET", vendorsPath + "/lines" + partnersPeriod, ""},
		{"TransferPerformance", vendor, "POST", vendorsPath + "/transfers", `{"period":"2026-11","customer_id":"cust-1","resource_id":"i-000000000001","from_partner_id":"partner","to_partner_id":"distributor","reason":"sold by another"}`},
		{"ListPartnerPerformanceTransfers", vendor, "GET", vendorsPath + "/transfers" + partnersPeriod, ""},
		{"", "", work, "CONSUMPTION#cust-1#2026-11 COUNT", performance.WorkCount},
	}
}

// ownPerformanceSteps are what a partner sees and asks, and the vendor answers.
func ownPerformanceSteps() []step {
	const openQuestions = vendorsPath + "/questions"
	return []step{
		{"ListPerformanceTransfers", partnerOf, "GET", ownPath + "/transfers" + period, ""},
		{"ListPerformanceSlips", partnerOf, "GET", ownPath + "/slips", ""},
		{"ShowPerformanceSlip", partnerOf, "GET", ownPath + "/slips/2026-11", ""},
		{"ListPerformanceLines", partnerOf, "GET", ownPath + "/lines" + period + "&limit=5", ""},
		{"ListPerformanceLines/page50", partnerOf, "GET", ownPath + "/lines" + period + "&limit=50&marker={marker}", ""},
		{"AskPerformanceQuestion", partnerOf, "POST", ownPath + "/questions", `{"line_id":"{line_id}","text":"Why?"}`},
		{"ListPerformanceQuestions", partnerOf, "GET", ownPath + "/questions", ""},
		{"ListAllPerformanceQuestions", vendor, "GET", openQuestions, ""},
		{"AnswerPerformanceQuestion", vendor, "POST", openQuestions + "/{question_id}/answer", `{"answer":"So."}`},
		{"CreatePerformanceExport", partnerOf, "POST", ownPath + "/exports", `{"period":"2026-11"}`},
		{"ListPerformanceExports", partnerOf, "GET", ownPath + "/exports", ""},
		{"ShowPerformanceExport", partnerOf, "GET", ownPath + "/exports/{export_id}", ""},
	}
}

// billSteps are sub-customers' bills and the reference data.
func billSteps() []step {
	const records = "/v2/bills/subcustomer-bills/res-fee-records"
	return []step{
		{"ListSubCustomerBillDetail", partnerOf, "GET", records + "?bill_cycle=2026-11&customer_id=cust-1", ""},
		{"ListConsumeSubCustomers", partnerOf, "POST", records + "/sub-customers/query", `{"bill_cycle":"2026-11"}`},
		{"ListSubcustomerMonthlyBills", partnerOf, "GET", "/v2/bills/partner-bills/subcustomer-bills/monthly-sum?cycle=2026-11&charge_mode=3", ""},
		{"ListPostpaidBillSum", partnerOf, "GET", "/v2/bills/partner-bills/postpaid-bill-summary?bill_cycle=2026-11", ""},
		{"ListServiceTypes", customer, "GET", "/v2/products/service-types", ""},
		{"ListResourceTypes", customer, "GET", "/v2/products/resource-types", ""},
		{"ListProvinces", customer, "GET", "/v2/systems/configs/provinces", ""},
		{"ListCities", customer, "GET", "/v2/systems/configs/cities?province_code=440000", ""},
		{"ListCounties", customer, "GET", "/v2/systems/configs/counties?city_code=440300", ""},
	}
}

// reviewSteps make a slipPath final.
func reviewSteps() []step {
	return []step{
		{"ReviewPerformanceSlip", vendor, "POST", slipPath + "/review", ""},
		{"PerformanceReview", "", work, "PERFORMANCE#partner#2026-11 SLIP", performance.WorkReview},
	}
}

// thousandLines meters the whole import of 1,000 lines: the call, its chunks, and the recount of whom they are of.
func thousandLines(ctx context.Context) (measured, error) {
	s, err := newConsumer(ctx)
	if err != nil {
		return measured{}, err
	}
	defer s.drop(ctx)
	return metered(ctx, "ImportConsumption/lines1000", func(ctx context.Context) error {
		return s.bringBill(ctx, providerBill("thousand", 1000), func(ctx context.Context, chunk lifecycle.Due) error {
			return performance.Work(s.env, consumption.Files)[chunk.Kind](ctx, chunk)
		})
	})
}

// bringBill imports a bill, whose chunks are left to somebody.
func (s *scene) bringBill(ctx context.Context, bill string, do func(ctx context.Context, chunk lifecycle.Due) error) error {
	answer, err := s.call(ctx, vendor, "POST", "/v2/vendor/consumption/imports?source=focus&period=2026-11", bill)
	if err != nil {
		return err
	}
	var im struct {
		ID    string `json:"import_id"`
		Lines int
	}
	if err := json.Unmarshal([]byte(answer), &im); err != nil {
		return err
	}
	s.clock.Advance(time.Minute)
	key := table.Key{PK: "CONSUMPTIONIMPORT#" + im.ID}
	for chunk, err := range table.All[performance.Chunk](ctx, s.db, table.Query{PK: key.PK, Prefix: "CHUNK#"}) {
		if err != nil {
			return err
		}
		if err := do(ctx, lifecycle.Due{Key: chunk.Key(), Kind: performance.WorkChunk, Account: im.ID}); err != nil {
			return err
		}
	}
	key.SK = "IMPORT"
	if err := performance.Work(s.env, consumption.Files)[performance.WorkImport](ctx, lifecycle.Due{Key: key, Kind: performance.WorkImport, Account: im.ID}); err != nil {
		return err
	}
	var done performance.Import
	if err := s.db.Get(ctx, key, &done); err != nil {
		return err
	}
	if done.Row.State != performance.Done || done.Row.Imported != im.Lines {
		return fmt.Errorf("the import is %+v", done.Row)
	}
	return nil
}
