package table

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Provision makes a table of the system's shape on DynamoDB Local. On AWS the CDK app makes it.
func Provision(ctx context.Context, ddb *dynamodb.Client, name string, streamed bool) error {
	shape := TheShape()
	in := &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema:            keySchema(shape.PK, shape.SK),
		AttributeDefinitions: definitions(shape.PK, shape.SK),
	}
	for _, index := range shape.Indexes {
		in.AttributeDefinitions = append(in.AttributeDefinitions, definitions(index.PK, index.SK)...)
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: &index.Name, KeySchema: keySchema(index.PK, index.SK),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: index.Projects},
		})
	}
	if streamed {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages}
	}
	if _, err := ddb.CreateTable(ctx, in); err != nil {
		return fmt.Errorf("create table %s: %w", name, err)
	}
	return nil
}

func keySchema(pk, sk string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: &pk, KeyType: types.KeyTypeHash},
		{AttributeName: &sk, KeyType: types.KeyTypeRange},
	}
}

func definitions(names ...string) []types.AttributeDefinition {
	list := make([]types.AttributeDefinition, len(names))
	for i, name := range names {
		list[i] = types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS}
	}
	return list
}
