// Package ses is the mail port's adapter to Amazon SES. Each mail carries its message id as a tag, by which SES's events come back,
// and as a header, by which anybody finds it.
package ses

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/table"
)

const (
	// Tag names the tag that carries a message's id.
	Tag = "message_id"
	// Header names the header that carries a message's id.
	Header = "X-Partner-Center-Message"
)

// Port opens the mail service of an environment.
var Port = function.Port[notify.Mail]{Name: "mail", Open: func(env *function.Env) notify.Mail { return Open(env) }}

// Grants are what a function needs that sends mail, besides the table's.
var Grants = []function.Grant{{On: function.Mail, Do: []string{"ses:SendEmail"}}}

// Mailer sends by SES.
type Mailer struct {
	client *sesv2.Client
	table  *table.Client
	from   string
	set    string // configuration set, whose events are what Sent knows by
}

// Open returns the mailer of an environment. Where SES has another endpoint, it has no events either: wrap it with a Sent that knows.
func Open(env *function.Env) *Mailer {
	return &Mailer{
		client: sesv2.NewFromConfig(env.AWS("sesv2"), once), table: env.Table(),
		from: env.Setting(function.SettingMailFrom), set: env.Setting(function.SettingMailSet),
	}
}

// once turns retries off: a second call whose first one's answer was lost would be a second mail.
func once(o *sesv2.Options) { o.Retryer = aws.NopRetryer{} }

// Send hands one mail over. Error: notify.ErrUnsure when it is not known whether SES has taken it.
func (m *Mailer) Send(ctx context.Context, mail notify.Message) error {
	in := &sesv2.SendEmailInput{
		FromEmailAddress: &m.from,
		Destination:      &types.Destination{ToAddresses: []string{mail.To}},
		EmailTags:        []types.MessageTag{{Name: ptr(Tag), Value: &mail.ID}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: utf8(strings.Join(strings.Fields(mail.Subject), " ")), // a header
			Body:    &types.Body{Html: utf8(mail.HTML), Text: utf8(mail.Text)},
			Headers: []types.MessageHeader{{Name: ptr(Header), Value: &mail.ID}},
		}},
	}
	if m.set != "" {
		in.ConfigurationSetName = &m.set
	}
	_, err := m.client.SendEmail(ctx, in)
	return notify.Unsure(notify.Masking(err, mail.To))
}

// Sent reports whether SES's events have told of the message.
func (m *Mailer) Sent(ctx context.Context, id string) (bool, error) {
	return notify.WasTaken(ctx, m.table, id)
}

func utf8(text string) *types.Content { return &types.Content{Data: &text, Charset: ptr("UTF-8")} }

func ptr(s string) *string { return &s }
