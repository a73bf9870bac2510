package letter_test

import (
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/letter"
)

var sample = letter.Letter{
	Locale: notify.English, Title: `A & <b>`, Intro: []string{"<script>i()</script>"}, Notes: []string{"<n>"},
	AsOf: time.Date(2026, 11, 30, 16, 5, 0, 0, time.UTC),
	Groups: []letter.Group{{
		Title: "<g>", Note: "<note>", Columns: []string{"Name", `Col"umn`},
		Rows: []letter.Row{{Cells: []string{"a\n2. forged", `"><img src=x>`}, Label: "<go>", URL: `https://pc.example/?a="b`}},
	}},
}

func TestWhateverALetterSaysIsText(t *testing.T) {
	html, err := sample.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<b>", "<script", "<n>", "<g>", "<note>", "<img", "<go>", `"umn"`, `="b"`} {
		if strings.Contains(html, bad) {
			t.Errorf("the HTML holds %s:\n%s", bad, html)
		}
	}
	text, err := sample.Text()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "\n2. forged") {
		t.Errorf("a name makes a line of its own:\n%s", text)
	}
}

// CASES.md B25.
func TestLetterSaysThatItsDatesAreBeijings(t *testing.T) {
	for locale, want := range map[notify.Locale]string{
		notify.English: "As of 2026-12-01 00:05. All dates and times are Beijing time (UTC+8).", notify.Chinese: "2026-12-01 00:05。所有日期和时间均为北京时间（UTC+8）。",
	} {
		l := sample
		l.Locale = locale
		html, htmlErr := l.HTML()
		text, textErr := l.Text()
		if htmlErr != nil || textErr != nil || !strings.Contains(html, want) || !strings.Contains(text, want) {
			t.Errorf("%s: %v, %v; want both to say %s", locale, htmlErr, textErr, want)
		}
	}
}

func TestLetterNeedsNothingFromElsewhere(t *testing.T) {
	html, err := sample.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"src=", "url(", "@import", "<link", "http:"} {
		if strings.Contains(strings.ReplaceAll(html, "&lt;img src=x", ""), bad) {
			t.Errorf("the HTML holds %s", bad)
		}
	}
}

func TestRowThatDoesNotFitItsTableIsAnError(t *testing.T) {
	l := sample
	l.Groups = []letter.Group{{Title: "g", Columns: []string{"Name"}, Rows: []letter.Row{{Cells: []string{"a", "b"}}}}}
	if _, err := l.HTML(); err == nil {
		t.Error("HTML: no error")
	}
	if _, err := l.Text(); err == nil {
		t.Error("text: no error")
	}
}
