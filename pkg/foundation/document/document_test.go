package document_test

import (
	"testing"

	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/money"
)

func TestAmountsHaveTheirThousandsApart(t *testing.T) {
	for fen, want := range map[money.Fen]string{
		0: "0.00", 5: "0.05", -5: "-0.05", 99999: "999.99", 100000: "1,000.00", -123456789: "-1,234,567.89",
		100_000_000: "1,000,000.00", money.Max: "10,000,000,000,000.00",
	} {
		if got := document.Amount(fen); got != want {
			t.Errorf("%d fen: got %s, want %s", int64(fen), got, want)
		}
	}
}

func TestADocumentThatDoesNotFitItselfIsFound(t *testing.T) {
	columns := []document.Column{{Title: "a", Weight: 1}, {Title: "b", Weight: 1}}
	for name, c := range map[string]struct {
		block document.Block
		fits  bool
	}{
		"a table":             {document.Table{Columns: columns, Rows: []document.Row{{Cells: []string{"1", "2"}}}}, true},
		"an empty table":      {document.Table{Columns: columns}, true},
		"text":                {document.Paragraph("text"), true},
		"a cell too few":      {document.Table{Columns: columns, Rows: []document.Row{{Cells: []string{"1"}}}}, false},
		"no columns":          {document.Table{}, false},
		"a column of nothing": {document.Table{Columns: []document.Column{{Title: "a"}}}, false},
		"no block":            {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := (document.Document{Blocks: []document.Block{c.block}}).Check(); (err == nil) != c.fits {
				t.Errorf("got %v, want that it fits: %t", err, c.fits)
			}
		})
	}
}
