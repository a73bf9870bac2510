package notices_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/rest/resttest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/program/notices"
)

func TestADigestSaysThatADeclarationIsMissing(t *testing.T) {
	db, joined := tabletest.New(t), time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	first := time.Date(2026, 12, 30, 16, 0, 0, 0, time.UTC) // 31 December, Beijing
	for locale, says := range map[string]string{
		"en-US": "Declaration of relations|Missing: it was never made|Declare under", "zh-CN": "关系申报|缺失：尚未申报|请在",
	} {
		id := auth.PartyID("p-" + strings.ToLower(locale))
		tx := table.NewTx()
		party.Create(tx, party.Party{Row: party.Row{ID: id, Kind: auth.Partner, Name: "P"}, Locale: locale}, "test", joined)
		if err := errors.Join(agreement.Await(t.Context(), db, tx, id, joined), db.Commit(t.Context(), tx)); err != nil {
			t.Fatal(err)
		}
		source := notices.Source(db, clock.NewFake(first))
		c, err := source(t.Context(), digest.Ask{Party: id, Mark: joined, AsOf: first.Add(-time.Second)})
		if err != nil || len(c.Groups) != 0 || !c.Next.Equal(first) {
			t.Errorf("before, it says %+v, %v", c, err)
		}
		c, err = source(t.Context(), digest.Ask{Party: id, Mark: joined, AsOf: first})
		if err != nil || len(c.Groups) != 1 || !strings.HasPrefix(strings.Join(c.Groups[0].Lines[0].Cells, "|"), says) || !c.Next.Equal(first.Add(30*24*time.Hour)) {
			t.Errorf("it says %+v, %v", c, err)
		}
	}
}

func TestADigestTellsOfEachDeadlineOnceAndWhenToComeAgain(t *testing.T) {
	db, now := tabletest.New(t), clock.NewFake(time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC))
	env := &function.Env{Clock: now, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Setting: func(string) string { return "" }}
	env.Sealer = auth.LocalSealer{Key: make([]byte, 32)}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	api := rest.New(rest.Config{Authenticator: func() rest.Authenticator { return resttest.ByHeader{} }, Clock: now, Wall: now, Log: env.Log})
	agreement.Register(api, env)
	membership.Register(api, env)
	tx := table.NewTx()
	party.Create(tx, party.Party{Row: party.Row{ID: "dist", Kind: auth.Distributor, Name: "D"}, Locale: "en-US"}, "test", now.Now())
	if err := db.Commit(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	resttest.Call{Who: "distributor dist admin bob", Signature: "1", Method: "POST", Path: "/v2/relation-declarations", Body: `{"none":true}`}.On(api).Into(t, nil)
	resttest.Call{Who: "vendor vendor admin ann", Signature: "2", Method: "POST", Path: "/v2/program/invitations", Body: `{"plan":"distribution","party_id":"dist"}`}.On(api).Into(t, nil)

	source := notices.Source(db, now)
	ask := func(mark, asOf time.Time) (string, time.Time) {
		t.Helper()
		c, err := source(t.Context(), digest.Ask{Party: "dist", Mark: mark, AsOf: asOf})
		if err != nil {
			t.Fatal(err)
		}
		says := ""
		for _, g := range c.Groups {
			for _, line := range g.Lines {
				says += fmt.Sprintln(strings.Join(line.Cells, "|"))
			}
		}
		return says, c.Next
	}
	start, invitation := now.Now(), time.Date(2026, 12, 31, 2, 0, 0, 0, time.UTC)
	if says, next := ask(start.Add(-time.Hour), start); says != "" || !next.Equal(invitation.Add(-7*24*time.Hour)) {
		t.Errorf("on the first day it says %q, next %s", says, next)
	}
	week := invitation.Add(-7 * 24 * time.Hour)
	says, next := ask(start, week)
	if !strings.HasPrefix(says, "Invitation: Distribution plan") || !strings.Contains(says, "(in 7 days)|Accept it") || !next.Equal(invitation.Add(-24*time.Hour)) {
		t.Errorf("a week before, it says %q, next %s", says, next)
	}
	if says, _ = ask(week, week.Add(time.Hour)); says != "" {
		t.Errorf("told, it says again %q", says)
	}
	end := time.Date(2027, 12, 1, 16, 0, 0, 0, time.UTC)
	if says, _ = ask(week, end.Add(-6*24*time.Hour)); !strings.HasPrefix(says, "Declaration of relations|2027-12-02 00:00 (in 7 days)") || strings.Count(says, "\n") != 1 {
		t.Errorf("a week before the declaration ends, it says %q", says)
	}
	if says, next = ask(end.Add(-6*24*time.Hour), end); !strings.Contains(says, "(ended)") || !next.IsZero() {
		t.Errorf("at the end it says %q, next %s", says, next)
	}
}
