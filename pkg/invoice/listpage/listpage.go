package listpage

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/invoice"
)

// Names of the files below a link.
const (
	PDF = "invoice-list.pdf"
	CSV = "invoice-list.csv"
)

//go:embed page.css
var style string

//go:embed page.js
var script string

// policy gives the Content-Security-Policy of the page: its own style sheet and script by their hashes, and nothing else from anywhere.
func policy() string {
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Purpose serves the links to invoice lists by a service, which is opened by the first of them.
func Purpose(open func() *invoice.Service) link.Purpose {
	return link.Purpose{
		Name: invoice.Purpose,
		Own: func(ctx context.Context, v link.Visit) (link.Reply, error) {
			view, err := open().Look(ctx, v.Link.Party, invoice.ListID(v.Link.Object))
			if err != nil {
				return link.Reply{}, err
			}
			p := page{view: view, name: v.Name, words: wordsOf(language(v.Lang, v.Accept, v.Link.Locale))}
			return link.Reply{Status: p.status(), Policy: policy(), Body: p.write()}, nil
		},
	}
}

// page is a page in the making.
type page struct {
	view  invoice.View
	name  string // the last segment of the page's address
	words *words
}

// status is 404 when nothing is known that the list could be of: the link is for a list that is not there.
func (p page) status() int {
	for _, why := range p.view.Why {
		if why == invoice.NoRequest {
			return http.StatusNotFound
		}
	}
	return http.StatusOK
}

// other gives the language that the page is not in.
func (p page) other() notify.Locale {
	if p.words.locale == notify.English {
		return notify.Chinese
	}
	return notify.English
}
