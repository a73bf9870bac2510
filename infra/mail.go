package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/system/feedback"
)

// mail is what mails go out by, and where their fates come back.
type mail struct {
	sender awsses.EmailIdentity
	set    awsses.ConfigurationSet
	fates  awssns.Topic
}

// newTopicKey makes the key of all topics. Who publishes to them may use it.
func newTopicKey(s *apiStack) awskms.Key {
	key := awskms.NewKey(s.stack, jsii.String("TopicKey"), &awskms.KeyProps{
		Description: jsii.String("Encrypts topics"), EnableKeyRotation: jsii.Bool(true), RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	publisher := func(service string) awsiam.PolicyStatement {
		return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(&service, nil)},
			Actions:    jsii.Strings("kms:GenerateDataKey", "kms:Decrypt"), Resources: jsii.Strings("*"), // of a key's policy: the key
		})
	}
	key.AddToResourcePolicy(publisher("ses.amazonaws.com"), nil) // which names no account to KMS; the topic's policy holds it to ours
	key.AddToResourcePolicy(s.here(publisher("cloudwatch.amazonaws.com")), nil)
	return key
}

// here holds a statement for a service to what that service does for this account.
func (s *apiStack) here(statement awsiam.PolicyStatement) awsiam.PolicyStatement {
	statement.AddCondition(jsii.String("StringEquals"), map[string]*string{"aws:SourceAccount": s.stack.Account()})
	return statement
}

func (s *apiStack) newTopic(id, name string) awssns.Topic {
	return awssns.NewTopic(s.stack, &id, &awssns.TopicProps{TopicName: s.config.name(name), MasterKey: s.key, EnforceSSL: jsii.Bool(true)})
}

// newMail makes the identity that mails come from, and the configuration set whose events tell what became of them.
func newMail(s *apiStack) mail {
	set := awsses.NewConfigurationSet(s.stack, jsii.String("Mails"), &awsses.ConfigurationSetProps{
		ConfigurationSetName: s.config.name("mails"), TlsPolicy: awsses.ConfigurationSetTlsPolicy_REQUIRE,
		ReputationMetrics: jsii.Bool(true), SuppressionReasons: awsses.SuppressionReasons_BOUNCES_AND_COMPLAINTS,
	})
	identity := awsses.Identity_Domain(&s.config.Mail)
	if strings.Contains(s.config.Mail, "@") {
		identity = awsses.Identity_Email(&s.config.Mail)
	}
	m := mail{
		sender: awsses.NewEmailIdentity(s.stack, jsii.String("Sender"), &awsses.EmailIdentityProps{Identity: identity}),
		set:    set, fates: s.newTopic("Fates", "mail-fates"),
	}
	set.AddEventDestination(jsii.String("ToFates"), &awsses.ConfigurationSetEventDestinationOptions{
		Destination: awsses.EventDestination_SnsTopic(m.fates),
		Events: &[]awsses.EmailSendingEvent{
			awsses.EmailSendingEvent_SEND, awsses.EmailSendingEvent_DELIVERY, awsses.EmailSendingEvent_BOUNCE,
			awsses.EmailSendingEvent_COMPLAINT, awsses.EmailSendingEvent_REJECT,
		},
	})
	return m
}

// subscribeFeedback sends the fates of mails to the queue of the function that hears of them.
func (s *apiStack) subscribeFeedback() {
	q := feedback.Queue
	s.mail.fates.AddSubscription(awssnssubscriptions.NewSqsSubscription(s.queues[q.Name], &awssnssubscriptions.SqsSubscriptionProps{
		DeadLetterQueue: s.dead[q.DeadLetters()],
	}))
}

// newOperators makes the topic of alarms.
func newOperators(s *apiStack) awssns.Topic {
	topic := s.newTopic("Operators", "alarms")
	topic.AddToResourcePolicy(s.here(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"), Resources: &[]*string{topic.TopicArn()},
	})))
	if s.config.Alarms != "" {
		topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&s.config.Alarms, nil))
	}
	return topic
}
