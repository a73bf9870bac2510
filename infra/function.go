package main

import (
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system"
)

const logRetention = awslogs.RetentionDays_THREE_MONTHS

// newFunction makes the function of a declaration: its log group, a role with its grants and what more says, and its settings.
func (s *apiStack) newFunction(d function.Declaration, more []awsiam.PolicyStatement, options ...func(*awslambda.FunctionProps)) awslambda.Function {
	logs := s.newLogGroup(title(d.Name)+"Logs", "/partnercenter/"+s.config.Stage+"/"+d.Name)
	props := &awslambda.FunctionProps{
		FunctionName: s.config.name(d.Name), Description: jsii.String(d.Does),
		Runtime: awslambda.Runtime_PROVIDED_AL2023(), Architecture: awslambda.Architecture_ARM_64(), Handler: jsii.String("bootstrap"),
		Code:       awslambda.Code_FromAsset(jsii.String(filepath.Join(s.config.Assets, d.Name)), nil),
		MemorySize: jsii.Number(d.Memory()), Timeout: seconds(d.Limit()), Environment: s.settings(d),
		Tracing: awslambda.Tracing_ACTIVE, LogGroup: logs, LoggingFormat: awslambda.LoggingFormat_JSON,
		SystemLogLevelV2: awslambda.SystemLogLevel_WARN, // one line an invocation, which is the function's own
		Role:             s.newRole(d, logs, more),
	}
	for _, option := range options {
		option(props)
	}
	f := awslambda.NewFunction(s.stack, jsii.String(title(d.Name)), props)
	s.functions[d.Name] = f
	return f
}

func (s *apiStack) newLogGroup(id, name string) awslogs.LogGroup {
	return awslogs.NewLogGroup(s.stack, &id, &awslogs.LogGroupProps{
		LogGroupName: &name, Retention: logRetention, RemovalPolicy: s.config.kept(),
	})
}

// settings gives a function the settings that its declaration implies.
func (s *apiStack) settings(d function.Declaration) *map[string]*string {
	environment := map[string]*string{}
	for _, name := range system.Settings(d) {
		environment[name] = s.setting(name)
	}
	return &environment
}

func (s *apiStack) setting(name string) *string {
	for queue, q := range s.queues {
		if name == function.QueueSetting(queue) {
			return q.QueueUrl()
		}
	}
	switch name {
	case function.SettingTable:
		return s.data.table.TableName()
	case function.SettingKey:
		return s.data.key.KeyArn()
	case function.SettingPool:
		return s.data.pool.UserPoolId()
	case function.SettingClient:
		return s.data.client.UserPoolClientId()
	case function.SettingIssuer:
		return awscdk.Fn_Join(jsii.String("/"), &[]*string{
			jsii.String("https://cognito-idp." + s.config.Region + ".amazonaws.com"), s.data.pool.UserPoolId(),
		})
	case function.SettingMailFrom:
		return jsii.String(s.config.from())
	case function.SettingMailSet:
		return s.mail.set.ConfigurationSetName()
	case function.SettingExports:
		return s.data.exports.BucketName()
	case function.SettingUploads:
		return s.data.uploads.BucketName()
	case function.SettingOrigins:
		return &s.config.Origins
	case function.SettingSite:
		if s.config.Site != "" {
			return &s.config.Site
		}
		return s.api.ApiEndpoint()
	case function.SettingVendorName:
		return &s.config.Vendor
	case function.SettingVendorNameEn:
		return &s.config.VendorEn
	case function.SettingTrustedHosts:
		return &s.config.Trusted
	default:
		panic("nobody knows the setting " + name)
	}
}

func seconds(d time.Duration) awscdk.Duration {
	return awscdk.Duration_Seconds(jsii.Number(math.Ceil(d.Seconds())))
}

// title gives a function's name as part of a resource's id.
func title(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
