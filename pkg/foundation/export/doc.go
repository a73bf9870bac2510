// Package export makes the files that people ask for: somebody asks, due work writes the file a moment later, and who asked downloads it for
// three days. What stands in a file is its kind's: a capability hands in a [Producer] for each kind that it offers, and operations on the
// list come from [Register].
//
// A file is a CSV that every spreadsheet opens as it is meant: UTF-8 with a byte-order mark, and no cell is run as a formula.
//
// Only the user who asked for an export sees it: what it holds is what that user may see.
//
// Source: DOMAIN.md 0 "Export tasks", 15; CASES.md B46.
package export
