package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/system"
)

// dataStack is what outlives the code: the table, the key that encrypts it and seals secrets, and the people who may sign in.
type dataStack struct {
	stack   awscdk.Stack
	key     awskms.Key
	table   awsdynamodb.Table
	exports awss3.Bucket
	uploads awss3.Bucket
	pool    awscognito.UserPool
	client  awscognito.UserPoolClient
}

func newDataStack(app awscdk.App, c config) *dataStack {
	stack := awscdk.NewStack(app, c.name("data"), &awscdk.StackProps{
		Env: c.env(), Description: jsii.String("Partner Center: data"), TerminationProtection: jsii.Bool(c.Stage == prod),
	})
	d := &dataStack{stack: stack}
	d.key = awskms.NewKey(stack, jsii.String("Key"), &awskms.KeyProps{
		Alias: c.name("data"), Description: jsii.String("Encrypts the table and seals secrets"),
		EnableKeyRotation: jsii.Bool(true), RemovalPolicy: c.kept(),
	})
	d.table = newTable(d, c)
	d.exports = newExports(d, c)
	d.uploads = newUploads(d, c)
	d.pool, d.client = newPool(d, c)
	return d
}

// newTable makes the table of the system's shape.
func newTable(d *dataStack, c config) awsdynamodb.Table {
	shape := system.Table()
	table := awsdynamodb.NewTable(d.stack, jsii.String("Table"), &awsdynamodb.TableProps{
		TableName: c.name("table"), PartitionKey: text(shape.PK), SortKey: text(shape.SK),
		BillingMode: awsdynamodb.BillingMode_PAY_PER_REQUEST,
		Encryption:  awsdynamodb.TableEncryption_CUSTOMER_MANAGED, EncryptionKey: d.key,
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: jsii.Bool(true)},
		DeletionProtection:               jsii.Bool(c.Stage == prod), RemovalPolicy: c.kept(),
		TimeToLiveAttribute: &shape.TTL, Stream: awsdynamodb.StreamViewType_NEW_AND_OLD_IMAGES,
	})
	for _, index := range shape.Indexes {
		table.AddGlobalSecondaryIndex(&awsdynamodb.GlobalSecondaryIndexProps{
			IndexName: &index.Name, PartitionKey: text(index.PK), SortKey: text(index.SK),
			ProjectionType: awsdynamodb.ProjectionType_INCLUDE, NonKeyAttributes: jsii.Strings(index.Projects...),
		})
	}
	return table
}

// exportDays is how long files of exports are kept. Source: DOMAIN.md 15.
const exportDays = 3

// newExports makes the bucket of files that users have asked for. They can be made again, so nothing of it outlives its stack.
func newExports(d *dataStack, c config) awss3.Bucket {
	bucket := awss3.NewBucket(d.stack, jsii.String("Exports"), &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: jsii.Bool(true), MinimumTLSVersion: jsii.Number(1.2),
		Encryption: awss3.BucketEncryption_S3_MANAGED, ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: c.kept(),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Expiration: awscdk.Duration_Days(jsii.Number(exportDays)), AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
	})
	accept(bucket, "AwsSolutions-S1", "who asks for a file and who downloads it stand in the audit trail; the bucket is emptied after three days")
	return bucket
}

// newUploads makes the bucket of files that partners have sent as evidence. They are kept, and what is put over one of them is kept for a month.
func newUploads(d *dataStack, c config) awss3.Bucket {
	const overwrittenDays = 30 // ASSUMED
	props := &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: jsii.Bool(true), MinimumTLSVersion: jsii.Number(1.2),
		Encryption: awss3.BucketEncryption_S3_MANAGED, ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: c.kept(),
		Versioned: jsii.Bool(true),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(overwrittenDays)),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
	}
	if c.Origins != "" { // pages of partners' send files from browsers
		props.Cors = &[]*awss3.CorsRule{{
			AllowedMethods: &[]awss3.HttpMethods{awss3.HttpMethods_PUT}, AllowedOrigins: jsii.Strings(strings.Split(c.Origins, ",")...),
			AllowedHeaders: jsii.Strings("*"),
		}}
	}
	bucket := awss3.NewBucket(d.stack, jsii.String("Uploads"), props)
	accept(bucket, "AwsSolutions-S1", "who announces a file and who uses it stand in the audit trail; addresses to files are good for minutes")
	return bucket
}

func text(name string) *awsdynamodb.Attribute {
	return &awsdynamodb.Attribute{Name: &name, Type: awsdynamodb.AttributeType_STRING}
}

// How long people stay signed in, and how long the first password of an invitation holds.
const (
	accessHours   = 1
	refreshHours  = 12
	invitedDays   = 3
	passwordChars = 14
)

// newPool makes the user pool: nobody signs up alone, everybody has a second factor.
func newPool(d *dataStack, c config) (awscognito.UserPool, awscognito.UserPoolClient) {
	pool := awscognito.NewUserPool(d.stack, jsii.String("People"), &awscognito.UserPoolProps{
		UserPoolName: c.name("people"), SelfSignUpEnabled: jsii.Bool(false), SignInCaseSensitive: jsii.Bool(false),
		SignInAliases:   &awscognito.SignInAliases{Username: jsii.Bool(true), Email: jsii.Bool(true)},
		AutoVerify:      &awscognito.AutoVerifiedAttrs{Email: jsii.Bool(true)},
		AccountRecovery: awscognito.AccountRecovery_EMAIL_ONLY,
		Mfa:             awscognito.Mfa_REQUIRED, MfaSecondFactor: &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Sms: jsii.Bool(false)},
		PasswordPolicy: &awscognito.PasswordPolicy{
			MinLength: jsii.Number(passwordChars), RequireDigits: jsii.Bool(true), RequireLowercase: jsii.Bool(true),
			RequireUppercase: jsii.Bool(true), RequireSymbols: jsii.Bool(true), PasswordHistorySize: jsii.Number(5),
			TempPasswordValidity: awscdk.Duration_Days(jsii.Number(invitedDays)),
		},
		FeaturePlan: awscognito.FeaturePlan_PLUS, StandardThreatProtectionMode: awscognito.StandardThreatProtectionMode_FULL_FUNCTION,
		DeletionProtection: jsii.Bool(c.Stage == prod), RemovalPolicy: c.kept(),
	})
	client := pool.AddClient(jsii.String("Client"), &awscognito.UserPoolClientOptions{
		AuthFlows: &awscognito.AuthFlow{UserSrp: jsii.Bool(true)}, DisableOAuth: jsii.Bool(true), GenerateSecret: jsii.Bool(false),
		PreventUserExistenceErrors: jsii.Bool(true), EnableTokenRevocation: jsii.Bool(true),
		AccessTokenValidity:  awscdk.Duration_Hours(jsii.Number(accessHours)),
		IdTokenValidity:      awscdk.Duration_Hours(jsii.Number(accessHours)),
		RefreshTokenValidity: awscdk.Duration_Hours(jsii.Number(refreshHours)),
	})
	return pool, client
}
