package externallink_test

import (
	"encoding/json"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/externallink"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/clock"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/foundation/table/tabletest"
	"partnercenter/pkg/foundation/weburl/hostile"
)

var now = time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)

// world is the function's page.
type world struct {
	t     *testing.T
	clock *clock.Fake
	env   *function.Env
	api   *rest.API
	log   *strings.Builder
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: clock.NewFake(now), log: &strings.Builder{}}
	settings := map[string]string{
		function.SettingVendorName: "华为云", function.SettingVendorNameEn: "Huawei Cloud", function.SettingTrustedHosts: "huaweicloud.com, trusted.example",
	}
	w.env = &function.Env{
		Clock: w.clock, Wall: clock.System{}, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		Setting: func(name string) string { return settings[name] }, Sealer: auth.LocalSealer{Key: make([]byte, 32)},
	}
	function.Port[*table.Client]{Name: "table"}.Put(w.env, tabletest.New(t))
	w.api = function.NewAPI(w.env, externallink.Function)
	return w
}

// show asks for the page of an address, with pairs of headers.
func (w *world) show(target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/external-link?target="+url.QueryEscape(target), nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	out := httptest.NewRecorder()
	w.api.ServeHTTP(out, r)
	return out
}

func (w *world) follow(token string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/external-link", strings.NewReader(url.Values{"token": {token}}.Encode()))
	r.Header.Set("Content-Type", rest.FormType)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	out := httptest.NewRecorder()
	w.api.ServeHTTP(out, r)
	return out
}

