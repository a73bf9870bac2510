// Package demo carries the demo's data: a portfolio of yearly and monthly resources derived from the FinOps Foundation's FOCUS Sample Data
// (CC BY 4.0, FinOps Open Cost and Usage Specification project). See README.md beside it.
package demo

import _ "embed"

// Customers is the sheet of the demo's customers, Portfolio that of their resources.
var (
	//go:embed portfolio-customers.csv
	Customers []byte
	//go:embed portfolio.csv
	Portfolio []byte
)
