package main

import (
	"context"
	"log/slog"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
	"partnercenter/pkg/system"
)

// fixture is what all samples stand on: a table with a few parties, each with an administrator who has an access key.
type fixture struct {
	stand    *standIn
	settings map[string]string
	keys     map[string]accessKey // by the kind of party
}

type accessKey struct{ id, secret string }

// parties are who the samples know, one of each kind.
var parties = []party.Party{
	{Row: party.Row{ID: "vendor-1", Kind: auth.Vendor, Name: "Vendor"}},
	{Row: party.Row{ID: "partner-1", Kind: auth.Partner, Name: "Solution Provider"}},
	{Row: party.Row{ID: "customer-1", Kind: auth.Customer, Name: "Customer", Level: "V1", Partner: "partner-1", AssociationType: party.Resale}},
}

// newFixture makes a table of its own on DynamoDB Local.
func newFixture(ctx context.Context, dynamoDB, tableName string) (*fixture, error) {
	stand, err := newStandIn(dynamoDB)
	if err != nil {
		return nil, err
	}
	f := &fixture{stand: stand, settings: settings(stand.url, tableName), keys: map[string]accessKey{}}
	ddb := dynamodb.NewFromConfig(aws.Config{Region: "local", BaseEndpoint: &dynamoDB, Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
	if err := table.Provision(ctx, ddb, tableName, false); err != nil {
		return nil, err
	}
	env := &function.Env{
		Clock: clock.System{}, Wall: clock.System{}, Log: slog.New(slog.DiscardHandler),
		Setting: func(name string) string { return f.settings[name] }, Endpoint: func(string) string { return stand.url },
	}
	sealer := env.Authenticator().Sealer
	for _, p := range parties {
		user := auth.NewUser(auth.UserID("admin-of-"+string(p.ID)), p.ID, p.Kind, "Administrator", "", []auth.Role{auth.Admin})
		key, secret, err := auth.Issue(ctx, sealer, user, env.Clock.Now())
		if err != nil {
			return nil, err
		}
		user.Keys = []string{key.ID}
		tx := table.NewTx()
		party.Create(tx, p, "sample", env.Clock.Now())
		party.Enlist(tx, p, env.Clock.Now())
		tx.Create(user)
		tx.Create(key)
		if err := env.Table().Commit(ctx, tx); err != nil {
			return nil, err
		}
		f.keys[string(p.Kind)] = accessKey{key.ID, secret}
	}
	return f, nil
}

// settings gives the values of all settings.
func settings(aws, tableName string) map[string]string {
	values := map[string]string{
		"AWS_REGION": "local", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL": aws,
		function.SettingTable: tableName, function.SettingKey: "key", function.SettingPool: "people", function.SettingClient: "client",
		function.SettingIssuer: aws, function.SettingMailFrom: "no-reply@example.com", function.SettingMailSet: "mails",
		function.SettingSite: "https://example.com", function.SettingOrigins: "", function.SettingExports: "exports", function.SettingUploads: "uploads",
		function.SettingVendorName: "华为云", function.SettingVendorNameEn: "Huawei Cloud", function.SettingTrustedHosts: "huaweicloud.com",
	}
	for _, q := range system.Queues() {
		values[function.QueueSetting(q.Name)] = aws + "/000000000000/" + q.Name
	}
	return values
}

// environment gives a function what it has on AWS: the settings that its declaration implies, and no others.
func (f *fixture) environment(d function.Declaration) []string {
	var environment []string
	for name, value := range f.settings {
		if strings.HasPrefix(name, "AWS_") {
			environment = append(environment, name+"="+value)
		}
	}
	for _, name := range system.Settings(d) {
		environment = append(environment, name+"="+f.settings[name])
	}
	return environment
}
