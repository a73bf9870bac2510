// Package problem is the one error type of the system: what a caller may read (a status, a documented code, a message
// and the field that it speaks of) around what only the log may see (the cause).
package problem

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is a refusal that a caller may read. Anything else that an operation returns is answered as an internal error.
// Codes are those of the BSS API. Source: DOMAIN.md 18.
type Error struct {
	Status  int    // HTTP status
	Code    string // such as CBC.0100
	Message string // what was wrong with which value and what would be right
	Field   string // the input field that the message speaks of, as it is called on the wire; empty when it is none
	cause   error
}

// New returns a refusal with a formatted message.
func New(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid refuses the value of one input field: 400 CBC.0100.
func Invalid(field, format string, args ...any) *Error {
	return New(http.StatusBadRequest, "CBC.0100", format, args...).In(field)
}

// Denied refuses a caller whose credential is valid but does not reach this far: 403 CBC.0155.
func Denied(format string, args ...any) *Error {
	return New(http.StatusForbidden, "CBC.0155", format, args...)
}

// Error gives the text for logs: code, field, message and cause.
func (e *Error) Error() string {
	text := e.Code + ": " + e.Public()
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Public gives the text for the caller: the field, when there is one, and the message.
func (e *Error) Public() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is holds for two refusals of one status and code, whatever their messages say.
func (e *Error) Is(target error) bool {
	var other *Error
	return errors.As(target, &other) && other.Status == e.Status && other.Code == e.Code
}

// In returns a copy that names the field.
func (e *Error) In(field string) *Error {
	named := *e
	named.Field = field
	return &named
}

// Because returns a copy that carries a cause, which is logged and never sent.
func (e *Error) Because(cause error) *Error {
	caused := *e
	caused.cause = cause
	return &caused
}

// Saying returns a copy with another message: a sentinel made specific.
func (e *Error) Saying(format string, args ...any) *Error {
	said := *e
	said.Message = fmt.Sprintf(format, args...)
	return &said
}

// As finds the refusal in an error's chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}
