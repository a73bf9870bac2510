package listpage

import (
	"fmt"
	"html"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/invoice"
)

// writer writes HTML. What it is given as text is escaped.
type writer struct {
	strings.Builder
	copies int
}

// raw writes markup of ours.
func (w *writer) raw(format string, texts ...string) {
	escaped := make([]any, len(texts))
	for i, t := range texts {
		escaped[i] = html.EscapeString(t)
	}
	fmt.Fprintf(w, format, escaped...)
}

// write gives the page. It is written by hand because a template engine would double the size of the function that serves it.
func (p page) write() []byte {
	w := &writer{}
	title := p.words.title
	if p.view.List.Number != "" {
		title += " " + p.view.List.Number
	}
	w.raw("<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"+
		"<meta name=\"robots\" content=\"noindex\">\n<title>%s</title>\n", string(p.words.locale), title)
	w.WriteString("<style>" + style + "</style>\n</head>\n<body>\n<main>\n")
	w.raw("<div class=\"top\"><span>Partner Center</span><a class=\"lang\" href=\"%s?lang=%s\" lang=\"%s\" hreflang=\"%s\">%s</a></div>\n<h1>%s</h1>\n",
		p.name, string(p.other()), string(p.other()), string(p.other()), p.words.otherLanguage, title)
	if len(p.view.Why) > 0 {
		p.hidden(w)
	} else {
		p.list(w)
	}
	w.WriteString("</main>\n<script>" + script + "</script>\n</body>\n</html>\n")
	return []byte(w.String())
}

// hidden says everything that keeps the list from being seen, and what ends it.
func (p page) hidden(w *writer) {
	w.raw("<p class=\"note\">%s</p>\n<ul>\n", p.words.notYet)
	for _, why := range p.view.Why {
		text := p.words.hidden[why]
		w.raw("<li><strong>%s</strong> %s", text.what, text.then)
		if why == invoice.PendingSync {
			w.raw(" %s", p.words.visibleFrom(instant(p.view.From)))
		}
		w.raw("</li>\n")
	}
	w.raw("</ul>\n<p>%s</p>\n", p.words.sameLink)
}

func (p page) list(w *writer) {
	l, c := p.view.List, p.view.Content
	tone := map[invoice.ListState]string{invoice.Approved: " good", invoice.Rejected: " bad"}[l.State]
	w.raw("<p><span class=\"state%s\">%s</span></p>\n", tone, p.words.states[l.State])
	if l.State == invoice.Rejected {
		w.raw("<p class=\"note bad\"><strong>%s</strong> %s</p>\n", p.words.rejectedBecause, l.Reason)
	}
	w.raw("<p class=\"note\">%s</p>\n", p.words.next[l.State])
	p.facts(w, l, c)
	p.lines(w, c)
	p.files(w)
	p.template(w, c)
	p.where(w, c)
	p.progress(w, l)
	w.raw("<div class=\"write\">%s <span>&nbsp;</span></div>\n", p.words.writeNumber)
	w.raw("<section class=\"sign\"><h2>%s</h2><p>%s <a href=\"/docs\" rel=\"noreferrer\">%s</a></p></section>\n", p.words.register, p.words.signIn, p.words.signInLink)
}

func (p page) facts(w *writer, l invoice.List, c invoice.Content) {
	w.raw("<dl>\n")
	for _, f := range [][2]string{
		{p.words.payable, c.Payable},
		{p.words.source, p.words.sources[l.Source]},
		{p.words.period, periods(c.Periods)},
		{p.words.seller, c.Seller.Title},
		{p.words.issued, instant(c.Issued)},
	} {
		w.raw("<dt>%s</dt><dd>%s</dd>\n", f[0], f[1])
	}
	w.raw("</dl>\n")
}

func (p page) lines(w *writer, c invoice.Content) {
	h := p.words
	w.raw("<h2>%s</h2>\n<table>\n<thead><tr><th scope=\"col\">%s</th>", h.what, h.goods)
	for _, name := range []string{h.net, h.rate, h.tax, h.gross} {
		w.raw("<th scope=\"col\" class=\"n\">%s</th>", name)
	}
	w.raw("</tr></thead>\n<tbody>\n")
	for _, l := range c.Lines {
		w.raw("<tr><td data-name=\"%s\"><span>", h.goods)
		p.copiable(w, h.goods, l.Goods)
		w.raw("</span></td>")
		p.figures(w, l.Rate, l.Sums)
	}
	w.raw("<tr class=\"sum\"><td>%s</td>", h.total)
	p.figures(w, c.Rate, c.Sums)
	w.raw("</tbody>\n</table>\n<p>%s</p>\n", h.currency)
}

