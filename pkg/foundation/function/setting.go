package function

import "strings"

// The settings that the CDK app and the local cloud give to functions, as environment variables.
const (
	SettingTable    = "TABLE"        // the table's name
	SettingKey      = "KEY"          // ARN of the KMS key that seals secrets
	SettingPool     = "USER_POOL"    // id of the Cognito user pool
	SettingClient   = "POOL_CLIENT"  // id of its app client
	SettingIssuer   = "TOKEN_ISSUER" // issuer of bearer tokens; their keys are at <issuer>/.well-known/jwks.json
	SettingMailFrom = "MAIL_FROM"    // sender of mails
	SettingMailSet  = "MAIL_SET"     // SES configuration set
	SettingOrigins  = "CORS_ORIGINS" // comma-separated; empty is no CORS
	SettingExports  = "EXPORTS"      // name of the bucket of exports
	SettingUploads  = "UPLOADS"      // name of the bucket of uploads
	SettingSite     = "SITE"         // base URL of the pages that mails and SMS link to

	SettingVendorName   = "VENDOR_NAME"    // the vendor's name for readers of Chinese
	SettingVendorNameEn = "VENDOR_NAME_EN" // and of English
	SettingTrustedHosts = "TRUSTED_HOSTS"  // comma-separated; links to these hosts and those below them leave without a warning
)

// QueueSetting names the setting with a queue's URL.
func QueueSetting(queue string) string {
	return "QUEUE_" + strings.ToUpper(strings.ReplaceAll(queue, "-", "_"))
}
