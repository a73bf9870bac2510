package externallink

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/weburl"
)

const (
	htmlType   = "text/html; charset=utf-8"
	jsonType   = "application/json"
	tokenField = "token"
)

type showInput struct {
	Target   string `query:"target"`
	Lang     string `query:"lang"`
	Accept   string `header:"Accept"`
	Language string `header:"Accept-Language"`
}

type followInput struct {
	Site     string `header:"Sec-Fetch-Site"`
	Language string `header:"Accept-Language"`
	rest.Form
}

// output is a page or a redirect, with the headers that keep it out of caches, frames, referrers and search engines.
type output struct {
	Status         int
	Location       string `header:"Location"`
	ContentType    string `header:"Content-Type"`
	CacheControl   string `header:"Cache-Control"`
	ReferrerPolicy string `header:"Referrer-Policy"`
	Policy         string `header:"Content-Security-Policy"`
	Sniff          string `header:"X-Content-Type-Options"`
	Frame          string `header:"X-Frame-Options"`
	Opener         string `header:"Cross-Origin-Opener-Policy"`
	Robots         string `header:"X-Robots-Tag"`
	Vary           string `header:"Vary"`
	Body           []byte
}

func answer(status int, kind string, body []byte) *output {
	return &output{
		Status: status, ContentType: kind, CacheControl: "no-store", ReferrerPolicy: "no-referrer", Policy: policy(), Sniff: "nosniff", Frame: "DENY",
		Opener: "same-origin", Robots: "noindex, nofollow", Vary: "Accept, Accept-Language", Body: body,
	}
}

func redirect(status int, to weburl.Address) *output {
	out := answer(status, htmlType, nil)
	out.Location = to.String()
	return out
}

// Verdict is what is made of an address, for programs.
type Verdict struct {
	Host    string `json:"host"`   // names in punycode
	Target  string `json:"target"` // the address as it would be followed
	Message string `json:"message"`
	Trusted bool   `json:"trusted"`
	Inside  bool   `json:"inside"` // the host is not on the public Internet
}

// show shows where an address leads. Who asks for JSON gets a verdict, and is never redirected. Error, in JSON alone: CBC.0100.
func (s *Service) show(ctx context.Context, in *showInput) (*output, error) {
	locale := language(in.Lang, in.Language)
	to, err := weburl.Judge(in.Target)
	var bad weburl.Refused
	switch trusted := to.Of(s.Trusted); {
	case errors.As(err, &bad) && wantsJSON(in.Accept):
		return nil, problem.Invalid("target", "%s", wordsOf(locale).reasons[bad.Reason])
	case errors.As(err, &bad):
		return answer(http.StatusBadRequest, htmlType, refused(bad.Reason, locale).write()), nil
	case err != nil:
		return nil, err
	case wantsJSON(in.Accept):
		return s.verdict(to, trusted, locale)
	case trusted:
		return redirect(http.StatusFound, to), nil
	}
	return s.ask(ctx, to, locale)
}

// ask shows the page in front of a destination.
func (s *Service) ask(ctx context.Context, to weburl.Address, locale notify.Locale) (*output, error) {
	token, err := s.token(ctx, to, locale)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, htmlType, s.leaving(to, token, locale).write()), nil
}

func (s *Service) verdict(to weburl.Address, trusted bool, locale notify.Locale) (*output, error) {
	v := Verdict{Host: to.Host, Target: to.String(), Trusted: trusted, Inside: to.Inside()}
	if !trusted {
		v.Message = s.warning(locale)
	}
	text, err := json.Marshal(v)
	return answer(http.StatusOK, jsonType, text), err
}

// follow goes where the page said. A form that anybody's page but ours sends, and one that is too old, is answered by the page: then nobody has just
// read it.
func (s *Service) follow(ctx context.Context, in *followInput) (*output, error) {
	to, locale, err := s.opened(ctx, in.Get(tokenField))
	switch {
	case errors.Is(err, link.ErrMalformed):
		return answer(http.StatusBadRequest, htmlType, refused(weburl.Missing, language("", in.Language)).write()), nil
	case errors.Is(err, link.ErrExpired), err == nil && in.Site != "" && in.Site != "same-origin": // old browsers don't say
		return s.ask(ctx, to, locale)
	case err != nil:
		return nil, err
	}
	// The log knows the site, and the whole address by a hash: its path and query may hold what is nobody's business.
	sum := sha256.Sum256([]byte(to.String()))
	function.Note(ctx, "external_host", to.Host)
	function.Note(ctx, "external_target", hex.EncodeToString(sum[:8]))
	function.Measure(ctx, "ExternalClicks", "Count", 1)
	return redirect(http.StatusSeeOther, to), nil
}

// wantsJSON tells whether a program asks: browsers always name HTML.
func wantsJSON(accept string) bool {
	accept = strings.ToLower(accept)
	return strings.Contains(accept, jsonType) && !strings.Contains(accept, "text/html")
}

// language gives the language that is asked for, or else the one that the browser prefers.
func language(asked, preferred string) notify.Locale {
	if asked != "" {
		return notify.LocaleOf(asked)
	}
	return notify.LocaleOf(preferred)
}
