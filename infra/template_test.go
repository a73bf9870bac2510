package main

import (
	"strings"
	"testing"

	"partnercenter/pkg/system"
)

func TestStacksStayWithinTheLimits(t *testing.T) {
	const resources, routes = 400, 250
	for _, stack := range synthesize(t, prod).all() {
		if len(stack) >= resources {
			t.Errorf("a stack has %d resources; fewer than %d leave room", len(stack), resources)
		}
		if n := len(stack.of("AWS::ApiGatewayV2::Route")); n >= routes {
			t.Errorf("a stack has %d routes; fewer than %d leave room", n, routes)
		}
	}
}

func TestNothingIsFoundByTheSolutionsPack(t *testing.T) {
	for _, stage := range []string{"dev", prod} {
		a := synthesize(t, stage)
		if a.found.Open != 0 {
			t.Errorf("%s: %s", stage, a.found)
		}
		for _, stack := range a.all() {
			for id, r := range stack {
				suppressed, _ := r.Metadata["cdk_nag"].(map[string]any)
				rules, _ := suppressed["rules_to_suppress"].([]any)
				for _, rule := range rules {
					if reason, _ := rule.(map[string]any)["reason"].(string); len(reason) < 20 {
						t.Errorf("%s suppresses %v for the reason %q, which is none", id, rule, reason)
					}
				}
			}
		}
	}
}

func TestRoutesAreTheOperationsAndOneForTheRest(t *testing.T) {
	want := map[string]bool{"$default": true}
	for _, d := range system.Functions() {
		for _, r := range d.Routes() {
			want[r.Method+" "+r.Path] = true
		}
	}
	for id, r := range synthesize(t, "dev").api.of("AWS::ApiGatewayV2::Route") {
		key, _ := r.at("RouteKey").(string)
		if !want[key] {
			t.Errorf("the route %s is no operation", key)
		}
		if strings.Contains(key, "/local/") {
			t.Errorf("the route %s is for the local cloud alone", key)
		}
		if r.at("AuthorizationType") != "NONE" {
			t.Errorf("%s: %v verifies the credential of a body that it can't see", id, r.at("AuthorizationType"))
		}
		delete(want, key)
	}
	for key := range want {
		t.Errorf("%s has no route", key)
	}
}

// The permission of routes with a method and a path does not cover $default, which has neither: without one of its own, API Gateway
// answers 500 to every path that no operation has. As in aws/serverless-application-model#1860.
func TestTheDefaultRouteHasAPermission(t *testing.T) {
	for _, r := range synthesize(t, "dev").api.of("AWS::Lambda::Permission") {
		parts, _ := r.at("SourceArn", "Fn::Join").([]any)
		if len(parts) != 2 {
			t.Fatalf("the permission is for %v", r.at("SourceArn"))
		}
		if list := many(parts[1]); list[len(list)-1] == "/*/*" {
			return
		}
	}
	t.Error("no permission covers $default")
}

func TestFunctionsAreSmallAndSeen(t *testing.T) {
	api := synthesize(t, "dev").api
	functions := api.of("AWS::Lambda::Function")
	if got, want := len(functions), len(system.Functions()); got != want {
		t.Errorf("%d functions, want the %d declared ones and no helper of the CDK", got, want)
	}
	for id, f := range functions {
		if f.at("Runtime") != "provided.al2023" || f.at("TracingConfig", "Mode") != "Active" {
			t.Errorf("%s runs on %v with tracing %v", id, f.at("Runtime"), f.at("TracingConfig", "Mode"))
		}
		if group := target(f.at("LoggingConfig", "LogGroup")); api[group].Type != "AWS::Logs::LogGroup" {
			t.Errorf("%s logs to %q, which is no log group of the stack", id, group)
		}
	}
}

func TestLogsAreKeptForALimitedTime(t *testing.T) {
	for _, stack := range synthesize(t, prod).all() {
		for id, group := range stack.of("AWS::Logs::LogGroup") {
			if days, ok := group.at("RetentionInDays").(float64); !ok || days > 366 {
				t.Errorf("%s keeps its logs for %v days", id, group.at("RetentionInDays"))
			}
		}
	}
}

func TestAccessIsLoggedAndThrottled(t *testing.T) {
	for id, stage := range synthesize(t, "dev").api.of("AWS::ApiGatewayV2::Stage") {
		if stage.at("StageName") != "$default" || stage.at("AccessLogSettings", "DestinationArn") == nil {
			t.Errorf("%s: %v", id, stage.Properties)
		}
		if stage.at("DefaultRouteSettings", "ThrottlingRateLimit") == nil || stage.at("DefaultRouteSettings", "ThrottlingBurstLimit") == nil {
			t.Errorf("%s takes any number of requests", id)
		}
	}
}

func TestEveryAlarmReachesOperators(t *testing.T) {
	api := synthesize(t, "dev").api
	for id, a := range api.of("AWS::CloudWatch::Alarm") {
		actions, _ := a.at("AlarmActions").([]any)
		if len(actions) != 1 || api[target(actions[0])].Type != "AWS::SNS::Topic" {
			t.Errorf("the alarm %s calls %v", id, actions)
		}
	}
	for id, s := range api.of("AWS::SNS::Subscription") {
		if s.at("Protocol") == "email" && s.at("Endpoint") != "ops@example.com" {
			t.Errorf("%s mails to %v", id, s.at("Endpoint"))
		}
	}
}
