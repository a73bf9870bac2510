// Package tasks is the function of renewal tasks with the store of its exports.
package tasks

import (
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/export/s3"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/renewaltask"
)

// Function declares the function of renewal tasks.
var Function = renewaltask.Function(s3.Port, s3.Read)

// Exports gives who makes the exports of every capability, by kind of due work.
func Exports(env *function.Env) map[string]lifecycle.Handler {
	return export.Work(env, s3.Port, map[string]export.Producer{renewaltask.Kind: renewaltask.Producer(env)})
}
