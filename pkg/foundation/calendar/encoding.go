package calendar

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// MarshalText writes the date as 2026-02-28, no date as nothing.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// MarshalDynamoDBAttributeValue stores the date as the string 2026-02-28, no date as NULL, which an encoder that omits
// nulls leaves out.
func (d Date) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if d.IsZero() {
		return &types.AttributeValueMemberNULL{Value: true}, nil
	}
	return &types.AttributeValueMemberS{Value: d.String()}, nil
}

// UnmarshalDynamoDBAttributeValue reads what MarshalDynamoDBAttributeValue stores.
func (d *Date) UnmarshalDynamoDBAttributeValue(value types.AttributeValue) error {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return d.UnmarshalText([]byte(v.Value))
	case *types.AttributeValueMemberNULL:
		*d = Date{}
		return nil
	}
	return fmt.Errorf("a date is stored as a string, not as %T", value)
}
