package function

import "context"

// Outgoing is a message to send. Group and Dedup are for FIFO queues: messages of one group stay in order, and a second
// message of one Dedup within five minutes is dropped.
type Outgoing struct{ Body, Group, Dedup string }

// Sender sends to one queue.
type Sender interface {
	// Send sends all messages, in their order. What SQS refuses by its own fault is sent again; an error may leave some sent.
	Send(ctx context.Context, messages []Outgoing) error
}

// SenderPort gives the port to a queue, opened by open.
func SenderPort(q *Queue, open func(env *Env) Sender) Port[Sender] {
	return Port[Sender]{Name: "queue " + q.Name, Open: open}
}

// PutSender makes s the sender to a queue in env. For tests.
func PutSender(env *Env, q *Queue, s Sender) { SenderPort(q, nil).Put(env, s) }
