package pdf

// The paper and its measures, in points: 72 are an inch.
const (
	pageWidth   = 595.28 // A4
	pageHeight  = 841.89
	side        = 40.0 // left and right margin
	headerAt    = 34.0 // top of the line that stands on every page
	top         = 62.0 // where text begins
	bottom      = pageHeight - 60
	footerAt    = pageHeight - 46
	inner       = pageWidth - 2*side
	leading     = 1.45 // height of a line by its type size
	ascent      = 0.88 // of a character, by its type size. Source: the font's OS/2 table
	cellPadding = 4.0
	rowPadding  = 3.2
)

// The type sizes.
const (
	titleSize    = 17.0
	subtitleSize = 10.0
	headingSize  = 11.5
	bodySize     = 9.5
	factSize     = 9.0
	cellSize     = 7.5
	marginSize   = 7.5
)

// The shades, 0 being black.
const (
	ink    = 30
	soft   = 105
	rule   = 205
	shade  = 243
	strong = 0
)

// mostPages bounds what one document takes: some 20,000 lines of a table. ASSUMED.
const mostPages = 400
