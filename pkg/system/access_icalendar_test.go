package system_test

import "partnercenter/pkg/foundation/auth"

var keepsFeeds = ofPartners("admin finance sales supervisor").and(auth.Customer, "admin finance")

var accessOfICalendar = map[string]who{
	"CreateCalendarFeed": keepsFeeds,
	"ListCalendarFeeds":  keepsFeeds,
	"DeleteCalendarFeed": keepsFeeds,
}
