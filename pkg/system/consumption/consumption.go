// Package consumption is the function that brings consumption in, with where the files of its imports are.
package consumption

import (
	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/export/s3"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/incentive/performance"
)

// Function declares that function.
func Function() function.Declaration { return performance.Consumption(Files, address.Read, s3.Write) }

// Files is where imports' files are: in the bucket of exports, under a prefix of their own, which it deletes after three days.
var Files = function.Port[performance.Files]{
	Name: "consumption files", Open: func(env *function.Env) performance.Files { return s3.Open(env) },
}
