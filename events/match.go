package events

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Match compares an answer with what is expected. Its error says where they differ.
func Match(want, got []byte) error {
	var w, g any
	if err := json.Unmarshal(want, &w); err != nil {
		return fmt.Errorf("the expected answer is no JSON: %w", err)
	}
	if err := json.Unmarshal(got, &g); err != nil {
		return fmt.Errorf("the answer %.200q is no JSON: %w", got, err)
	}
	return match("answer", w, g)
}

func match(at string, want, got any) error {
	if want == Any {
		return nil
	}
	switch want := want.(type) {
	case map[string]any:
		return matchObjects(at, want, got)
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return differ(at, want, got)
		}
		for i := range want {
			if err := match(fmt.Sprintf("%s[%d]", at, i), want[i], list[i]); err != nil {
				return err
			}
		}
		return nil
	default:
		if want != got {
			return differ(at, want, got)
		}
		return nil
	}
}

func matchObjects(at string, want map[string]any, got any) error {
	object, ok := got.(map[string]any)
	if !ok {
		return differ(at, want, got)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, there := object[name]
		if !there {
			return fmt.Errorf("%s has no %s: %v", at, name, got)
		}
		if err := match(at+"."+name, want[name], value); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if _, expected := want[name]; !expected {
			return fmt.Errorf("%s has %s, which was not expected: %v", at, name, object[name])
		}
	}
	return nil
}

func differ(at string, want, got any) error {
	w, _ := json.Marshal(want) // it was read from JSON
	g, _ := json.Marshal(got)
	return fmt.Errorf("%s is %s, want %s", at, g, w)
}
