// Package notices says what partners are told each morning of their large-order renewal tasks: it is a source of their digests. When a task
// is told of is decided by renewaltask.Row.Remind; here is how it is said, in Chinese and English.
//
// It is apart from package renewaltask so that no function links the words and the layout but the one that sends them.
//
// Source: DOMAIN.md 15, "Reminders".
package notices
