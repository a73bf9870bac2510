package letter

import (
	_ "embed"
	"html"
	"strings"
)

//go:embed letter.css
var style string

// page collects HTML.
type page struct{ strings.Builder }

// add appends markup, which is ours.
func (p *page) add(markup ...string) {
	for _, m := range markup {
		p.WriteString(m)
	}
}

// element appends an element whose content is text. open is its tag with whatever attributes.
func (p *page) element(open, text string) {
	name, _, _ := strings.Cut(open, " ")
	p.add("<", open, ">", html.EscapeString(text), "</", name, ">")
}

// paragraphs appends texts as paragraphs.
func (p *page) paragraphs(texts []string) {
	for _, text := range texts {
		p.element("p", text)
		p.add("\n")
	}
}

func attribute(name, value string) string { return " " + name + `="` + html.EscapeString(value) + `"` }

// HTML gives the letter as a web page. Error: a row that does not fit its table.
func (l Letter) HTML() (string, error) {
	if err := l.check(); err != nil {
		return "", err
	}
	var p page
	p.add("<!doctype html>\n<html", attribute("lang", string(l.Locale)), ">\n<head>\n<meta charset=\"utf-8\">\n",
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light\">\n")
	p.element("title", l.Title)
	p.add("\n<style>", style, "</style>\n</head>\n<body>\n<div class=\"letter\">\n<p class=\"brand\">Partner Center</p>\n")
	p.element("h1", l.Title)
	p.add("\n")
	p.paragraphs(l.Intro)
	for _, g := range l.Groups {
		p.group(g)
	}
	p.paragraphs(l.Notes)
	p.add("<div class=\"foot\">\n")
	p.paragraphs(l.footer())
	p.add("</div>\n</div>\n</body>\n</html>\n")
	return p.String(), nil
}

func (p *page) group(g Group) {
	heading := "h2"
	if g.Urgent {
		heading += attribute("class", "urgent")
	}
	p.element(heading, g.Title)
	p.add("\n")
	if g.Note != "" {
		p.element("p"+attribute("class", "note"), g.Note)
		p.add("\n")
	}
	p.add("<table>\n<thead><tr>")
	for _, c := range g.Columns {
		p.element("th"+attribute("scope", "col"), c)
	}
	if g.links() {
		p.add("<th></th>")
	}
	p.add("</tr></thead>\n<tbody>\n")
	for _, r := range g.Rows {
		p.row(g, r)
	}
	p.add("</tbody>\n</table>\n")
}

func (p *page) row(g Group, r Row) {
	p.add("<tr>")
	for i, cell := range r.Cells {
		open := "td" + attribute("data-label", g.Columns[i])
		if i == 0 {
			open += attribute("class", "name")
		}
		p.element(open, cell)
	}
	if g.links() {
		p.add("<td class=\"act\">")
		if r.URL != "" {
			p.element("a"+attribute("href", r.URL), r.Label)
		}
		p.add("</td>")
	}
	p.add("</tr>\n")
}

// links reports whether a row of the group has a link.
func (g Group) links() bool {
	for _, r := range g.Rows {
		if r.URL != "" {
			return true
		}
	}
	return false
}
