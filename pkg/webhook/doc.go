// Package webhook owns signed webhooks: the addresses at which a party's own systems hear of what happens, what they are sent, and what became of it.
//
// A party has a few endpoints, each with the types of events that it hears of and a secret. The notifier hands every event to [Service.Fan], which makes
// a delivery of it for each endpoint that wants it, once for each event and endpoint. A delivery is due work of its own endpoint, so that one that hangs
// keeps nobody else waiting, and an endpoint that fails is asked again by one delivery at a time. After a day of failures it is switched off, and its
// owner is told.
//
// Which events are published is told in one place, [Types]. What every partner is to hear is due work of its own, shard by shard of those that listen.
//
// What is sent has ids and states and no personal data: who wants more asks the API, with a credential. It is signed with the time, such that an old
// request is known as one. It never goes to an address that is not on the public Internet, which is checked when the connection is made, and no
// redirect is followed.
//
// It does not own: events (package event), the judgement of addresses (package weburl).
//
// Source: issue "Programmes", signed webhooks; DOMAIN.md says nothing of them: what is decided here is ASSUMED.
package webhook
