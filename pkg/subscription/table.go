package subscription

import (
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
//	PRODUCT#<product> / PRODUCT                     a product of the catalogue
//	IMPORT#<import> / IMPORT, ROWS#<n>              a long import and its parts         due work "import"
//
// Listed in GSI1:
//
//	PARTNER#<partner>#SUB#<month of expiry>         / <expiry>#<resource>
//	PARTNER#<partner>#ORDER#<month of placing>      / <order>
//	CATALOGUE#<service type>                        / <product>
//
// Access patterns: a main resource with what is attached to it (one strong query); a customer's resources in id order; a partner's by
// expiry, month after month; a customer's orders by time; a product by id; the products of a service.

// The kinds of due work that this capability does.
const (
	WorkSubscription = "subscription"
	WorkOrder        = "order"
	WorkImport       = "import"
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
	return "PARTNER#" + string(partner) + "#SUB#" + month.String()[:len("2006-01")]
}

// listOrder puts an order into the list of its customer's partner.
func listOrder(o *Order, partner auth.PartyID) {
	if partner != "" {
		o.G1PK = "PARTNER#" + string(partner) + "#ORDER#" + calendar.DateOf(o.Placed).String()[:len("2006-01")]
		o.G1SK = string(o.ID)
	}
}

func listProduct(p *Product) { p.G1PK, p.G1SK = "CATALOGUE#"+p.ServiceTypeCode, string(p.ID) }
