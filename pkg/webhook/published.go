package webhook

import (
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify/immediate"
)

// hearing is who hears of an event besides whom it belongs to.
type hearing int

const (
	ownerAlone    hearing = iota
	partnerAsWell         // the partner of the resale customer that it belongs to, with whom that one trades. Source: DOMAIN.md 1, Decision 6
	partnerNamed          // the partner that the event names
	bothNamed             // the partners that the event names, from whom and to whom something goes over
)

// published are the types of events that endpoints may hear of, with who hears of them. What is here is kept: receivers go by it.
var published = map[string]hearing{
	// package subscription; the subject is a resource
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

	// package subscription; an order
	"order.placed":                  partnerAsWell,
	"order.paid":                    partnerAsWell,
	"order.cancelled":               partnerAsWell,
	"order.expired":                 partnerAsWell,
	"order.not_opened":              partnerAsWell,
	"order.agent_payment_requested": partnerAsWell,
	"order.agent_payment_rejected":  partnerAsWell,
	"order.agent_paid":              partnerAsWell,

	// package customer; the customer that is associated at once, else the request
	"association.started":        partnerNamed,
	"association.requested":      partnerNamed,
	"association.request_closed": partnerNamed,
	"association.ended":          partnerNamed,
	"association.switched":       partnerNamed,
	"association.settled":        partnerNamed,

	// packages customer and cascade; the customer, or its authorization
	"customer.frozen":                partnerNamed,
	"customer.unfrozen":              partnerNamed,
	"customer.frozen_with_partner":   partnerNamed,
	"customer.unfrozen_with_partner": partnerNamed,
	"customer.budget_exceeded":       partnerNamed,
	"authorization.requested":        partnerNamed,
	"authorization.decided":          partnerNamed,
	"authorization.ended":            partnerNamed,
	"invitation.accepted":            ownerAlone, // of a customer; the invitation

	// package promotion; a quota or a coupon
	"quota.granted":         ownerAlone,
	"quota.status_set":      ownerAlone,
	"quota.issued":          ownerAlone,
	"quota.reclaimed":       ownerAlone,
	"coupon.discount_given": ownerAlone,

	// package account; an account, withdrawal or payment
	"account.balance_low":     ownerAlone,
	"account.appropriated":    ownerAlone,
	"account.reclaimed":       ownerAlone,
	"account.topped_up":       ownerAlone,
	"account.withdrawal":      ownerAlone,
	"account.payment_created": ownerAlone,
	"account.payment_closed":  ownerAlone,

	// package renewaltask; a task
	"renewal_task.created":    ownerAlone,
	"renewal_task.handled":    ownerAlone,
	"renewal_task.completed":  ownerAlone,
	"renewal_task.terminated": ownerAlone,

	// package invoice; an invoice list, a settlement bill, a request for an invoice, or the account whose invoice information it is
	"invoice.list_drafted": ownerAlone,
	"invoice.list_step":    ownerAlone,
	"invoice.bill_step":    ownerAlone,
	"invoice.request_step": ownerAlone,
	"invoice.info_step":    ownerAlone,

	// packages incentive and performance; a statement, incentive, payment request, or the business information; a slip, a question
	"incentive.statement_step":      ownerAlone,
	"incentive.incentive_step":      ownerAlone,
	"incentive.request_step":        ownerAlone,
	"incentive.business_step":       ownerAlone,
	"performance.slip_final":        ownerAlone,
	"performance.question_answered": ownerAlone,

	// package opportunity; an opportunity
	"opportunity.shared":  ownerAlone,
	"opportunity.stepped": ownerAlone,

	// package specialist; the specialist's account
	"specialist.bound":                   ownerAlone,
	"specialist.unbound":                 ownerAlone,
	"specialist.invitation_expired":      ownerAlone,
	"specialist.cancel_requested":        ownerAlone,
	"specialist.cancel_withdrawn":        ownerAlone,
	"specialist.stopped":                 ownerAlone,
	"specialist.reviewed":                ownerAlone,
	"specialist.certificates_synced":     ownerAlone,
	"specialist.certificate_uploaded":    ownerAlone,
	"specialist.certificate_transferred": ownerAlone,

	// package membership; the plan, or the customer that goes over
	"membership.invited":        ownerAlone,
	"membership.applied":        ownerAlone,
	"membership.checked":        ownerAlone,
	"membership.joined":         ownerAlone,
	"membership.rejected":       ownerAlone,
	"membership.declined":       ownerAlone,
	"membership.renewed":        ownerAlone,
	"membership.expired":        ownerAlone,
	"membership.exiting":        ownerAlone,
	"membership.exited":         ownerAlone,
	"membership.customer_moved": ownerAlone,
	"association.transferred":   bothNamed,

	// package agreement; the agreement, or the declaration by its number
	"agreement.published":       ownerAlone, // the vendor, and each party that is asked to sign it
	"agreement.signed":          ownerAlone,
	"relations.declaration_due": ownerAlone,

	// package party; the party
	"party.standing_changed": ownerAlone,
}

// mailed are the types of what a capability tells by a mail's event alone, by the mail's writer. What has an event besides its mail is not here.
var mailed = map[string]string{
	"agreement_version":          "agreement.published",
	"incentive_statement":        "incentive.statement_step",
	"incentive_expiring":         "incentive.incentive_step",
	"incentive_paid":             "incentive.request_step",
	"incentive_business":         "incentive.business_step",
	"invoice_list_issued":        "invoice.list_step",
	"invoice_list_rejected":      "invoice.list_step",
	"settlement_bill_to_confirm": "invoice.bill_step",
	"settlement_bill_failed":     "invoice.bill_step",
}

// told are the data of events that are sent: ids, states, dates and amounts. Whatever else an event has stays here.
var told = []string{
	"amount", "auto", "balance", "customer", "days", "expiring", "from", "host", "kind", "number", "order", "outcome", "partner", "payer", "plan", "reason",
	"renewed", "review", "state", "status", "step", "threshold", "to", "until", "version",
}

// The data by which an event names who hears of it.
const (
	partnerDatum = "partner"
	fromDatum    = "from"
	toDatum      = "to"
)

// plain gives an event as it is published: what a mail alone tells is of its own type.
func plain(e event.Event) event.Event {
	if e.Type == immediate.Event {
		if kind, ok := mailed[immediate.WriterOf(e)]; ok {
			e.Type = kind
		}
	}
	return e
}
