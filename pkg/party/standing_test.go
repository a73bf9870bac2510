package party_test

import (
	"testing"

	"partnercenter/pkg/party"
)

func TestTheMoreSevereOfWhatIsSetAndWhatIsAboveCounts(t *testing.T) {
	const n, r, f, x = party.Normal, party.Restricted, party.Frozen, party.Exiting
	for _, c := range []struct{ now, own, above, standing, keeps, with party.Standing }{
		{n, n, n, n, "", ""},
		{n, n, r, r, n, r},
		{n, n, f, f, n, f},
		{r, r, f, f, r, f},
		{f, f, r, f, "", r},
		{r, r, r, r, "", r},
		{f, n, f, f, n, f},
		{f, n, n, n, "", ""},
		{f, r, n, r, "", ""},
		{n, n, x, n, "", ""}, // a distributor that exits has nobody below it
		{x, r, n, x, r, ""},
		{x, n, f, x, n, f},
	} {
		got := party.Party{Row: party.Row{Standing: c.now}}.Stands(c.own, c.above)
		if got.Standing != c.standing || got.Own != c.keeps || got.Above != c.with {
			t.Errorf("%s set %s under %s: %s, own %q, above %q, want %s, %q, %q", c.now, c.own, c.above, got.Standing, got.Own, got.Above, c.standing, c.keeps, c.with)
		}
		if again := got.Stands(got.Itself(), got.Above); again.Standing != got.Standing || again.Itself() != c.own {
			t.Errorf("%s set %s under %s: what was set is %s, and again it is %s", c.now, c.own, c.above, again.Itself(), again.Standing)
		}
	}
}
