// Package tasks is the function of renewal tasks with the store of its exports.
package tasks

import (
	"maps"

	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/export/s3"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/renewaltask"
)

// Function declares the function of renewal tasks.
func Function() function.Declaration { return renewaltask.Function(address.Port, address.Read) }

// Exports gives who makes exports, by kind of due work: those of renewal tasks, and those of other capabilities.
func Exports(env *function.Env, others map[string]export.Producer) map[string]lifecycle.Handler {
	all := map[string]export.Producer{renewaltask.Kind: renewaltask.Producer(env)}
	maps.Copy(all, others)
	return export.Work(env, s3.Port, all)
}
