package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/cxapi"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

// checkSolutions holds the app to cdk-nag's AwsSolutions pack. An error that is not suppressed fails the synthesis.
func checkSolutions(app awscdk.App) {
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{
		Reports: jsii.Bool(true), ReportFormats: &[]cdknag.NagReportFormat{cdknag.NagReportFormat_JSON},
	}), nil)
}

// accept suppresses a rule at one resource, for a reason.
func accept(at constructs.IConstruct, rule, reason string) {
	cdknag.NagSuppressions_AddResourceSuppressions(at, &[]*cdknag.NagPackSuppression{{Id: &rule, Reason: &reason}}, jsii.Bool(false))
}

// findings counts what cdk-nag found.
type findings struct{ Open, Suppressed int }

// String says what was found in one line.
func (f findings) String() string {
	return fmt.Sprintf("cdk-nag AwsSolutions: %d findings, %d suppressions, each with its reason at its resource", f.Open, f.Suppressed)
}

// readFindings counts in the reports that cdk-nag leaves in the assembly, one for each stack.
func readFindings(assembly cxapi.CloudAssembly) (findings, error) {
	var total findings
	for _, stack := range *assembly.Stacks() {
		name := filepath.Join(*assembly.Directory(), "AwsSolutions-"+*stack.StackName()+"-NagReport.json")
		text, err := os.ReadFile(name)
		if err != nil {
			return total, err
		}
		var report struct {
			Lines []struct{ Compliance string }
		}
		if err := json.Unmarshal(text, &report); err != nil {
			return total, fmt.Errorf("%s: %w", name, err)
		}
		for _, line := range report.Lines {
			switch line.Compliance {
			case "Suppressed":
				total.Suppressed++
			case "Non-Compliant", "UNKNOWN":
				total.Open++
			}
		}
	}
	return total, nil
}