// tokenOf finds the token in a page's form.
func tokenOf(page string) string {
	_, rest, _ := strings.Cut(page, `name="token" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(token)
}

func TestThePageSaysWhereALinkLeads(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ language, says, button string }{
		{"zh-CN,zh;q=0.9", "您即将访问非华为云网站,请注意账号财产安全", "继续访问"},
		{"en-GB,en;q=0.9", "You are about to visit a website that is not Huawei Cloud&#39;s.", "Continue"},
	} {
		out := w.show("https://hu\u0430weicloud.com/a?b=<c>&d", "Accept-Language", c.language)
		page := out.Body.String()
		for _, want := range []string{
			c.says, c.button, ">xn--huweicloud-0qi.com<", ">https://xn--huweicloud-0qi.com/a?b=%3Cc%3E&amp;d<", `rel="noopener noreferrer nofollow"`,
		} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q:\n%s", c.language, want, page)
			}
		}
		if out.Code != http.StatusOK || out.Header().Get("Location") != "" {
			t.Errorf("%s: %d to %q", c.language, out.Code, out.Header().Get("Location"))
		}
	}
}

func TestThePageAsksForNothingFromElsewhere(t *testing.T) {
	out := newWorld(t).show("https://outside.example/")
	page := out.Body.String()
	for _, bad := range []string{"<script", "<img", "<link", "<iframe", "<a ", "src=", "href=", "url(", "@import", "http-equiv", "javascript:"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Content-Type": "text/html; charset=utf-8", "X-Robots-Tag": "noindex, nofollow",
	} {
		if got := out.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	policy := out.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; ") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "http") ||
		strings.Contains(policy, "*") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %s", policy)
	}
}

func TestTheVendorsHostsArePassedOnAtOnce(t *testing.T) {
	w := newWorld(t)
	for _, target := range []string{"https://huaweicloud.com/", "https://support.huaweicloud.com/a?b=c#d", "http://x.trusted.example:8080/"} {
		out := w.show(target)
		if out.Code != http.StatusFound || out.Header().Get("Location") != target || out.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %d to %q", target, out.Code, out.Header().Get("Location"))
		}
	}
}

// Must show 3: no address of the corpus makes us forward, or say anything but what it is written anew as.
func TestNoHostileAddressIsForwardedTo(t *testing.T) {
	w := newWorld(t)
	cases := hostile.Addresses()
	if len(cases) < 200 {
		t.Errorf("%d addresses, want at least 200", len(cases))
	}
	for _, c := range cases {
		out := w.show(c.Address)
		page, to := html.UnescapeString(out.Body.String()), out.Header().Get("Location")
		trusted := strings.HasPrefix(c.Written(), "https://huaweicloud.com/")
		switch {
		case trusted && (out.Code != http.StatusFound || to != c.Written()), !trusted && to != "":
			t.Errorf("%.100q: %d to %q", c.Address, out.Code, to)
		case trusted:
		case c.Passes() && (out.Code != http.StatusOK || !strings.Contains(page, ">"+c.Written()+"<")):
			t.Errorf("%.100q: %d without %.100s", c.Address, out.Code, c.Written())
		case !c.Passes() && (out.Code != http.StatusBadRequest || tokenOf(page) != "" || strings.Contains(page, "<dl>")):
			t.Errorf("%.100q: %d %s", c.Address, out.Code, page)
		}
	}
}

func TestTheClickLeadsToWhatWasShown(t *testing.T) {
	w := newWorld(t)
	token := tokenOf(w.show("https://outside.example/a?key=secret").Body.String())
	for range 2 {
		out := w.follow(token, "Sec-Fetch-Site", "same-origin")
		if out.Code != http.StatusSeeOther || out.Header().Get("Location") != "https://outside.example/a?key=secret" ||
			out.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%d to %q", out.Code, out.Header().Get("Location"))
		}
	}
}

func TestNothingButTheTokenOfAPageIsFollowed(t *testing.T) {
	w := newWorld(t)
	token := tokenOf(w.show("https://outside.example/").Body.String())
	signer := link.SignerOf(w.env)
	other, err := signer.Token(t.Context(), link.Link{Purpose: "renew", Object: "https://outside.example/", Expires: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	scheme, err := signer.Token(t.Context(), link.Link{Purpose: externallink.Purpose, Object: "javascript:alert(1)", Expires: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "https://outside.example/", token + "A", token[1:], strings.ToUpper(token), other, scheme} {
		if out := w.follow(bad); out.Code != http.StatusBadRequest || out.Header().Get("Location") != "" {
			t.Errorf("%.30q: %d to %q", bad, out.Code, out.Header().Get("Location"))
		}
	}
}

func TestAFormOfNoPageIsRefusedInTheReadersLanguage(t *testing.T) {
	w := newWorld(t)
	for language, want := range map[string]string{"en-GB,en;q=0.9": "The link can&#39;t be opened", "zh-CN": "无法打开该链接"} {
		if page := w.follow("forged", "Accept-Language", language).Body.String(); !strings.Contains(page, want) {
			t.Errorf("%s: the page is\n%s", language, page)
		}
	}
}

func TestWhatNobodyHasJustReadIsShownAgain(t *testing.T) {
	w := newWorld(t)
	token := tokenOf(w.show("https://outside.example/x").Body.String())
	again := func(why string, out *httptest.ResponseRecorder) {
		t.Helper()
		if out.Code != http.StatusOK || out.Header().Get("Location") != "" || !strings.Contains(out.Body.String(), "https://outside.example/x") {
			t.Errorf("%s: %d to %q", why, out.Code, out.Header().Get("Location"))
		}
	}
	again("another site's form", w.follow(token, "Sec-Fetch-Site", "cross-site"))
	again("a form of another host of this site", w.follow(token, "Sec-Fetch-Site", "same-site"))
	w.clock.Set(now.Add(time.Hour))
	again("an old page", w.follow(token))
}

func TestAProgramGetsAVerdict(t *testing.T) {
	w := newWorld(t)
	for target, want := range map[string]externallink.Verdict{
		"https://outside.example": {
			Host: "outside.example", Target: "https://outside.example/",
			Message: "You are about to visit a website that is not Huawei Cloud's. Mind the safety of your account and property.",
		},
		"https://www.huaweicloud.com/x": {Host: "www.huaweicloud.com", Target: "https://www.huaweicloud.com/x", Trusted: true},
		"http://169.254.169.254/": {
			Host: "169.254.169.254", Target: "http://169.254.169.254/", Inside: true,
			Message: "You are about to visit a website that is not Huawei Cloud's. Mind the safety of your account and property.",
		},
	} {
		out := w.show(target, "Accept", "application/json", "Accept-Language", "en")
		var got externallink.Verdict
		if err := json.Unmarshal(out.Body.Bytes(), &got); err != nil || out.Code != http.StatusOK || got != want {
			t.Errorf("%s: %d %s, %v", target, out.Code, out.Body, err)
		}
	}
	out := w.show("javascript:alert(1)", "Accept", "application/json", "Accept-Language", "en")
	if out.Code != http.StatusBadRequest || !strings.Contains(out.Body.String(), "target: it is neither http nor https") {
		t.Errorf("%d %s", out.Code, out.Body)
	}
}

func TestAnInsideAddressIsFlagged(t *testing.T) {
	w := newWorld(t)
	if page := w.show("http://192.168.1.1/").Body.String(); !strings.Contains(page, "不属于公共互联网") || tokenOf(page) == "" {
		t.Errorf("the page does not say it:\n%s", page)
	}
	if page := w.show("https://outside.example/").Body.String(); strings.Contains(page, "不属于公共互联网") {
		t.Error("a public host is flagged")
	}
}
