package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/function"
)

// What the whole API takes. Parties are held to less, by package rest.
const (
	requestsPerSecond = 200
	requestBurst      = 400
)

// newHTTPAPI makes the API and its one stage. Functions answer preflight requests themselves, where CORS is on.
func newHTTPAPI(s *apiStack) awsapigatewayv2.HttpApi {
	api := awsapigatewayv2.NewHttpApi(s.stack, jsii.String("Api"), &awsapigatewayv2.HttpApiProps{
		ApiName: s.config.name("api"), CreateDefaultStage: jsii.Bool(false),
	})
	logs := s.newLogGroup("AccessLogs", "/aws/vendedlogs/partnercenter/"+s.config.Stage+"/access")
	stage := awsapigatewayv2.NewHttpStage(s.stack, jsii.String("Stage"), &awsapigatewayv2.HttpStageProps{
		HttpApi: api, StageName: jsii.String("$default"), AutoDeploy: jsii.Bool(true), DetailedMetricsEnabled: jsii.Bool(true),
		Throttle: &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(requestsPerSecond), BurstLimit: jsii.Number(requestBurst)},
	})
	stage.Node().DefaultChild().(awsapigatewayv2.CfnStage).SetAccessLogSettings(&awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
		DestinationArn: logs.LogGroupArn(), Format: jsii.String(accessLine),
	})
	return api
}

// accessLine is a line of the access log. It has no header and no query, which may carry tokens.
const accessLine = `{"request_id":"$context.requestId","time":"$context.requestTimeEpoch","route":"$context.routeKey","status":"$context.status",` +
	`"latency":"$context.responseLatency","function_latency":"$context.integrationLatency","source":"$context.identity.sourceIp",` +
	`"bytes":"$context.responseLength","error":"$context.error.message","function_error":"$context.integrationErrorMessage"}`

// addRoutes makes the routes of each function, and the route of what no operation has.
func (s *apiStack) addRoutes(functions []function.Declaration) {
	for _, d := range functions {
		if d.HTTP == nil {
			continue
		}
		to := s.integration(d, "", false) // one permission for all of a function's routes: one each would overflow its policy
		for _, r := range d.Routes() {
			key := awsapigatewayv2.HttpRouteKey_With(&r.Path, awsapigatewayv2.HttpMethod(r.Method))
			s.newRoute(r.Method+" "+r.Path, key, to)
		}
		if d.CatchAll {
			// The other permission covers methods and paths, of which this route has neither.
			s.newRoute("Default", awsapigatewayv2.HttpRouteKey_DEFAULT(), s.integration(d, "Default", true))
		}
	}
}

func (s *apiStack) integration(d function.Declaration, suffix string, scoped bool) awsapigatewayv2.HttpRouteIntegration {
	return awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String(title(d.Name)+suffix), s.functions[d.Name],
		&awsapigatewayv2integrations.HttpLambdaIntegrationProps{
			PayloadFormatVersion: awsapigatewayv2.PayloadFormatVersion_VERSION_2_0(), ScopePermissionToRoute: &scoped,
		})
}

// newRoute adds a route without an authorizer.
func (s *apiStack) newRoute(id string, key awsapigatewayv2.HttpRouteKey, integration awsapigatewayv2.HttpRouteIntegration) {
	route := awsapigatewayv2.NewHttpRoute(s.stack, &id, &awsapigatewayv2.HttpRouteProps{HttpApi: s.api, RouteKey: key, Integration: integration})
	accept(route, "AwsSolutions-APIG4", "the function verifies the credential, since only it sees the body that is signed; "+
		"a test calls every operation without one")
}
