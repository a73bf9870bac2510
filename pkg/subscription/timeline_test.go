package subscription_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/subscription"
)

var actionWords = map[subscription.Action]string{renew: "renew", expire: "expire", freeze: "freeze", release: "release", convert: "convert"}

// inShort gives steps as their actions with date and hour of Beijing.
func inShort(ahead []subscription.Ahead) string {
	var words []string
	for _, a := range ahead {
		words = append(words, actionWords[a.Action]+" "+a.At.In(calendar.Beijing).Format("01-02T15"))
	}
	return strings.Join(words, ", ")
}

func TestTheFutureGoesUpToTheEndUnderEachPolicy(t *testing.T) {
	const attempts = "renew 12-08T03, renew 12-09T03, renew 12-10T03, renew 12-11T03, renew 12-12T03, renew 12-13T03, renew 12-14T03, renew 12-15T03, "
	now := at(t, "2026-12-01 12:00")
	for policy, want := range map[subscription.Policy]string{
		subscription.PolicyToGrace:          "expire 12-16T00, freeze 12-23T00, release 12-30T00",
		subscription.PolicyToOnDemand:       "convert 12-16T00",
		subscription.PolicyDelete:           "release 12-16T00",
		subscription.PolicyAutoRenew:        attempts + "expire 12-16T00, freeze 12-23T00, release 12-30T00",
		subscription.PolicyFreeze:           "freeze 12-16T00, release 12-23T00",
		subscription.PolicyDeleteAfterGrace: "expire 12-16T00, release 12-23T00",
	} {
		if got := inShort(subscription.Future(december(t, policy), week, now)); got != want {
			t.Errorf("with policy %d:\n%s\nwant\n%s", policy, got, want)
		}
		for _, from := range subscription.Policies { // and whichever policy it had before
			if got := inShort(subscription.Future(subscription.Under(december(t, from), policy, now), week, now)); got != want {
				t.Errorf("from policy %d to %d:\n%s\nwant\n%s", from, policy, got, want)
			}
		}
	}
}

func TestEachStepSaysWhyItComes(t *testing.T) {
	now := at(t, "2026-12-14 12:00")
	for policy, want := range map[subscription.Policy][]string{
		subscription.PolicyToGrace:    {"term ends with 2026-12-15; grace", "grace ends with 2026-12-22", "retention ends with 2026-12-29"},
		subscription.PolicyToOnDemand: {"on-demand"},
		subscription.PolicyDelete:     {"neither grace nor retention"},
		subscription.PolicyAutoRenew: {
			"attempt 1 to pay for 1 month", "attempt 2", "lasts until 2026-12-22", "kept until 2026-12-29", "deleted",
		},
		subscription.PolicyFreeze:           {"no grace follows; its data is kept until 2026-12-22", "retention ends with 2026-12-22"},
		subscription.PolicyDeleteAfterGrace: {"grace", "no retention follows"},
	} {
		ahead := subscription.Future(december(t, policy), week, now)
		if len(ahead) != len(want) {
			t.Fatalf("policy %d: %s, want %d steps", policy, inShort(ahead), len(want))
		}
		for i, a := range ahead {
			if !strings.Contains(a.Why, want[i]) {
				t.Errorf("policy %d, step %d: %q does not say %q", policy, i+1, a.Why, want[i])
			}
		}
	}
}

