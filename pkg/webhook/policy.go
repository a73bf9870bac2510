package webhook

import "time"

// The numbers of this capability, all ASSUMED.
const (
	// maxEndpoints is how many endpoints a party has at most.
	maxEndpoints = 5

	// answerWithin is how long an endpoint may take, from the name's look-up to the end of its answer.
	answerWithin = 5 * time.Second

	// answerBytes is how much of an answer is read, and thrown away.
	answerBytes = 4 << 10

	// failsFor is how long an endpoint may fail, business time, until it is switched off.
	failsFor = 24 * time.Hour

	// logKept is how long the log has a delivery, wall time.
	logKept = 30 * 24 * time.Hour

	// triesShown is of how many attempts, the last ones, a delivery keeps what came of them.
	triesShown = 10

	// oldSecretFor is how long, behind a change of the secret, requests are signed with the old one as well, wall time.
	oldSecretFor = 24 * time.Hour
)

// backoff is how long a delivery waits after each failed attempt, business time. After one more it has failed for good. An endpoint that
// goes on failing is left alone as long.
var backoff = []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 9 * time.Hour, 24 * time.Hour}

// Test is the type of the event that an owner has sent to see whether its endpoint works. Every endpoint gets it.
const Test = "webhook.test"

// hearing is who hears of an event besides whom it belongs to.
type hearing int

const (
	ownerAlone    hearing = iota
	partnerAsWell         // the partner of the resale customer that it belongs to, with whom that one trades. Source: DOMAIN.md 1, Decision 6
	partnerNamed          // the partner that the event names
)

// published are the types of events that endpoints may hear of, with who hears of them.
var published = map[string]hearing{
	"subscription.opened":                 partnerAsWell,
	"subscription.not_opened":             partnerAsWell,
	"subscription.imported":               partnerAsWell,
	"subscription.renewed":                partnerAsWell,
	"subscription.renewal_ordered":        partnerAsWell,
	"subscription.order_expired":          partnerAsWell,
	"subscription.order_cancelled":        partnerAsWell,
	"subscription.auto_renewal_failed":    partnerAsWell,
	"subscription.auto_renewal_switched":  partnerAsWell,
	"subscription.grace_began":            partnerAsWell,
	"subscription.frozen":                 partnerAsWell,
	"subscription.released":               partnerAsWell,
	"subscription.converted_to_on_demand": partnerAsWell,
	"subscription.unsubscribed":           partnerAsWell,
	"subscription.renewal_unsubscribed":   partnerAsWell,
	"subscription.refund_under_review":    partnerAsWell,
	"subscription.refund_refused":         partnerAsWell,
	"subscription.spec_change_ordered":    partnerAsWell,
	"subscription.spec_changed":           partnerAsWell,

	"order.placed":                  partnerAsWell,
	"order.paid":                    partnerAsWell,
	"order.cancelled":               partnerAsWell,
	"order.expired":                 partnerAsWell,
	"order.not_opened":              partnerAsWell,
	"order.agent_payment_requested": partnerAsWell,
	"order.agent_payment_rejected":  partnerAsWell,
	"order.agent_paid":              partnerAsWell,

	"association.started":        partnerNamed,
	"association.requested":      partnerNamed,
	"association.request_closed": partnerNamed,
	"association.ended":          partnerNamed,
	"association.switched":       partnerNamed,
	"customer.frozen":            partnerNamed,
	"customer.unfrozen":          partnerNamed,
	"authorization.requested":    partnerNamed,
	"authorization.decided":      partnerNamed,
	"authorization.ended":        partnerNamed,
	"customer.budget_exceeded":   partnerNamed,

	"invitation.accepted":   ownerAlone,
	"quota.granted":         ownerAlone,
	"quota.status_set":      ownerAlone,
	"quota.issued":          ownerAlone,
	"quota.reclaimed":       ownerAlone,
	"coupon.discount_given": ownerAlone,

	"account.balance_low":     ownerAlone,
	"account.appropriated":    ownerAlone,
	"account.reclaimed":       ownerAlone,
	"account.topped_up":       ownerAlone,
	"account.withdrawal":      ownerAlone,
	"account.payment_created": ownerAlone,
	"account.payment_closed":  ownerAlone,

	"renewal_task.created":    ownerAlone,
	"renewal_task.handled":    ownerAlone,
	"renewal_task.completed":  ownerAlone,
	"renewal_task.terminated": ownerAlone,
	"invoice.list_step":       ownerAlone,
	"invoice.bill_step":       ownerAlone,
	"invoice.request_step":    ownerAlone,
	"party.standing_changed":  ownerAlone,
}

// told are the data of events that are sent: ids, states and amounts. Whatever else an event has stays here.
var told = []string{
	"amount", "auto", "balance", "customer", "expiring", "from", "kind", "order", "partner", "payer", "renewed", "state", "status", "step", "threshold", "to",
}

// partnerDatum is the datum by which an event names a partner.
const partnerDatum = "partner"
