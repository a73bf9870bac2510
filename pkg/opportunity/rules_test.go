package opportunity_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	. "partnercenter/pkg/opportunity"
)

func day(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// good is an opportunity that no reviewer finds fault with on 27 November 2026.
func good() (Opportunity, Content) {
	o := Opportunity{
		Row: Row{
			Origin: PO, State: Draft, Name: "Data lake for Apollo", Company: "阿波罗科技有限公司", Amount: 1_000_000_00, Expected: day("2027-03-31"),
		},
		Offerings: []Offering{{ID: "offer-1", Name: "Lake in a box", Kind: KooGallery}}, Services: []string{"hws.service.type.dws"},
	}
	c := Content{
		Region: "Shanghai", Industry: "Retail", Description: "A data lake for the sales figures", Budget: "1 million approved", Authority: "The CIO decides",
		Need: "Reports overnight", Timing: "Before April", Activities: []Activity{Meeting},
		Contact: Contact{Name: "Li Lei", Phone: "138 0000 0000", Title: "CIO"}, Consent: true,
	}
	return o, c
}

var today = day("2026-11-27").At(12, 0)

func faultsOf(edit func(o *Opportunity, c *Content), taken bool) string {
	o, c := good()
	edit(&o, &c)
	var found []string
	for _, f := range Check(o, c, taken, today) {
		found = append(found, f.Field+" "+string(f.Reason))
	}
	return strings.Join(found, ", ")
}

func TestTheCheckFindsWhatReviewersRejectFor(t *testing.T) {
	for name, c := range map[string]struct {
		edit  func(o *Opportunity, c *Content)
		taken bool
		want  string
	}{
		"nothing":                 {func(*Opportunity, *Content) {}, false, ""},
		"no name":                 {func(o *Opportunity, _ *Content) { o.Name = " " }, false, "opportunity_name INCOMPLETE"},
		"a placeholder":           {func(_ *Opportunity, c *Content) { c.Budget = "TBD" }, false, "budget INCOMPLETE"},
		"a Chinese placeholder":   {func(_ *Opportunity, c *Content) { c.Authority = "待定" }, false, "authority INCOMPLETE"},
		"a short description":     {func(_ *Opportunity, c *Content) { c.Description = "A lake" }, false, "description INCOMPLETE"},
		"a company without sense": {func(o *Opportunity, _ *Content) { o.Company = "- - -" }, false, "customer_company INCOMPLETE"},
		"no title":                {func(_ *Opportunity, c *Content) { c.Contact.Title = "" }, false, "contact.title INCOMPLETE"},
		"no way to the contact":   {func(_ *Opportunity, c *Content) { c.Contact.Phone = "" }, false, "contact.phone INVALID"},
		"no phone number":         {func(_ *Opportunity, c *Content) { c.Contact.Phone = "call me" }, false, "contact.phone INVALID"},
		"no mail address":         {func(_ *Opportunity, c *Content) { c.Contact.Email = "li@apollo" }, false, "contact.email INVALID"},
		"no budget":               {func(o *Opportunity, _ *Content) { o.Amount = 0 }, false, "amount INVALID"},
		"no time":                 {func(o *Opportunity, _ *Content) { o.Expected = calendar.Date{} }, false, "expected_order_date INVALID"},
		"today":                   {func(o *Opportunity, _ *Content) { o.Expected = day("2026-11-27") }, false, "expected_order_date INVALID"},
		"tomorrow":                {func(o *Opportunity, _ *Content) { o.Expected = day("2026-11-28") }, false, ""},
		"two years ahead":         {func(o *Opportunity, _ *Content) { o.Expected = day("2028-11-27") }, false, ""},
		"more than two years":     {func(o *Opportunity, _ *Content) { o.Expected = day("2028-11-28") }, false, "expected_order_date INVALID"},
		"no revenue":              {func(o *Opportunity, _ *Content) { o.Services = nil }, false, "cloud_services INVALID"},
		"no offering":             {func(o *Opportunity, _ *Content) { o.Offerings = nil }, false, "offerings INCOMPLETE"},
		"nothing done":            {func(_ *Opportunity, c *Content) { c.Activities = nil }, false, "presales_activities INCOMPLETE"},
		"a public tender":         {func(_ *Opportunity, c *Content) { c.Tender = true }, false, "public_tender PUBLIC_TENDER"},
		"no consent":              {func(_ *Opportunity, c *Content) { c.Consent = false }, false, "personal_data_consent COMPLIANCE"},
		"another one":             {func(*Opportunity, *Content) {}, true, "customer_company DUPLICATE"},
		"an HO needs no offering": {func(o *Opportunity, c *Content) { o.Origin, o.Offerings, c.Activities = HO, nil, nil }, false, ""},
		"all at once": {func(o *Opportunity, c *Content) {
			o.Name, c.Need, o.Amount, c.Consent = "", "", 0, false
		}, false, "opportunity_name INCOMPLETE, need INCOMPLETE, amount INVALID, personal_data_consent COMPLIANCE"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := faultsOf(c.edit, c.taken); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if n := len(Check(Opportunity{Row: Row{Origin: PO}}, Content{}, false, today)); n != 18 {
		t.Errorf("an empty draft has %d faults, want 18", n)
	}
}

func TestOneCompanyIsFoundUnderItsNames(t *testing.T) {
	for _, same := range [][]string{
		{"阿波罗科技有限公司", "阿波罗科技", " 阿波罗 科技（有限公司）", "阿波罗科技集团有限公司", "阿波罗科技股份有限公司"},
		{"Apollo Retail Co., Ltd.", "apollo retail", "ＡＰＯＬＬＯ　Retail", "Apollo-Retail Inc", "APOLLO RETAIL CO LTD"},
		{"有限公司"},
		{"Linc Ltd", "linc"},
		{"Co", "co."},
		{"L Ltd", "L"},
	} {
		for _, name := range same {
			if got, want := Company(name), Company(same[0]); got != want || got == "" {
				t.Errorf("%q is found as %q, want %q", name, got, want)
			}
		}
	}
	if Company("L Ltd") == Company("Linc Ltd") || Company("---") != "" {
		t.Errorf("%q, %q", Company("Linc Ltd"), Company("---"))
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("公司集团有限 coltdINC.,（）Ａ")))).Draw(t, "name")
		if once, twice := Company(name), Company(Company(name)); once != twice {
			t.Fatalf("%q is %q, and that %q", name, once, twice)
		}
	})
}

