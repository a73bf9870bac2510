package main

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/system"
	"partnercenter/pkg/system/lifecycle"
	"partnercenter/pkg/system/sweep"
)

// When operators are called.
const (
	lateSweep    = 20 * time.Minute // four ticks of the sweep
	lateStream   = 10 * time.Minute
	writesAnHour = 400_000 // write units: tens of thousands of renewals
)

// alarm is one alarm. It goes on when the metric is above a value for its periods.
type alarm struct {
	id, says string
	metric   cw.IMetric
	above    float64
	periods  int
	silence  cw.TreatMissingData // what it means that there are no data; empty is good
}

func (s *apiStack) addAlarm(a alarm) {
	if a.silence == "" {
		a.silence = cw.TreatMissingData_NOT_BREACHING
	}
	made := cw.NewAlarm(s.stack, jsii.String(a.id+"Alarm"), &cw.AlarmProps{
		AlarmName: s.config.name(a.id), AlarmDescription: &a.says, Metric: a.metric, Threshold: &a.above,
		EvaluationPeriods: jsii.Number(max(a.periods, 1)), ComparisonOperator: cw.ComparisonOperator_GREATER_THAN_THRESHOLD,
		TreatMissingData: a.silence,
	})
	made.AddAlarmAction(awscloudwatchactions.NewSnsAction(s.operators))
}

// addAlarms makes all alarms.
func (s *apiStack) addAlarms(functions []function.Declaration) {
	for _, name := range sorted(s.dead) {
		q := s.dead[name]
		s.addAlarm(alarm{
			id: "Dead" + title(name), metric: q.MetricApproximateNumberOfMessagesVisible(every(1, "Maximum")),
			says: "Messages that failed for good are in " + name + ": look at them, then make redrive QUEUE=" + name,
		})
	}
	for _, d := range functions {
		f := s.functions[d.Name]
		s.addAlarm(alarm{
			id: title(d.Name) + "Errors", metric: f.MetricErrors(every(5, "Sum")), says: "The function " + d.Name + " fails; its log says why",
		})
		s.addAlarm(alarm{
			id: title(d.Name) + "Throttles", metric: f.MetricThrottles(every(5, "Sum")), says: "The function " + d.Name + " is held back by the account's concurrency",
		})
		if d.Stream != nil {
			s.addAlarm(alarm{
				id: title(d.Name) + "Behind", metric: iteratorAge(f), above: float64(lateStream.Milliseconds()),
				says: "The function " + d.Name + " is behind the table's stream, which keeps a day",
			})
		}
	}
	s.addAlarm(alarm{
		id: "SweepLag", metric: ours("SweepLag", sweep.Function, every(15, "Maximum")), above: lateSweep.Seconds(),
		silence: cw.TreatMissingData_BREACHING, says: "What is due is not being done: the sweep is late, or does not run",
	})
	s.addAlarm(alarm{
		id: "WorkGivenUp", metric: ours("WorkFailed", lifecycle.Function, every(5, "Sum")),
		says: "Due work failed for good: GET /v2/vendor/failed-work lists it and says why",
	})
	s.addAlarm(alarm{
		id: "DueButUnsent", metric: unsent(), says: "Digests were due that were neither sent nor skipped for a reason",
	})
	s.addAlarm(alarm{
		id: "ServerErrors", metric: s.api.MetricServerError(every(5, "Sum")), says: "Requests are answered with 5xx; the access log has their ids",
	})
	s.addAlarm(alarm{
		id: "WritesAnHour", metric: s.writes(), above: writesAnHour,
		says: fmt.Sprintf("More than %d write units an hour cost more than this system should", writesAnHour),
	})
}

// writes is what the table and its indexes were written in an hour, which is most of what the system costs.
func (s *apiStack) writes() cw.IMetric {
	use := func(index string) cw.IMetric {
		dimensions := map[string]*string{"TableName": s.data.table.TableName()}
		if index != "" {
			dimensions["GlobalSecondaryIndexName"] = &index
		}
		return cw.NewMetric(&cw.MetricProps{
			Namespace: jsii.String("AWS/DynamoDB"), MetricName: jsii.String("ConsumedWriteCapacityUnits"),
			DimensionsMap: &dimensions, Statistic: jsii.String("Sum"), Period: minutes(60),
		})
	}
	using, sum := map[string]cw.IMetric{"base": use("")}, "FILL(base, 0)"
	for i, index := range system.Table().Indexes {
		name := fmt.Sprintf("index%d", i)
		using[name] = use(index.Name)
		sum += " + FILL(" + name + ", 0)"
	}
	return cw.NewMathExpression(&cw.MathExpressionProps{
		Expression: &sum, UsingMetrics: &using, Period: minutes(60), Label: jsii.String("Write units an hour"),
	})
}

// settled are the ends that a digest may come to. Source: package digest, which counts them.
var settled = []string{"DigestsSent", "DigestsSkippedSentEarlier", "DigestsSkippedSuppressed", "DigestsSkippedWithheld", "DigestsSkippedNoAddress"}

// unsent is how many digests were due in an hour and came to no end.
func unsent() cw.IMetric {
	using, sum := map[string]cw.IMetric{"due": ours("DigestsDue", lifecycle.Function, every(60, "Sum"))}, "FILL(due, 0)"
	for i, name := range settled {
		id := fmt.Sprintf("end%d", i)
		using[id] = ours(name, lifecycle.Function, every(60, "Sum"))
		sum += " - FILL(" + id + ", 0)"
	}
	return cw.NewMathExpression(&cw.MathExpressionProps{
		Expression: &sum, UsingMetrics: &using, Period: minutes(60), Label: jsii.String("Digests due but unsent"),
	})
}

// iteratorAge is how old what a function last read of the stream was, in milliseconds.
func iteratorAge(f awslambda.Function) cw.IMetric {
	return f.Metric(jsii.String("IteratorAge"), every(5, "Maximum"))
}

// ours is a metric that a function writes into its log line.
func ours(name string, of function.Declaration, options *cw.MetricOptions) cw.IMetric {
	return cw.NewMetric(&cw.MetricProps{
		Namespace: jsii.String(function.Namespace), MetricName: &name,
		DimensionsMap: &map[string]*string{"function": jsii.String(of.Name)}, Statistic: options.Statistic, Period: options.Period,
	})
}

func every(n int, statistic string) *cw.MetricOptions {
	return &cw.MetricOptions{Statistic: &statistic, Period: minutes(n)}
}

func minutes(n int) awscdk.Duration { return awscdk.Duration_Minutes(jsii.Number(n)) }

// sorted gives a map's names in order, so that every synthesis makes the same template.
func sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
