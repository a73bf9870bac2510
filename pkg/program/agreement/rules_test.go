package agreement

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
)

func day(month time.Month, of int) time.Time {
	return calendar.Date{Year: 2026, Month: month, Day: of}.Start()
}

var partnersOnly = []auth.Kind{auth.Distributor, auth.Reseller, auth.Partner}

func TestTheVersionInEffectIsTheNewestThatHasBegun(t *testing.T) {
	r := register{Entries: []entry{
		{Code: "a", N: 1, From: day(1, 1), Audience: partnersOnly},
		{Code: "a", N: 2, From: day(6, 1), Audience: partnersOnly},
		{Code: "b", N: 1, From: day(3, 1), Audience: []auth.Kind{auth.Customer}},
		{Code: "c", N: 4, From: day(1, 1), Audience: partnersOnly},
		{Code: "c", N: 5, From: day(1, 1), Audience: partnersOnly},
		{Code: "d", N: 1, From: day(1, 1), Audience: partnersOnly},
		{Code: "d", N: 2, From: day(5, 1), Audience: partnersOnly, Free: true},
	}}
	for name, c := range map[string]struct {
		kind auth.Kind
		now  time.Time
		want string
	}{
		"nothing has begun":               {auth.Partner, day(1, 1).Add(-1), ""},
		"the first ones":                  {auth.Partner, day(1, 1), "a1 c5 d1"},
		"one is no longer needed":         {auth.Reseller, day(5, 1), "a1 c5"},
		"a moment before the new version": {auth.Distributor, day(6, 1).Add(-1), "a1 c5"},
		"the new version":                 {auth.Distributor, day(6, 1), "a2 c5"},
		"a customer's":                    {auth.Customer, day(6, 1), "b1"},
		"the vendor's":                    {auth.Vendor, day(6, 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range r.needed(c.kind, c.now) {
				got = append(got, fmt.Sprint(e.Code, e.N))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

// TestWhatIsInEffectStaysSoWhenVersionsArePublished publishes at random and compares with all versions ever published.
func TestWhatIsInEffectStaysSoWhenVersionsArePublished(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, all, pruned := day(1, 1), register{}, register{}
		last := map[Code]entry{}
		for range rapid.IntRange(1, 12).Draw(t, "versions") {
			now = now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "days")) * 24 * time.Hour)
			code := rapid.SampledFrom([]Code{"a", "b", "c"}).Draw(t, "code")
			from := now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "ahead")) * 24 * time.Hour)
			if from.Before(last[code].From) {
				from = last[code].From
			}
			e := entry{Code: code, N: last[code].N + 1, From: from, Audience: partnersOnly}
			last[code] = e
			all.Entries = append(all.Entries, e)
			pruned = pruned.with(e, now)
			for ahead := range 50 {
				at := now.Add(time.Duration(ahead) * 24 * time.Hour)
				want, got := all.current(at), pruned.current(at)
				slices.SortFunc(want, func(a, b entry) int { return strings.Compare(string(a.Code), string(b.Code)) })
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Fatalf("%d days on: got %v, want %v", ahead, got, want)
				}
			}
			if len(pruned.Entries) > len(all.Entries) || pruned.codes() != all.codes() {
				t.Fatalf("%d entries of %d", len(pruned.Entries), len(all.Entries))
			}
		}
	})
}

func TestAVersionFollowsTheLastOne(t *testing.T) {
	many := register{}
	for i := range maxCodes {
		many.Entries = append(many.Entries, entry{Code: Code(fmt.Sprint("x", i)), N: 1})
	}
	one := register{Entries: []entry{{Code: "a", N: 1, From: day(1, 1)}, {Code: "a", N: 2, From: day(3, 1)}}}
	for name, c := range map[string]struct {
		in   register
		v    Version
		code string // of the refusal; empty for none
	}{
		"the first":                 {one, Version{Code: "b", N: 1, From: day(1, 1)}, ""},
		"the next":                  {one, Version{Code: "a", N: 3, From: day(3, 1)}, ""},
		"the same again":            {one, Version{Code: "a", N: 2, From: day(3, 1)}, ErrVersion.Code},
		"one left out":              {one, Version{Code: "a", N: 4, From: day(3, 1)}, ErrVersion.Code},
		"a first that is second":    {one, Version{Code: "b", N: 2, From: day(3, 1)}, ErrVersion.Code},
		"before the last one":       {one, Version{Code: "a", N: 3, From: day(2, 28)}, "CBC.0100"},
		"one agreement too many":    {many, Version{Code: "y", N: 1, From: day(1, 1)}, ErrTooMany.Code},
		"a known one among as many": {many, Version{Code: "x3", N: 2, From: day(1, 1)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := follows(c.in, c.v)
			refusal, refused := problem.As(err)
			if refused != (c.code != "") || refused && refusal.Code != c.code {
				t.Errorf("got %v, want %q", err, c.code)
			}
		})
	}
}

