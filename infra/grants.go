package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/export/address"
	"partnercenter/pkg/foundation/function"
	uploads "partnercenter/pkg/foundation/upload/s3"
)

// newRole makes a function's role: it may write its log and its traces, do what the declaration grants, and what more says.
func (s *apiStack) newRole(d function.Declaration, logs awslogs.LogGroup, more []awsiam.PolicyStatement) awsiam.IRole {
	statements := []awsiam.PolicyStatement{
		allow(logs.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents"),
		allow(jsii.String("*"), "xray:PutTraceSegments", "xray:PutTelemetryRecords"),
	}
	for _, g := range d.Grants {
		statement := allow(s.arn(g.On), g.Do...)
		if g.On.Kind == function.KindMail {
			statement.AddResources(s.stack.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("ses"), Resource: jsii.String("configuration-set"), ResourceName: s.mail.set.ConfigurationSetName(),
			}))
		}
		statements = append(statements, statement)
	}
	if usesTable(d) {
		statements = append(statements, s.throughTable())
	}
	role := awsiam.NewRole(s.stack, jsii.String(title(d.Name)+"Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"grants": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
				Statements: ptr(append(statements, more...)), Minimize: jsii.Bool(false),
			}),
		},
	})
	accept(role, "AwsSolutions-IAM5", reasonForStar(d))
	return role.WithoutPolicyUpdates(nil) // all it may do is above
}

// allow lets single actions be done on one resource.
func allow(resource *string, actions ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Effect: awsiam.Effect_ALLOW, Actions: jsii.Strings(actions...), Resources: &[]*string{resource},
	})
}

// arn gives what a grant is on.
func (s *apiStack) arn(r function.Resource) *string {
	switch r.Kind {
	case function.KindTable:
		return s.data.table.TableArn()
	case function.KindIndex:
		return jsii.String(*s.data.table.TableArn() + "/index/" + r.Name)
	case function.KindQueue:
		q, known := s.queues[r.Name]
		if !known {
			panic("no function takes messages from the queue " + r.Name)
		}
		return q.QueueArn()
	case function.KindKey:
		return s.data.key.KeyArn()
	case function.KindMail:
		return s.mail.sender.EmailIdentityArn()
	case function.KindSMS:
		return jsii.String("*")
	case function.KindStore:
		return s.bucket(r.Name).ArnForObjects(jsii.String("*"))
	case function.KindPool:
		return s.data.pool.UserPoolArn()
	default:
		panic("nobody knows what a " + string(r.Kind) + " is")
	}
}

// bucket gives a bucket by its name in grants.
func (s *apiStack) bucket(name string) awss3.Bucket {
	switch name {
	case address.Bucket.Name:
		return s.data.exports
	case uploads.Bucket.Name:
		return s.data.uploads
	default:
		panic("nobody knows the bucket " + name)
	}
}

func usesTable(d function.Declaration) bool {
	for _, g := range d.Grants {
		if g.On.Kind == function.KindTable || g.On.Kind == function.KindIndex {
			return true
		}
	}
	return d.Stream != nil
}

// throughTable lets DynamoDB use the table's key for whoever uses the table, and for nothing else.
func (s *apiStack) throughTable() awsiam.PolicyStatement {
	statement := allow(s.data.key.KeyArn(), "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
	statement.AddCondition(jsii.String("StringEquals"), map[string]string{
		"kms:ViaService": "dynamodb." + s.config.Region + ".amazonaws.com",
	})
	return statement
}

// reasonForStar says why the role of a function names the resource "*", as only actions do that take no narrower one.
func reasonForStar(d function.Declaration) string {
	reasons := []string{"X-Ray has no resources to name"}
	for _, g := range d.Grants {
		if g.On.Kind == function.KindStore {
			reasons = append(reasons, "the bucket of "+g.On.Name+" holds nothing else, and files have names of their own")
		}
		if g.On.Kind == function.KindSMS {
			reasons = append(reasons, "sns:Publish to a phone number has none either")
		}
	}
	if d.Stream != nil {
		reasons = append(reasons, "dynamodb:ListStreams takes none")
	}
	return strings.Join(reasons, "; ")
}

func ptr[T any](v T) *T { return &v }
