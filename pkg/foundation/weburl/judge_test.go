package weburl_test

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"partnercenter/pkg/foundation/weburl"
	"partnercenter/pkg/foundation/weburl/hostile"
)

// verdict writes what is made of an address as the corpus does.
func verdict(t *testing.T, text string) string {
	t.Helper()
	a, err := weburl.Judge(text)
	var refused weburl.Refused
	switch {
	case errors.As(err, &refused):
		return string(refused.Reason)
	case err != nil:
		t.Fatalf("%q: %v", text, err)
	case a.Inside():
		return "inside " + a.String()
	}
	return "pass " + a.String()
}

func TestEveryHostileAddressGetsItsVerdict(t *testing.T) {
	for _, c := range hostile.Addresses() {
		if got := verdict(t, c.Address); got != c.Verdict {
			t.Errorf("%.120q: %.120s, want %.120s", c.Address, got, c.Verdict)
		}
	}
}

func TestOrdinaryAddressesPassAsTheyAre(t *testing.T) {
	for _, text := range []string{
		"https://www.example.com/", "https://www.example.com/a/b.html?c=d&e=%E4%BA%91#f", "http://example.com:8080/?next=https://other.example/",
		"https://user-guide.example.com/~name/(1)/a+b;c=d,e!$*'@:", "https://r3---sn.example.com/", "https://[2606:4700::1111]:8443/x",
	} {
		if a, err := weburl.Judge(text); err != nil || a.String() != text {
			t.Errorf("%s: %s, %v", text, a, err)
		}
	}
}

func TestOnlyAHostAndWhatIsBelowItAreOfIt(t *testing.T) {
	trusted := []string{" HuaweiCloud.com ", ".huawei.com", "com", "", "."}
	for text, want := range map[string]bool{
		"https://huaweicloud.com": true, "https://support.huaweicloud.com/x": true, "http://a.b.huawei.com": true, "https://HUAWEI.com.": true,
		"https://evilhuaweicloud.com": false, "https://huaweicloud.com.evil.example": false, "https://example.com": false, "https://com": false,
		"https://127.0.0.1": false, "https://huaweicloud.co": false, "https://hu\u0430weicloud.com": false,
	} {
		if a, err := weburl.Judge(text); err != nil || a.Of(trusted) != want {
			t.Errorf("%s: %t, %v; want %t", text, a.Of(trusted), err, want)
		}
	}
	if a, _ := weburl.Judge("https://10.0.0.1"); a.Of([]string{"10.0.0.1", "0.0.1"}) {
		t.Error("an address is of a host")
	}
}

func TestPublicAddresses(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "172.32.0.1": true, "100.128.0.1": true, "2606:4700::1111": true, "2001:4860:4860::8888": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "10.1.2.3": false, "169.254.169.254": false, "::ffff:169.254.169.254": false, "100.100.100.200": false, "0.0.0.0": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "64:ff9b::1": false, "2002::1": false, "2001:0:1::": false,
		"2001:db8::1": false, "3fff:0fff::1": false, "3fff:1000::1": true, "224.0.0.1": false, "ff0e::1": false, "255.255.255.255": false, "::8.8.8.8": false,
	} {
		if got := weburl.Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %t, want %t", text, got, want)
		}
	}
	if weburl.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// FuzzJudge: what passes is ASCII without anything that misleads, passes again as it is, and reads the same to Go's own parser.
func FuzzJudge(f *testing.F) {
	for _, c := range hostile.Addresses() {
		f.Add(c.Address)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := weburl.Judge(text)
		if err != nil {
			if !errors.As(err, &weburl.Refused{}) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		written := a.String()
		if strings.ContainsFunc(written, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`\"<>`, r) }) || len(written) > weburl.MaxLength {
			t.Fatalf("%q is written as %q", text, written)
		}
		again, err := weburl.Judge(written)
		if err != nil || again != a {
			t.Fatalf("%q is %+v, and written anew %+v, %v", text, a, again, err)
		}
		u, err := url.Parse(written)
		if err != nil || u.Scheme != a.Scheme || u.Hostname() != a.Host || u.Port() != a.Port || u.User != nil || u.Host == "" {
			t.Fatalf("%q is %+v; Go reads %+v, %v", text, a, u, err)
		}
		if ip, err := netip.ParseAddr(a.Host); (err == nil) != a.Literal.IsValid() || err == nil && ip != a.Literal {
			t.Fatalf("%q has the host %s and the address %s", text, a.Host, a.Literal)
		}
	})
}
