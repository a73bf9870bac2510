package main

import (
	"encoding/json"
	"os"

	"partnercenter/infra/local/cloud"
)

// ready is what the ready file says. Source: DESIGN.md "The local cloud".
type ready struct {
	API        string            `json:"api"`
	Docs       string            `json:"docs"`
	Inbox      string            `json:"inbox"`
	DynamoDB   string            `json:"dynamodb"`
	SQS        string            `json:"sqs"`
	Table      string            `json:"table"`
	Principals []cloud.Principal `json:"principals"`
}

// writeReady writes the ready file, if there is to be one.
func writeReady(path string, c *cloud.Cloud, principals []cloud.Principal) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(ready{
		API: c.API, Docs: c.Docs(), Inbox: c.Inbox(), DynamoDB: c.DynamoDB(), SQS: c.SQS(), Table: cloud.TableName, Principals: principals,
	}, "", "  ")
	if err != nil {
		return err
	}
	return replace(path, append(text, '\n'))
}

func removeReady(path string) {
	if path != "" {
		_ = os.Remove(path) // somebody may have removed it
	}
}