// figures ends a row of the table.
func (p page) figures(w *writer, r invoice.Rate, s invoice.Sums) {
	h := p.words
	for _, cell := range [][2]string{{h.net, yuan(s.Net)}, {h.rate, r.Percent()}, {h.tax, yuan(s.Tax)}, {h.gross, yuan(s.Gross)}} {
		w.raw("<td class=\"n\" data-name=\"%s\">%s</td>", cell[0], cell[1])
	}
	w.raw("</tr>\n")
}

func (p page) files(w *writer) {
	w.raw("<div class=\"files\"><button id=\"print\" type=\"button\" hidden>%s</button>", p.words.print)
	for _, f := range [][2]string{{PDF, p.words.pdf}, {CSV, p.words.csv}} {
		w.raw("<a href=\"%s/%s?lang=%s\" download>%s</a>", p.name, f[0], string(p.words.locale), f[1])
	}
	w.raw("</div>\n")
}

// template shows what to write on the invoices, each piece with a button that copies it.
func (p page) template(w *writer, c invoice.Content) {
	b := c.Buyer
	w.raw("<h2>%s</h2>\n<dl>\n", p.words.template)
	for _, f := range [][2]string{
		{p.words.buyer, b.Title}, {p.words.taxID, b.TaxID}, {p.words.addressPhone, b.Address + " " + b.Phone}, {p.words.bankAccount, b.Bank + " " + b.BankAccount},
	} {
		p.copied(w, f[0], f[1])
	}
	w.raw("<dt>%s</dt><dd>%s</dd>\n", p.words.goods, p.words.seeTable)
	p.copied(w, p.words.rate, c.Rate.Percent())
	p.copied(w, p.words.remark, c.Remark)
	w.raw("</dl>\n<ul>\n")
	for _, rule := range p.words.rules {
		w.raw("<li>%s</li>\n", rule)
	}
	w.raw("</ul>\n")
}

func (p page) copied(w *writer, name, text string) {
	w.raw("<dt>%s</dt><dd>", name)
	p.copiable(w, name, text)
	w.raw("</dd>\n")
}

// copiable writes a text with a button that copies it, which is there only where the script runs.
func (p page) copiable(w *writer, name, text string) {
	w.copies++
	id := fmt.Sprintf("c%d", w.copies)
	w.raw("<span id=\"%s\">%s</span><button type=\"button\" hidden data-of=\"%s\" data-done=\"%s\" aria-label=\"%s\">%s</button>",
		id, text, id, p.words.copied, p.words.copy+" "+name+" "+text, p.words.copy)
}

func (p page) where(w *writer, c invoice.Content) {
	r := c.Buyer.Recipient
	w.raw("<h2>%s</h2>\n<dl>\n<dt>%s</dt><dd>%s</dd>\n<dt>%s</dt><dd>%s</dd>\n</dl>\n", p.words.where, p.words.paper,
		strings.Join([]string{r.Name, r.Phone, r.Address, r.Postcode}, " "), p.words.electronic, c.Buyer.Mailbox)
}

// progress says how far the invoices are. Of their numbers it shows the end alone: who holds the link need not be the partner.
func (p page) progress(w *writer, l invoice.List) {
	w.raw("<h2>%s</h2>\n", p.words.progress)
	if len(l.Invoices) == 0 {
		w.raw("<p>%s</p>\n", p.words.noInvoice)
		return
	}
	w.raw("<ul>\n")
	for _, i := range l.Invoices {
		w.raw("<li>%s …%s · %s · %s</li>\n", p.words.kinds[i.Kind], i.Number[max(0, len(i.Number)-4):], i.Date.String(), yuan(i.Gross))
	}
	w.raw("</ul>\n<dl>\n")
	for _, parcel := range l.Parcels {
		w.raw("<dt>%s</dt><dd>%s %s %s</dd>\n", p.words.mailed, instant(parcel.At), parcel.Carrier, parcel.Number)
	}
	if !l.GotAt.IsZero() {
		w.raw("<dt>%s</dt><dd>%s</dd>\n", p.words.received, instant(l.GotAt))
	}
	if l.State == invoice.Approved {
		w.raw("<dt>%s</dt><dd>%s</dd>\n<dt>%s</dt><dd>%s</dd>\n", p.words.approved, instant(l.Decided), p.words.payBy, l.PayBy.String())
	}
	w.raw("</dl>\n")
}

func yuan(f money.Fen) string { return document.Amount(f) }

// instant writes a time in Beijing.
func instant(at time.Time) string { return at.In(calendar.Beijing).Format("2006-01-02 15:04") }

func periods(all []invoice.Month) string {
	texts := make([]string, len(all))
	for i, m := range all {
		texts[i] = string(m)
	}
	return strings.Join(texts, ", ")
}
