// Package sweep is the function that asks every five minutes what is due and sends it to the lifecycle queue.
package sweep

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/function/sqs"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/table"
)

// Function declares the sweep.
var Function = function.Declaration{
	Name:     "sweep",
	Does:     "Sends what is due to the lifecycle queue",
	Schedule: &function.ScheduleTrigger{Every: lifecycle.Every, Handle: handle},
	Grants: []function.Grant{
		{On: function.Table, Do: []string{"dynamodb:GetItem", "dynamodb:PutItem"}},
		function.Query(table.Due), function.SendTo(lifecycle.Queue),
	},
	Timeout: time.Minute,
}

// New returns the sweep of env.
func New(env *function.Env) *lifecycle.Sweep {
	return &lifecycle.Sweep{Table: env.Table(), Clock: env.Clock, Wall: env.Wall, Queue: sqs.SenderTo(env, lifecycle.Queue)}
}

func handle(env *function.Env) func(context.Context) error {
	return func(ctx context.Context) error {
		report, err := New(env).Tick(ctx)
		function.Note(ctx, "shards", report.Shards)
		function.Measure(ctx, "WorkDue", "Count", float64(report.Due))
		function.Measure(ctx, "WorkSent", "Count", float64(report.Sent))
		function.Measure(ctx, "SweepLag", "Seconds", report.Lag.Seconds())
		return err
	}
}