func TestTheRemarkSaysWhatTheStepsDoNotShow(t *testing.T) {
	now := at(t, "2026-12-15 12:00")
	on := subscription.SwitchOn(december(t, subscription.PolicyToGrace), nil, 0, now)
	tried := december(t, subscription.PolicyAutoRenew)
	grace := subscription.Apply(subscription.AttemptFailed(tried, subscription.RefusedBalance, now), expire, week, at(t, "2026-12-16 00:00"))
	pending, reviewing := tried, tried
	pending.PendingOrder = "CS7"
	reviewing.PendingOrder, reviewing.Reviewing = "CS8", true
	for name, c := range map[string]struct {
		s    subscription.Subscription
		now  time.Time
		says string
	}{
		"nothing to say":           {tried, now, ""},
		"on after the last three":  {on, now, "its last attempt for the term that ends with 2026-12-15 is over"},
		"on, and past the term":    {grace, at(t, "2026-12-17 00:00"), "renew by hand"},
		"an order awaits payment":  {pending, now, `"CS7" awaits payment`},
		"under review":             {reviewing, now, `"CS8" waits for the vendor's review`},
		"it ended":                 {subscription.Apply(grace, release, week, now), now, "has ended"},
		"grace without auto-renew": {subscription.Apply(december(t, 0), expire, week, now), at(t, "2026-12-17 00:00"), ""},
	} {
		got := subscription.Remark(c.s, subscription.Future(c.s, week, c.now), c.now)
		if (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
}

// What the timeline foresees is what due work does, hour by hour, when nobody pays.
func TestTheFutureIsWhatSweepsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, a := anySubscription.Draw(t, "subscription"), anyTerms.Draw(t, "terms")
		now := s.Effective
		for range rapid.IntRange(0, 60*24).Draw(t, "hours so far") {
			now = now.Add(time.Hour)
			s, _ = sweep(t, s, a, now, false)
		}
		foreseen := subscription.Future(s, a, now)
		var happened []subscription.Ahead
		for ; ; now = now.Add(time.Hour) {
			step, ok := subscription.Next(s, a, now)
			if !ok {
				break
			}
			for ; ok && !step.At.After(now); step, ok = subscription.Next(s, a, now) {
				happened = append(happened, subscription.Ahead{Step: step})
				s = take(s, step.Action, a, now, false)
			}
		}
		if got, want := inShort(foreseen), inShort(happened); got != want {
			t.Fatalf("foreseen\n%s\nhappened\n%s", got, want)
		}
	})
}

const resourcesPath = "/v2/orders/subscriptions/resources/"

// is reports whether an answer is a refusal by a code.
func (a answer) is(code string) bool { return strings.Contains(a.Body, `"error_code":"`+code+`"`) }

type toldEvents struct {
	Data []struct {
		ID, Type, Time, By, Why string
		Data                    map[string]string
	}
	Marker string
}

