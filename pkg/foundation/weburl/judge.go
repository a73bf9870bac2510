package weburl

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLength is how many bytes an address has at most, as it was given and as it is written anew. Source: DOMAIN.md 17.
const MaxLength = 2048

// Reason is why an address is refused.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	Missing   Reason = "missing"
	TooLong   Reason = "too_long"
	Character Reason = "character" // control, bidi, invisible and white-space characters, and bytes that are no UTF-8
	Backslash Reason = "backslash"
	Relative  Reason = "relative" // it does not begin with a scheme and two slashes
	Scheme    Reason = "scheme"   // neither http nor https
	UserInfo  Reason = "userinfo" // a name or password before the host
	Host      Reason = "host"     // none, or one that is read in more than one way
	Port      Reason = "port"
	Encoding  Reason = "encoding" // percent signs that encode nothing, or a control character
)

// Refused is the error of an address that is not let through.
type Refused struct{ Reason Reason }

// Error names the reason.
func (r Refused) Error() string { return "the address is refused: " + string(r.Reason) }

// Address is an address that was let through, in parts that all are ASCII.
type Address struct {
	Scheme string // http or https
	Host   string // in lower case, names in punycode, IPv6 without brackets
	Port   string // empty for the scheme's own
	Rest   string // path, query and fragment, escaped

	Literal       netip.Addr // the host when it is an IP address
	International bool       // the host has labels in punycode
}

// Judge reads an address. Error: Refused.
func Judge(text string) (Address, error) {
	if reason := looks(text); reason != "" {
		return Address{}, Refused{reason}
	}
	scheme, rest, _ := strings.Cut(text, "://")
	a := Address{Scheme: strings.ToLower(scheme)}
	if a.Scheme != "http" && a.Scheme != "https" {
		return Address{}, Refused{Scheme}
	}
	authority, tail := splitAuthority(rest)
	if strings.Contains(authority, "@") {
		return Address{}, Refused{UserInfo}
	}
	host, port, ok := splitPort(authority)
	if !ok {
		return Address{}, Refused{Port}
	}
	if !a.setHost(host) {
		return Address{}, Refused{Host}
	}
	if !a.setPort(port) {
		return Address{}, Refused{Port}
	}
	if a.Rest, ok = escape(tail); !ok {
		return Address{}, Refused{Encoding}
	}
	if len(a.String()) > MaxLength {
		return Address{}, Refused{TooLong}
	}
	return a, nil
}

// looks refuses what needs no parsing, and gives "" for the rest.
func looks(text string) Reason {
	switch {
	case text == "":
		return Missing
	case len(text) > MaxLength:
		return TooLong
	case !utf8.ValidString(text) || strings.ContainsFunc(text, misleading):
		return Character
	case strings.Contains(text, `\`):
		return Backslash
	}
	scheme, rest, found := strings.Cut(text, ":")
	switch {
	case !found || !isScheme(scheme):
		return Relative
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return Scheme
	case !strings.HasPrefix(rest, "//"):
		return Relative
	case strings.HasPrefix(rest, "///"):
		return Host
	}
	return ""
}

// isScheme tells whether text has the form of a scheme. Source: RFC 3986, 3.1.
func isScheme(text string) bool {
	for i, c := range []byte(strings.ToLower(text)) {
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(c))) {
			return false
		}
	}
	return text != ""
}

// misleading tells whether a character shows as nothing, as another or in another place: whatever is neither letter, mark, number, punctuation
// nor symbol, and the letters and marks that have no form of their own.
func misleading(r rune) bool {
	switch {
	case r == utf8.RuneError, unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r):
		return true
	case r == '\u2800': // the empty Braille pattern
		return true
	}
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || unicode.Is(unicode.Zs, r)
}

func splitAuthority(rest string) (authority, tail string) {
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		return rest[:end], rest[end:]
	}
	return rest, ""
}

// splitPort separates a port, which may be absent but, behind a colon, not empty.
func splitPort(authority string) (host, port string, ok bool) {
	colon := strings.LastIndexByte(authority, ':')
	if colon < 0 || strings.HasSuffix(authority, "]") {
		return authority, "", true
	}
	host, port = authority[:colon], authority[colon+1:]
	return host, port, port != ""
}

func (a *Address) setPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || port != strconv.FormatUint(n, 10) {
		return false
	}
	if (a.Scheme != "http" || n != 80) && (a.Scheme != "https" || n != 443) {
		a.Port = port
	}
	return true
}

// escape writes a path, query and fragment in ASCII. It is false when a percent sign does not encode a byte, or encodes a control character.
func escape(tail string) (string, bool) {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	if tail == "" || tail[0] != '/' {
		b.WriteByte('/')
	}
	for i := 0; i < len(tail); i++ {
		switch c := tail[i]; {
		case c == '%':
			if i+2 >= len(tail) {
				return "", false
			}
			code, err := strconv.ParseUint(tail[i+1:i+3], 16, 8)
			if err != nil || code < ' ' || code == 0x7f {
				return "", false
			}
			b.WriteByte(c)
		case c >= utf8.RuneSelf || strings.IndexByte("\"<>^`{|}", c) >= 0:
			b.WriteString("%" + hex[c>>4:c>>4+1] + hex[c&15:c&15+1])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// String gives the whole address.
func (a Address) String() string { return a.Origin() + a.Rest }

// Origin gives the address without its path.
func (a Address) Origin() string {
	host := a.Host
	if a.Literal.Is6() {
		host = "[" + host + "]"
	}
	if a.Port != "" {
		host += ":" + a.Port
	}
	return a.Scheme + "://" + host
}

// PortNumber gives the port that the address reaches.
func (a Address) PortNumber() string {
	switch {
	case a.Port != "":
		return a.Port
	case a.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}
