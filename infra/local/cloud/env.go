package cloud

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/system"
	"partnercenter/pkg/webhook"
)

// TableName is the local table's.
const TableName = "partnercenter"

const (
	region   = "ap-southeast-1" // one that the SDK knows: it looks long for one that it does not
	mailFrom = "partner-center@vendor.example"
	keyBytes = 32

	exportBucket = "exports"
	uploadBucket = "uploads"
)

// openEnv makes what the functions stand on: settings, endpoints and this machine's adapters.
func (c *Cloud) openEnv() error {
	key, err := keptKey(filepath.Join(c.options.Folder, "seal.key"))
	if err != nil {
		return err
	}
	if c.issuer, err = newIssuer(filepath.Join(c.options.Folder, "issuer.pem"), c.API+issuerPath); err != nil {
		return err
	}
	settings := map[string]string{
		function.SettingTable: TableName, function.SettingMailFrom: mailFrom, function.SettingSite: c.API,
		function.SettingIssuer: c.issuer.url, function.SettingClient: issuerClient, function.SettingExports: exportBucket,
		function.SettingVendorName: "华为云", function.SettingVendorNameEn: "Huawei Cloud", function.SettingTrustedHosts: "huaweicloud.com,huawei.com",
		function.SettingUploads: uploadBucket,
		webhook.SettingReach:    "anywhere", // receivers run on this machine as well
		"AWS_REGION":            region, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	}
	for _, q := range system.Queues() {
		settings[function.QueueSetting(q.Name)] = c.SQS() + "/000000000000/" + named(q, q.Name)
	}
	endpoints := map[string]string{"dynamodb": c.DynamoDB(), "dynamodbstreams": c.DynamoDB(), "sqs": c.SQS(), "s3": c.SQS(), "sesv2": c.emulators.SES}
	c.env = &function.Env{
		Clock: c.business, Wall: clock.System{}, Log: slog.New(slog.NewJSONHandler(c.log, nil)),
		Setting:  func(name string) string { return settings[name] },
		Endpoint: func(service string) string { return endpoints[service] },
		Sealer:   auth.LocalSealer{Key: key},
	}
	c.putPorts()
	return nil
}

// keptKey reads the key in a file, made when there is none.
func keptKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	key = make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails
	return key, os.WriteFile(path, key, 0o600)
}

// provision makes the table and the queues, and what the functions are started by.
func (c *Cloud) provision(ctx context.Context) error {
	ddb := dynamodb.NewFromConfig(c.env.AWS("dynamodb"))
	var kept *types.ResourceInUseException
	if err := table.Provision(ctx, ddb, TableName, true); err != nil && !errors.As(err, &kept) {
		return err
	}
	buckets := s3.NewFromConfig(c.env.AWS("s3"), func(o *s3.Options) { o.UsePathStyle = true })
	for _, name := range []string{exportBucket, uploadBucket} {
		if _, err := buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}); err != nil {
			return err
		}
	}
	c.gateway = &gateway{cloud: c}
	for _, d := range system.Functions() {
		if err := c.add(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// add makes what starts a function. One that runs when the system is deployed is started by nothing here.
func (c *Cloud) add(ctx context.Context, d function.Declaration) error {
	run := invoker{Declaration: d, handler: function.Invoker(d, c.env)}
	switch {
	case d.HTTP != nil:
		c.gateway.add(run)
	case d.Queue != nil:
		q, err := newQueue(ctx, sqs.NewFromConfig(c.env.AWS("sqs")), run)
		if err != nil {
			return err
		}
		c.queues = append(c.queues, q)
	case d.Schedule != nil:
		c.schedules = append(c.schedules, &schedule{invoker: run, last: c.business.Now()})
	case d.Stream != nil:
		c.stream = &stream{
			invoker: run, filter: parsePattern(d.Stream.Filter), log: c.env.Log,
			ddb: dynamodb.NewFromConfig(c.env.AWS("dynamodb")), streams: dynamodbstreams.NewFromConfig(c.env.AWS("dynamodbstreams")),
		}
	}
	return nil
}

// invoker is a function that can be run with an event.
type invoker struct {
	function.Declaration
	handler lambda.Handler
}

// invoke runs the function within its time, as Lambda does: whoever asked for it may be gone meanwhile.
func (i invoker) invoke(ctx context.Context, event []byte) ([]byte, error) {
	ctx = lambdacontext.NewContext(context.WithoutCancel(ctx), &lambdacontext.LambdaContext{AwsRequestID: ulid.Make().String()})
	ctx, cancel := context.WithTimeout(ctx, i.Limit())
	defer cancel()
	return i.handler.Invoke(ctx, event)
}
