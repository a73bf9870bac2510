package externallink

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html"
	"strings"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/weburl"
)

//go:embed page.css
var style string

// policy gives the page's Content-Security-Policy: one style sheet of its own, and nothing from anywhere. It leaves form-action out, because
// browsers hold it against where the answer to a form leads as well, and there every address is the point; the page has one form, which
// nothing of the address can change.
func policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; frame-ancestors 'none'"
}

// page is what the reader sees.
type page struct {
	in          notify.Locale
	title       string
	text        []string
	host, whole string // where it leads; empty when nowhere
	token       string // of the form; empty for none
}

// leaving is the page in front of a destination.
func (s *Service) leaving(to weburl.Address, token string, in notify.Locale) page {
	w := wordsOf(in)
	return page{
		in: in, title: s.warning(in), text: append([]string{w.advice}, w.notes(to)...), host: to.Host, whole: to.String(), token: token,
	}
}

// refused is the page of an address that is not let through. It does not repeat the address.
func refused(why weburl.Reason, in notify.Locale) page {
	w := wordsOf(in)
	return page{in: in, title: w.refusedTitle, text: []string{w.reason + w.reasons[why]}}
}

// write gives the page as HTML. It is written by hand because a template engine would double the size of the function.
func (p page) write() []byte {
	var b strings.Builder
	text := func(s string) string { return html.EscapeString(s) }
	w := wordsOf(p.in)
	b.WriteString("<!doctype html>\n<html lang=\"" + text(string(p.in)) + "\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex, nofollow\">\n" +
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>" + text(p.title) + "</title>\n<style>" + style + "</style>\n</head>\n" +
		"<body>\n<main>\n<h1>" + text(p.title) + "</h1>\n")
	for _, paragraph := range p.text {
		b.WriteString("<p>" + text(paragraph) + "</p>\n")
	}
	if p.whole != "" {
		b.WriteString("<dl>\n<dt>" + text(w.host) + "</dt><dd><strong><bdi dir=\"ltr\">" + text(p.host) + "</bdi></strong></dd>\n" +
			"<dt>" + text(w.address) + "</dt><dd><bdi dir=\"ltr\">" + text(p.whole) + "</bdi></dd>\n</dl>\n")
	}
	if p.token != "" {
		b.WriteString("<form method=\"post\" action=\"" + Path + "\" rel=\"noopener noreferrer nofollow\">" +
			"<input type=\"hidden\" name=\"" + tokenField + "\" value=\"" + text(p.token) + "\"><button>" + text(w.button) + "</button></form>\n")
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return []byte(b.String())
}
