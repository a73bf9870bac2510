package calendar_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
)

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

var anyDate = rapid.Custom(func(t *rapid.T) calendar.Date {
	return calendar.Date{Year: 2000, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 40_000).Draw(t, "day"))
})

// inEachZone runs a test with the process in zones from UTC−12 to UTC+14, one of them with daylight saving time.
func inEachZone(t *testing.T, test func(t *testing.T)) {
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	for _, zone := range []string{"Etc/GMT+12", "America/Juneau", "UTC", "Asia/Shanghai", "Pacific/Kiritimati"} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		time.Local = location
		t.Run("the process in "+zone, test)
	}
}

func TestADateIsBeijingsWhereverTheProcessRuns(t *testing.T) {
	inEachZone(t, func(t *testing.T) {
		for at, want := range map[string]string{
			"2026-11-30T15:59:59Z":      "2026-11-30",
			"2026-11-30T16:00:00Z":      "2026-12-01",
			"2026-12-01T05:59:59+14:00": "2026-11-30",
			"2026-11-30T04:00:00-12:00": "2026-12-01",
			"2028-02-28T16:00:00Z":      "2028-02-29",
		} {
			if got := calendar.DateOf(instant(t, at).In(time.Local)); got.String() != want {
				t.Errorf("%s is %s in Beijing, want %s", at, got, want)
			}
		}
	})
}

func TestADateBeginsAndEndsAtMidnightInBeijing(t *testing.T) {
	d := date(t, "2026-11-30")
	for name, c := range map[string]struct {
		got  time.Time
		want string
	}{
		"start":                {d.Start(), "2026-11-29T16:00:00Z"},
		"three in the morning": {d.At(3, 0), "2026-11-29T19:00:00Z"},
		"the wire's expiry":    {d.LastSecond(), "2026-11-30T15:59:59Z"},
		"end":                  {d.End(), "2026-11-30T16:00:00Z"},
	} {
		if got := c.got.Format(time.RFC3339); got != c.want {
			t.Errorf("%s of %s is %s, want %s", name, d, got, c.want)
		}
	}
}

func TestDatesCountDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := anyDate.Draw(t, "date"), rapid.IntRange(-5000, 5000).Draw(t, "days")
		later := d.AddDays(n)
		if got := d.DaysUntil(later); got != n {
			t.Fatalf("from %s to %s are %d days, want %d", d, later, got, n)
		}
		if d.Before(later) != (n > 0) || d.After(later) != (n < 0) || (d == later) != (n == 0) {
			t.Fatalf("%s and %s are ordered wrongly", d, later)
		}
		if d.End() != d.AddDays(1).Start() || calendar.DateOf(d.Start()) != d || calendar.DateOf(d.LastSecond()) != d {
			t.Fatalf("%s begins at %s and ends at %s", d, d.Start(), d.End())
		}
	})
}

func TestOnlyDatesAreRead(t *testing.T) {
	for _, text := range []string{"", "2026-02-29", "2026-2-1", "2026-02-01T00:00:00Z", "20260201", "2026-13-01", " 2026-02-01"} {
		if got, err := calendar.ParseDate(text); err == nil {
			t.Errorf("%q was read as %s", text, got)
		}
	}
}

func TestADateIsStoredAsItIsWritten(t *testing.T) {
	type item struct {
		Day  calendar.Date `dynamodbav:"day"`
		None calendar.Date `dynamodbav:"none,omitempty"`
	}
	in := item{Day: date(t, "2028-02-29")}
	image, err := attributevalue.MarshalMapWithOptions(in, func(o *attributevalue.EncoderOptions) { o.OmitNullAttributeValues = true })
	if err != nil {
		t.Fatal(err)
	}
	if _, there := image["none"]; there || len(image) != 1 {
		t.Errorf("stored as %v, want no attribute for no date", image)
	}
	var out item
	if err := attributevalue.UnmarshalMap(image, &out); err != nil || out != in {
		t.Errorf("read back as %v, %v, want %v", out, err, in)
	}
	if image, err = attributevalue.MarshalMap(in); err != nil {
		t.Fatal(err)
	}
	out.None = in.Day
	if err := attributevalue.UnmarshalMap(image, &out); err != nil || out != in {
		t.Errorf("read back over another as %v, %v, want %v", out, err, in)
	}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"Day":"2028-02-29","None":""}` {
		t.Errorf("as JSON it is %s, %v", text, err)
	}
	if err := json.Unmarshal(text, &out); err != nil || out != in {
		t.Errorf("from JSON it is %v, %v, want %v", out, err, in)
	}
}
