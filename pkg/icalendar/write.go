package icalendar

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"partnercenter/pkg/foundation/calendar"
)

// Entry is one day in a feed.
type Entry struct {
	UID     string        // stable: what it is of, and in which role
	Day     calendar.Date // in Beijing
	Summary string
	Text    string    // more about it; may have several lines
	Changed time.Time // when what it tells of was last changed, UTC
}

const foldAt = 75 // bytes of a line, without its end. Source: RFC 5545, 3.1

// zone is the time zone in which days are counted. No entry names it, but a calendar has at least one component, and a feed may have no entry.
const zone = "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\n" +
	"TZNAME:CST\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

// Write gives a feed as a file. It names no METHOD: with one, DTSTAMP would be the time of the file, without it is that of the entry's last change,
// and a feed that has not changed is the same file. Source: RFC 5545, 3.6 and 3.8.7.2.
func Write(name string, entries []Entry) []byte {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Partner Center//Calendar feed//EN")
	line("CALSCALE", "GREGORIAN")
	line("X-WR-CALNAME", escape(name))
	line("X-WR-TIMEZONE", "Asia/Shanghai")
	line("REFRESH-INTERVAL;VALUE=DURATION", "PT"+strconv.Itoa(int(askAgain.Hours()))+"H")
	b.WriteString(zone)
	for _, e := range entries {
		line("BEGIN", "VEVENT")
		line("UID", escape(e.UID))
		line("DTSTAMP", e.Changed.UTC().Format("20060102T150405Z"))
		line("DTSTART;VALUE=DATE", compact(e.Day))
		line("DTEND;VALUE=DATE", compact(e.Day.AddDays(1))) // the first day behind it
		line("SUMMARY", escape(e.Summary))
		if e.Text != "" {
			line("DESCRIPTION", escape(e.Text))
		}
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return []byte(b.String())
}

func compact(d calendar.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// escape writes text as a value: control characters have no place in one, and bytes that are no UTF-8 are replaced.
func escape(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\uFFFD")
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\' || r == ';' || r == ',':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteByte(' ')
		case !unicode.IsControl(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fold writes a line, broken into lines of 75 bytes at most, of which all but the first begin with a space. No character is broken.
func fold(b *strings.Builder, line string) {
	room := foldAt
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		b.WriteString(line[:cut] + "\r\n ")
		line, room = line[cut:], foldAt-1
	}
	b.WriteString(line + "\r\n")
}
