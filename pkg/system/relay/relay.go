// Package relay is the function that carries events from the table's stream to the notifications queue.
package relay

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/function/sqs"
)

// Function declares the relay.
var Function = function.Declaration{
	Name:    "relay",
	Does:    "Carries events from the table's stream to the notifications queue",
	Stream:  &function.StreamTrigger{Filter: event.Filter, Batch: 100, Handle: handle},
	Grants:  []function.Grant{function.SendTo(event.Notifications)},
	Timeout: 30 * time.Second,
}

func handle(env *function.Env) func(context.Context, []function.Record) string {
	return func(ctx context.Context, batch []function.Record) string {
		return event.Relay(ctx, sqs.SenderTo(env, event.Notifications), batch)
	}
}
