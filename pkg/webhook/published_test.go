package webhook_test

import (
	"slices"
	"strings"
	"testing"

	"partnercenter/pkg/account"
	"partnercenter/pkg/customer"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/incentive"
	"partnercenter/pkg/incentive/performance"
	"partnercenter/pkg/invoice"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/party"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/cascade"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/promotion"
	"partnercenter/pkg/renewaltask"
	"partnercenter/pkg/specialist"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/webhook"
)

// source is where a type is published from, by an event as that capability appends it, and who hears of it.
type source struct {
	owner string
	data  map[string]string
	hears string // sorted
	types []string
}

var sources = map[string]source{
	"subscription": {"resale", nil, "p1 resale", []string{
		subscription.EventOpened, subscription.EventNotOpened, subscription.EventImported, subscription.EventRenewed, subscription.EventOrdered,
		subscription.EventOrderExpired, subscription.EventCancelled, subscription.EventRenewalFailed, subscription.EventSwitched, subscription.EventGrace,
		subscription.EventFrozen, subscription.EventReleased, subscription.EventToOnDemand, subscription.EventUnsubscribed, subscription.EventShortened,
		subscription.EventReview, subscription.EventRefundRefused, subscription.EventSpecOrdered, subscription.EventSpecChanged,
		subscription.EventOrderPlaced, subscription.EventOrderPaid, subscription.EventOrderCancelled, subscription.EventOrderLapsed,
		subscription.EventOrderNotOpened, subscription.EventAgentPayAsked, subscription.EventAgentPayRejected, subscription.EventAgentPaid,
	}},
	"customer": {"advisory", map[string]string{"partner": "p1"}, "advisory p1", []string{
		customer.EventAssociated, customer.EventRequested, customer.EventRequestClosed, customer.EventEnded, customer.EventSwitched, customer.EventSettled,
		customer.EventFrozen, customer.EventUnfrozen, customer.EventBudgetExceeded, customer.EventAuthorizationRequested,
		customer.EventAuthorizationDecided, customer.EventAuthorizationEnded, cascade.EventFrozen, cascade.EventUnfrozen,
	}},
	"customer transferred": {"advisory", map[string]string{"from": "p1", "to": "p2"}, "advisory p1 p2", []string{membership.EventTransferred}},
	"partner's own": {"p1", nil, "p1", []string{
		customer.EventAccepted, promotion.EventGranted, promotion.EventQuotaSet, promotion.EventQuotaIssued, promotion.EventQuotaReclaimed,
		promotion.EventDiscountGiven, account.EventLow, account.EventAppropriated, account.EventReclaimed, account.EventToppedUp, account.EventWithdrawal,
		account.EventPaymentCreated, account.EventPaymentClosed, renewaltask.EventCreated, renewaltask.EventHandled, renewaltask.EventCompleted,
		renewaltask.EventTerminated, party.EventStanding,
	}},
	"invoice": {"p1", map[string]string{"step": "issue"}, "p1", []string{
		invoice.EventListDrafted, invoice.EventListStep, invoice.EventBillStep, invoice.EventRequest, invoice.EventInfo,
	}},
	"incentive": {"p1", map[string]string{"step": "close"}, "p1", []string{
		incentive.EventStatement, incentive.EventIncentive, incentive.EventRequest, incentive.EventBusiness, performance.EventReviewed,
		performance.EventAnswered,
	}},
	"opportunity": {"p1", map[string]string{"step": "AUDIT_PASS"}, "p1", []string{opportunity.EventShared, opportunity.EventStepped}},
	"specialist": {"p1", nil, "p1", []string{
		specialist.EventBound, specialist.EventUnbound, specialist.EventExpired, specialist.EventCancelAsked, specialist.EventCancelWithdrawn,
		specialist.EventStopped, specialist.EventReviewed, specialist.EventSynced, specialist.EventCertificateUploaded, specialist.EventTransferred,
	}},
	"membership": {"p1", map[string]string{"plan": "reseller", "host": "p2"}, "p1", []string{
		membership.EventInvited, membership.EventApplied, membership.EventChecked, membership.EventJoined, membership.EventRejected, membership.EventDeclined, membership.EventRenewed,
		membership.EventExpired, membership.EventExiting, membership.EventExited, membership.EventMoved,
	}},
	"agreement": {"p1", nil, "p1", []string{agreement.EventPublished, agreement.EventSigned, agreement.EventDeclarationDue}},
}

// parties are who has endpoints, with what they call as.
var parties = map[string]string{"p1": p1, "p2": p2, "resale": "customer resale", "advisory": "customer advisory"}

// What is published are events that there are, each reaches the endpoints of those that hear of it, and nobody else's.
func TestEveryPublishedTypeReachesThoseThatHearOfIt(t *testing.T) {
	var all []string
	for name, s := range sources {
		all = append(all, s.types...)
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "anywhere")
			made := map[string]hook{}
			for id, who := range parties {
				made[id] = w.hook(who, "http://127.0.0.1:1/")
			}
			for _, kind := range s.types {
				w.happens(kind, kind, s.owner, s.data)
			}
			for _, kind := range s.types {
				var got []string
				for id, who := range parties {
					n := len(slices.DeleteFunc(w.deliveries(who, made[id].ID), func(d delivery) bool { return d.Type != kind }))
					if n > 0 {
						got = append(got, strings.Repeat(id, n))
					}
				}
				if slices.Sort(got); strings.Join(got, " ") != s.hears {
					t.Errorf("%s: %v hear of it, want %s", kind, got, s.hears)
				}
			}
		})
	}
	if slices.Sort(all); !slices.Equal(all, webhook.Types()) {
		t.Errorf("published are\n%v\nthere are\n%v", webhook.Types(), all)
	}
}

// A step that its capability tells by a mail's event alone is published as the step that it is.
func TestWhatAMailTellsIsPublishedAsItsStep(t *testing.T) {
	w := newWorld(t, "anywhere")
	h := w.hook(p1, "http://127.0.0.1:1/")
	for writer, want := range map[string]string{
		agreement.WriterVersion: agreement.EventPublished, incentive.WriterStatement: incentive.EventStatement, incentive.WriterPaid: incentive.EventRequest, incentive.WriterExpiring: incentive.EventIncentive,
		incentive.WriterBusiness: incentive.EventBusiness, invoice.WriterIssued: invoice.EventListStep, invoice.WriterRejected: invoice.EventListStep,
		invoice.WriterConfirm: invoice.EventBillStep, invoice.WriterBillFailed: invoice.EventBillStep,
		opportunity.WriterDecided: "", webhook.WriterFailed: "", specialist.WriterInvitation: "", // which have an event besides, or are nobody's to hear
	} {
		w.happens(writer, immediate.Event, "p1", map[string]string{"writer": writer, "step": "s", "amount": "1.00"})
		var got string
		for _, d := range w.deliveries(p1, h.ID) {
			if d.ID == writer {
				got = d.Type
				if !strings.Contains(d.Payload, `"type":"`+want+`"`) || !strings.Contains(d.Payload, `"data":{"amount":"1.00","step":"s"}`) {
					t.Errorf("%s: %s", writer, d.Payload)
				}
			}
		}
		if got != want {
			t.Errorf("%s is published as %q, want %q", writer, got, want)
		}
	}
}
