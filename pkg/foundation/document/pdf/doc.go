// Package pdf lays documents out on A4 pages and writes them as PDF, with a subset of Noto Sans SC embedded, so that Chinese looks the same
// everywhere and its text can be searched and copied.
//
// The font comes from npm and is packed into assets by make; it is under the SIL Open Font License (assets/OFL.txt, which is in the binary with
// it). Without make, which is what a plain `go build` gives, the package compiles and Render says what is missing. The font is unpacked and
// parsed by the first document.
//
// What the font cannot show is printed as 〓. That includes the rare characters beyond U+FFFF, which the PDF library draws and
// does not make searchable.
package pdf
