package customer

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	IDENTITY#<kind>#<hash> / IDENTITY               a login name, mail address, phone number or platform's id that is in use
//	PARTY#<customer> / BUDGET                       a customer's budget
//	PARTY#<customer> / BUDGETSET#<partner>#<time>   when it was set, and to what
//	PARTY#<customer> / BUDGETSPENT#<event>          a payment that is counted in it             TTL
//	PARTY#<customer> / REALNAME                     the last real-name application
//	PARTY#<customer> / ONDEMAND#<resource>          an on-demand resource
//	FOLLOWED#<hash> / FOLLOWED                      somebody whom the vendor looks after itself
//	PARTY#<partner> / REPORT#<report>               a customer report                           due work "report"
//	PARTY#<partner> / REPORTS                       how many live reports a partner has
//	REPORTED#<hash> / REPORTED                      whose report a mail address or phone number is
//	PARTY#<partner> / INVITATION#<invitation>       an invitation
//	PARTY#<partner> / FORWARDED#<invitation>#<date> how many mails an offline invitation has brought       TTL
//	PARTY#<partner> / COMMITMENT                    that the partner signed the letter for operating on customers' behalf
//	PARTY#<partner> / ASSOCIATION#<record>          how an association began, or is to end or switch   due work "association"
//	PARTY#<customer> / ASSOCIATIONS                 a customer's live request, and when each side asked last
//	PARTY#<customer> / OBSTACLES                    what the vendor knows to be in the way of an association's end
//	PARTY#<customer> / RELIST                       what a new customer has is to be listed            due work "relist"
//
// Listed in GSI1:
//
//	REALNAMES#<month of applying> / <time>#<customer>    applications to decide on
//	CUSTOMER#<customer>#ASSOCIATION / <record>           a customer's association records
//
// Authorizations are items of package auth.
//
// Access patterns: each by its key; a customer's budget settings with one partner, newest first; a customer's on-demand resources; a
// partner's reports, invitations and association records, newest first; a customer's association records, newest first; the applications to
// decide on, by month. Lists of customers: package party.

// The kinds of due work that this capability does.
const (
	WorkReport        = "report"
	WorkAssociation   = "association" // the end of a request's time, and the steps of one that is executed
	WorkRelist        = "relist"
	WorkAuthorization = "authorization" // the end of an unanswered request's time
)

const (
	budgetSetPrefix  = "BUDGETSET#"
	onDemandPrefix   = "ONDEMAND#"
	reportPrefix     = "REPORT#"
	invitationPrefix = "INVITATION#"
	recordPrefix     = "ASSOCIATION#"
	behind           = "~" // sorts behind every character of an id
	timeForm         = "2006-01-02T15:04:05.000Z"
)

func ownerKey(id auth.PartyID) string { return "PARTY#" + string(id) }

// hashed names something that must not stand in a key as it is.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(text))))
	return hex.EncodeToString(sum[:])
}

func identityKey(kind, value string) table.Key {
	return table.Key{PK: "IDENTITY#" + kind + "#" + hashed(value), SK: "IDENTITY"}
}

func budgetKey(customer auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: "BUDGET"}
}

func budgetSetKey(customer, partner auth.PartyID, at time.Time, id string) table.Key {
	return table.Key{PK: ownerKey(customer), SK: budgetSetPrefix + string(partner) + "#" + at.UTC().Format(timeForm) + id}
}

func spentKey(customer auth.PartyID, event string) table.Key {
	return table.Key{PK: ownerKey(customer), SK: "BUDGETSPENT#" + event}
}

func realnameKey(customer auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: "REALNAME"}
}

func onDemandKey(customer auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(customer), SK: onDemandPrefix + id}
}

func followedKey(contact string) table.Key {
	return table.Key{PK: "FOLLOWED#" + hashed(contact), SK: "FOLLOWED"}
}

func reportKey(partner auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(partner), SK: reportPrefix + id}
}

func reportsKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "REPORTS"}
}

func reportedKey(contact string) table.Key {
	return table.Key{PK: "REPORTED#" + hashed(contact), SK: "REPORTED"}
}

func invitationKey(partner auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(partner), SK: invitationPrefix + id}
}

func forwardedKey(partner auth.PartyID, invitation string, on calendar.Date) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "FORWARDED#" + invitation + "#" + on.String()}
}

func commitmentKey(partner auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(partner), SK: "COMMITMENT"}
}

func recordKey(partner auth.PartyID, id string) table.Key {
	return table.Key{PK: ownerKey(partner), SK: recordPrefix + id}
}

func recordsOf(customer auth.PartyID) string { return "CUSTOMER#" + string(customer) + "#ASSOCIATION" }

func associationsKey(customer auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: "ASSOCIATIONS"}
}

func obstaclesKey(customer auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: "OBSTACLES"}
}

func relistKey(customer auth.PartyID) table.Key {
	return table.Key{PK: ownerKey(customer), SK: "RELIST"}
}

func realnamesOf(month string) string { return "REALNAMES#" + month }

// monthOf gives the Beijing month of an instant, such as 2026-12.
func monthOf(at time.Time) string { return calendar.DateOf(at).String()[:len("2006-01")] }
