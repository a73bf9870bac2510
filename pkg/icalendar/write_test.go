package icalendar_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/icalendar"
)

var day = calendar.Date{Year: 2026, Month: time.December, Day: 31}

func TestAFeedIsWrittenAsTheStandardSays(t *testing.T) {
	got := string(icalendar.Write("伙伴, 到期; 1", []icalendar.Entry{{
		UID: "expiry-r1@partner-center", Day: day, Summary: `a\b;c,d` + "\r\ne\x00\x1b\tf", Text: "one\ntwo", Changed: time.Date(2026, 12, 1, 9, 30, 0, 0, calendar.Beijing),
	}}))
	want := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Partner Center//Calendar feed//EN", "CALSCALE:GREGORIAN", `X-WR-CALNAME:伙伴\, 到期\; 1`,
		"X-WR-TIMEZONE:Asia/Shanghai", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "BEGIN:STANDARD",
		"DTSTART:19700101T000000", "TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "TZNAME:CST", "END:STANDARD", "END:VTIMEZONE",
		"BEGIN:VEVENT", "UID:expiry-r1@partner-center", "DTSTAMP:20261201T013000Z",
		"DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", `SUMMARY:a\\b\;c\,d\ne f`, `DESCRIPTION:one\ntwo`, "TRANSP:TRANSPARENT", "END:VEVENT",
		"END:VCALENDAR", "",
	}, "\r\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// RFC 5545, 3.6: a calendar has at least one component, so that a feed with nothing to show is one as well.
func TestAnEmptyFeedIsACalendar(t *testing.T) {
	var components []string
	for _, line := range strings.Split(string(icalendar.Write("n", nil)), "\r\n") {
		if name, begins := strings.CutPrefix(line, "BEGIN:"); begins && name != "VCALENDAR" {
			components = append(components, name)
		}
	}
	if len(components) == 0 || components[0] != "VTIMEZONE" {
		t.Errorf("the components are %v", components)
	}
}

// FuzzWrite: no text breaks out of its line, no line is longer than 75 bytes, no character is broken, and unfolding gives the text back.
func FuzzWrite(f *testing.F) {
	for _, text := range []string{"", "plain", "\r\nEND:VCALENDAR\r\n", strings.Repeat("云", 40), strings.Repeat("a", 74) + "云", "\xff\xfe", `\n;,:"`, "a\u2028b", "\u202e"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := string(icalendar.Write("n", []icalendar.Entry{{UID: "u", Day: day, Summary: text}}))
		lines := strings.Split(strings.TrimSuffix(file, "\r\n"), "\r\n")
		for _, line := range lines {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
				t.Fatalf("%q has the line %q", text, line)
			}
		}
		unfolded := strings.Split(strings.ReplaceAll(strings.TrimSuffix(file, "\r\n"), "\r\n ", ""), "\r\n")
		if len(unfolded) != 25 || !strings.HasPrefix(unfolded[21], "SUMMARY:") {
			t.Fatalf("%q makes %d lines: %q", text, len(unfolded), unfolded)
		}
	})
}
