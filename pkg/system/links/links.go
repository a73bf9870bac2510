// Package links is the function behind the links of mails and SMS: GET shows a page, POST does what the link is for. The link is all the
// authority there is, and does one thing.
package links

import (
	"context"
	"errors"
	"net/http"

	"partnercenter/pkg/customer"
	"partnercenter/pkg/customer/joinlink"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/invoice/listpage"
	"partnercenter/pkg/program/membership"
	"partnercenter/pkg/program/planletter"
	"partnercenter/pkg/specialist"
	"partnercenter/pkg/specialist/invitelink"
	"partnercenter/pkg/subscription"
	"partnercenter/pkg/subscription/renewlink"
	"partnercenter/pkg/system/invoicing"
)

// Function declares the function.
var Function = function.Declaration{
	Name: "links",
	Does: "The pages behind the links of mails and SMS",
	HTTP: func(api *rest.API, env *function.Env) { register(api, env, purposes(env)) },
	Grants: []function.Grant{
		function.ReadTable, function.WriteTable, function.UseKey, {On: function.Pool, Do: []string{"cognito-idp:AdminCreateUser"}},
	},
}

// purposes are what links are for.
func purposes(env *function.Env) []link.Purpose {
	return []link.Purpose{
		renewlink.Purpose(func() *subscription.Service { return subscription.New(env) }),
		joinlink.Purpose(func() *customer.Service { return customer.New(env) }),
		invitelink.Purpose(func() *specialist.Service { return specialist.New(env) }),
		listpage.Purpose(invoicing.Open(env)),
		planletter.Purpose(func() *membership.Service { return membership.New(env) }),
	}
}

func register(api *rest.API, env *function.Env, purposes []link.Purpose) {
	s := site{purposes: purposes, signer: func() *link.Signer { return link.SignerOf(env) }}
	allow := auth.Public("the link is signed or secret, expires, and does one thing")
	page := func(id, method, path, summary string) rest.Operation {
		return rest.Operation{ID: id, Method: method, Path: path, Summary: summary, Allow: allow, Consumes: rest.FormType, MaxBody: 1 << 10, Page: true}
	}
	rest.Register(api, page("ShowLink", http.MethodGet, link.TokenPath+"{token}", "Show what a link is for"), s.showToken)
	rest.Register(api, page("ActOnLink", http.MethodPost, link.TokenPath+"{token}", "Do what a link is for"), s.actToken)
	rest.Register(api, page("ShowShortLink", http.MethodGet, link.CodePath+"{code}", "Show what a short link is for"), s.showCode)
	rest.Register(api, page("ActOnShortLink", http.MethodPost, link.CodePath+"{code}", "Do what a short link is for"), s.actCode)
}

// site answers the pages.
type site struct {
	purposes []link.Purpose
	signer   func() *link.Signer
}

type (
	tokenInput struct {
		Token string `path:"token"`
		Reading
	}
	codeInput struct {
		Code string `path:"code"`
		Reading
	}
	// Reading is in which language the reader wants what a purpose shows by a page of its own. It is exported for the operations' inputs alone.
	Reading struct {
		Lang   string `query:"lang"`
		Accept string `header:"Accept-Language"`
	}
	actTokenInput struct {
		Token string `path:"token"`
		rest.Form
	}
	actCodeInput struct {
		Code string `path:"code"`
		rest.Form
	}
	pageOutput struct {
		Status         int
		ContentType    string `header:"Content-Type"`
		CacheControl   string `header:"Cache-Control"`
		ReferrerPolicy string `header:"Referrer-Policy"`
		Policy         string `header:"Content-Security-Policy"`
		Sniff          string `header:"X-Content-Type-Options"`
		Robots         string `header:"X-Robots-Tag"`
		Body           []byte
	}
)

func (s site) showToken(ctx context.Context, in *tokenInput) (*pageOutput, error) {
	l, err := s.signer().Open(ctx, in.Token)
	return s.answer(ctx, in.at(l, in.Token), err, show)
}

func (s site) actToken(ctx context.Context, in *actTokenInput) (*pageOutput, error) {
	l, err := s.signer().Open(ctx, in.Token)
	return s.answer(ctx, link.Visit{Link: l, Name: in.Token}, err, act(&in.Form))
}

func (s site) showCode(ctx context.Context, in *codeInput) (*pageOutput, error) {
	l, err := s.signer().Find(ctx, in.Code)
	return s.answer(ctx, in.at(l, in.Code), err, show)
}

func (s site) actCode(ctx context.Context, in *actCodeInput) (*pageOutput, error) {
	l, err := s.signer().Find(ctx, in.Code)
	return s.answer(ctx, link.Visit{Link: l, Name: in.Code}, err, act(&in.Form))
}

// step is what is done with a link: it is shown or acted on.
type step func(link.Purpose) func(context.Context, link.Link) (link.Page, error)

func show(p link.Purpose) func(context.Context, link.Link) (link.Page, error) { return p.Show }

// act gives the step that acts on what a page's form holds.
func act(f *rest.Form) step {
	return func(p link.Purpose) func(context.Context, link.Link) (link.Page, error) {
		return func(ctx context.Context, l link.Link) (link.Page, error) { return p.Act(ctx, l, f.Get(link.Given)) }
	}
}

func (r Reading) at(l link.Link, name string) link.Visit {
	return link.Visit{Link: l, Name: name, Lang: r.Lang, Accept: r.Accept}
}

// expired gives the page of a link whose time is over.
func (s site) expired(ctx context.Context, l link.Link) (link.Page, error) {
	for _, p := range s.purposes {
		if p.Name == l.Purpose && p.Expired != nil {
			return p.Expired(ctx, l)
		}
	}
	return link.Expired(l.Locale), nil
}

// answer gives the page of a link as it was found.
func (s site) answer(ctx context.Context, v link.Visit, err error, do step) (*pageOutput, error) {
	l := v.Link
	switch {
	case errors.Is(err, link.ErrMalformed):
		return output(http.StatusNotFound, link.Malformed()), nil
	case errors.Is(err, link.ErrExpired):
		page, err := s.expired(ctx, l)
		return output(http.StatusGone, page), err
	case err != nil:
		return nil, err
	}
	function.Note(ctx, "purpose", l.Purpose)
	function.Note(ctx, "party", l.Party)
	for _, p := range s.purposes {
		switch {
		case p.Name != l.Purpose:
		case p.Own != nil:
			reply, err := p.Own(ctx, v)
			return headed(reply), err
		default:
			page, err := do(p)(ctx, l)
			return output(http.StatusOK, page), err
		}
	}
	return output(http.StatusNotFound, link.Malformed()), nil
}

func output(status int, page link.Page) *pageOutput {
	return headed(link.Reply{Status: status, Policy: link.Policy(), Body: page.Write()})
}

// headed gives a page with what keeps it out of caches, referrers and search engines.
func headed(r link.Reply) *pageOutput {
	return &pageOutput{
		Status: r.Status, ContentType: "text/html; charset=utf-8", CacheControl: "no-store", ReferrerPolicy: "no-referrer",
		Policy: r.Policy, Sniff: "nosniff", Robots: "noindex", Body: r.Body,
	}
}
