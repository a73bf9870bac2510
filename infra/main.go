package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/system"
)

func main() {
	if err := synth(); err != nil {
		fmt.Fprintln(os.Stderr, "infra:", err)
		os.Exit(1)
	}
}

func synth() error {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	c := fromContext(app)
	if err := c.check(); err != nil {
		return err
	}
	build(app, c)
	found, err := readFindings(app.Synth(nil))
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, found) // the CLI fails on those that are not suppressed
	return nil
}

// build makes the stacks of a stage.
func build(app awscdk.App, c config) {
	data := newDataStack(app, c)
	newAPIStack(app, c, data, system.Functions(), system.Queues())
	awscdk.Tags_Of(app).Add(jsii.String("system"), jsii.String("partnercenter"), nil)
	awscdk.Tags_Of(app).Add(jsii.String("stage"), &c.Stage, nil)
	checkSolutions(app)
}
