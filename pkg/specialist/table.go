package specialist

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
//	PERSONAL#<account> / ACCOUNT                     a personal account
//	PERSONAL#<account> / CERTIFICATE#<number>        a certificate that it holds
//	PERSONAL#<account> / INVITATION#<partner>        a partner that has ever invited it
//	PERSONALBY#<way>#<hash> / <account>              an account that a mobile number, mail address or name finds
//	CERTIFICATE#<number> / CERTIFICATE               who holds a number
//	PARTY#<partner> / SPECIALIST#<account>           a member                                                  due work "specialist" while invited
//	PARTY#<partner> / SPECIALISTDAY#<user>#<date>    how many invitations an administrator has made on a day   TTL
//	SPECIALISTREVIEW#<review> / REVIEW               something that the vendor decides on
//
// Listed in GSI1:
//
//	SPECIALISTS#<partner>                            / <asked>#<account>    a partner's members
//	CERTIFICATES#<partner>                           / <expires>#<number>   the certificates of a partner's bound members
//	SPECIALISTREVIEWS#<outcome>#<month of asking>    / <asked>#<review>     reviews
//
// Access patterns: each by its key; the accounts of a contact; the certificates of an account; who has invited an account; a partner's members, newest invitation first; a
// partner's certificates by expiry; reviews by outcome and time, month after month.

// WorkMember is the kind of due work of open invitations: they expire.
const WorkMember = "specialist"

const (
	certificatePrefix = "CERTIFICATE#"
	invitationPrefix  = "INVITATION#"
	memberPrefix      = "SPECIALIST#"
	timeForm          = "2006-01-02T15:04:05.000Z"
	monthForm         = "2006-01"
)

func accountPK(id AccountID) string { return "PERSONAL#" + string(id) }

func ownerPK(id auth.PartyID) string { return "PARTY#" + string(id) }

func accountKey(id AccountID) table.Key { return table.Key{PK: accountPK(id), SK: "ACCOUNT"} }

func certificateKey(holder AccountID, n Number) table.Key {
	return table.Key{PK: accountPK(holder), SK: certificatePrefix + string(n)}
}

func invitationKey(id AccountID, partner auth.PartyID) table.Key {
	return table.Key{PK: accountPK(id), SK: invitationPrefix + string(partner)}
}

func foundBy(way, value string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(value))))
	return "PERSONALBY#" + way + "#" + hex.EncodeToString(sum[:])
}

func finderKey(way, value string, id AccountID) table.Key {
	return table.Key{PK: foundBy(way, value), SK: string(id)}
}

func claimKey(n Number) table.Key {
	return table.Key{PK: "CERTIFICATE#" + string(n), SK: "CERTIFICATE"}
}

func memberKey(partner auth.PartyID, id AccountID) table.Key {
	return table.Key{PK: ownerPK(partner), SK: memberPrefix + string(id)}
}

func dayKey(partner auth.PartyID, user auth.UserID, day calendar.Date) table.Key {
	return table.Key{PK: ownerPK(partner), SK: "SPECIALISTDAY#" + string(user) + "#" + day.String()}
}

func reviewKey(id string) table.Key {
	return table.Key{PK: "SPECIALISTREVIEW#" + id, SK: "REVIEW"}
}

func membersOf(partner auth.PartyID) string { return "SPECIALISTS#" + string(partner) }

func certificatesOf(partner auth.PartyID) string { return "CERTIFICATES#" + string(partner) }

func reviewsOf(as Outcome, month string) string {
	return "SPECIALISTREVIEWS#" + string(as) + "#" + month
}

// list puts a member into its partner's list.
func list(m *Member) {
	m.G1PK, m.G1SK = membersOf(m.Partner), m.Asked.UTC().Format(timeForm)+"#"+string(m.Account)
}

// show puts a certificate into the list of the partner whom its holder is bound to; with none, into nobody's.
func show(c *Certificate, partner auth.PartyID) {
	c.Partner, c.G1PK, c.G1SK = partner, "", ""
	if partner != "" {
		c.G1PK, c.G1SK = certificatesOf(partner), c.Expires.String()+"#"+string(c.Number)
	}
}

// monthOf gives the Beijing month of an instant, such as 2026-12.
func monthOf(at time.Time) string { return calendar.DateOf(at).String()[:len(monthForm)] }
