package auth

import "log/slog"

// masked keeps what embeds it out of logs and errors: printed in any way, it shows none of its fields.
type masked struct{}

const mask = "(secret)"

// String shows nothing.
func (masked) String() string { return mask }

// GoString shows nothing.
func (masked) GoString() string { return mask }

// LogValue shows nothing.
func (masked) LogValue() slog.Value { return slog.StringValue(mask) }
