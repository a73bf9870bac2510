// Package demo carries the demo's data: a portfolio of yearly and monthly resources and a month's consumption, derived from the FinOps Foundation's FOCUS Sample Data
// (CC BY 4.0, FinOps Open Cost and Usage Specification project). See README.md beside it.
package demo

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
)

// Customers is the sheet of the demo's customers, Portfolio that of their resources.
var (
	//go:embed portfolio-customers.csv
	Customers []byte
	//go:embed portfolio.csv
	Portfolio []byte
)

var (
	//go:embed focus-2026-11.csv.gz
	consumption []byte
	//go:embed focus-1.0-sample.csv.gz
	sample []byte
)

// Consumption is November 2026's consumption of the demo's customers, in FOCUS's format: 999 lines in CNY.
func Consumption() []byte { return unzip(consumption) }

// FOCUSSample is the original sample of FOCUS 1.0: 1,000 lines of September 2024 in USD.
func FOCUSSample() []byte { return unzip(sample) }

// unzip panics on what is not as it was embedded.
func unzip(packed []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return plain
}
