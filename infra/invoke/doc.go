// Command invoke sends the sample events of package events to the functions' binaries, through Lambda's runtime API, and compares their
// answers with the expected ones. DynamoDB Local, whose address is in DYNAMODB_ENDPOINT, holds the table; a stand-in answers for
// AWS's other services.
package main
