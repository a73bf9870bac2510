package externallink

import (
	"context"
	"errors"
	"strings"

	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/weburl"
)

// Purpose is the purpose of the tokens on the page's form; its links are served by no other page.
const Purpose = "external_link"

// Service shows the page.
type Service struct {
	Signer  *link.Signer
	Vendor  map[notify.Locale]string // the vendor's name by language
	Trusted []string                 // hosts that, with those below them, are passed on at once
}

// New returns the capability's service in env.
func New(env *function.Env) *Service {
	return &Service{
		Signer: link.SignerOf(env),
		Vendor: map[notify.Locale]string{
			notify.Chinese: env.Setting(function.SettingVendorName), notify.English: env.Setting(function.SettingVendorNameEn),
		},
		Trusted: strings.Split(env.Setting(function.SettingTrustedHosts), ","),
	}
}

// token signs that a destination was shown.
func (s *Service) token(ctx context.Context, to weburl.Address, in notify.Locale) (string, error) {
	return s.Signer.Token(ctx, link.Link{Purpose: Purpose, Object: to.String(), Locale: in, Expires: s.Signer.Clock.Now().Add(shownFor)})
}

// opened reads the destination that was shown. Errors: link.ErrMalformed, link.ErrExpired with the destination, which is shown again.
func (s *Service) opened(ctx context.Context, token string) (weburl.Address, notify.Locale, error) {
	l, err := s.Signer.Open(ctx, token)
	if err != nil && !errors.Is(err, link.ErrExpired) {
		return weburl.Address{}, "", err
	}
	to, judged := weburl.Judge(l.Object)
	if l.Purpose != Purpose || judged != nil {
		return weburl.Address{}, "", link.ErrMalformed
	}
	return to, l.Locale, err
}
