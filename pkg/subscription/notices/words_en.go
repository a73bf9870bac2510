package notices

import (
	"fmt"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/subscription"
)

func english() words {
	yuan := func(f money.Fen) string { return "CNY " + f.String() }
	return words{
		locale: notify.English,
		dear:   func(name string) string { return "Dear " + name + "," },
		intro: func(holder bool) string {
			if holder {
				return "This is what happened to your yearly and monthly resources, and what comes next. Whatever is attached to a resource shares its fate."
			}
			return "This is what happened to yearly and monthly resources of your resale customers, and what comes next."
		},
		daysLeft: func(n int) string {
			switch n {
			case 0:
				return " (today)"
			case 1:
				return " (1 day left)"
			}
			return fmt.Sprintf(" (%d days left)", n)
		},
		length: func(t calendar.Term) string { return t.String() },
		yuan:   yuan,
		missing: func(needed, missing money.Fen) string {
			return fmt.Sprintf(" In the next %d days auto-renewal needs %s, %s more than that.", forecastDays, yuan(needed), yuan(missing))
		},
		resource: "Resource", customer: "Customer", service: "Service", price: "Price of renewal", then: "Then", reason: "Reason",
		day: "Charged on", paid: "Paid",
		renew: "Renew", noPrice: "–",
		first: func(subject string, n int, date calendar.Date) string {
			if n == 1 {
				return subject + " on " + date.String()
			}
			return subject + ", the first on " + date.String()
		},
		kinds: englishKinds(yuan),
		policies: map[subscription.Policy]string{
			subscription.PolicyToGrace: "Grace period", subscription.PolicyToOnDemand: "Goes on as on-demand", subscription.PolicyDelete: "Released",
			subscription.PolicyAutoRenew: "Auto-renewal", subscription.PolicyFreeze: "Frozen", subscription.PolicyDeleteAfterGrace: "Grace period, then released",
		},
		refusals: map[subscription.Refusal]string{
			subscription.RefusedBalance: "The balance is too small", subscription.RefusedPendingOrder: "An order for it awaits payment",
			subscription.RefusedBlocked: "The account is frozen or restricted", subscription.RefusedOffShelf: "The product is no longer on sale",
			subscription.RefusedPeriod: "The product is not sold for this period",
		},
	}
}

// count writes a number of resources with a verb.
func count(singular, plural string) func(int) string {
	return func(n int) string {
		if n == 1 {
			return "1 resource " + singular
		}
		return fmt.Sprintf("%d resources %s", n, plural)
	}
}

func englishKinds(yuan func(money.Fen) string) map[subscription.NoticeKind]kindWords {
	return map[subscription.NoticeKind]kindWords{
		subscription.NoticeReleasing: {
			title: "To be released", note: "At the end of the day these resources are released, and their data is deleted for good.",
			date: "Released on", subject: count("will be released", "will be released"), state: "will be released on %s", renewable: true,
		},
		subscription.NoticeRetention: {
			title: "Frozen", note: "These resources no longer work. Their data is kept until the end of the day and then deleted.",
			date: "Kept until", subject: count("is frozen and will be released", "are frozen and will be released"), state: "is frozen and will be released on %s", renewable: true,
		},
		subscription.NoticeGrace: {
			title: "In the grace period", note: "The term of these resources is over. They work until the end of the day.",
			date: "Works until", subject: count("has expired and will stop working after its grace period", "have expired and will stop working after their grace periods"), state: "has expired and will stop working after %s", renewable: true,
		},
		subscription.NoticeRenewalFailed: {
			title: "Auto-renewal failed", note: "It is tried again at 03:00 each day until the resource expires.",
			date: "Expires", subject: count("could not be renewed automatically and will expire", "could not be renewed automatically and will expire"),
			state: "could not be renewed automatically and will expire on %s", renewable: true,
			balance: func(f money.Fen) string { return " Your balance is " + yuan(f) + "." },
		},
		subscription.NoticeExpiring: {
			title: "About to expire", note: "These resources do not renew themselves. A new term starts where the old one ends.",
			date: "Expires", subject: count("will expire", "will expire"), state: "will expire on %s", renewable: true,
		},
		subscription.NoticeReleased: {
			title: "Released", note: "These resources and their data are gone.",
			date: "Released on", subject: count("was released", "were released"), state: "was released on %s",
		},
		subscription.NoticeUnsubscribed: {
			title: "Unsubscribed", note: "These resources have ended. Their orders of type unsubscribe say what was given back.",
			date: "Unsubscribed on", subject: count("was unsubscribed", "were unsubscribed"), state: "was unsubscribed on %s",
		},
		subscription.NoticeRenewing: {
			title: "About to be renewed automatically", note: "The price is taken from your balance.",
			date: "Expires", subject: count("will be renewed automatically", "will be renewed automatically"),
			balance: func(f money.Fen) string { return " It is " + yuan(f) + " now: see that it suffices." },
		},
		subscription.NoticeRenewed: {
			title: "Renewed automatically", note: "Nothing needs to be done.",
			date: "Expires", subject: count("was renewed automatically", "were renewed automatically"),
		},
	}
}
