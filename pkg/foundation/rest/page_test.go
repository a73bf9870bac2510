package rest_test

import (
	"encoding/json"
	"errors"
	"iter"
	"testing"

	"partnercenter/pkg/foundation/rest"
)

// upTo yields 0..n-1 and counts how many were read.
func upTo(n int, read *int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			*read++
			if !yield(i, nil) {
				return
			}
		}
	}
}

func number(n int) *int { return &n }

func TestAPageByOffsetCountsUpToAThousandAndByMarkerReadsItselfAlone(t *testing.T) {
	for name, c := range map[string]struct {
		paging      rest.Paging
		all         int
		first, size int
		total       int
		exact, more bool
		read        int
	}{
		"the first page":          {rest.Paging{}, 25, 0, 10, 25, true, true, 25},
		"the last page":           {rest.Paging{Offset: number(20)}, 25, 20, 5, 25, true, false, 25},
		"behind the last":         {rest.Paging{Offset: number(30)}, 25, -1, 0, 25, true, false, 25},
		"an offset inside a page": {rest.Paging{Offset: number(1)}, 25, 1, 10, 25, true, true, 25},
		"exactly a thousand":      {rest.Paging{Limit: number(50)}, 1000, 0, 50, 1000, true, true, 1000},
		"beyond a thousand":       {rest.Paging{Limit: number(50)}, 5000, 0, 50, 1050, false, true, 1001},
		"deep in":                 {rest.Paging{Offset: number(3000), Limit: number(50)}, 5000, 3000, 50, 3100, false, true, 3051},
		"by marker":               {rest.Paging{Marker: "m", Limit: number(50)}, 5000, 0, 50, 100, false, true, 51},
		"the last by marker":      {rest.Paging{Marker: "m", Limit: number(50)}, 30, 0, 30, 30, false, false, 30}, // nobody counts what was before it
	} {
		t.Run(name, func(t *testing.T) {
			read := 0
			page, err := rest.Collect(upTo(c.all, &read), c.paging)
			if err != nil {
				t.Fatal(err)
			}
			first := -1
			if len(page.Items) > 0 {
				first = page.Items[0]
			}
			if first != c.first || len(page.Items) != c.size || page.Total != c.total || page.Exact != c.exact || page.More != c.more || read != c.read {
				t.Errorf("got %d from %d, total %d (exact %v), more %v, %d read; want %+v", len(page.Items), first, page.Total, page.Exact, page.More, read, c)
			}
		})
	}
}

func TestAnErrorEndsAPage(t *testing.T) {
	broken := errors.New("broken")
	_, err := rest.Collect(func(yield func(int, error) bool) { yield(0, broken) }, rest.Paging{})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestMoneyOnTheWireNeverLosesAFen(t *testing.T) {
	for text, want := range map[string]string{
		`100.5`: `100.50`, `"100.5"`: `100.50`, `0.01`: `0.01`, `"0.10"`: `0.10`, `9007199254740.93`: `9007199254740.93`, `1.500`: `1.50`, `7`: `7.00`,
	} {
		var a rest.Amount
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := json.Marshal(a); err != nil || string(got) != want {
			t.Errorf("%s became %s, %v, want %s", text, got, err, want)
		}
		if got, err := json.Marshal(rest.AmountText(a)); err != nil || string(got) != `"`+want+`"` {
			t.Errorf("%s became the text %s, %v", text, got, err)
		}
	}
	for _, text := range []string{`1.005`, `"1,5"`, `1e2`, `"NaN"`, `true`, `""`, `99999999999999999999`} {
		var a rest.Amount
		if err := json.Unmarshal([]byte(text), &a); err == nil {
			t.Errorf("%s was taken as %d fen", text, a)
		}
	}
}
