// Command bench prints what every operation and job costs in capacity units, what a million of them cost at list price, and the ratios
// that the design promises. It fails when a ceiling is broken. OUT names a file that gets the same as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"text/tabwriter"

	"partnercenter/infra/startup"
	"partnercenter/pkg/foundation/table"
)

// measured is what one operation or job cost.
type measured struct {
	Name       string  `json:"name"`
	WCU        float64 `json:"wcu"`
	RCU        float64 `json:"rcu"`
	RoundTrips int     `json:"round_trips"`
}

// ceiling is the most that something may cost.
type ceiling struct{ wcu, rcu float64 }

// none stands for no ceiling.
const none = 1e9

// String gives what is bounded.
func (c ceiling) String() string {
	switch {
	case c.rcu == none:
		return fmt.Sprintf("%v WCU", c.wcu)
	case c.wcu == none:
		return fmt.Sprintf("%v RCU", c.rcu)
	default:
		return fmt.Sprintf("%v WCU, %v RCU", c.wcu, c.rcu)
	}
}

// ceilings are the design's. Source: DESIGN.md "Speed and cost, as numbers".
var ceilings = map[string]ceiling{
	"AutoRenewal":                           {15, 6},
	"AutoRenewalResources":                  {8, none},
	"CancelAutoRenewalResources":            {8, none},
	"Digest":                                {8, none},
	"ListInvoiceLists/page50":               {none, 7},
	"ListOpportunities/page50":              {none, 7},
	"ListOpportunityQueue/page50":           {none, 7},
	"ListPayPerUseCustomerResources/page50": {none, 7},
	"ListSettlementBills/page50":            {none, 7},
	"ListSpecialists/page50":                {none, 7},
	"ListCertificates/page50":               {none, 7},
	"ListSpecialistReviews/page50":          {none, 7},
	"UpdateCustomerAccountAmount":           {12, none},
	"CreatePartnerCoupons":                  {12, none},
	"ImportConsumption/lines1000":           {1100, 200},
	"ListPerformanceLines/page50":           {none, 15},
	"IdleSweep":                             {0, 8},
}

// ratioAtMost and ratioAtLeast bound the ratios; those of start-up go by their prefix.
var (
	ratioAtMost  = map[string]float64{"customers_page": 1.01, "key_share": 0.25, "sweep_capacity": 1.01}
	ratioAtLeast = map[string]float64{"renewal_throughput": 0.8}
)

// List prices of a million on-demand request units, in millionths of a US dollar.
// Source: AWS, "Amazon DynamoDB pricing", on-demand, Asia Pacific (Singapore), table class Standard.
const (
	writeMillion = 710_000
	readMillion  = 142_000
)

// million gives what a million of something cost at list price, in millionths of a US dollar. Units come in halves.
func million(m measured) int64 {
	return (int64(math.Round(2*m.WCU))*writeMillion + int64(math.Round(2*m.RCU))*readMillion) / 2
}

func main() {
	if err := run(context.Background(), os.Stdout, os.Getenv("OUT")); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, file string) error {
	s, err := newScene(ctx)
	if err != nil {
		return err
	}
	defer s.drop(ctx)
	all, err := s.measure(ctx)
	if err != nil {
		return err
	}
	ratios, err := s.ratios(ctx)
	if err != nil {
		return err
	}
	starts, err := startup.Ratios(ctx, ".", "build/startup")
	if err != nil {
		return err
	}
	for name, ratio := range starts {
		ratios["startup_"+name] = ratio
		ratioAtMost["startup_"+name] = startup.Most
	}
	broken := errors.Join(printCosts(out, all), printRatios(out, ratios))
	if file != "" {
		text, err := json.MarshalIndent(map[string]any{"operations": all, "ratios": ratios}, "", "  ")
		if err == nil {
			err = os.WriteFile(file, text, 0o644)
		}
		broken = errors.Join(broken, err)
	}
	return broken
}

func printCosts(out io.Writer, all []measured) error {
	var broken []error
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "operation or job\tWCU\tRCU\tround trips\tUSD a million\tceiling")
	for _, m := range all {
		verdict := ""
		if c, ok := ceilings[m.Name]; ok {
			verdict = c.String() + ", holds"
			if m.WCU > c.wcu || m.RCU > c.rcu {
				verdict = c.String() + ", BROKEN"
				broken = append(broken, fmt.Errorf("%s costs %v WCU and %v RCU, and may cost %s", m.Name, m.WCU, m.RCU, c))
			}
		}
		cents := (million(m) + 5_000) / 10_000
		fmt.Fprintf(w, "%s\t%v\t%v\t%d\t%d.%02d\t%s\n", m.Name, m.WCU, m.RCU, m.RoundTrips, cents/100, cents%100, verdict)
	}
	return errors.Join(append(broken, w.Flush())...)
}

func printRatios(out io.Writer, ratios map[string]float64) error {
	var broken []error
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nratio\tmeasured\tbound")
	for _, name := range slices.Sorted(maps.Keys(ratios)) {
		bound, holds := "", true
		if most, ok := ratioAtMost[name]; ok {
			bound, holds = fmt.Sprintf("at most %v", most), ratios[name] <= most
		}
		if least, ok := ratioAtLeast[name]; ok {
			bound, holds = fmt.Sprintf("at least %v", least), ratios[name] >= least
		}
		if !holds {
			broken = append(broken, fmt.Errorf("%s is %.2f, %s", name, ratios[name], bound))
		}
		fmt.Fprintf(w, "%s\t%.2f\t%s\n", name, ratios[name], bound)
	}
	return errors.Join(append(broken, w.Flush())...)
}

// metered counts what do costs.
func metered(ctx context.Context, name string, do func(ctx context.Context) error) (measured, error) {
	var m table.Meter
	if err := do(table.WithMeter(ctx, &m)); err != nil {
		return measured{}, fmt.Errorf("%s: %w", name, err)
	}
	use := m.Read()
	return measured{Name: name, WCU: use.WCU, RCU: use.RCU, RoundTrips: use.RoundTrips}, nil
}
