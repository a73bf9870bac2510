package digest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
)

func TestJoinedSourcesTellTheirGroupsInOrderUnderTheFirstSubject(t *testing.T) {
	soon, late := time.Date(2026, 12, 2, 1, 0, 0, 0, time.UTC), time.Date(2026, 12, 9, 1, 0, 0, 0, time.UTC)
	say := func(c digest.Content) digest.Source {
		return func(context.Context, digest.Ask) (digest.Content, error) { return c, nil }
	}
	to := notify.Address{Email: "a@b.example", Locale: "zh-CN"}
	got, err := digest.Join(
		say(digest.Content{Subject: "nothing", To: to, Next: late}),
		say(digest.Content{Subject: "first", To: to, Groups: []digest.Group{{Title: "one"}}}),
		say(digest.Content{Subject: "second", To: to, Groups: []digest.Group{{Title: "two"}}, Next: soon}),
	)(t.Context(), digest.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Subject != "first" || len(got.Groups) != 2 || got.Groups[1].Title != "two" || !got.Next.Equal(soon) || got.To != to {
		t.Errorf("got %+v", got)
	}
	broken := errors.New("broken")
	if _, err := digest.Join(say(digest.Content{}), func(context.Context, digest.Ask) (digest.Content, error) { return digest.Content{}, broken })(t.Context(), digest.Ask{}); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of the source", err)
	}
}
