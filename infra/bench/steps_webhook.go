package main

import (
	"io"
	"net/http"
	"strings"

	"partnercenter/pkg/webhook"
)

// hearing answers webhooks' requests, as a receiver that takes everything.
type hearing struct{}

// RoundTrip answers a request.
func (hearing) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNoContent, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

// webhookSteps are how a partner's own systems and calendars are told, and how a reader leaves for another site.
func webhookSteps() []step {
	const partner, hooks, feeds = "partner partner", "/v2/webhooks", "/v2/calendar-feeds"
	const one = hooks + "/{webhook_id}"
	return []step{
		{"CreateWebhook", partner, "POST", hooks, `{"url":"https://hear.example/","event_types":["order.paid"]}`},
		{"ListWebhooks", partner, "GET", hooks, ""},
		{"SendWebhookDelivery", partner, "POST", one + "/deliveries", `{}`},
		{"WebhookDelivery", "hook", work, "PARTY#partner WEBHOOKDELIVERY#{webhook_id}#{delivery_id}", webhook.WorkDelivery},
		{"ListWebhookDeliveries", partner, "GET", one + "/deliveries", ""},
		{"ChangeWebhook", partner, "PUT", one, `{"rotate_secret":true}`},
		{"DeleteWebhook", partner, "DELETE", one, ""},
		{"CreateCalendarFeed", partner, "POST", feeds, `{"name":"Ends"}`},
		{"ListCalendarFeeds", partner, "GET", feeds, ""},
		{"ShowCalendar", "", "GET", "{url}", ""},
		{"DeleteCalendarFeed", partner, "DELETE", feeds + "/{feed_id}", ""},
		{"ShowExternalLink", "", "GET", "/external-link?target=https%3A%2F%2Foutside.example%2F", ""},
		{"FollowExternalLink", "", "POST", "/external-link", "token={form token}"},
	}
}
