package main

import (
	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system/lifecycle"
	"partnercenter/pkg/system/sweep"
)

// addDashboard makes the one dashboard: what comes in, what is due, what goes out, and what it costs.
func (s *apiStack) addDashboard(functions []function.Declaration) {
	var errors, times, dead []cw.IMetric
	for _, d := range functions {
		errors = append(errors, s.functions[d.Name].MetricErrors(every(5, "Sum")))
		times = append(times, s.functions[d.Name].MetricDuration(every(5, "p99")))
	}
	for _, name := range sorted(s.dead) {
		dead = append(dead, s.dead[name].MetricApproximateNumberOfMessagesVisible(every(5, "Maximum")))
	}
	done := func(names ...string) (metrics []cw.IMetric) {
		for _, name := range names {
			metrics = append(metrics, ours(name, lifecycle.Function, every(5, "Sum")))
		}
		return metrics
	}
	board := cw.NewDashboard(s.stack, jsii.String("Dashboard"), &cw.DashboardProps{DashboardName: s.config.name("overview")})
	board.AddWidgets(
		graph("Requests and refusals", s.api.MetricCount(every(5, "Sum")), s.api.MetricClientError(every(5, "Sum")), s.api.MetricServerError(every(5, "Sum"))),
		graph("Errors of functions", errors...), graph("99th percentile, ms", times...))
	board.AddWidgets(
		graph("Lag of the sweep, s", ours("SweepLag", sweep.Function, every(5, "Maximum"))),
		graph("Due work", done("WorkDone", "WorkFailed", "RenewalsPaid", "RenewalsRefused")...),
		graph("Failed for good", dead...))
	board.AddWidgets(
		graph("Digests", append(done("DigestsDue", "DigestsSent"), unsent())...),
		graph("Write units an hour", s.writes()))
}

func graph(title string, metrics ...cw.IMetric) cw.IWidget {
	return cw.NewGraphWidget(&cw.GraphWidgetProps{Title: &title, Left: &metrics, Width: jsii.Number(8)})
}
