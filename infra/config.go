package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/weburl"
)

// config is what a deployment is told. Its zero fields are filled by withDefaults.
type config struct {
	Stage   string // dev or prod
	Admin   string // address of the first vendor administrator
	Mail    string // domain or address that mails come from
	Alarms  string // address that alarms go to; empty is nobody
	Origins string // that may call from a browser, comma-separated; empty is no CORS
	Site    string // base URL of links in mails and SMS; empty is the API's own
	Region  string

	Vendor, VendorEn string // the vendor's name in Chinese and in English
	Trusted          string // hosts that links may lead to without a warning, with those below them, comma-separated
	Assets           string // folder with a folder for each function, holding its bootstrap
}

const (
	prod          = "prod"
	defaultRegion = "ap-southeast-1"
)

// fromContext reads the configuration from the app's context.
func fromContext(app awscdk.App) config {
	read := func(name string) string {
		value, _ := app.Node().TryGetContext(jsii.String(name)).(string)
		return value
	}
	return config{
		Stage: read("stage"), Admin: read("admin"), Mail: read("mail"), Alarms: read("alarms"), Origins: read("origins"),
		Site: read("site"), Region: read("region"), Vendor: read("vendor"), VendorEn: read("vendorEn"), Trusted: read("trusted"),
	}.withDefaults()
}

func (c config) withDefaults() config {
	for _, d := range []struct {
		field *string
		value string
	}{
		{&c.Stage, "dev"},
		{&c.Admin, "admin@example.com"},
		{&c.Mail, "example.com"},
		{&c.Region, defaultRegion},
		{&c.Assets, "build/functions"},
		{&c.Vendor, "华为云"},
		{&c.VendorEn, "Huawei Cloud"},
		{&c.Trusted, "huaweicloud.com,huawei.com"}, // ASSUMED
	} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	return c
}

// check refuses a configuration that would deploy something else than was meant.
func (c config) check() error {
	if c.Stage != "dev" && c.Stage != prod {
		return fmt.Errorf("stage %q: it is dev or prod", c.Stage)
	}
	if !strings.Contains(c.Admin, "@") {
		return fmt.Errorf("admin %q: it is a mail address", c.Admin)
	}
	if c.Site != "" && !strings.HasPrefix(c.Site, "https://") {
		return fmt.Errorf("site %q: it is an https URL", c.Site)
	}
	for host := range strings.SplitSeq(c.Trusted, ",") {
		if a, err := weburl.Judge("https://" + host); err != nil || a.Host != host || a.Inside() || a.Literal.IsValid() {
			return fmt.Errorf("trusted host %q: it is a public host's name in lower case, such as example.com", host)
		}
	}
	return nil
}

// name gives a resource's name, the same in every deployment of a stage, so that operators find it.
func (c config) name(what string) *string {
	return jsii.String("partnercenter-" + c.Stage + "-" + what)
}

// kept is what happens to data when its resource goes: it stays in prod and goes in dev.
func (c config) kept() awscdk.RemovalPolicy {
	if c.Stage == prod {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}

// from gives the sender of mails.
func (c config) from() string {
	if strings.Contains(c.Mail, "@") {
		return c.Mail
	}
	return "no-reply@" + c.Mail
}

// env gives where a stack is deployed. Without credentials the account is left open.
func (c config) env() *awscdk.Environment {
	e := &awscdk.Environment{Region: &c.Region}
	if account := os.Getenv("CDK_DEFAULT_ACCOUNT"); account != "" {
		e.Account = &account
	}
	return e
}
