package main

import (
	"slices"
	"strings"
	"testing"

	"partnercenter/pkg/webhook"
)

// statement is a statement of a policy.
type statement struct {
	where     string
	effect    string
	actions   []string
	resources []any
	principal any
}

// statements lists all statements of a template: of roles, of policies, and of what carries a policy of its own.
func statements(stack template) []statement {
	var list []statement
	for id, r := range stack {
		collect(id, r.Properties, &list)
	}
	return list
}

func collect(where string, v any, list *[]statement) {
	switch v := v.(type) {
	case []any:
		for _, member := range v {
			collect(where, member, list)
		}
	case map[string]any:
		if effect, ok := v["Effect"].(string); ok && v["Action"] != nil {
			*list = append(*list, statement{where, effect, words(v["Action"]), many(v["Resource"]), v["Principal"]})
		}
		for _, member := range v {
			collect(where, member, list)
		}
	}
}

func many(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func words(v any) []string {
	var list []string
	for _, member := range many(v) {
		word, _ := member.(string)
		list = append(list, word)
	}
	return list
}

func TestGrantsNameSingleActionsAndNoScan(t *testing.T) {
	for _, stack := range synthesize(t, prod).all() {
		for _, s := range statements(stack) {
			for _, action := range s.actions {
				administers := action == "kms:*" && stack[s.where].Type == "AWS::KMS::Key" // by the account's root, as AWS asks for
				if s.effect == "Allow" && strings.Contains(action, "*") && !administers {
					t.Errorf("%s allows %s", s.where, action)
				}
				if strings.EqualFold(action, "dynamodb:Scan") || strings.Contains(action, "PartiQL") {
					t.Errorf("%s names %s", s.where, action)
				}
			}
		}
	}
}

func TestGrantsNameTheirResources(t *testing.T) {
	unbound := []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords", "sns:Publish", "dynamodb:ListStreams"} // AWS has no resource for these
	for _, stack := range synthesize(t, prod).all() {
		for _, s := range statements(stack) {
			if stack[s.where].Type != "AWS::IAM::Role" || !slices.Contains(s.resources, any("*")) {
				continue
			}
			for _, action := range s.actions {
				if !slices.Contains(unbound, action) {
					t.Errorf("%s allows %s on everything", s.where, action)
				}
			}
		}
	}
}

func TestEveryFunctionHasARoleOfItsOwnAndNoManagedPolicy(t *testing.T) {
	api := synthesize(t, prod).api
	seen := map[string]string{}
	for id, f := range api.of("AWS::Lambda::Function") {
		role := target(f.at("Role"))
		if other, taken := seen[role]; taken {
			t.Errorf("%s and %s share the role %s", id, other, role)
		}
		seen[role] = id
		if policies := api[role].at("ManagedPolicyArns"); policies != nil {
			t.Errorf("%s has managed policies: %v", role, policies)
		}
	}
	if extra := len(api.of("AWS::IAM::Policy")) + len(api.of("AWS::IAM::ManagedPolicy")); extra > 0 {
		t.Errorf("%d policies stand outside their roles", extra)
	}
}

// Requests of webhooks stay on the public Internet: what lets them reach inside is the local cloud's alone.
func TestNoFunctionReachesInsideByAWebhook(t *testing.T) {
	for _, stage := range []string{"dev", prod} {
		for id, f := range synthesize(t, stage).api.of("AWS::Lambda::Function") {
			variables, _ := f.at("Environment", "Variables").(map[string]any)
			if _, set := variables[webhook.SettingReach]; set {
				t.Errorf("%s: %s has %s", stage, id, webhook.SettingReach)
			}
		}
	}
}
