package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// most is how many items one transaction may touch, by AWS.
const most = 100

type verb int

const (
	create verb = iota
	replace
	remove
	check
	absent
)

// step is one item's part in a transaction.
type step struct {
	verb   verb
	key    Key
	ver    int64  // the version that must still be there
	mark   string // and its stamp: an item that was made anew has the first version again; empty for one that was not read
	before map[string]types.AttributeValue
	after  map[string]types.AttributeValue
}

// Tx collects what must happen together or not at all. Capabilities append to the Tx of whoever owns the effect. It refuses two
// steps on one item and more than 100 items; the refusal comes from Commit.
type Tx struct {
	stamp string
	steps []step
	held  map[Key]bool
	err   error
}

// NewTx returns an empty transaction.
func NewTx() *Tx { return &Tx{stamp: newStamp(), held: map[Key]bool{}} }

// Len gives the number of items that the transaction touches.
func (tx *Tx) Len() int { return len(tx.steps) }

// Create adds an item that must not exist yet. One whose TTL has passed does not.
func (tx *Tx) Create(item Item) {
	tx.append(step{verb: create, key: item.Header().Key(), after: tx.image(item, 1)})
}

// Replace writes next over old, on the condition that the table still holds the version that old was read as. next's version
// becomes one more than old's.
func (tx *Tx) Replace(old, next Item) {
	if old.Header().Key() != next.Header().Key() {
		tx.fail(fmt.Errorf("replace %s by %s: not the same item", old.Header().Key(), next.Header().Key()))
		return
	}
	s := tx.read(replace, old)
	s.after = tx.image(next, s.ver+1)
	tx.append(s)
}

// Remove deletes an item on the condition that it is still the version that was read.
func (tx *Tx) Remove(old Item) { tx.append(tx.read(remove, old)) }

// Check makes the transaction conditional on an item that it does not write: it is still the version that was read.
func (tx *Tx) Check(item Item) { tx.append(tx.read(check, item)) }

// read gives the step of an item that must still be what was read.
func (tx *Tx) read(v verb, item Item) step {
	before, err := Marshal(item)
	tx.fail(err)
	h := item.Header()
	return step{verb: v, key: h.Key(), ver: h.Ver, mark: h.Stamp, before: before}
}

// Absent makes the transaction conditional on there being no item at key.
func (tx *Tx) Absent(key Key) { tx.append(step{verb: absent, key: key}) }

// image gives the attributes of an item as this transaction writes it, and sets its head accordingly.
func (tx *Tx) image(item Item, ver int64) map[string]types.AttributeValue {
	h := item.Header()
	h.Ver, h.Stamp, h.Schema = ver, tx.stamp, schemaVersion
	if h.PK == "" || h.SK == "" {
		tx.fail(fmt.Errorf("an item of type %T has no key", item))
	}
	attributes, err := Marshal(item)
	tx.fail(err)
	return attributes
}

func (tx *Tx) append(s step) {
	if tx.held[s.key] {
		tx.fail(fmt.Errorf("two steps on %s in one transaction", s.key))
	}
	tx.held[s.key] = true
	tx.steps = append(tx.steps, s)
	if len(tx.steps) > most {
		tx.fail(fmt.Errorf("a transaction of more than %d items", most))
	}
}

func (tx *Tx) fail(err error) {
	if tx.err == nil {
		tx.err = err
	}
}

// Cancelled says which items made a write fail. It is an ErrConflict, or an ErrExists when all of them should not have existed.
type Cancelled struct {
	Keys   []Key
	exists bool
}

// Error names what was cancelled, and where.
func (e *Cancelled) Error() string { return fmt.Sprintf("%v: %v", e.Unwrap(), e.Keys) }

// Unwrap gives ErrExists or ErrConflict.
func (e *Cancelled) Unwrap() error {
	if e.exists {
		return ErrExists
	}
	return ErrConflict
}

// On reports whether the item at key was among the causes.
func (e *Cancelled) On(key Key) bool {
	for _, k := range e.Keys {
		if k == key {
			return true
		}
	}
	return false
}

// ConflictOn reports whether err is a write that failed because of the item at key.
func ConflictOn(err error, key Key) bool {
	var cancelled *Cancelled
	return errors.As(err, &cancelled) && cancelled.On(key)
}

// Commit writes all of tx or nothing. Errors: ErrConflict as *Cancelled, ErrBusy.
func (c *Client) Commit(ctx context.Context, tx *Tx) error {
	if tx.err != nil {
		return tx.err
	}
	if len(tx.steps) == 0 {
		return nil
	}
	return c.write(ctx, tx, true)
}

