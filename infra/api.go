package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/function"
)

// apiStack is everything but the data: functions, routes, queues, schedules, mail and alarms.
type apiStack struct {
	stack     awscdk.Stack
	config    config
	data      *dataStack
	key       awskms.Key              // encrypts topics
	queues    map[string]awssqs.Queue // by the name of their shape
	dead      map[string]awssqs.Queue // dead-letter queues, by their name
	functions map[string]awslambda.Function
	api       awsapigatewayv2.HttpApi
	mail      mail
	operators awssns.Topic // alarms
}

func newAPIStack(app awscdk.App, c config, data *dataStack, functions []function.Declaration, queues []*function.Queue) *apiStack {
	s := &apiStack{
		stack: awscdk.NewStack(app, c.name("api"), &awscdk.StackProps{
			Env: c.env(), Description: jsii.String("Partner Center: functions, routes, queues, schedules"),
		}),
		config: c, data: data,
		queues: map[string]awssqs.Queue{}, dead: map[string]awssqs.Queue{}, functions: map[string]awslambda.Function{},
	}
	s.key = newTopicKey(s)
	for _, q := range queues {
		s.addQueue(q, functions)
	}
	s.api = newHTTPAPI(s)
	s.mail = newMail(s)
	for _, d := range functions {
		s.addFunction(d)
	}
	s.addRoutes(functions)
	s.subscribeFeedback()
	s.operators = newOperators(s)
	s.addAlarms(functions)
	s.addDashboard(functions)
	s.addSetup(functions)
	awscdk.NewCfnOutput(s.stack, jsii.String("Endpoint"), &awscdk.CfnOutputProps{Value: s.api.ApiEndpoint()})
	awscdk.NewCfnOutput(s.stack, jsii.String("UserPool"), &awscdk.CfnOutputProps{Value: data.pool.UserPoolId()})
	awscdk.NewCfnOutput(s.stack, jsii.String("UserPoolClient"), &awscdk.CfnOutputProps{Value: data.client.UserPoolClientId()})
	return s
}

// addFunction makes a function and what starts it. Routes follow when all functions are there.
func (s *apiStack) addFunction(d function.Declaration) {
	switch {
	case d.HTTP != nil, d.Resource != nil:
		s.newFunction(d, nil)
	case d.Queue != nil:
		s.onQueue(d)
	case d.Schedule != nil:
		s.onSchedule(d)
	case d.Stream != nil:
		s.onStream(d)
	default:
		panic("function " + d.Name + " has no trigger")
	}
}
