// Package pdftest reads in tests what a PDF says: the text of each page, as a reader that searches or copies sees it. It knows only what
// package pdf writes: streams by their objects' numbers, text by glyphs in hexadecimal, and the font's map back to characters. The libraries
// that read any PDF are either not kept or several times the size of what is tested.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Text is a piece of text on a page: what stands at a place, in points from the lower left corner, in a type size.
type Text struct {
	X, Y, Size float64
	Says       string
}

// Page is the texts of a page, in the order in which they were drawn.
type Page []Text

// String gives all texts of the page, a line each.
func (p Page) String() string {
	var b strings.Builder
	for _, t := range p {
		b.WriteString(t.Says + "\n")
	}
	return b.String()
}

var (
	anObject  = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj`)
	aRange    = regexp.MustCompile(`<([0-9A-F]{4})><([0-9A-F]{4})><([0-9A-F]+)>`)
	contents  = regexp.MustCompile(`/Contents +(\d+) 0 R`)
	textBlock = regexp.MustCompile(`(?s)BT\n([\d.]+) ([\d.]+) TD\n/F\d+ ([\d.]+) Tf.*?\[<([0-9A-F]*)>\] TJ\nET`)
)

// Read gives the pages of a file that package pdf wrote.
func Read(t testing.TB, file []byte) []Page {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")) {
		t.Fatalf("%d bytes are no PDF", len(file))
	}
	objects, characters := map[string]string{}, map[string]string{}
	var order []string
	for _, m := range anObject.FindAllSubmatch(file, -1) {
		body := string(m[2])
		objects[string(m[1])] = body
		if strings.Contains(body, "/Type /Page\n") {
			order = append(order, contents.FindStringSubmatch(body)[1])
		}
		for _, r := range aRange.FindAllStringSubmatch(body, -1) {
			if code, err := strconv.ParseUint(r[3], 16, 32); err == nil && characters[r[1]] == "" {
				characters[r[1]] = string(rune(code))
			}
		}
	}
	var pages []Page
	for _, number := range order {
		pages = append(pages, read(t, stream(t, objects[number]), characters))
	}
	return pages
}

// stream unpacks the stream of an object.
func stream(t testing.TB, object string) string {
	t.Helper()
	_, packed, _ := strings.Cut(object, "stream\n")
	r, err := zlib.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func read(t testing.TB, content string, characters map[string]string) Page {
	t.Helper()
	var page Page
	for _, m := range textBlock.FindAllStringSubmatch(content, -1) {
		text := Text{X: number(t, m[1]), Y: number(t, m[2]), Size: number(t, m[3])}
		for glyphs := m[4]; glyphs != ""; glyphs = glyphs[4:] {
			character, known := characters[glyphs[:4]]
			if !known {
				t.Fatalf("glyph %s has no character", glyphs[:4])
			}
			text.Says += character
		}
		page = append(page, text)
	}
	return page
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64) //nolint:forbidigo // a place on paper, no money
	if err != nil {
		t.Fatal(err)
	}
	return n
}
