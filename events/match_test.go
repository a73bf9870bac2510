package events_test

import (
	"testing"

	"partnercenter/events"
)

func TestAnswersMatchInEverythingButWhatMayBeAnything(t *testing.T) {
	for _, c := range []struct {
		name, want, got string
		same            bool
	}{
		{"equal", `{"a":[1,"x",null]}`, `{"a":[1,"x",null]}`, true},
		{"anything", `{"a":"<any>"}`, `{"a":{"b":2}}`, true},
		{"anything, but it must be there", `{"a":"<any>"}`, `{}`, false},
		{"another value", `{"a":1}`, `{"a":2}`, false},
		{"another kind", `{"a":1}`, `{"a":"1"}`, false},
		{"a field too many", `{"a":1}`, `{"a":1,"b":2}`, false},
		{"a shorter list", `[1,2]`, `[1]`, false},
		{"a list in another order", `[1,2]`, `[2,1]`, false},
		{"no JSON", `{}`, `<html>`, false},
	} {
		if err := events.Match([]byte(c.want), []byte(c.got)); (err == nil) != c.same {
			t.Errorf("%s: %s against %s: %v", c.name, c.got, c.want, err)
		}
	}
}
