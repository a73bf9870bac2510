// Package feedback is the function that hears what became of our mails: it takes SES's events from their queue, ends all messages to addresses
// that bounce for good or complain, and writes down which messages SES has taken.
package feedback

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/ses"
	"partnercenter/pkg/foundation/table"
)

// Queue is what the topic of SES's events sends to.
var Queue = &function.Queue{Name: "feedback", MaxReceive: 5}

// Function declares the function.
var Function = function.Declaration{
	Name:    "feedback",
	Does:    "Hears of bounces, complaints and mails that were taken",
	Queue:   &function.QueueTrigger{Queue: Queue, Batch: 10, Window: 5 * time.Second, MaxConcurrency: 5, Handle: handle},
	Grants:  []function.Grant{{On: function.Table, Do: []string{"dynamodb:PutItem"}}},
	Timeout: 30 * time.Second,
}

func handle(env *function.Env) func(context.Context, []function.Message) []string {
	return func(ctx context.Context, messages []function.Message) (failed []string) {
		h := hearer{table: env.Table(), clock: env.Clock, wall: env.Wall}
		for _, m := range messages {
			if err := h.hear(ctx, m.Body); err != nil {
				function.Note(ctx, "message_error", m.ID+": "+err.Error())
				failed = append(failed, m.ID)
			}
		}
		return failed
	}
}

// envelope is how SNS wraps a message for SQS.
type envelope struct {
	Type    string
	Message string
}

// sesEvent is what we read of an event of SES.
// Source: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
type sesEvent struct {
	EventType string `json:"eventType"`
	Mail      struct {
		Tags map[string][]string `json:"tags"`
	} `json:"mail"`
	Bounce struct {
		BounceType        string    `json:"bounceType"`
		BouncedRecipients []address `json:"bouncedRecipients"`
	} `json:"bounce"`
	Complaint struct {
		FeedbackType         string    `json:"complaintFeedbackType"`
		ComplainedRecipients []address `json:"complainedRecipients"`
	} `json:"complaint"`
}

const (
	// found is how a message begins by which SES tells, in plain text, that it can reach the topic.
	found = "Successfully validated SNS topic"

	// notSpam is the type of a report that takes another back: the reader wants our mails. Source: RFC 6430.
	notSpam = "not-spam"
)

type address struct {
	EmailAddress string `json:"emailAddress"`
}

type hearer struct {
	table *table.Client
	clock clock.Clock // business time
	wall  clock.Clock
}

func (h hearer) hear(ctx context.Context, body string) error {
	var wrapped envelope
	if err := json.Unmarshal([]byte(body), &wrapped); err != nil {
		return fmt.Errorf("a message that SNS has not sent: %w", err)
	}
	if strings.HasPrefix(wrapped.Message, found) {
		return nil
	}
	var e sesEvent
	if err := json.Unmarshal([]byte(wrapped.Message), &e); err != nil {
		return fmt.Errorf("a message of type %q that SES has not sent: %w", wrapped.Type, err)
	}
	function.Measure(ctx, "MailEvent"+e.EventType, "Count", 1)
	switch e.EventType {
	case "Bounce":
		if e.Bounce.BounceType != "Permanent" {
			return nil
		}
		return h.suppress(ctx, "bounce", e.Bounce.BouncedRecipients)
	case "Complaint":
		if e.Complaint.FeedbackType == notSpam {
			return nil
		}
		return h.suppress(ctx, "complaint", e.Complaint.ComplainedRecipients)
	case "Send", "Delivery":
		for _, id := range e.Mail.Tags[ses.Tag] {
			if err := notify.Taken(ctx, h.table, id, h.clock.Now(), h.wall.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h hearer) suppress(ctx context.Context, why string, addresses []address) error {
	for _, a := range addresses {
		function.Note(ctx, "suppressed", notify.MaskEmail(a.EmailAddress))
		if err := notify.Suppress(ctx, h.table, a.EmailAddress, why, h.clock.Now()); err != nil {
			return err
		}
	}
	return nil
}
