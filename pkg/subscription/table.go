package subscription

import (
	"strconv"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<customer> / SUB#<main>                   a main resource                     due work "subscription"
//	PARTY#<customer> / SUB#<main>#<attached>        what is attached to it
//	PARTY#<customer> / ATTACHED#<attached>          points to the main resource
//	PARTY#<customer> / ORDER#<order>                an order, by time                   due work "order"
//	PARTY#<customer> / FIVEDAY#<year>               five-day unsubscriptions of a year
//	PARTY#<customer> / REVIEW#<order>               a large refund that the vendor decides on
//	PARTY#<customer> / REARM                        resources to re-arm                 due work "rearm"
//	PRODUCT#<product> / PRODUCT                     a product of the catalogue
//	RENEWALPLAN#<customer>#<plan> / PLAN            a plan of renewals
//	RENEWALPLAN#<customer>#<plan> / ROWS#<n>        some of its rows                    due work "bulk" once committed
//	RENEWALPLAN#<customer>#<plan> / PAID#<line>     the order that a row became
//	IMPORT#<import> / IMPORT, ROWS#<n>              a long import and its parts         due work "import"
//
// Listed in GSI1:
//
//	PARTNER#<partner>#SUB#<month of expiry>         / <expiry>#<resource>
//	PARTNER#<partner>#ORDER#<month of placing>      / <order>
//	REVIEWS#<month of placing>                      / <order>
//	CATALOGUE#<service type>                        / <product>
//
// Access patterns: a main resource with what is attached to it (one strong query); a customer's resources in id order; a partner's by
// expiry, month after month; a customer's orders by time; a partner's by month, and among them those that it is asked to pay, which were placed
// within the days that an order awaits its payment; any order by its id, whose month the id tells; a product by id; the products of a service; the
// refunds to decide on, by month.

// The kinds of due work that this capability does.
const (
	WorkSubscription = "subscription"
	WorkOrder        = "order"
	WorkImport       = "import"
	WorkRearm        = "rearm"
	WorkBulk         = "bulk"
)

const (
	subPrefix      = "SUB#"
	attachedPrefix = "ATTACHED#"
	orderKeyPrefix = "ORDER#"
	afterFamily    = "~" // sorts behind every character of an id
)

func ownerKey(customer auth.PartyID) string { return "PARTY#" + string(customer) }

func subKey(customer auth.PartyID, main ID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: subPrefix + string(main)}
}

func attachedKey(customer auth.PartyID, main, attached ID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: subPrefix + string(main) + "#" + string(attached)}
}

func pointerKey(customer auth.PartyID, attached ID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: attachedPrefix + string(attached)}
}

func orderKey(customer auth.PartyID, id OrderID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: orderKeyPrefix + string(id)}
}

func fiveDayKey(customer auth.PartyID, year int) table.Key {
	return table.Key{PK: ownerKey(customer), SK: "FIVEDAY#" + strconv.Itoa(year)}
}

func reviewKey(customer auth.PartyID, id OrderID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: "REVIEW#" + string(id)}
}

func rearmKey(customer auth.PartyID) table.Key { return table.Key{PK: ownerKey(customer), SK: "REARM"} }

// reviewsOf lists the refunds to decide on that were asked for in a day's month.
func reviewsOf(day calendar.Date) string { return "REVIEWS#" + monthOfDay(day) }

func partnerOrders(partner auth.PartyID, day calendar.Date) string {
	return "PARTNER#" + string(partner) + "#ORDER#" + monthOfDay(day)
}

func monthOfDay(day calendar.Date) string { return day.String()[:len("2006-01")] }

func productKey(id ProductID) table.Key { return table.Key{PK: "PRODUCT#" + string(id), SK: "PRODUCT"} }

// listSub puts a subscription into its partner's list, by the month of its expiry; a customer without a partner is in no list.
func listSub(s *Subscription) {
	s.G1PK, s.G1SK = "", ""
	if s.Partner != "" && s.Status != StatusClosed {
		s.G1PK = partnerSubs(s.Partner, s.Expiry)
		s.G1SK = s.Expiry.String() + "#" + string(s.ResourceID)
	}
}

func partnerSubs(partner auth.PartyID, month calendar.Date) string {
	return "PARTNER#" + string(partner) + "#SUB#" + monthOfDay(month)
}

// listOrder puts an order into the list of its customer's partner.
func listOrder(o *Order, partner auth.PartyID) {
	if partner != "" {
		o.G1PK = partnerOrders(partner, calendar.DateOf(o.Placed))
		o.G1SK = string(o.ID)
	}
}

func listProduct(p *Product) { p.G1PK, p.G1SK = "CATALOGUE#"+p.ServiceTypeCode, string(p.ID) }
