package icalendar

import (
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

// Keys of this capability:
//
//	PARTY#<party> / CALENDARFEEDS     a party's feeds
//
// Access pattern: a party's feeds, at once.

func ownerKey(id auth.PartyID) string { return "PARTY#" + string(id) }

func feedsKey(id auth.PartyID) table.Key { return table.Key{PK: ownerKey(id), SK: "CALENDARFEEDS"} }

// Directory is all feeds of a party, in one item: it has few.
type Directory struct {
	table.Head
	Feeds []Feed `dynamodbav:"feeds"`
}

// Feed is an address that calendar programs subscribe to.
type Feed struct {
	ID      string        `dynamodbav:"id"`
	Name    string        `dynamodbav:"name"`
	Locale  notify.Locale `dynamodbav:"locale"`
	Created time.Time     `dynamodbav:"created"` // business time, UTC
	By      string        `dynamodbav:"by"`      // a masked principal
}

func (d *Directory) find(id string) int {
	for i := range d.Feeds {
		if d.Feeds[i].ID == id {
			return i
		}
	}
	return -1
}
