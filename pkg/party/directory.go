package party

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/problem"
)

// Directory is where people sign in. It knows a user by our id of it.
type Directory interface {
	// Add lets somebody with a mail address sign in as a user. To add the same again changes nothing. Error: ErrAddressTaken.
	Add(ctx context.Context, id auth.UserID, email string) error
	// Drop ends a user's access. To drop one that is not there changes nothing.
	Drop(ctx context.Context, id auth.UserID) error
}

// ErrAddressTaken: another user signs in with that mail address. ASSUMED code.
var ErrAddressTaken = problem.New(http.StatusConflict, "CBC.0409", "another user signs in with the mail address")

// DirectoryPort opens the directory of an environment: Cognito's user pool.
var DirectoryPort = function.Port[Directory]{Name: "directory", Open: func(env *function.Env) Directory {
	return &cognito{client: cognitoidentityprovider.NewFromConfig(env.AWS("cognito-idp")), pool: env.Setting(function.SettingPool)}
}}

// aliasExists is what Cognito answers for an address that another user signs in with; the SDK has no type for it here.
const aliasExists = "AliasExistsException"

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
	var refusal smithy.APIError
	switch {
	case errors.As(err, &exists):
		return nil
	case errors.As(err, &refusal) && refusal.ErrorCode() == aliasExists:
		return ErrAddressTaken.Saying("user %s is there, but can't sign in: another user does with its mail address; remove one of them", id)
	case err != nil:
		return fmt.Errorf("let user %s in: %w", id, err)
	}
	return nil
}

// Drop deletes somebody.
func (c *cognito) Drop(ctx context.Context, id auth.UserID) error {
	_, err := c.client.AdminDeleteUser(ctx, &cognitoidentityprovider.AdminDeleteUserInput{UserPoolId: &c.pool, Username: aws.String(string(id))})
	var absent *types.UserNotFoundException
	if err == nil || errors.As(err, &absent) {
		return nil
	}
	return fmt.Errorf("end the access of user %s: %w", id, err)
}
