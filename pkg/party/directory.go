package party

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
)

// DirectoryPort opens the directory of an environment: Cognito's user pool.
var DirectoryPort = function.Port[Directory]{Name: "directory", Open: func(env *function.Env) Directory {
	return &cognito{client: cognitoidentityprovider.NewFromConfig(env.AWS("cognito-idp")), pool: env.Setting(function.SettingPool)}
}}

// cognito is a user pool whose user names are our user ids.
type cognito struct {
	client *cognitoidentityprovider.Client
	pool   string
}

// Add invites somebody by mail; Cognito sends the first password.
func (c *cognito) Add(ctx context.Context, id auth.UserID, email string) error {
	_, err := c.client.AdminCreateUser(ctx, &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: &c.pool, Username: aws.String(string(id)), DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail},
		UserAttributes: []types.AttributeType{
			{Name: aws.String("email"), Value: &email}, {Name: aws.String("email_verified"), Value: aws.String("true")},
		},
	})
	var exists *types.UsernameExistsException
	if errors.As(err, &exists) {
		return nil
	}
	return err
}

// Drop deletes somebody.
func (c *cognito) Drop(ctx context.Context, id auth.UserID) error {
	_, err := c.client.AdminDeleteUser(ctx, &cognitoidentityprovider.AdminDeleteUserInput{UserPoolId: &c.pool, Username: aws.String(string(id))})
	var absent *types.UserNotFoundException
	if errors.As(err, &absent) {
		return nil
	}
	return err
}
