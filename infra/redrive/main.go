// Command redrive sends what is in a dead-letter queue to its queue again.
//
//	redrive -queue lifecycle                        on AWS, with the credentials and region of the environment
//	redrive -queue lifecycle -local state.json      in the local cloud that wrote this ready file
//
// The queue goes by the name that its function declares, or by its own where several stages share one account.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func main() {
	queue := flag.String("queue", "", "the queue whose dead letters are sent again, such as lifecycle")
	local := flag.String("local", "", "the ready file of a local cloud; without it the queue is on AWS")
	flag.Parse()
	if err := run(context.Background(), *queue, *local, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "redrive:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, queue, local string, out io.Writer) error {
	if queue == "" {
		return errors.New("name a queue, such as -queue lifecycle")
	}
	client, err := open(ctx, local)
	if err != nil {
		return err
	}
	url, err := find(ctx, client, queue)
	if err != nil {
		return err
	}
	dead, err := deadLetters(ctx, client, url)
	if err != nil {
		return err
	}
	sent, err := resend(ctx, client, dead, url)
	_, _ = fmt.Fprintf(out, "%d messages sent again from %s to %s\n", sent, nameOf(dead), nameOf(url))
	return err
}

// open gives a client of AWS, or of the local cloud that wrote a ready file.
func open(ctx context.Context, local string) (*sqs.Client, error) {
	if local == "" {
		cfg, err := config.LoadDefaultConfig(ctx)
		return sqs.NewFromConfig(cfg), err
	}
	text, err := os.ReadFile(local)
	if err != nil {
		return nil, err
	}
	var ready struct {
		SQS string `json:"sqs"`
	}
	if err := json.Unmarshal(text, &ready); err != nil {
		return nil, fmt.Errorf("%s is no ready file of a local cloud: %w", local, err)
	}
	return sqs.New(sqs.Options{
		Region: "local", BaseEndpoint: &ready.SQS, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}), nil
}

// find gives the URL of a queue by its name, or by the end of it behind what a stage puts before it.
func find(ctx context.Context, client *sqs.Client, queue string) (string, error) {
	var found []string
	pages := sqs.NewListQueuesPaginator(client, &sqs.ListQueuesInput{MaxResults: aws.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", fmt.Errorf("list the queues: %w", err)
		}
		for _, url := range page.QueueUrls {
			switch name := plainName(url); {
			case name == queue:
				return url, nil
			case strings.HasSuffix(name, "-"+queue):
				found = append(found, url)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fmt.Errorf("no queue here is called %q", queue)
	default:
		names := make([]string, len(found))
		for i, url := range found {
			names[i] = plainName(url)
		}
		return "", fmt.Errorf("several queues are called %q; name one of %s", queue, strings.Join(names, ", "))
	}
}

// deadLetters gives the URL of a queue's dead-letter queue.
func deadLetters(ctx context.Context, client *sqs.Client, url string) (string, error) {
	const name = types.QueueAttributeNameRedrivePolicy
	got, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{name}})
	if err != nil {
		return "", err
	}
	var policy struct {
		Target string `json:"deadLetterTargetArn"`
	}
	if text := got.Attributes[string(name)]; text == "" || json.Unmarshal([]byte(text), &policy) != nil {
		return "", fmt.Errorf("%s has no dead-letter queue", nameOf(url))
	}
	dead, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(policy.Target[strings.LastIndex(policy.Target, ":")+1:])})
	if err != nil {
		return "", err
	}
	return *dead.QueueUrl, nil
}

// plainName gives a queue's name without what FIFO queues end with.
func plainName(url string) string { return strings.TrimSuffix(nameOf(url), ".fifo") }

func nameOf(url string) string { return url[strings.LastIndex(url, "/")+1:] }