func TestTheEventsOfAResourceComeInTheirOrderPageByPage(t *testing.T) {
	w := portfolioWorld(t)
	w.as("c", "POST", togglePath+"main", `{"auto_renew_times":2}`)
	for range 3 {
		w.as("c", "DELETE", togglePath+"main", "")
		w.as("c", "POST", togglePath+"main", "")
	}
	w.as("c", "POST", renewPath, `{"resource_ids":["main"],"period_type":2,"period_num":1,"is_auto_pay":1}`)
	var whole toldEvents
	w.as("c", "GET", resourcesPath+"main/events", "").Into(t, &whole)
	var types []string
	for i, e := range whole.Data {
		types = append(types, strings.TrimPrefix(e.Type, "subscription."))
		if i > 0 && e.Time < whole.Data[i-1].Time || e.By == "" || e.ID == "" {
			t.Errorf("event %d is %+v after %+v", i, e, whole.Data[max(0, i-1)])
		}
	}
	want := "imported" + strings.Repeat(" auto_renewal_switched", 7) + " renewed"
	if got := strings.Join(types, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if last := whole.Data[8]; last.Data["amount"] != "20.00" || last.Data["order"] == "" || whole.Marker != "" {
		t.Errorf("the last is %+v, marker %q", last, whole.Marker)
	}
	var paged toldEvents
	for pages := 0; ; pages++ {
		var page toldEvents
		w.call(auth.Partner, "partner", "GET", resourcesPath+"main/events?customer_id=c&limit=2&marker="+paged.Marker, "", "").Into(t, &page)
		paged.Data, paged.Marker = append(paged.Data, page.Data...), page.Marker
		if page.Marker == "" {
			break
		}
		if pages > 9 {
			t.Fatal("the pages do not end")
		}
	}
	if fmt.Sprint(paged.Data) != fmt.Sprint(whole.Data) {
		t.Errorf("page by page\n%v\nat once\n%v", paged.Data, whole.Data)
	}
}

type toldTimeline struct {
	Past     []struct{ Type string }
	Earlier  bool
	Future   []struct{ Time, Action, Reason string }
	Remark   string
	Policies []struct {
		ExpirePolicy int `json:"expire_policy"`
		Current      bool
		Future       []struct{ Time, Action, Reason string }
	}
}

func TestATimelineTellsThePastTheFutureAndWhatEachPolicyWouldChange(t *testing.T) {
	w := portfolioWorld(t)
	before := w.state("c")
	var got toldTimeline
	w.as("c", "GET", resourcesPath+"main/timeline", "").Into(t, &got)
	if len(got.Past) != 1 || got.Past[0].Type != subscription.EventImported || got.Earlier {
		t.Errorf("the past is %v, earlier %t", got.Past, got.Earlier)
	}
	var future []string
	for _, f := range got.Future {
		future = append(future, f.Action+" "+f.Time)
	}
	// V1: one day of grace, seven of retention, behind 10 December
	if got := strings.Join(future, ", "); got != "expire 2026-12-10T16:00:00Z, freeze 2026-12-11T16:00:00Z, release 2026-12-18T16:00:00Z" {
		t.Errorf("the future is %s", got)
	}
	var steps []string
	for i, p := range got.Policies {
		steps = append(steps, fmt.Sprint(len(p.Future)))
		if p.ExpirePolicy != i || p.Current != (i == 0) {
			t.Errorf("policy %d is %d, current %t", i, p.ExpirePolicy, p.Current)
		}
	}
	if got := strings.Join(steps, " "); got != "3 1 1 11 2 2" {
		t.Errorf("the policies have %s steps, want 3 1 1 11 2 2", got)
	}
	if after := w.state("c"); after != before {
		t.Errorf("looking changed\n%s\nto\n%s", before, after)
	}
}

func TestOthersResourcesLookAbsentOnEventsAndTimelines(t *testing.T) {
	w := portfolioWorld(t)
	w.party(otherPartner)
	for _, of := range []string{"/events", "/timeline"} {
		w.as("c", "GET", resourcesPath+"theirs"+of, "").Refused(t, 400, "CBC.99003012", "theirs")
		w.as("c", "GET", resourcesPath+"nothing"+of, "").Refused(t, 400, "CBC.99003012", "nothing")
		w.as("c", "GET", resourcesPath+"theirs"+of+"?customer_id=other", "").Refused(t, 400, "CBC.99003012", "theirs")
		w.as("c", "GET", resourcesPath+"disk"+of, "").Refused(t, 400, "CBC.30010036", "disk")
		asks := func(by auth.PartyID, query string) answer {
			return w.call(auth.Partner, by, "GET", resourcesPath+"main"+of+query, "", "")
		}
		asks("partner", "").Refused(t, 400, "CBC.0100", "customer_id")
		absent := asks("partner", "?customer_id=nobody")
		if foreign := asks("stranger", "?customer_id=c"); foreign.Status != absent.Status || !foreign.is("CBC.99000047") || !absent.is("CBC.99000047") {
			t.Errorf("somebody else's customer is answered %s, one that does not exist %s", foreign.Body, absent.Body)
		}
	}
	w.as("c", "GET", resourcesPath+"main/events?limit=0", "").Refused(t, 400, "CBC.0100", "limit")
	w.as("c", "GET", resourcesPath+"main/events?limit=1001", "").Refused(t, 400, "CBC.0100", "limit")
	w.as("c", "GET", resourcesPath+"main/events?marker=AAAA", "").Refused(t, 400, "CBC.0100", "marker")
}
