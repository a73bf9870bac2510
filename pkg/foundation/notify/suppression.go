package notify

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/table"
)

// suppression is the item of an address that gets nothing any more. It does not tell the address.
type suppression struct {
	table.Head
	Why string    `dynamodbav:"why"`
	At  time.Time `dynamodbav:"at"` // UTC
}

// Suppress ends all messages to an address: its mail bounces for good, or its owner complained. To do so twice is as once.
func Suppress(ctx context.Context, db *table.Client, address, why string, at time.Time) error {
	err := db.Create(ctx, &suppression{Head: suppressionKey(address).Head(), Why: why, At: at})
	if errors.Is(err, table.ErrExists) {
		return nil
	}
	return err
}

func isSuppressed(ctx context.Context, db *table.Client, address string) (bool, error) {
	err := db.GetEventual(ctx, suppressionKey(address), &suppression{})
	if errors.Is(err, table.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// taken is the item that says that the mail service has a message.
type taken struct {
	table.Head
	At time.Time `dynamodbav:"at"` // UTC
}

// Taken writes down that the mail service has taken a message. To do so twice is as once.
func Taken(ctx context.Context, db *table.Client, id string, at, wall time.Time) error {
	item := &taken{Head: sentKey(id).Head(), At: at}
	item.TTL = wall.Add(keep).Unix()
	err := db.Create(ctx, item)
	if errors.Is(err, table.ErrExists) {
		return nil
	}
	return err
}

// WasTaken reports whether the mail service has taken a message, as far as it has told us.
func WasTaken(ctx context.Context, db *table.Client, id string) (bool, error) {
	err := db.Get(ctx, sentKey(id), &taken{})
	if errors.Is(err, table.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
