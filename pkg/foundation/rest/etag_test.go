package rest_test

import (
	"errors"
	"testing"

	"partnercenter/pkg/foundation/rest"
)

func TestAChangeIsOfTheVersionThatWasRead(t *testing.T) {
	for header, want := range map[string]error{
		``: nil, `"3"`: nil, `*`: nil, `"1", "3"`: nil, `"2"`: rest.ErrStale, `W/"3"`: rest.ErrStale, `3`: rest.ErrStale, `"33"`: rest.ErrStale,
	} {
		if err := (rest.IfMatch{IfMatch: header}).Check(3); !errors.Is(err, want) {
			t.Errorf("If-Match: %s of version 3: got %v, want %v", header, err, want)
		}
	}
	if err := (rest.IfMatch{}).Required(3); !errors.Is(err, rest.ErrUnconditional) {
		t.Errorf("without If-Match: got %v, want it required", err)
	}
	if got := rest.ETagOf(3).ETag; got != `"3"` {
		t.Errorf("the tag is %s", got)
	}
}
