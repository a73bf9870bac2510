package main

import (
	"strings"
	"testing"
)

// B47: visibility must cover the batching window and the handler.
func TestQueuesAreInvisibleForSixTimeoutsAndTheWindow(t *testing.T) {
	api := synthesize(t, "dev").api
	checked := 0
	for id, source := range api.of("AWS::Lambda::EventSourceMapping") {
		queue, ok := api[target(source.at("EventSourceArn"))]
		if !ok || queue.Type != "AWS::SQS::Queue" {
			continue
		}
		checked++
		timeout, _ := api[target(source.at("FunctionName"))].at("Timeout").(float64)
		window, _ := source.at("MaximumBatchingWindowInSeconds").(float64)
		if got, _ := queue.at("VisibilityTimeout").(float64); timeout == 0 || got < 6*timeout+window {
			t.Errorf("%s: visibility %v s is less than 6 × %v s + %v s", id, got, timeout, window)
		}
	}
	if checked == 0 {
		t.Error("no queue starts a function")
	}
}

// B48: one bad message does not bring its batch back.
func TestEverySourceReportsWhichOfABatchFailed(t *testing.T) {
	api := synthesize(t, "dev").api
	for id, source := range api.of("AWS::Lambda::EventSourceMapping") {
		if types := words(source.at("FunctionResponseTypes")); len(types) != 1 || types[0] != "ReportBatchItemFailures" {
			t.Errorf("%s reports %v", id, types)
		}
		if _, local := api[target(source.at("EventSourceArn"))]; local {
			if n, _ := source.at("ScalingConfig", "MaximumConcurrency").(float64); n < 2 {
				t.Errorf("%s has a maximum concurrency of %v", id, n)
			}
			continue
		}
		if source.at("BisectBatchOnFunctionError") != true || source.at("FilterCriteria", "Filters") == nil {
			t.Errorf("%s: bisect %v, filters %v", id, source.at("BisectBatchOnFunctionError"), source.at("FilterCriteria"))
		}
		if source.at("DestinationConfig", "OnFailure", "Destination") == nil || source.at("MaximumRetryAttempts") == nil {
			t.Errorf("%s blocks the stream by one bad record", id)
		}
	}
}

func TestEveryQueueHasADeadLetterQueueWithAnAlarm(t *testing.T) {
	api := synthesize(t, "dev").api
	queues, dead := api.of("AWS::SQS::Queue"), map[string]bool{}
	for id, q := range queues {
		if strings.Contains(id, "Dead") {
			dead[id] = true
			continue
		}
		letters := target(q.at("RedrivePolicy", "deadLetterTargetArn"))
		if n, _ := q.at("RedrivePolicy", "maxReceiveCount").(float64); queues[letters].Type == "" || n < 2 {
			t.Errorf("%s gives up after %v receives to %q", id, n, letters)
		}
		if queues[letters].at("FifoQueue") != q.at("FifoQueue") {
			t.Errorf("%s and %s are not both FIFO", id, letters)
		}
	}
	for _, a := range api.of("AWS::CloudWatch::Alarm") {
		if a.at("MetricName") != "ApproximateNumberOfMessagesVisible" || a.at("Threshold") != 0.0 {
			continue
		}
		for _, d := range many(a.at("Dimensions")) {
			name, _ := d.(map[string]any)["Value"].(map[string]any)
			delete(dead, target(name))
		}
	}
	for id := range dead {
		t.Errorf("%s has no alarm", id)
	}
}

func TestQueuesAreEncryptedAndOrderedByGroup(t *testing.T) {
	for id, q := range synthesize(t, "dev").api.of("AWS::SQS::Queue") {
		if q.at("SqsManagedSseEnabled") != true {
			t.Errorf("%s is not encrypted", id)
		}
		if q.at("FifoQueue") != true {
			continue
		}
		if q.at("DeduplicationScope") != "messageGroup" || q.at("FifoThroughputLimit") != "perMessageGroupId" || q.at("ContentBasedDeduplication") != false {
			t.Errorf("%s: %v", id, q.Properties)
		}
	}
}

func TestTopicsAreEncrypted(t *testing.T) {
	api := synthesize(t, "dev").api
	for id, topic := range api.of("AWS::SNS::Topic") {
		if key := api[target(topic.at("KmsMasterKeyId"))]; key.at("EnableKeyRotation") != true {
			t.Errorf("%s is encrypted by %v", id, key.Properties)
		}
	}
}

func TestSchedulesHaveADeadLetterQueueAndRetries(t *testing.T) {
	schedules := synthesize(t, "dev").api.of("AWS::Scheduler::Schedule")
	if len(schedules) == 0 {
		t.Error("no schedule")
	}
	for id, s := range schedules {
		if s.at("Target", "DeadLetterConfig", "Arn") == nil || s.at("Target", "RetryPolicy", "MaximumRetryAttempts") == nil {
			t.Errorf("%s: %v", id, s.at("Target"))
		}
	}
}
