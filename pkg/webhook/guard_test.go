package webhook_test

import (
	"net/netip"
	"testing"

	"partnercenter/pkg/webhook"
)

// What a connection is refused to, right before it is made: whatever name led there, and however it was checked before.
func TestWhereNoConnectionIsMadeTo(t *testing.T) {
	for address, why := range map[string]string{
		"127.0.0.1": "loopback", "127.255.255.254": "loopback", "::1": "loopback", "0.0.0.0": "this host", "0.1.2.3": "this network", "::": "this host",
		"10.0.0.1": "private", "172.16.0.1": "private", "172.31.255.255": "private", "192.168.0.1": "private", "fc00::1": "private", "fd12:3456::1": "private",
		"169.254.169.254": "metadata", "169.254.170.2": "containers' metadata", "fd00:ec2::254": "metadata", "100.100.100.200": "another cloud's metadata",
		"169.254.0.1": "link-local", "fe80::1": "link-local", "fe80::1%eth0": "link-local with a zone", "fec0::1": "site-local",
		"100.64.0.1": "carriers' NAT", "100.127.255.254": "carriers' NAT",
		"::ffff:127.0.0.1": "IPv4-mapped", "::ffff:10.0.0.1": "IPv4-mapped", "::ffff:169.254.169.254": "IPv4-mapped", "::ffff:0.0.0.0": "IPv4-mapped",
		"::ffff:100.64.0.1": "IPv4-mapped", "::127.0.0.1": "IPv4-compatible", "::a9fe:a9fe": "IPv4-compatible", "::ffff:0:169.254.169.254": "translated",
		"64:ff9b::169.254.169.254": "NAT64", "64:ff9b::8.8.8.8": "NAT64", "64:ff9b:1::169.254.169.254": "local NAT64", "2002:a9fe:a9fe::1": "6to4",
		"2001:0:a9fe:a9fe::1": "Teredo", "2001:db8::1": "documentation", "3fff::1": "documentation", "100::1": "discard", "5f00::1": "segment routing",
		"192.0.0.1": "protocol assignments", "192.0.2.1": "documentation", "192.88.99.1": "6to4 relay", "198.18.0.1": "benchmarks",
		"198.51.100.1": "documentation", "203.0.113.1": "documentation", "224.0.0.1": "multicast", "239.1.1.1": "multicast", "ff02::1": "multicast",
		"240.0.0.1": "reserved", "255.255.255.255": "broadcast",
		"8.8.8.8": "", "1.1.1.1": "", "100.63.255.255": "", "100.128.0.1": "", "172.15.0.1": "", "172.32.0.1": "", "169.253.1.1": "", "192.167.1.1": "",
		"2606:4700::1111": "", "2400:3200::1": "", "::ffff:8.8.8.8": "",
	} {
		err := webhook.Guard("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 443).String(), nil)
		if (err != nil) != (why != "") {
			t.Errorf("%s (%s): %v", address, why, err)
		}
	}
	for _, address := range []string{"", "localhost:443", "8.8.8.8", "/var/run/docker.sock", "[::1", "0x7f000001:80", "2130706433:80"} {
		if webhook.Guard("unix", address, nil) == nil {
			t.Errorf("%q is let through", address)
		}
	}
}
