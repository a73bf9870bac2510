package pdf

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/signintech/gopdf"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/document"
)

//go:embed assets
var assets embed.FS

const (
	family   = "NotoSansSC"
	packed   = "assets/NotoSansSC_400Regular.ttf.gz"
	producer = "Partner Center"
)

// theFont is the font, parsed once; each document has its own subset of it.
var theFont = sync.OnceValues(func() (*gopdf.FontContainer, error) {
	file, err := assets.Open(packed)
	if err != nil {
		return nil, fmt.Errorf("the font is not in this binary, which was built without make: %w", err)
	}
	r, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	container := &gopdf.FontContainer{}
	return container, container.AddTTFFontData(family, data)
})

// Render gives a document as PDF: the same one for the same document. It is safe for concurrent use. Errors: document.ErrTooLong; any other is a
// document that does not fit itself, or a binary without its font.
func Render(d document.Document) ([]byte, error) {
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("document %q: %w", d.Title, err)
	}
	font, err := theFont()
	if err != nil {
		return nil, err
	}
	p := &gopdf.GoPdf{}
	p.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	if err := errors.Join(p.AddTTFFontFromFontContainer(family, font), p.SetFont(family, "", 1)); err != nil {
		return nil, err
	}
	f := &face{pdf: p, widths: map[rune]float64{}, known: map[rune]bool{}}
	pages, err := lay(d, f.width, f.has)
	if err != nil {
		return nil, err
	}
	p.SetInfo(gopdf.PdfInfo{
		Title: clean(d.Title, f.has), Author: clean(d.Issuer, f.has), Producer: producer, Creator: producer,
		CreationDate: d.Made.In(calendar.Beijing),
	})
	for _, marks := range pages {
		p.AddPage()
		for _, m := range marks {
			if err := draw(p, m); err != nil {
				return nil, fmt.Errorf("draw %q: %w", m.text, err)
			}
		}
	}
	var out bytes.Buffer
	_, err = p.WriteTo(&out)
	return out.Bytes(), err
}

func draw(p *gopdf.GoPdf, m mark) error {
	if m.text == "" {
		p.SetFillColor(m.gray, m.gray, m.gray)
		p.RectFromUpperLeftWithStyle(m.x, m.y, m.w, m.h, "F")
		return nil
	}
	if err := p.SetFontSize(m.size); err != nil {
		return err
	}
	p.SetTextColor(m.gray, m.gray, m.gray)
	p.SetXY(m.x, m.y)
	return p.Text(m.text)
}

// face says what the font knows of characters.
type face struct {
	pdf    *gopdf.GoPdf // its type size is 1 while pages are laid out
	widths map[rune]float64
	known  map[rune]bool
}

// width gives the width of a character by the type size.
func (f *face) width(r rune) float64 {
	w, seen := f.widths[r]
	if !seen {
		w, _ = f.pdf.MeasureTextWidth(string(r)) // of what is clean there is no error
		f.widths[r] = w
	}
	return w
}

// has says whether the font has a character.
func (f *face) has(r rune) bool {
	known, seen := f.known[r]
	if !seen {
		known, _ = f.pdf.IsCurrFontContainGlyph(r)
		f.known[r] = known
	}
	return known
}
