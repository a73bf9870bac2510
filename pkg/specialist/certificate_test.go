package specialist

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
)

func december(day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.December, Day: day}
}

func TestACertificateCountsWhileItsHolderIsBoundAndItIsValid(t *testing.T) {
	held := CertificateRow{Number: "C1", Partner: "p1", Status: Valid, Issued: december(1), Expires: december(20)}
	for name, c := range map[string]struct {
		edit    func(c *CertificateRow)
		partner auth.PartyID
		day     int
		want    bool
	}{
		"on its first day":    {func(*CertificateRow) {}, "p1", 1, true},
		"on its last day":     {func(*CertificateRow) {}, "p1", 20, true},
		"before":              {func(c *CertificateRow) { c.Issued = december(2) }, "p1", 1, false},
		"after":               {func(*CertificateRow) {}, "p1", 21, false},
		"for another partner": {func(*CertificateRow) {}, "p2", 10, false},
		"for nobody":          {func(c *CertificateRow) { c.Partner = "" }, "", 10, false},
		"under review":        {func(c *CertificateRow) { c.Status = Reviewing }, "p1", 10, false},
		"rejected":            {func(c *CertificateRow) { c.Status = Rejected }, "p1", 10, false},
		"revoked":             {func(c *CertificateRow) { c.Status = Revoked }, "p1", 10, false},
	} {
		row := held
		c.edit(&row)
		if got := row.Counts(c.partner, december(c.day)); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func TestACertificateIsRemindedOfOnceAThreshold(t *testing.T) {
	row := CertificateRow{Partner: "p1", Status: Valid, Issued: december(1), Expires: calendar.Date{Year: 2027, Month: time.March, Day: 1}}
	nine := func(days int) time.Time { return row.Expires.AddDays(-days).At(9, 0) }
	for _, c := range []struct {
		mark, now int // days before expiry, nine in the morning
		days      int
		want      bool
	}{
		{61, 60, 60, true},
		{60, 59, 59, false},
		{31, 30, 30, true},
		{8, 7, 7, true},
		{7, 6, 6, false},
		{61, 5, 5, true}, // days that were missed are one, CASES.md B39
		{70, 61, 61, false},
	} {
		days, got := row.Remind(nine(c.mark), nine(c.now))
		if got != c.want || days != c.days {
			t.Errorf("from %d to %d days before: %d, %t; want %d, %t", c.mark, c.now, days, got, c.days, c.want)
		}
	}
	row.Partner = ""
	if _, ok := row.Remind(nine(61), nine(60)); ok {
		t.Error("one that counts for nobody is reminded of")
	}
}

func TestRemindersFollowOneAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := CertificateRow{Partner: "p1", Status: Valid, Issued: december(1), Expires: december(1).AddDays(rapid.IntRange(0, 400).Draw(t, "life"))}
		at, told := december(1).Start(), 0
		for {
			next, ok := row.NextReminder(at)
			if !ok {
				break
			}
			if days, some := row.Remind(at, next); !some || days < 0 {
				t.Fatalf("at %s: %d, %t", next, days, some)
			}
			if next.After(at.Add(time.Second)) && !next.Equal(at) {
				if _, some := row.Remind(at, next.Add(-time.Second)); some {
					t.Fatalf("before %s there is something to say", next)
				}
			}
			at = next
			told++
		}
		if told > len(daysBeforeExpiry) {
			t.Fatalf("told %d times", told)
		}
	})
}

func TestNumbersAreInCapitalLetters(t *testing.T) {
	if got, ok := numberIn(" hcia-2026:1 "); !ok || got != "HCIA-2026:1" {
		t.Errorf("%q, %t", got, ok)
	}
	for _, text := range []string{"", "a#b", "a/b", "证书"} {
		if _, ok := numberIn(text); ok {
			t.Errorf("%q is taken for a number", text)
		}
	}
}
