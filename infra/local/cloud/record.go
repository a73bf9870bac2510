package cloud

import (
	"encoding/json"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// streamRecord is a record of the stream as Lambda delivers it.
type streamRecord struct {
	EventID     string     `json:"eventID"`
	EventName   string     `json:"eventName"`
	EventSource string     `json:"eventSource"`
	DynamoDB    streamItem `json:"dynamodb"`
}

type streamItem struct {
	Keys           json.RawMessage `json:"Keys"`
	NewImage       json.RawMessage `json:"NewImage,omitempty"`
	OldImage       json.RawMessage `json:"OldImage,omitempty"`
	SequenceNumber string          `json:"SequenceNumber"`
	StreamViewType string          `json:"StreamViewType"`
}

func recordOf(r types.Record) (streamRecord, error) {
	out := streamRecord{
		EventID: aws.ToString(r.EventID), EventName: string(r.EventName), EventSource: "aws:dynamodb",
		DynamoDB: streamItem{SequenceNumber: aws.ToString(r.Dynamodb.SequenceNumber), StreamViewType: string(r.Dynamodb.StreamViewType)},
	}
	var failed [3]error
	out.DynamoDB.Keys, failed[0] = imageOf(r.Dynamodb.Keys)
	out.DynamoDB.NewImage, failed[1] = imageOf(r.Dynamodb.NewImage)
	out.DynamoDB.OldImage, failed[2] = imageOf(r.Dynamodb.OldImage)
	return out, errors.Join(failed[:]...)
}

// imageOf gives an image of the stream's API as the JSON that Lambda delivers.
func imageOf(image map[string]types.AttributeValue) (json.RawMessage, error) {
	if image == nil {
		return nil, nil
	}
	converted, err := attributevalue.FromDynamoDBStreamsMap(image)
	if err != nil {
		return nil, err
	}
	return attributevalue.MarshalMapJSON(converted)
}

func (r streamRecord) key(name string) string  { return textIn(r.DynamoDB.Keys, name) }
func (r streamRecord) text(name string) string { return textIn(r.DynamoDB.NewImage, name) }

// textIn gives an attribute of an image that is text, and nothing for any other.
func textIn(image json.RawMessage, name string) string {
	var values map[string]struct{ S string }
	_ = json.Unmarshal(image, &values) // attributes of other types are of no interest
	return values[name].S
}
