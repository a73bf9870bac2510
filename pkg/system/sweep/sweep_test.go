package sweep_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/system/sweep"
)

// outbox is a queue that keeps what it is given.
type outbox struct{ sent []function.Outgoing }

// Send takes messages.
func (o *outbox) Send(_ context.Context, messages []function.Outgoing) error {
	o.sent = append(o.sent, messages...)
	return nil
}

func TestATickSendsWhatIsDueAndSaysHowLateItIs(t *testing.T) {
	db, queue, now := tabletest.New(t), &outbox{}, time.Date(2026, 12, 1, 4, 0, 0, 0, time.UTC)
	due := table.Head{PK: "PARTY#c1", SK: "CHORE#1"}
	lifecycle.Arm(&due, "chore", "c1", "1", now.Add(-7*time.Minute))
	if err := db.Create(context.Background(), &due); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	env := &function.Env{Clock: clock.NewFake(now), Wall: clock.System{}, Log: slog.New(slog.NewJSONHandler(&log, nil))}
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
	function.PutSender(env, lifecycle.Queue, queue)
	if _, err := function.Invoker(sweep.Function, env).Invoke(context.Background(), []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	if len(queue.sent) != 1 || !strings.Contains(queue.sent[0].Body, "CHORE#1") {
		t.Errorf("it sent %+v, want the one piece", queue.sent)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"shards": 1, "WorkDue": 1, "WorkSent": 1, "SweepLag": 420} {
		if line[name] != want {
			t.Errorf("the log says %s %v, want %v", name, line[name], want)
		}
	}
}
