package cloud

import (
	"encoding/json"
	"fmt"
	"strings"
)

// pattern is a Lambda event pattern, as far as ours go: nested names that lead to lists of exact values or prefixes.
type pattern map[string]any

// parsePattern reads a pattern, and panics at what it can't apply as Lambda would.
func parsePattern(text string) pattern {
	var p pattern
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		panic(fmt.Sprintf("the pattern %s: %v", text, err))
	}
	check(p, text)
	return p
}

func check(p map[string]any, text string) {
	for name, want := range p {
		inner, isObject := want.(map[string]any)
		values, isList := want.([]any)
		if isObject {
			check(inner, text)
		} else if !isList {
			panic(fmt.Sprintf("the pattern %s: %s leads to neither names nor a list", text, name))
		}
		for _, value := range values {
			if rule, ok := value.(map[string]any); ok && (len(rule) != 1 || prefixOf(rule) == nil) {
				panic(fmt.Sprintf("the pattern %s: of rules only {\"prefix\": text} is known here", text))
			}
		}
	}
}

// matches reports whether a record has what every branch of the pattern asks for.
func (p pattern) matches(record any) bool {
	text, err := json.Marshal(record)
	if err != nil {
		return false
	}
	var value map[string]any
	return json.Unmarshal(text, &value) == nil && matchObject(p, value)
}

func matchObject(p, value map[string]any) bool {
	for name, want := range p {
		switch want := want.(type) {
		case map[string]any:
			inner, ok := value[name].(map[string]any)
			if !ok || !matchObject(want, inner) {
				return false
			}
		case []any:
			if !matchAny(want, value[name]) {
				return false
			}
		}
	}
	return true
}

func matchAny(wants []any, value any) bool {
	text, isText := value.(string)
	for _, want := range wants {
		rule, isRule := want.(map[string]any)
		if !isRule && want == value {
			return true
		}
		if prefix := prefixOf(rule); isText && prefix != nil && strings.HasPrefix(text, *prefix) {
			return true
		}
	}
	return false
}

// prefixOf gives the prefix that a rule asks for.
func prefixOf(rule map[string]any) *string {
	if prefix, ok := rule["prefix"].(string); ok {
		return &prefix
	}
	return nil
}