func TestACompanyIsMaskedHoweverATextSpellsIt(t *testing.T) {
	for _, c := range []struct{ company, text, want string }{
		{"Apollo Co., Ltd.", "Lake for Apollo", "Lake for A***"},
		{"Apollo Co., Ltd.", "APOLLO Co., Ltd.: a lake of apollo's", "A*** Co., Ltd.: a lake of A***'s"},
		{"Apollo Co., Ltd.", "ＡＰＯＬＬＯ2026", "A***2026"},
		{"Apollo Retail Ltd", "Lake (Apollo-Retail)", "Lake (A***)"},
		{"阿波罗科技有限公司", "为阿波罗科技建数据湖", "为阿***建数据湖"},
		{"阿波罗科技有限公司", "阿波罗 科技（有限公司）数据湖", "阿***（有限公司）数据湖"},
		{"Co", "The company and Co. agree", "The company and C***. agree"},
		{"---", "Lake ---", "Lake ---"},
		{"Apollo", "Apol", "Apol"},
		{"Apollo", "", ""},
		{"Apollo", "Apol\xff\xfflo Apollo", "A*** A***"},
	} {
		if got := MaskCompany(c.text, c.company); got != c.want {
			t.Errorf("%q of %q: got %q, want %q", c.text, c.company, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		company := rapid.StringMatching(`[b-z阿波罗科技]{3,9}( Ltd|有限公司)?`).Draw(t, "company")
		text := rapid.String().Draw(t, "before") + company + rapid.String().Draw(t, "behind")
		if got := MaskCompany(text, company); strings.Contains(strings.ToLower(got), Company(company)) {
			t.Fatalf("%q of %q: got %q", text, company, got)
		}
	})
}

func TestDeadlinesAreWorkingDaysOfChina(t *testing.T) {
	for _, c := range []struct {
		state   State
		entered time.Time
		want    string // the first instant behind it, Beijing
	}{
		{Verifying, day("2026-11-27").At(10, 0), "2026-12-12 00:00"}, // a Friday; two weeks on
		{Verifying, day("2026-11-27").At(23, 59), "2026-12-12 00:00"},
		{Verifying, day("2026-11-28").At(0, 0), "2026-12-12 00:00"}, // a Saturday
		{Auditing, day("2026-11-27").At(10, 0), "2026-12-03 00:00"},
		{Shared, day("2026-11-25").At(10, 0), "2026-12-01 00:00"},
		{Verifying, day("2026-09-22").At(10, 0), "2026-10-14 00:00"}, // across Mid-Autumn and National Day; the Saturday 10 October is worked
	} {
		at, provisional, ok := c.state.Deadline(c.entered)
		if got := at.In(calendar.Beijing).Format("2006-01-02 15:04"); got != c.want || provisional || !ok {
			t.Errorf("%s from %s: got %s, provisional %t; want %s", c.state, c.entered, got, provisional, c.want)
		}
	}
	if _, provisional, _ := Verifying.Deadline(day("2099-09-28").Start()); !provisional {
		t.Error("October 2099 is not published, so a deadline across it is provisional")
	}
}

func TestAnHOIsRemindedOfOnItsLastTwoMornings(t *testing.T) {
	entered := day("2026-11-25").At(10, 0) // a Wednesday; the last day is Monday, 30 November
	at, _, _ := Shared.Deadline(entered)
	r := Row{Origin: HO, State: Shared, Entered: entered, Deadline: at}
	mark, said := entered, ""
	for d := day("2026-11-25"); d.Before(day("2026-12-03")); d = d.AddDays(1) {
		now := d.At(9, 0)
		if days, ok := r.Remind(mark, now); ok && now.After(mark) {
			said += fmt.Sprintf("%s %d, ", d, days)
		}
		mark = now
	}
	if said != "2026-11-27 3, 2026-11-30 0, " {
		t.Errorf("reminders: %s", said)
	}
	if next, ok := r.NextReminder(day("2026-11-27").At(9, 0)); !ok || next != day("2026-11-30").At(9, 0) {
		t.Errorf("the next is %s", next)
	}
	r.State = Accepted
	if _, ok := r.Remind(entered, day("2026-11-30").At(9, 0)); ok {
		t.Error("what was answered is reminded of")
	}
	if _, ok := r.NextReminder(entered); ok {
		t.Error("what was answered has a next reminder")
	}
}

func TestOfADuplicateAPartnerLearnsOnlyThatAnotherOneExists(t *testing.T) {
	told := Why{Reason: Duplicate, Text: "Beta GmbH had it on Monday"}.ForPartner()
	if strings.Contains(told.Text, "Beta") || !strings.Contains(told.Text, "another opportunity") {
		t.Errorf("the partner reads %q", told.Text)
	}
	if w := (Why{Reason: Invalid, Text: "no budget"}); w.ForPartner() != w {
		t.Errorf("other reasons are told as they are, got %v", w.ForPartner())
	}
}

func TestTagsDeriveFromTheOfferings(t *testing.T) {
	o := Opportunity{Offerings: []Offering{{"2", "Lake", KooGallery}, {"1", "Base", KooGallery}, {"3", "Lake", Baseline}}}
	if got := o.Tags(); !slices.Equal(got, []string{"BASELINE_SOLUTION", "Base", "KOOGALLERY", "Lake"}) {
		t.Errorf("the tags are %q", got)
	}
}
