package function

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"partnercenter/pkg/foundation/rest"
)

// Declaration is one function. Exactly one of HTTP, Queue, Schedule, Stream and Resource is set.
//
// A package that other functions use as well gives its declaration by a func: a variable that its package's start fills keeps everything that it
// names, all operations with it, in the binary of everybody who imports the package.
type Declaration struct {
	Name string // its folder under functions/ and its name on AWS
	Does string // one sentence, for the console

	HTTP     func(api *rest.API, env *Env) // registers its operations, and opens nothing
	Queue    *QueueTrigger
	Schedule *ScheduleTrigger
	Stream   *StreamTrigger
	Resource func(env *Env) cfn.CustomResourceFunction // runs when the system is deployed

	Grants   []Grant
	Timeout  time.Duration // 0 is 10 s
	MemoryMB int           // 0 is 256
	CatchAll bool          // an HTTP function that also answers every path that no operation has
	Under    []string      // of an HTTP function: paths below which everything is its own, see Routes
	Settings []string      // that it reads besides those that its trigger and its grants imply
}

// Queue is the shape of a queue. What is received MaxReceive times without success goes to its dead-letter queue.
type Queue struct {
	Name       string
	FIFO       bool
	MaxReceive int
}

// DeadLetters names the queue's dead-letter queue, without the suffix that FIFO queues carry.
func (q *Queue) DeadLetters() string { return q.Name + "-dead" }

// QueueTrigger starts a function with batches of a queue's messages. The handler returns the ids of the messages that failed.
type QueueTrigger struct {
	Queue          *Queue
	Batch          int           // messages at most
	Window         time.Duration // how long a batch may wait to fill
	MaxConcurrency int
	Handle         func(env *Env) func(ctx context.Context, batch []Message) (failed []string)
}

// Message is one message of a queue.
type Message struct {
	ID       string
	Group    string // of a FIFO queue
	Body     string
	Receives int // how often it was received, this time included
}

// ScheduleTrigger starts a function at a steady interval.
type ScheduleTrigger struct {
	Every  time.Duration
	Handle func(env *Env) func(ctx context.Context) error
}

// StreamTrigger starts a function with the table's stream. Filter is a Lambda event pattern. The handler returns the sequence number
// of the first record that failed, from which on the batch is delivered again, or an empty one.
type StreamTrigger struct {
	Filter string
	Batch  int
	Handle func(env *Env) func(ctx context.Context, batch []Record) (failed string)
}

// Record is one record of the table's stream.
type Record struct {
	Sequence string
	Name     string // INSERT, MODIFY or REMOVE
	New      map[string]types.AttributeValue
}

// ResourceKind is a kind of thing that a function may touch.
type ResourceKind string

// The kinds of thing that a function may touch.
const (
	KindTable ResourceKind = "table"
	KindIndex ResourceKind = "index"
	KindQueue ResourceKind = "queue"
	KindKey   ResourceKind = "key"
	KindMail  ResourceKind = "mail"
	KindSMS   ResourceKind = "sms"
	KindPool  ResourceKind = "pool"
	KindStore ResourceKind = "store" // a bucket
)

// Resource is one thing that a function may touch. Name is an index's, a queue's or a bucket's.
type Resource struct {
	Kind ResourceKind
	Name string
}

// The things of which there is one.
var (
	Table = Resource{Kind: KindTable}
	Key   = Resource{Kind: KindKey}
	Mail  = Resource{Kind: KindMail}
	SMS   = Resource{Kind: KindSMS}
	Pool  = Resource{Kind: KindPool}
)

// Index gives an index of the table as a resource.
func Index(name string) Resource { return Resource{Kind: KindIndex, Name: name} }

// To gives a queue as a resource.
func To(q *Queue) Resource { return Resource{Kind: KindQueue, Name: q.Name} }

// Grant lets a function do single actions on a resource.
type Grant struct {
	On Resource
	Do []string // IAM actions, such as dynamodb:GetItem
}

// Reads and writes of items; TransactWriteItems needs the actions of its parts.
var (
	ReadTable  = Grant{On: Table, Do: []string{"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}}
	WriteTable = Grant{On: Table, Do: []string{"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}}
	UseKey     = Grant{On: Key, Do: []string{"kms:GenerateDataKey", "kms:Decrypt"}}
)

// Query lets a function read an index.
func Query(index string) Grant { return Grant{On: Index(index), Do: []string{"dynamodb:Query"}} }

// SendTo lets a function send to a queue.
func SendTo(q *Queue) Grant { return Grant{On: To(q), Do: []string{"sqs:SendMessage"}} }

const (
	defaultTimeout = 10 * time.Second
	defaultMemory  = 256
)

// Limit gives the function's timeout.
func (d Declaration) Limit() time.Duration {
	if d.Timeout == 0 {
		return defaultTimeout
	}
	return d.Timeout
}

// Memory gives the function's memory in MB.
func (d Declaration) Memory() int {
	if d.MemoryMB == 0 {
		return defaultMemory
	}
	return d.MemoryMB
}
