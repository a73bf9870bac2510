package function

import (
	"fmt"
	"runtime/debug"
)

// Guarded makes an error of a panic: one broken message must not take the function, and with it those beside it, along.
func Guarded(do func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return do()
}
