package link

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html"
	"strings"

	"partnercenter/pkg/foundation/notify"
)

// Purpose is one thing that links are for. Show and Act get links that are ours and have not expired, and check for themselves whether
// what the link is about still stands. Show changes nothing; Act, called twice, does what it does once and shows the same both
// times. An error is a failure of ours: what the reader should know is a page. given is what the reader typed where the page asked.
type Purpose struct {
	Name string
	Show func(ctx context.Context, l Link) (Page, error)
	Act  func(ctx context.Context, l Link, given string) (Page, error)

	// Expired is what is shown of a link whose time is over, where there is more to say than the page Expired does; else it is nil. It changes nothing.
	Expired func(ctx context.Context, l Link) (Page, error)

	// Own gives a whole page instead, for a purpose that shows what a Page can't and has nothing to act on: then Show and Act are not called.
	Own func(ctx context.Context, v Visit) (Reply, error)
}

// Visit is a reader at a link.
type Visit struct {
	Link   Link
	Name   string // the last segment of the link's address, for addresses below it
	Lang   string // that the reader asks for, such as en-US; may be empty
	Accept string // languages that the reader's browser asks for, as Accept-Language has them
}

// Reply is a page of a purpose's own.
type Reply struct {
	Status int
	Policy string // its Content-Security-Policy
	Body   []byte // HTML
}

// Page is what a link shows: plain text, laid out by Write.
type Page struct {
	Locale notify.Locale
	Title  string
	Text   []string // paragraphs
	Facts  []Fact
	Button string // what acts; empty when there is nothing to do
	Ask    string // for which mail address the reader is asked; empty for none
}

// Fact is a named value.
type Fact struct{ Name, Value string }

// Given names the form's field that holds what the reader typed.
const Given = "given"

//go:embed page.css
var style string

// Policy gives the Content-Security-Policy of pages: our one style sheet, and forms to ourselves.
func Policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// Write gives the page as HTML that needs nothing from elsewhere. It is written by hand because a template engine would double the
// size of the function that serves it.
func (p Page) Write() []byte {
	var b strings.Builder
	write := func(parts ...string) {
		for _, part := range parts {
			b.WriteString(part)
		}
	}
	title := html.EscapeString(p.Title)
	write("<!doctype html>\n<html lang=\"", html.EscapeString(string(p.Locale)), "\">\n<head>\n<meta charset=\"utf-8\">\n",
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n",
		"<title>", title, "</title>\n<style>", style, "</style>\n</head>\n<body>\n<main>\n<p class=\"brand\">Partner Center</p>\n<h1>", title, "</h1>\n")
	for _, paragraph := range p.Text {
		write("<p>", html.EscapeString(paragraph), "</p>\n")
	}
	if len(p.Facts) > 0 {
		write("<dl>\n")
		for _, f := range p.Facts {
			write("<dt>", html.EscapeString(f.Name), "</dt><dd>", html.EscapeString(f.Value), "</dd>\n")
		}
		write("</dl>\n")
	}
	if p.Button != "" {
		write("<form method=\"post\">")
		if p.Ask != "" {
			write("<label>", html.EscapeString(p.Ask), "<input type=\"email\" name=\"", Given, "\" maxlength=\"254\" autocomplete=\"email\" required></label>")
		}
		write("<button>", html.EscapeString(p.Button), "</button></form>\n")
	}
	write("</main>\n</body>\n</html>\n")
	return []byte(b.String())
}
