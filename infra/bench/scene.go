package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	customerops "partnercenter/pkg/customer"
	"partnercenter/pkg/externallink"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/notifytest"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/notify/sns"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	uploads "partnercenter/pkg/foundation/upload/s3"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/incentive/performance/settled"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/party"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/system/accounts"
	"partnercenter/pkg/system/consumption"
	"partnercenter/pkg/system/documents"
	"partnercenter/pkg/system/feeds"
	"partnercenter/pkg/system/invoicing"
	"partnercenter/pkg/system/joining"
	"partnercenter/pkg/system/parting"
	"partnercenter/pkg/system/staff"
	"partnercenter/pkg/system/tasks"
	"partnercenter/pkg/webhook"
)

// scene is a table with a partner, a customer with money and resources, and the API over it.
type scene struct {
	db    *table.Client
	ddb   *dynamodb.Client
	clock *clock.Fake
	env   *function.Env
	api   *rest.API
	inbox *notifytest.Inbox
	calls int
}

var start = calendar.Date{Year: 2026, Month: time.December, Day: 1}

func newScene(ctx context.Context) (*scene, error) {
	endpoint := os.Getenv("DYNAMODB_ENDPOINT")
	if endpoint == "" {
		return nil, errors.New("DYNAMODB_ENDPOINT says where DynamoDB Local is: make bench starts one")
	}
	s := &scene{clock: clock.NewFake(start.Start()), inbox: &notifytest.Inbox{}}
	s.ddb = dynamodb.New(dynamodb.Options{
		Region: "local", BaseEndpoint: &endpoint, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	name := "bench-" + rand.Text()
	if err := table.Provision(ctx, s.ddb, name, false); err != nil {
		return nil, err
	}
	settings := map[string]string{function.SettingTable: name, function.SettingSite: site, "AWS_REGION": "local", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
	s.env = &function.Env{
		Clock: s.clock, Wall: s.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(n string) string { return settings[n] },
		Endpoint: func(string) string { return endpoint }, Sealer: auth.LocalSealer{Key: []byte(strings.Repeat("k", 32))},
	}
	ses.Port.Put(s.env, s.inbox)
	sns.Port.Put(s.env, &notifytest.Phone{})
	party.DirectoryPort.Put(s.env, nobody{})
	webhook.ClientPort.Put(s.env, &http.Client{Transport: hearing{}})
	consumption.Files.Put(s.env, shelf{})
	uploads.Port.Put(s.env, evidenceStore())
	s.db = s.env.Table()
	performance.SettledPort.Put(s.env, settled.Of(s.db))
	s.serve()
	return s, s.people(ctx)
}

// serve makes the API of the scene's table.
func (s *scene) serve() {
	s.api = rest.New(rest.Config{Authenticator: func() rest.Authenticator { return byHeader{} }, Clock: s.clock, Wall: s.clock, Log: s.env.Log})
	for _, d := range []function.Declaration{
		externallink.Function,
		webhook.Function,
		feeds.Function,
		party.Function,
		accounts.Function(),
		promotion.Function,
		subscription.Function,
		customerops.Function(),
		parting.Function(),
		tasks.Function(),
		documents.Function,
		invoicing.Incentives(),
		invoicing.Function(),
		opportunity.Function,
		performance.Function(),
		consumption.Function(),
		joining.Function(),
		staff.Function,
	} {
		d.HTTP(s.api, s.env)
	}
}

// on gives the scene with its table seen through another client.
func (s *scene) on(db *table.Client) *scene {
	seen := *s
	seen.env = &function.Env{Clock: s.env.Clock, Wall: s.env.Wall, Log: s.env.Log, Setting: s.env.Setting, Endpoint: s.env.Endpoint, Sealer: s.env.Sealer}
	function.Port[*table.Client]{Name: "table"}.Put(seen.env, db)
	seen.db = db
	seen.calls += 1_000_000 // requests of its own
	seen.serve()
	return &seen
}

// drop deletes the table.
func (s *scene) drop(ctx context.Context) {
	_, _ = s.ddb.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(s.db.Name())}) // it goes with DynamoDB Local at the latest
}

// nobody is a directory in which nobody signs in.
type nobody struct{}

// Add does nothing.
func (nobody) Add(context.Context, auth.UserID, string) error { return nil }

// Drop does nothing.
func (nobody) Drop(context.Context, auth.UserID) error { return nil }

// byHeader believes what a request says of its caller: what a credential costs is the same for every operation.
type byHeader struct{}

// Authenticate gives an administrator of the kind and party that the request names.
func (byHeader) Authenticate(_ context.Context, r *http.Request, _ []byte, _ string) (auth.Principal, error) {
	kind, id, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return auth.Principal{
		Party: auth.PartyID(id), Kind: auth.Kind(kind), User: auth.UserID("admin-of-" + id), Signature: r.Header.Get("X-Signature"), Roles: []auth.Role{auth.Admin},
		Permissions: auth.PermissionsOf(auth.Kind(kind), []auth.Role{auth.Admin}),
	}, nil
}

func (s *scene) people(ctx context.Context) error {
	tx := table.NewTx()
	for id, kind := range map[auth.PartyID]auth.Kind{"vendor": auth.Vendor, "partner": auth.Partner, "distributor": auth.Distributor} {
		party.Create(tx, party.Party{Row: party.Row{ID: id, Kind: kind, Name: string(id), Email: string(id) + "@bench.example"}}, "bench", s.clock.Now())
	}
	party.Create(tx, party.Party{Row: party.Row{ID: "reseller", Kind: auth.Reseller, Name: "reseller"}, Distributor: "distributor"}, "bench", s.clock.Now())
	advisory := party.Party{Row: party.Row{ID: "cust-2", Kind: auth.Customer, Name: "cust-2", Partner: "partner", AssociationType: party.Referral}}
	party.Create(tx, advisory, "bench", s.clock.Now())
	party.Enlist(tx, advisory, s.clock.Now())
	party.Create(tx, party.Party{Row: party.Row{ID: "free", Kind: auth.Customer, Name: "free"}}, "bench", s.clock.Now())
	for id, kind := range map[auth.PartyID]auth.Kind{"vendor": auth.Vendor, "partner": auth.Partner} {
		tx.Create(auth.NewUser(auth.UserID("admin-of-"+id), id, kind, "Admin", "", []auth.Role{auth.Admin}))
	}
	return s.db.Commit(ctx, tx)
}

// site is where pages are.
const site = "https://site.example"

// call calls an operation and fails unless it answers as it should.
func (s *scene) call(ctx context.Context, by, method, path, body string) (string, error) {
	s.calls++
	s.clock.Advance(200 * time.Millisecond) // no faster than the limit of one party
	target, query, _ := strings.Cut(strings.TrimPrefix(path, site), "?")
	r := httptest.NewRequest(method, "http://bench"+target, strings.NewReader(body)).WithContext(ctx)
	r.URL.RawQuery = query
	r.Header.Set("Authorization", by)
	r.Header.Set("X-Signature", fmt.Sprint("s", s.calls))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("If-Match", "*")
	if strings.HasSuffix(target, "/import") || strings.HasSuffix(target, "/imports") || strings.HasSuffix(target, "/plans") {
		r.Header.Set("Content-Type", "text/csv")
	}
	if target == externallink.Path {
		r.Header.Set("Content-Type", rest.FormType)
	}
	w := httptest.NewRecorder()
	s.api.ServeHTTP(w, r)
	if w.Code >= http.StatusBadRequest {
		return "", fmt.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.String(), nil
}

const (
	customersHeader = "customer_id,name,customer_level,association_type,email,mobile,locale,opening_balance\n"
	resourcesHeader = "resource_id,resource_name,customer_id,service_type_code,service_type_name,resource_type_code,resource_spec_code,region_code," +
		"parent_resource_id,period_type,period_num,price_per_period,effective_time,expire_time,expire_policy\n"
)

func customerRow(id string) string {
	return fmt.Sprintf("%s,Name of %s,V3,2,%s@customer.example,13800000000,zh-CN,1000000.00\n", id, id, id)
}

// resourceRow is a resource with names as long as real ones, of a month that ends on a date.
func resourceRow(id, customer string, expiry calendar.Date, policy int) string {
	return fmt.Sprintf("%s,ecs-production-web-%s,%s,hws.service.type.amazon-elastic-compute-cloud,Amazon Elastic Compute Cloud,hws.resource.type.compute,SNA2C9ZKZQUUAPF8,ap-south-1,,2,1,10.00,%s,%s,%d\n",
		id, id, customer, expiry.AddMonths(-1, expiry.Day).At(12, 0).Format("2006-01-02T15:04:05Z"), expiry.LastSecond().Format("2006-01-02T15:04:05Z"), policy)
}

func resourceID(n int) string { return fmt.Sprintf("db752c4a-686b-5586-85e2-7c431dfe%04d", n) }

// due gives a main resource's due work.
func due(customer, id string) lifecycle.Due {
	return lifecycle.Due{Key: table.Key{PK: "PARTY#" + customer, SK: "SUB#" + id}, Kind: subscription.WorkSubscription, Account: customer}
}
