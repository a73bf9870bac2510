package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdadestinations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/function"
)

// onQueue makes a function that a queue starts.
func (s *apiStack) onQueue(d function.Declaration) {
	t := d.Queue
	q := s.queues[t.Queue.Name]
	f := s.newFunction(d, []awsiam.PolicyStatement{
		allow(q.QueueArn(), "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"),
	})
	options := &awslambda.EventSourceMappingProps{
		Target: f, EventSourceArn: q.QueueArn(), BatchSize: jsii.Number(t.Batch),
		MaxConcurrency: jsii.Number(t.MaxConcurrency), ReportBatchItemFailures: jsii.Bool(true),
	}
	if t.Window > 0 && !t.Queue.FIFO { // FIFO queues have no window
		options.MaxBatchingWindow = seconds(t.Window)
	}
	awslambda.NewEventSourceMapping(s.stack, jsii.String(title(d.Name)+"Source"), options)
}

const (
	streamRetries = 10
	streamAge     = 12 * time.Hour // the stream itself keeps a day
)

// onStream makes a function that the table's stream starts. What keeps failing is cut in halves until it stands alone, and then goes to
// the function's dead-letter queue.
func (s *apiStack) onStream(d function.Declaration) {
	dead := s.addDead(d.Name+"-dead", false)
	stream := s.data.table.TableStreamArn()
	f := s.newFunction(d, []awsiam.PolicyStatement{
		allow(stream, "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
		allow(jsii.String("*"), "dynamodb:ListStreams"),
		allow(dead.QueueArn(), "sqs:SendMessage"),
	})
	var filter map[string]any
	if err := json.Unmarshal([]byte(d.Stream.Filter), &filter); err != nil {
		panic(fmt.Sprintf("the filter of %s: %v", d.Name, err))
	}
	awslambda.NewEventSourceMapping(s.stack, jsii.String(title(d.Name)+"Source"), &awslambda.EventSourceMappingProps{
		Target: f, EventSourceArn: stream, BatchSize: jsii.Number(d.Stream.Batch), StartingPosition: awslambda.StartingPosition_TRIM_HORIZON,
		Filters:            &[]*map[string]any{awslambda.FilterCriteria_Filter(&filter)},
		BisectBatchOnError: jsii.Bool(true), ReportBatchItemFailures: jsii.Bool(true),
		RetryAttempts: jsii.Number(streamRetries), MaxRecordAge: seconds(streamAge), OnFailure: awslambdaeventsources.NewSqsDlq(dead),
	})
}

// onSchedule makes a function that a schedule starts. A tick that is late by more than one interval is dropped: the next one does its
// work.
func (s *apiStack) onSchedule(d function.Declaration) {
	dead := s.addDead(d.Name+"-dead", false)
	f := s.newFunction(d, []awsiam.PolicyStatement{allow(dead.QueueArn(), "sqs:SendMessage")}, func(p *awslambda.FunctionProps) {
		p.OnFailure = awslambdadestinations.NewSqsDestination(dead)
		p.RetryAttempts, p.MaxEventAge = jsii.Number(0), seconds(d.Schedule.Every)
	})
	role := awsiam.NewRole(s.stack, jsii.String(title(d.Name)+"ScheduleRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"start": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
				allow(f.FunctionArn(), "lambda:InvokeFunction"), allow(dead.QueueArn(), "sqs:SendMessage"),
			}}),
		},
	})
	awsscheduler.NewCfnSchedule(s.stack, jsii.String(title(d.Name)+"Schedule"), &awsscheduler.CfnScheduleProps{
		Name: s.config.name(d.Name), Description: jsii.String(d.Does), ScheduleExpression: jsii.String(rate(d.Schedule.Every)),
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn: f.FunctionArn(), RoleArn: role.RoleArn(),
			DeadLetterConfig: &awsscheduler.CfnSchedule_DeadLetterConfigProperty{Arn: dead.QueueArn()},
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(d.Schedule.Every.Seconds()), MaximumRetryAttempts: jsii.Number(3),
			},
		},
	})
}

func rate(every time.Duration) string {
	minutes := int(every.Minutes())
	if minutes == 1 {
		return "rate(1 minute)"
	}
	return fmt.Sprintf("rate(%d minutes)", minutes)
}

// addSetup runs the functions that run when the system is deployed, last of all and again with every new administrator.
func (s *apiStack) addSetup(functions []function.Declaration) {
	for _, d := range functions {
		if d.Resource == nil {
			continue
		}
		resource := awscdk.NewCustomResource(s.stack, jsii.String(title(d.Name)+"Run"), &awscdk.CustomResourceProps{
			ServiceToken: s.functions[d.Name].FunctionArn(), ResourceType: jsii.String("Custom::" + title(d.Name)),
			Properties:     &map[string]any{"Admin": s.config.Admin},
			ServiceTimeout: seconds(d.Limit()),
		})
		resource.Node().AddDependency(s.api)
	}
}
