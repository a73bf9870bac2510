package party_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/party"
)

// Nothing among the project's emulators is a user pool, so a server answers as one does.
func TestTheUserPoolIsAskedOnceForEachUser(t *testing.T) {
	for _, c := range []struct {
		name, answer string // the exception, empty for success
		add, drop    error  // nil is success; errAny any error
	}{
		{"success", "", nil, nil},
		{"the user is there", "UsernameExistsException", nil, errAny},
		{"there is no such user", "UserNotFoundException", errAny, nil},
		{"another has its address", "AliasExistsException", party.ErrAddressTaken, errAny},
		{"refused", "NotAuthorizedException", errAny, errAny},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sent string
			pool := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				sent = r.Header.Get("X-Amz-Target") + " " + string(body)
				if c.answer != "" {
					w.Header().Set("X-Amzn-Errortype", c.answer)
					w.WriteHeader(http.StatusBadRequest)
				}
				_, _ = io.WriteString(w, "{}")
			}))
			defer pool.Close()
			settings := map[string]string{function.SettingPool: "people", "AWS_REGION": "local", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
			env := &function.Env{
				Setting: func(name string) string { return settings[name] }, Endpoint: func(string) string { return pool.URL },
			}
			directory := party.DirectoryPort.In(env)
			err := directory.Add(context.Background(), "user-1", "ann@example.com")
			same(t, "Add", err, c.add)
			for _, part := range []string{"AdminCreateUser", `"user-1"`, `"ann@example.com"`, `"people"`} {
				if !strings.Contains(sent, part) {
					t.Errorf("%s lacks %s", sent, part)
				}
			}
			same(t, "Drop", directory.Drop(context.Background(), "user-1"), c.drop)
			if !strings.Contains(sent, "AdminDeleteUser") {
				t.Errorf("got %s", sent)
			}
		})
	}
}

var errAny = errors.New("any")

func same(t *testing.T, what string, got, want error) {
	t.Helper()
	if (got == nil) != (want == nil) || want != nil && !errors.Is(want, errAny) && !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
