package notify

import (
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/table"
)

// Keys of this package:
//
//	MESSAGE#<message> / MESSAGE                 a message's claim and how it ended          TTL
//	MESSAGE#<message> / SENT                    that the mail service has taken it          TTL
//	ADDRESS#<hash> / SUPPRESSED                 that an address gets nothing any more
//	ADDRESS#<hash> / DAY#<Beijing date>         how many messages it got that day           TTL
//	PARTY#<recipient> / DIGEST                  a recipient and its mark                    due work "digest"
//	PARTY#<partner> / NOTICE#<morning>#<event>  what a partner's digest must look at        TTL
//	LINK#<code> / LINK                          what a short link leads to (package link)   TTL
//
// Access patterns: each by its key, strong where a decision depends on it; a partner's notices of the mornings since its mark.

// WorkDigest is the kind of due work that a recipient's item is.
const WorkDigest = "digest"

func messageKey(id string) table.Key { return table.Key{PK: "MESSAGE#" + id, SK: "MESSAGE"} }

func sentKey(id string) table.Key { return table.Key{PK: "MESSAGE#" + id, SK: "SENT"} }

func suppressionKey(address string) table.Key {
	return table.Key{PK: "ADDRESS#" + hashOf(address), SK: "SUPPRESSED"}
}

func dayKey(address string, day calendar.Date) table.Key {
	return table.Key{PK: "ADDRESS#" + hashOf(address), SK: "DAY#" + day.String()}
}

func recipientKey(id auth.PartyID) table.Key {
	return table.Key{PK: "PARTY#" + string(id), SK: "DIGEST"}
}

const noticePrefix = "NOTICE#"

func noticeKey(to auth.PartyID, morning time.Time, event string) table.Key {
	return table.Key{PK: "PARTY#" + string(to), SK: noticePrefix + morning.UTC().Format(time.RFC3339) + "#" + event}
}
