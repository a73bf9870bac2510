package main

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/function"
)

const (
	keptDays     = 14 // how long what failed waits in its dead-letter queue: SQS's longest
	sixTimeouts  = 6  // a queue's visibility covers six of its function's timeouts and its window. Source: CASES.md B47
	fifoSuffix   = ".fifo"
	deadAccepted = "it is where messages go that failed elsewhere"
)

// addQueue makes a queue, its dead-letter queue, and the visibility that its functions need.
func (s *apiStack) addQueue(q *function.Queue, functions []function.Declaration) {
	dead := s.addDead(q.DeadLetters(), q.FIFO)
	props := s.queueProps(q.Name, q.FIFO)
	props.VisibilityTimeout = seconds(visibility(q, functions))
	props.DeadLetterQueue = &awssqs.DeadLetterQueue{Queue: dead, MaxReceiveCount: jsii.Number(q.MaxReceive)}
	s.queues[q.Name] = awssqs.NewQueue(s.stack, jsii.String(title(q.Name)+"Queue"), props)
}

// addDead makes a dead-letter queue.
func (s *apiStack) addDead(name string, fifo bool) awssqs.Queue {
	props := s.queueProps(name, fifo)
	props.RetentionPeriod = awscdk.Duration_Days(jsii.Number(keptDays))
	q := awssqs.NewQueue(s.stack, jsii.String(title(name)+"Queue"), props)
	accept(q, "AwsSolutions-SQS3", deadAccepted)
	s.dead[name] = q
	return q
}

// queueProps gives what all queues have: encryption at rest and on the way, and for FIFO queues throughput by message group.
func (s *apiStack) queueProps(name string, fifo bool) *awssqs.QueueProps {
	props := &awssqs.QueueProps{
		QueueName: s.config.name(name), Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: jsii.Bool(true),
	}
	if fifo {
		props.QueueName = jsii.String(*props.QueueName + fifoSuffix)
		props.Fifo, props.ContentBasedDeduplication = jsii.Bool(true), jsii.Bool(false)
		props.DeduplicationScope = awssqs.DeduplicationScope_MESSAGE_GROUP
		props.FifoThroughputLimit = awssqs.FifoThroughputLimit_PER_MESSAGE_GROUP_ID
	}
	return props
}

func visibility(q *function.Queue, functions []function.Declaration) time.Duration {
	var longest time.Duration
	for _, d := range functions {
		if d.Queue != nil && d.Queue.Queue == q {
			longest = max(longest, sixTimeouts*d.Limit()+d.Queue.Window)
		}
	}
	return longest
}
