package cloud

import (
	"encoding/json"
	"strings"
)

// pattern is a Lambda event pattern, as far as ours go: nested names that lead to lists of exact values or prefixes.
type pattern map[string]any

func parsePattern(text string) pattern {
	var p pattern
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		panic("a stream's filter that is no JSON: " + text)
	}
	return p
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
	for _, want := range wants {
		if want == value {
			return true
		}
		rule, ok := want.(map[string]any)
		if !ok {
			continue
		}
		prefix, isPrefix := rule["prefix"].(string)
		if text, isText := value.(string); isPrefix && isText && strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
