package system_test

var accessOfWebhook = map[string]who{
	"CreateWebhook":         administrators,
	"ListWebhooks":          administrators,
	"ChangeWebhook":         administrators,
	"DeleteWebhook":         administrators,
	"ListWebhookDeliveries": administrators,
	"SendWebhookDelivery":   administrators,
}
