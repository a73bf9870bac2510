// Package sns is the SMS port's adapter to Amazon SNS, which sends text: it renders the templates that elsewhere the carrier keeps.
package sns

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
)

// Port opens the SMS carrier of an environment.
var Port = function.Port[notify.SMS]{Name: "sms", Open: func(env *function.Env) notify.SMS { return Open(env) }}

// Grants are what a function needs that sends SMS. SNS has no resource for a phone number.
var Grants = []function.Grant{{On: function.SMS, Do: []string{"sns:Publish"}}}

// Carrier sends by SNS.
type Carrier struct{ client *sns.Client }

// Open returns the carrier of an environment.
func Open(env *function.Env) *Carrier {
	return &Carrier{client: sns.NewFromConfig(env.AWS("sns"), once)}
}

// once turns retries off: a second call whose first one's answer was lost would be a second SMS.
func once(o *sns.Options) { o.Retryer = aws.NopRetryer{} }

// Send sends one SMS. Error: notify.ErrUnsure when it is not known whether SNS has taken it.
func (c *Carrier) Send(ctx context.Context, t notify.Text) error {
	text, err := Render(t)
	if err != nil {
		return err
	}
	number := notify.E164(t.To)
	kind, value := "String", "Transactional"
	_, err = c.client.Publish(ctx, &sns.PublishInput{
		PhoneNumber: &number, Message: &text,
		MessageAttributes: map[string]types.MessageAttributeValue{"AWS.SNS.SMS.SMSType": {DataType: &kind, StringValue: &value}},
	})
	return notify.Unsure(notify.Masking(err, number))
}

// templates has one file for each template and language. {name} stands for a parameter.
//
//go:embed templates
var templates embed.FS

// Render gives the text of an SMS. Error: a template that does not exist in its language, or a parameter that is missing.
func Render(t notify.Text) (string, error) {
	file, err := templates.ReadFile("templates/" + t.Template + "." + string(t.Locale) + ".txt")
	if err != nil {
		return "", fmt.Errorf("SMS template %q in %s: %w", t.Template, t.Locale, err)
	}
	text := strings.TrimSpace(string(file))
	var pairs []string
	for name, value := range t.Params {
		pairs = append(pairs, "{"+name+"}", strings.NewReplacer("{", "(", "}", ")").Replace(value))
	}
	text = strings.NewReplacer(pairs...).Replace(text)
	if _, rest, missing := strings.Cut(text, "{"); missing {
		name, _, _ := strings.Cut(rest, "}")
		return "", fmt.Errorf("SMS template %q: no parameter %q", t.Template, name)
	}
	return text, nil
}
