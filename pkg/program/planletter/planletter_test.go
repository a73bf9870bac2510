package planletter

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/program/agreement"
	"partnercenter/pkg/program/membership"
)

func opened(state membership.State) membership.Opened {
	plan, _ := membership.PlanOf(membership.Distribution)
	return membership.Opened{
		Membership: membership.Membership{
			Row: membership.Row{Party: "p", Name: "Name <of> p", Plan: plan.Code, State: state, Host: membership.Vendor}, Moved: 3,
			Expires: time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC), Until: time.Date(2027, 12, 1, 16, 0, 0, 0, time.UTC), Certificate: "no-1",
		},
		Plan: plan, Alive: true,
	}
}

func TestEveryMailAndThePageAreWholeInBothLanguages(t *testing.T) {
	for _, l := range []notify.Locale{notify.Chinese, notify.English} {
		w := wordsOf(l)
		if w.locale != l {
			t.Errorf("the words of %s are those of %s", l, w.locale)
		}
		all := reflect.ValueOf(w)
		for i := range all.NumField() {
			if all.Field(i).IsZero() {
				t.Errorf("%s has no word for %s", l, all.Type().Field(i).Name)
			}
		}
		for _, state := range []membership.State{membership.Joined, membership.Rejected, membership.Expired, membership.Exited} {
			o := opened(state)
			o.Why, o.Failed = "a reason", []membership.Failure{{Guard: membership.RealName, Message: "do this"}}
			m := w.result(o)
			text, err := m.Text()
			if err != nil || m.Title == "" || w.outcomes[state] == "" || !strings.Contains(text, "a reason") || !strings.Contains(text, "REAL_NAME") {
				t.Errorf("%s, %s: %q says %s, %v", l, state, m.Title, text, err)
			}
		}
		for name, m := range map[string]interface{ Text() (string, error) }{"applied": w.applied(opened(membership.UnderReview)), "exited": w.exited(opened(membership.Exited))} {
			if text, err := m.Text(); err != nil || !strings.Contains(text, "Name <of> p") {
				t.Errorf("%s, %s: %s, %v", l, name, text, err)
			}
		}
		asks := w.asksToSign(agreement.Version{
			N: 2, From: time.Date(2026, 12, 9, 16, 0, 0, 0, time.UTC), Titles: map[notify.Locale]string{l: "Letter of " + string(l)}, Required: agreement.Purposes(),
		})
		text, err := asks.Text()
		if err != nil || !strings.Contains(asks.Title, "Letter of "+string(l)) || !strings.Contains(text, "2026-12-10") || !strings.Contains(text, w.purposes[agreement.Payout]) {
			t.Errorf("%s: %q says %s, %v", l, asks.Title, text, err)
		}
		if len(w.purposes) != len(agreement.Purposes()) {
			t.Errorf("%s names %d purposes", l, len(w.purposes))
		}
		p := string(page(w, opened(membership.Invited)).Write())
		if !strings.Contains(p, "Name &lt;of&gt; p") || !strings.Contains(p, "2027-01-01 00:00") || strings.Contains(p, "<form") {
			t.Errorf("%s: the page is %s", l, p)
		}
		dead := opened(membership.Invited)
		dead.Alive = false
		if p = string(page(w, dead).Write()); strings.Contains(p, "Name") {
			t.Errorf("%s: the dead page is %s", l, p)
		}
		if !strings.Contains(p, w.vendor) {
			t.Errorf("%s: the dead page of the vendor's invitation is %s", l, p)
		}
		dead.Host = "Host & Co"
		if p = string(page(w, dead).Write()); !strings.Contains(p, "Host &amp; Co") {
			t.Errorf("%s: the dead page of a distributor's invitation is %s", l, p)
		}
	}
}

func TestTheSubjectOfAMailIsOneLine(t *testing.T) {
	o := opened(membership.UnderReview)
	o.Name = "Name\r\nBcc: eve@evil.example"
	asks := english.asksToSign(agreement.Version{Titles: map[notify.Locale]string{notify.English: "Letter\nof"}})
	for _, title := range []string{english.applied(o).Title, english.exited(o).Title, asks.Title} {
		if strings.ContainsAny(title, "\r\n") {
			t.Errorf("got %q", title)
		}
	}
}
