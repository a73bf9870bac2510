// Package externallink owns the page that stands between us and other people's sites (外链提示): a link in the centre that leads outside comes
// here first, and the reader sees where it goes before the browser does.
//
// The vendor's own hosts are passed on at once. Everything else is one click away: the page shows the destination in full, its host in
// punycode, and a form whose token says, signed, which destination was shown. So no address of ours forwards to wherever its query says, and
// the click is noted. The page needs nothing from elsewhere.
//
// Which addresses are refused is package weburl's. Source: DOMAIN.md 17.
package externallink
