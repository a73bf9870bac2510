package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Message is one mail.
type Message struct {
	ID      string // names it for good, made by MessageID
	To      string // address; empty when there is none
	Subject string
	HTML    string
	Text    string
}

// MessageID names a message by what it tells whom: the same parts give the same id. Ids consist of lower-case hex digits, so that
// every service takes them as a tag or a header.
func MessageID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x1f")))
	return hex.EncodeToString(sum[:16])
}

// Mail hands mails over to a mail service.
type Mail interface {
	// Send hands one mail over. Unless its error is ErrUnsure, a mail that failed was not sent.
	Send(ctx context.Context, m Message) error
	// Sent reports whether the service has taken a mail with this id.
	Sent(ctx context.Context, id string) (bool, error)
}

// Text is one SMS: a template that the carrier knows, and what to put into it.
type Text struct {
	To       string // phone number, with or without country code
	Template string
	Params   map[string]string
	Locale   Locale
}

// SMS hands text messages over to a carrier.
type SMS interface {
	Send(ctx context.Context, t Text) error
}

// ErrUnsure: nobody knows whether the message was sent, for the answer did not come.
var ErrUnsure = errors.New("perhaps sent")

// Unsure marks the error of a call over HTTP as ErrUnsure, unless the service has answered that it refuses.
func Unsure(err error) error {
	var answered interface{ HTTPStatusCode() int }
	refused := errors.As(err, &answered) && answered.HTTPStatusCode() >= 400 && answered.HTTPStatusCode() < 500
	if err == nil || refused {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnsure, err)
}
