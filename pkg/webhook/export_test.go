package webhook

import (
	"time"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/table"
)

// Wait makes env's requests wait for a shorter time.
func Wait(env *function.Env, answer time.Duration) {
	c := newClient(env.Setting(SettingReach) == "anywhere")
	c.Timeout = answer
	ClientPort.Put(env, c)
}

// Share lets env see another's table.
func Share(env *function.Env, db *table.Client) {
	function.Port[*table.Client]{Name: "table"}.Put(env, db)
}

// Guard is what each connection is asked by.
var Guard = guard
