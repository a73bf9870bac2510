package lifecycle

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
)

func TestEveryKindOfWorkHasSomebodyWhoDoesIt(t *testing.T) {
	env := &function.Env{Clock: clock.System{}, Wall: clock.System{}, Setting: func(string) string { return "" }}
	got := fmt.Sprint(slices.Sorted(maps.Keys(Handlers(env))))
	if want := "[agreement_news association authorization bulk cascade consumption_chunk consumption_import coupon declaration digest export import incentive_apply incentive_close incentive_expiry incentive_statement invoice_list membership opportunity order payment payment_request performance_count performance_orders performance_review rearm relist renewal_generation renewal_task report settlement_bill specialist subscription webhook withdrawal]"; got != want {
		t.Errorf("somebody does %s, want %s", got, want)
	}
}
