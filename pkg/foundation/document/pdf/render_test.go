package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/document/pdf"
	"partnercenter/pkg/foundation/document/pdf/pdftest"
)

var made = time.Date(2026, 12, 1, 4, 0, 0, 0, time.UTC)

// sheet is a document with a table of some rows.
func sheet(rows int) document.Document {
	table := document.Table{Columns: []document.Column{
		{Title: "序号", Weight: 1}, {Title: "说明", Weight: 4}, {Title: "金额（元）", Weight: 2, Right: true},
	}}
	for n := range rows {
		table.Rows = append(table.Rows, document.Row{Cells: []string{fmt.Sprint(n + 1), "拨款给客户 Customer", "1,234.50"}})
	}
	return document.Document{
		Title: "对账单", Subtitle: "2026年11月", Issuer: "Partner Center", Note: "北京时间", PageOf: "第 {page} 页，共 {pages} 页",
		Made: made,
		Blocks: []document.Block{
			document.Facts{{Name: "合作伙伴", Value: "某某科技"}, {Name: "编号", Value: "p-1"}},
			document.Heading("充值账户"), table,
			document.Paragraph("完。"),
		},
	}
}

func render(t testing.TB, d document.Document) []byte {
	t.Helper()
	file, err := pdf.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWhatADocumentSaysCanBeReadBack(t *testing.T) {
	pages := pdftest.Read(t, render(t, sheet(2)))
	want := "对账单\n2026年11月\n合作伙伴\n编号\n某某科技\np-1\n充值账户\n序号\n说明\n金额（元）\n" +
		"1\n拨款给客户 Customer\n1,234.50\n2\n拨款给客户 Customer\n1,234.50\n完。\n" +
		"第 1 页，共 1 页\nPartner Center\n北京时间\n"
	if len(pages) != 1 {
		t.Fatalf("got %d pages", len(pages))
	}
	got := strings.Split(pages[0].String(), "\n")
	if len(got) != len(strings.Split(want, "\n")) {
		t.Errorf("got %q", got)
	}
	for _, line := range strings.Split(want, "\n") {
		if !strings.Contains(pages[0].String(), line+"\n") {
			t.Errorf("the page does not say %q", line)
		}
	}
}

func TestTheSameDocumentIsTheSameFile(t *testing.T) {
	first := render(t, sheet(60))
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			if again := render(t, sheet(60)); !bytes.Equal(first, again) {
				t.Error("it is another file")
			}
		})
	}
	wait.Wait()
	if !bytes.Contains(first, []byte("/CreationDate(D:20261201120000+08'00')")) {
		t.Error("it does not say when it was made, in Beijing")
	}
}

func TestEveryPageHasTheTablesHeaderAndItsNumber(t *testing.T) {
	pages := pdftest.Read(t, render(t, sheet(1200)))
	row := 0
	for n, page := range pages {
		text := page.String()
		number := fmt.Sprintf("第 %d 页，共 %d 页\n", n+1, len(pages))
		if !strings.Contains(text, number) || !strings.Contains(text, "金额（元）\n") {
			t.Errorf("page %d says %.300q", n+1, text)
		}
		for _, piece := range page {
			if piece.Says == fmt.Sprint(row+1) {
				row++
			}
			if piece.X < 40 || piece.X > 555 || piece.Y < 20 || piece.Y > 825 {
				t.Errorf("page %d has %q at %v, %v: beyond its margins", n+1, piece.Says, piece.X, piece.Y)
			}
		}
	}
	if row != 1200 || len(pages) < 20 {
		t.Errorf("%d rows in order on %d pages", row, len(pages))
	}
}

func TestAmountsEndAtOneEdge(t *testing.T) {
	d := sheet(0)
	d.Blocks = []document.Block{document.Table{
		Columns: []document.Column{{Title: "a", Weight: 1}, {Title: "b", Weight: 1, Right: true}},
		Rows:    []document.Row{{Cells: []string{"", "5.00"}}, {Cells: []string{"", "15.00"}, Strong: true}},
	}}
	at := map[string]float64{}
	for _, piece := range pdftest.Read(t, render(t, d))[0] {
		at[piece.Says] = piece.X
	}
	if digit := at["5.00"] - at["15.00"]; digit < 4.15 || digit > 4.18 { // 0.555 of 7.5 points
		t.Errorf("the amounts begin at %v and %v", at["5.00"], at["15.00"])
	}
}

func TestAnAmountIsNeverBroken(t *testing.T) {
	const most = "-10,000,000,000,000.00"
	d := sheet(0)
	d.Blocks = []document.Block{document.Table{
		Columns: []document.Column{{Title: "a", Weight: 9}, {Title: "b", Weight: 1, Right: true}}, Rows: []document.Row{{Cells: []string{"", most}}},
	}}
	for _, piece := range pdftest.Read(t, render(t, d))[0] {
		if piece.Says == most {
			if piece.Size < 3 || piece.Size > 6 || piece.X < 40+0.9*515 {
				t.Errorf("it is %v high at %v", piece.Size, piece.X)
			}
			return
		}
	}
	t.Errorf("%s is nowhere in one piece", most)
}

func TestWhatTheFontLacksAndControlsBreakNothing(t *testing.T) {
	d := sheet(1)
	d.Title = "a\x00b\x1b\u202ec\u200b😀𠮷\u2067\ufffe한国\r\nd\te"
	pages := pdftest.Read(t, render(t, d))
	text := pages[0].String()
	if !strings.HasPrefix(text, "a b c〓〓〓") || !strings.Contains(text, "国\nd e\n") {
		t.Errorf("got %.60q", text)
	}
	for _, r := range text {
		if r < ' ' && r != '\n' || r >= 0x2000 && r <= 0x206F && r != '…' {
			t.Errorf("the page has %U", r)
		}
	}
}

func TestALongNameOfOneWordAndARowHigherThanAPageAreAllThere(t *testing.T) {
	word, chinese := strings.Repeat("x", 5000), strings.Repeat("云商店", 2000)
	d := sheet(1)
	d.Blocks[2].(document.Table).Rows[0].Cells[1] = word + " " + chinese
	d.Blocks = append(d.Blocks, document.Paragraph(word))
	got := 0
	for _, page := range pdftest.Read(t, render(t, d)) {
		for _, piece := range page {
			got += strings.Count(piece.Says, "x")
			got += strings.Count(piece.Says, "云") + strings.Count(piece.Says, "店")
		}
	}
	if want := 5000 + 4000 + 5000; got != want {
		t.Errorf("%d characters are there, want %d", got, want)
	}
}

func TestADocumentHasAMostPages(t *testing.T) {
	began := time.Now()
	if _, err := pdf.Render(sheet(30_000)); !errors.Is(err, document.ErrTooLong) {
		t.Errorf("got %v, want that it is too long", err)
	}
	render(t, sheet(15_000))
	t.Logf("15,000 rows and a refusal took %s", time.Since(began))
}

func TestADocumentThatDoesNotFitItselfIsAnError(t *testing.T) {
	d := sheet(1)
	d.Blocks[2].(document.Table).Rows[0].Cells = nil
	if _, err := pdf.Render(d); err == nil {
		t.Error("a row without cells was printed")
	}
}

func BenchmarkAStatementOfAThousandRows(b *testing.B) {
	for b.Loop() {
		file := render(b, sheet(1000))
		b.ReportMetric(float64(len(file)), "bytes")
	}
}
