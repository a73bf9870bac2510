package weburl

import (
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/idna"
)

// names reads international names as browsers do, and is stricter about what a name may hold.
var names = sync.OnceValue(func() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckHyphens(false), idna.StrictDomainName(true), idna.VerifyDNSLength(true))
})

// setHost reads a host: an IP address in its one usual form, or a name. One full stop at the end of a name is left out.
func (a *Address) setHost(text string) bool {
	if inner, found := strings.CutPrefix(text, "["); found {
		inner, closed := strings.CutSuffix(inner, "]")
		literal, err := netip.ParseAddr(inner)
		if !closed || err != nil || !literal.Is6() || literal.Zone() != "" {
			return false
		}
		a.Literal, a.Host = literal, literal.String()
		return true
	}
	name, err := names().ToASCII(strings.TrimSuffix(text, "."))
	if err != nil || !isName(name) || !inOneForm(text, name) {
		return false
	}
	if endsInNumber(name) {
		if a.Literal, err = netip.ParseAddr(name); err != nil {
			return false
		}
	}
	a.Host = name
	a.International = strings.HasPrefix(name, "xn--") || strings.Contains(name, ".xn--")
	return true
}

// inOneForm tells whether each label that was given in punycode is so in the name as it is read: the punycode of what needs none, as xn--a- is of
// a, is that name to some readers, another to others, and none to the URL Standard.
func inOneForm(text, name string) bool {
	read := strings.Split(name, ".")
	given := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".\u3002\uff0e\uff61", r) }) // as IDNA has full stops
	for i, label := range given {
		// A letter before it keeps the punycode from being read, while characters are mapped to what they stand for.
		mapped, _ := names().ToUnicode("a" + label)
		if mapped = strings.TrimPrefix(mapped, "a"); strings.HasPrefix(mapped, "xn--") && (i >= len(read) || mapped != read[i]) {
			return false
		}
	}
	return true
}

// isName tells whether a name is made of labels of letters, digits, hyphens and underscores.
func isName(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

// endsInNumber tells whether browsers take a name for an IPv4 address: its last label is a number, 0x… among them. Those that are not in the
// usual form are refused, for 0177.1 is one address to one reader and another to the next. Source: the URL Standard, "ends in a number".
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	digits, hex := strings.CutPrefix(last, "0x")
	return hex && strings.Trim(digits, "0123456789abcdef") == ""
}

// Inside tells whether the host is, by its name or address, none of the public Internet's: a private or reserved address, a name for this
// machine or this network, a name of one label. What a public name resolves to is not looked up.
func (a Address) Inside() bool {
	if a.Literal.IsValid() {
		return !Public(a.Literal)
	}
	if !strings.Contains(a.Host, ".") {
		return true
	}
	for _, end := range []string{".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa", ".test", ".invalid", ".onion"} {
		if strings.HasSuffix(a.Host, end) {
			return true
		}
	}
	return false
}

// reserved are the ranges that are not of the public Internet although they look global. Source: IANA's registries of special-purpose addresses.
var reserved = []netip.Prefix{
	prefix(0, 0, 0, 0, 8),       // this network
	prefix(100, 64, 0, 0, 10),   // carriers' shared addresses, clouds' metadata among them
	prefix(192, 0, 0, 0, 24),    // protocol assignments
	prefix(192, 0, 2, 0, 24),    // documentation
	prefix(192, 88, 99, 0, 24),  // 6to4 relays
	prefix(198, 18, 0, 0, 15),   // benchmarks
	prefix(198, 51, 100, 0, 24), // documentation
	prefix(203, 0, 113, 0, 24),  // documentation
	prefix(240, 0, 0, 0, 4),     // reserved, broadcast
}

func prefix(a, b, c, d byte, bits int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b, c, d}), bits)
}

// globalV6 is where public IPv6 addresses are: 2000::/3.
var globalV6 = netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20}), 3)

// Public tells whether an IP address is one of the public Internet's. IPv6 forms that carry an IPv4 address or a tunnel are none: nobody needs
// them, and they reach what the address inside says.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsValid() || ip.Zone() != "" || !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	if ip.Is6() {
		return globalV6.Contains(ip) && !special6(ip.As16())
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// special6 tells whether a global IPv6 address is Teredo and other protocol assignments (2001::/23), documentation (2001:db8::/32, 3fff::/20) or
// 6to4 (2002::/16).
func special6(b [16]byte) bool {
	switch {
	case b[0] == 0x20 && b[1] == 0x02:
		return true
	case b[0] == 0x20 && b[1] == 0x01 && (b[2] < 2 || b[2] == 0x0d && b[3] == 0xb8):
		return true
	}
	return b[0] == 0x3f && b[1] == 0xff && b[2] < 0x10
}

// Of tells whether the host is one of some, or below one of them. Addresses are of none, and so is everything for an entry of one label.
func (a Address) Of(hosts []string) bool {
	if a.Literal.IsValid() {
		return false
	}
	for _, h := range hosts {
		h = strings.ToLower(strings.Trim(strings.TrimSpace(h), "."))
		if strings.Contains(h, ".") && (a.Host == h || strings.HasSuffix(a.Host, "."+h)) {
			return true
		}
	}
	return false
}
