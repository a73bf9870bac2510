package address_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/function"
)

// newEnv returns an environment with credentials, whose S3 is elsewhere than AWS's when endpoint says so.
func newEnv(region, endpoint string, wall clock.Clock) *function.Env {
	settings := map[string]string{
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token+/=",
		function.SettingExports: "pc-exports",
	}
	return &function.Env{
		Clock: wall, Wall: wall, Setting: func(name string) string { return settings[name] }, Endpoint: func(string) string { return endpoint },
	}
}

func TestAddressesAreWhatTheClientOfS3Gives(t *testing.T) {
	const key, name = "exports/partner 1/tasks+all/01J(任务).csv", "tasks-01J.csv"
	for _, at := range []struct{ region, endpoint string }{
		{"ap-southeast-1", ""}, {"cn-north-1", ""}, {"ap-southeast-1", "http://127.0.0.1:4566"}, {"ap-southeast-1", "http://127.0.0.1:4566/"},
	} {
		env := newEnv(at.region, at.endpoint, clock.System{})
		client := sdk.NewFromConfig(env.AWS("s3"), func(o *sdk.Options) { o.UsePathStyle = at.endpoint != "" })
		want, err := sdk.NewPresignClient(client).PresignGetObject(t.Context(), &sdk.GetObjectInput{
			Bucket: aws.String("pc-exports"), Key: aws.String(key), ResponseContentDisposition: aws.String(`attachment; filename="` + name + `"`),
		}, sdk.WithPresignExpires(5*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := url.Parse(want.URL)
		if err != nil {
			t.Fatal(err)
		}
		then, err := time.Parse("20060102T150405Z", signed.Query().Get("X-Amz-Date"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := address.Port.In(newEnv(at.region, at.endpoint, clock.NewFake(then))).URL(t.Context(), key, name, 5*time.Minute)
		if err != nil || got != want.URL {
			t.Errorf("in %s at %q: got %v\n%s\nwant\n%s", at.region, at.endpoint, err, strings.ReplaceAll(got, "&", "\n&"), strings.ReplaceAll(want.URL, "&", "\n&"))
		}
	}
}