// write sends the steps until they are done or refused. When an answer was lost, the stamp on the items tells whether the
// refusal of the next attempt is only the shadow of our own success.
func (c *Client) write(ctx context.Context, tx *Tx, transactional bool) error {
	kind := OpWrite
	if transactional {
		kind = OpTx
	}
	doubtful := false
	err := c.try(ctx, &Op{Kind: kind, Keys: tx.keys()}, func() error {
		err := c.send(ctx, tx, transactional)
		if doubtful && tx.tookEffect(err) {
			return nil
		}
		return err
	}, func(err error) { doubtful = doubtful || ambiguous(err) })
	if cancelled := tx.cancelled(err); cancelled != nil {
		return cancelled
	}
	if err == nil {
		c.faults.remember(tx)
	}
	return err
}

func (c *Client) send(ctx context.Context, tx *Tx, transactional bool) error {
	spend(ctx, tx.units(c.shape, transactional), 0)
	if !transactional {
		return c.sendOne(ctx, tx.steps[0])
	}
	in := &dynamodb.TransactWriteItemsInput{}
	for _, s := range tx.steps {
		in.TransactItems = append(in.TransactItems, c.transactItem(s))
	}
	_, err := c.ddb.TransactWriteItems(ctx, in)
	return err
}

func (c *Client) sendOne(ctx context.Context, s step) error {
	condition, names, values := s.condition(c.wall.Now())
	if s.verb == remove {
		_, err := c.ddb.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &c.name, Key: s.key.attributes(), ConditionExpression: condition,
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	}
	_, err := c.ddb.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &c.name, Item: s.after, ConditionExpression: condition,
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	return err
}

func (c *Client) transactItem(s step) types.TransactWriteItem {
	condition, names, values := s.condition(c.wall.Now())
	old := types.ReturnValuesOnConditionCheckFailureAllOld
	switch s.verb {
	case create, replace:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &c.name, Item: s.after, ConditionExpression: condition,
			ExpressionAttributeNames: names, ExpressionAttributeValues: values, ReturnValuesOnConditionCheckFailure: old,
		}}
	case remove:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &c.name, Key: s.key.attributes(), ConditionExpression: condition,
			ExpressionAttributeNames: names, ExpressionAttributeValues: values, ReturnValuesOnConditionCheckFailure: old,
		}}
	case check, absent:
	}
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &c.name, Key: s.key.attributes(), ConditionExpression: condition,
		ExpressionAttributeNames: names, ExpressionAttributeValues: values, ReturnValuesOnConditionCheckFailure: old,
	}}
}

func (s step) condition(wall time.Time) (*string, map[string]string, map[string]types.AttributeValue) {
	switch {
	case s.verb == create, s.verb == absent:
		return aws.String("attribute_not_exists(PK) OR #ttl <= :now"), map[string]string{"#ttl": "ttl"}, numbers(map[string]int64{":now": wall.Unix()})
	case s.mark == "":
		return aws.String("#ver = :ver"), map[string]string{"#ver": "ver"}, numbers(map[string]int64{":ver": s.ver})
	}
	values := numbers(map[string]int64{":ver": s.ver})
	values[":stamp"] = &types.AttributeValueMemberS{Value: s.mark}
	return aws.String("#ver = :ver AND #stamp = :stamp"), map[string]string{"#ver": "ver", "#stamp": "stamp"}, values
}

func (tx *Tx) keys() []Key {
	keys := make([]Key, len(tx.steps))
	for i, s := range tx.steps {
		keys[i] = s.key
	}
	return keys
}

// units gives the write units of the whole transaction, which a cancelled one costs as well.
func (tx *Tx) units(shape Shape, transactional bool) float64 {
	var units float64
	for _, s := range tx.steps {
		units += writeUnits(s.before, s.after, transactional)
		if s.verb == create || s.verb == replace || s.verb == remove {
			units += indexUnits(shape, s.before, s.after)
		}
	}
	return units
}

// tookEffect holds when a failed condition met an item that this very write has made.
func (tx *Tx) tookEffect(err error) bool {
	for _, found := range failures(err) {
		if text(found.item["stamp"]) == tx.stamp {
			return true
		}
		if found.item == nil && found.at < len(tx.steps) && tx.steps[found.at].verb == remove && len(tx.steps) == 1 {
			return true
		}
	}
	return false
}

// cancelled turns a failed condition into the error that callers know, nil for any other error.
func (tx *Tx) cancelled(err error) error {
	failed := failures(err)
	if len(failed) == 0 {
		return nil
	}
	out := &Cancelled{exists: true}
	for _, f := range failed {
		s := tx.steps[f.at]
		out.Keys = append(out.Keys, s.key)
		out.exists = out.exists && s.verb == create
	}
	return out
}

type failure struct {
	at   int
	item map[string]types.AttributeValue // what the table holds
}

// failures lists the failed conditions of a write.
func failures(err error) []failure {
	var one *types.ConditionalCheckFailedException
	if errors.As(err, &one) {
		return []failure{{item: one.Item}}
	}
	var many *types.TransactionCanceledException
	if !errors.As(err, &many) {
		return nil
	}
	var failed []failure
	for i, r := range many.CancellationReasons {
		if aws.ToString(r.Code) == "ConditionalCheckFailed" {
			failed = append(failed, failure{at: i, item: r.Item})
		}
	}
	return failed
}