func TestAHashIsOfTheWholeDocument(t *testing.T) {
	seen := map[string]string{}
	for name, hash := range map[string]string{
		"it":               Hash("a", 1, notify.Chinese, Text{Title: "t", Text: "x"}),
		"another code":     Hash("b", 1, notify.Chinese, Text{Title: "t", Text: "x"}),
		"another version":  Hash("a", 2, notify.Chinese, Text{Title: "t", Text: "x"}),
		"another language": Hash("a", 1, notify.English, Text{Title: "t", Text: "x"}),
		"another title":    Hash("a", 1, notify.Chinese, Text{Title: "u", Text: "x"}),
		"another text":     Hash("a", 1, notify.Chinese, Text{Title: "t", Text: "x "}),
	} {
		if other, is := seen[hash]; is || len(hash) != 64 {
			t.Errorf("%s has the hash %s, as %s", name, hash, other)
		}
		seen[hash] = name
	}
}

func TestADeclarationHoldsForAYear(t *testing.T) {
	for _, c := range []struct{ at, until string }{
		{"2026-12-01T02:00:00Z", "2027-12-01T16:00:00Z"},
		{"2026-11-30T16:00:00Z", "2027-12-01T16:00:00Z"}, // 1 December, midnight in Beijing
		{"2028-02-29T00:00:00Z", "2029-02-28T16:00:00Z"},
	} {
		at, _ := time.Parse(time.RFC3339, c.at)
		if got := Until(at).Format(time.RFC3339); got != c.until {
			t.Errorf("from %s until %s, want %s", c.at, got, c.until)
		}
	}
}

func TestOnlyTheLatestMissedThresholdIsTold(t *testing.T) {
	end := day(12, 31)
	r := Relations{N: 1, Until: end}
	before := func(days int) time.Time { return end.Add(-time.Duration(days) * 24 * time.Hour) }
	for name, c := range map[string]struct {
		mark, now time.Time
		want      int // days; -1 for nothing
	}{
		"long before":            {before(60), before(31), -1},
		"thirty days before":     {before(31), before(30), 30},
		"told":                   {before(30), before(29), -1},
		"seven days before":      {before(8), before(7), 7},
		"both were missed":       {before(31), before(3), 7},
		"all were missed":        {before(31), end.Add(time.Hour), 0},
		"the end":                {before(1), end, 0},
		"after it, and was told": {end, end.Add(90 * 24 * time.Hour), -1},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := r.Remind(c.mark, c.now)
			if ok != (c.want >= 0) || ok && got.Days != c.want {
				t.Errorf("got %+v, %t, want %d", got, ok, c.want)
			}
		})
	}
}

func TestAMissingDeclarationIsToldOnItsLastDayAndTwiceAfterIt(t *testing.T) {
	end := day(12, 31)
	after := func(days int) time.Time { return end.Add(time.Duration(days) * 24 * time.Hour) }
	r := Relations{Until: end}
	for name, c := range map[string]struct {
		of        Relations
		mark, now time.Time
		told      bool
		next      time.Time
	}{
		"before it":             {r, after(-30), after(-1), false, end},
		"its last day":          {r, after(-1), end, true, after(30)},
		"told":                  {r, end, after(1), false, after(30)},
		"a month after":         {r, end, after(30), true, after(60)},
		"two months after":      {r, after(30), after(60), true, time.Time{}},
		"all were missed":       {r, after(-1), after(90), true, time.Time{}},
		"afterwards":            {r, after(60), after(400), false, time.Time{}},
		"nothing is awaited":    {Relations{}, time.Time{}, end, false, time.Time{}},
		"a declared one's week": {Relations{N: 1, Until: end}, after(-8), after(-7), true, end},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := c.of.Remind(c.mark, c.now)
			if next, _ := c.of.NextReminder(c.now); ok != c.told || got.Days < 0 || !next.Equal(c.next) {
				t.Errorf("got %+v, %t, and next %s; want %t and %s", got, ok, next, c.told, c.next)
			}
		})
	}
}

func TestWhatIsDeclaredIsNoneOrSome(t *testing.T) {
	some := []Relation{{Employee: "Li", Relation: "spouse"}}
	for name, c := range map[string]struct {
		none  bool
		items []Relation
		right bool
	}{
		"none":          {true, nil, true},
		"some":          {false, some, true},
		"neither":       {false, nil, false},
		"both":          {true, some, false},
		"one twice":     {false, append(some, some[0]), false},
		"two relations": {false, append(some, Relation{Employee: "Li", Relation: "shareholder"}), true},
		"too many":      {false, make([]Relation, mostRelations+1), false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := checkRelations(c.none, c.items); (err == nil) != c.right {
				t.Errorf("got %v", err)
			}
		})
	}
}
