package renewaltask

import (
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
)

// The numbers of this capability. Source, where no other is named: DOMAIN.md 15 and 19.
const (
	// large is what must have been paid at least for what of an order expires in a month.
	large money.Fen = 5_000_00

	// enough is the renewal rate, in percent, at which an order counts as renewed.
	enough = 60

	// A month's tasks are generated on its first day at 00:30 Beijing. ASSUMED
	generationHour, generationMinute = 0, 30

	// refreshHour is when an open task is looked at each day, Beijing: behind the night's auto-renewals and before the morning's digests.
	// ASSUMED
	refreshHour = 4

	// openMonths is how many months after its own a task stays open while its order is neither renewed enough nor gone. ASSUMED
	openMonths = 3

	// listMonths is how many months a list goes back when it is not asked for other days, and the longest time that it can be asked for. ASSUMED
	listMonths = 12
)

// daysBeforeExpiry are the days before its expiry on which an open task is reminded of; it is announced when it is new as well. ASSUMED
var daysBeforeExpiry = []int{7, 3}

// excluded are the services whose orders are no tasks: by the month alone, or whatever the term. Source: DOMAIN.md 15, which names them; their
// codes are ASSUMED.
var excluded = map[string]exclusion{
	"hws.service.type.antiddos": {unit: calendar.Month},
	"hws.service.type.waf":      {unit: calendar.Month},
	"hws.service.type.welink":   {},
	"hws.service.type.meeting":  {},
}

// exclusion leaves out what was bought by a unit; 0 is every unit.
type exclusion struct{ unit calendar.Unit }
