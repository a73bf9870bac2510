package customer_test

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"partnercenter/pkg/foundation/table"
)

// scanned reads the code in a picture as a phone does.
func scanned(t *testing.T, picture image.Image) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got.GetText()
}

var module = regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`)

// rendered draws our SVG, ten dots a module.
func rendered(t *testing.T, svg string) image.Image {
	t.Helper()
	const dots = 10
	var size int
	if _, err := fmt.Sscanf(svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d`, &size); err != nil {
		t.Fatal(err)
	}
	out := image.NewGray(image.Rect(0, 0, size*dots, size*dots))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for _, m := range module.FindAllStringSubmatch(svg, -1) {
		var x, y int
		_, _ = fmt.Sscan(m[1]+" "+m[2], &x, &y)
		for dx := range dots {
			for dy := range dots {
				out.SetGray(x*dots+dx, y*dots+dy, color.Gray{})
			}
		}
	}
	return out
}

func TestAnOfflineInvitationsCodeIsItsLink(t *testing.T) {
	w := newWorld(t)
	i := w.invited(admin, `{"kind":"OFFLINE","association_type":2}`)
	path := invitationsPath + "/" + i.ID + "/qr-code"
	drawn := w.call(admin, "GET", path, "")
	picture, err := png.Decode(strings.NewReader(drawn.Body))
	if err != nil || drawn.Header.Get("Content-Type") != "image/png" {
		t.Fatalf("got %d %s: %v", drawn.Status, drawn.Header.Get("Content-Type"), err)
	}
	if got := scanned(t, picture); got != i.Link {
		t.Errorf("the PNG says %s, want %s", got, i.Link)
	}
	drawn = w.call(admin, "GET", path+"?format=svg", "")
	if got := scanned(t, rendered(t, drawn.Body)); got != i.Link || drawn.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("the SVG, %s, says %s, want %s", drawn.Header.Get("Content-Type"), got, i.Link)
	}
	w.call(admin, "GET", path+"?format=gif", "").Refused(t, 400, "CBC.0100", "format")
	w.call(otherAdmin, "GET", path, "").Refused(t, 404, "CBC.0404", i.ID)
	w.call(admin, "DELETE", invitationsPath+"/"+i.ID, "").Into(t, nil)
	w.call(admin, "GET", path, "").Refused(t, 409, "CBC.99001016", "open")
	online := w.invited(admin, `{"kind":"ONLINE","association_type":2,"email":"a@x.example"}`)
	w.call(admin, "GET", invitationsPath+"/"+online.ID+"/qr-code", "").Refused(t, 409, "CBC.99001016", "offline")
}

func TestWhoOpensAnOfflineLinkRegistersByMail(t *testing.T) {
	w := newWorld(t)
	i := w.invited(admin, `{"kind":"OFFLINE","association_type":1,"label":"fair","locale":"en-US"}`)
	for range 100 {
		if page := w.page("GET", i.Link); !strings.Contains(page, `type="email"`) || !strings.Contains(page, "Referral") {
			t.Fatalf("the page is %s", page)
		}
	}
	if page := w.typed("POST", i.Link, "nonsense"); !strings.Contains(page, "no mail address") || count(t, w) != 0 {
		t.Errorf("a wrong address: %s", page)
	}
	for range 3 { // pressed thrice
		if page := w.typed("POST", i.Link, " new@x.example "); !strings.Contains(page, "look into your mail") {
			t.Errorf("the page is %s", page)
		}
	}
	url := w.mailed("new@x.example")
	if n := len(w.inbox.Mails()); n != 1 || count(t, w) != 0 {
		t.Errorf("%d mails and %d customers, want a mail alone", n, count(t, w))
	}
	if page := w.page("POST", url); !strings.Contains(page, "is accepted") {
		t.Errorf("the page is %s", page)
	}
	out := w.list(admin, `{"label":"fair"}`)
	if out.Count != 1 || out.Infos[0].AssociationType != "1" {
		t.Errorf("got %+v, want an advisory customer", out)
	}
	w.typed("POST", i.Link, "late@x.example")
	late := w.mailed("late@x.example")
	w.call(admin, "DELETE", invitationsPath+"/"+i.ID, "").Into(t, nil)
	if page := w.page("POST", late); !strings.Contains(page, "no longer good") || count(t, w) != 1 {
		t.Errorf("after the offline one is revoked: %s", page)
	}
	if page := w.typed("POST", i.Link, "later@x.example"); !strings.Contains(page, "no longer good") {
		t.Errorf("after it is revoked its own page is %s", page)
	}
}

// The page is public, so what it sends is bounded.
func TestAnOfflineLinkSendsNoFloodOfMails(t *testing.T) {
	w := newWorld(t)
	i := w.invited(admin, `{"kind":"OFFLINE","association_type":1,"locale":"en-US"}`)
	w.typed("POST", i.Link, "a@x.example")
	for range 199 {
		if _, err := w.db.Count(t.Context(), table.Key{PK: "PARTY#partner", SK: "FORWARDED#" + i.ID + "#2026-12-01"}, 200, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if page := w.typed("POST", i.Link, "b@x.example"); !strings.Contains(page, "too often") {
		t.Errorf("the 201st of a day sees %s", page)
	}
	w.clock.Advance(24 * time.Hour)
	if page := w.typed("POST", i.Link, "b@x.example"); !strings.Contains(page, "look into your mail") {
		t.Errorf("on the next day: %s", page)
	}
}
