package invoice

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
)

func november(day int) calendar.Date {
	return calendar.Date{Year: 2026, Month: time.November, Day: day}
}

// CASES.md B29: 163.73 and not 163.72.
func TestTaxIsRecomputedFromTheNetHalfUp(t *testing.T) {
	for _, c := range []struct {
		net  money.Fen
		rate Rate
		tax  money.Fen
	}{
		{2728_83, 600, 163_73},     // 163.7298
		{1091_50, 1500, 163_73},    // 163.725 exactly: half goes up
		{100_00, 600, 6_00},        //
		{8, 600, 0},                // 0.48 fen
		{25, 600, 2},               // 1.5 fen
		{9, 600, 1},                // 0.54 fen
		{1, 1300, 0},               // 0.13 fen
		{money.Max, 600, 6 * 1e13}, //
	} {
		if got := OfNet(c.net, c.rate); got != (Sums{c.net, c.tax, c.net + c.tax}) {
			t.Errorf("%s at %s: got %+v, want tax %s", c.net, c.rate, got, c.tax)
		}
	}
}

// CASES.md B26, B28.
func TestListsSumToWhatIsInvoicedWhateverTheItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Item {
			return Item{
				Goods: fmt.Sprint("goods ", rapid.IntRange(0, 70).Draw(t, "goods")), Rate: rapid.SampledFrom(rates).Draw(t, "rate"),
				Amount: money.Fen(rapid.Int64Range(1, 1e11).Draw(t, "amount")),
			}
		}), 1, 150).Draw(t, "items")
		basis := rapid.SampledFrom([]Basis{NetAmounts, GrossAmounts}).Draw(t, "basis")
		var asked, given money.Fen
		for _, i := range items {
			asked += i.Amount
		}
		for _, lot := range Lots(items, basis) {
			var lines Sums
			for _, l := range lot.Lines {
				if l.Rate != lot.Rate || l.Net+l.Tax != l.Gross || l.Tax < 0 {
					t.Fatalf("line %+v in a list of %s", l, lot.Rate)
				}
				lines = lines.Plus(l.Sums)
			}
			exact := OfNet(lot.Net, lot.Rate).Tax
			if off := lot.Tax - exact; lines != lot.Sums || lot.Net+lot.Tax != lot.Gross || off < -1 || off > 1 || basis == NetAmounts && off != 0 {
				t.Fatalf("lines sum to %+v, list %+v, tax of the net %s", lines, lot.Sums, exact)
			}
			if len(lot.Lines) == 0 || len(lot.Lines) > mostLines {
				t.Fatalf("%d lines", len(lot.Lines))
			}
			if basis == NetAmounts {
				given += lot.Net
			} else {
				given += lot.Gross
			}
		}
		if given != asked {
			t.Fatalf("lists of %s, asked for %s", given, asked)
		}
	})
}

func TestRatesAreReadAsTheyAreWritten(t *testing.T) {
	for rate, want := range map[Rate][2]string{600: {"0.06", "6%"}, 1300: {"0.13", "13%"}, 100: {"0.01", "1%"}, 150: {"0.015", "1.5%"}} {
		if rate.String() != want[0] || rate.Percent() != want[1] {
			t.Errorf("%d: got %s and %s, want %q", int(rate), rate, rate.Percent(), want)
		}
	}
	for _, r := range Rates() {
		if got, err := ParseRate("tax_rate", r.String()); got != r || err != nil {
			t.Errorf("%s: got %s, %v", r, got, err)
		}
	}
	for _, text := range []string{"", "6%", "0.6", "6", "0.060", "-0.06", "NaN", "1e-2"} {
		if _, err := ParseRate("tax_rate", text); err == nil || !strings.Contains(err.Error(), "0.13") {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestInvoicesMustMeetTheListToTheFen(t *testing.T) {
	list := OfGross(1000_00, 600)
	whole := PartnerInvoice{Number: "1", Sums: list}
	half := PartnerInvoice{Number: "2", Sums: Sums{list.Net / 2, list.Tax / 2, list.Net/2 + list.Tax/2}}
	rest := PartnerInvoice{Number: "3", Sums: Sums{list.Net - half.Net, list.Tax - half.Tax, list.Gross - half.Gross}}
	for _, right := range [][]PartnerInvoice{{whole}, {half, rest}} {
		if err := meets(list, right); err != nil {
			t.Errorf("%+v: %v", right, err)
		}
	}
	off := func(net, tax, gross money.Fen) PartnerInvoice {
		return PartnerInvoice{Number: "4", Sums: Sums{list.Net + net, list.Tax + tax, list.Gross + gross}}
	}
	for name, c := range map[string]struct {
		invoices []PartnerInvoice
		says     string
	}{
		"a fen more":           {[]PartnerInvoice{off(1, 0, 1)}, "0.01 off"},
		"a fen less":           {[]PartnerInvoice{off(0, -1, -1)}, "-0.01 off"},
		"a fen moved":          {[]PartnerInvoice{off(1, -1, 0)}, "tax is"},
		"its own sums are off": {[]PartnerInvoice{off(0, 0, 1)}, "are not its"},
		"none":                 {nil, "amount with tax is 0.00"},
		"one of two":           {[]PartnerInvoice{half}, "amount with tax"},
		"more than is asked":   {[]PartnerInvoice{whole, half}, "amount with tax"},
		"one that takes back":  {[]PartnerInvoice{off(100, 0, 100), {Number: "5", Sums: Sums{-100, 0, -100}}}, "are not its"},
	} {
		if err := meets(list, c.invoices); !errors.Is(err, ErrSums) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
}

// DOMAIN.md 21, row 12.
func TestAListSaysWhyItIsNotSeen(t *testing.T) {
	at := november(20).At(10, 0)
	certified := Business{Certified: true, Since: november(1).Start()}
	sameDay := Business{Certified: true, Since: november(20).Start()}
	applied := &Payable{Applied: at}
	for name, c := range map[string]struct {
		b    Business
		p    *Payable
		now  time.Time
		want string
		from time.Time
	}{
		"all is there":                        {certified, applied, at, "[]", time.Time{}},
		"not certified":                       {Business{}, applied, at, "[BUSINESS_NOT_CERTIFIED]", time.Time{}},
		"nothing applied for":                 {certified, nil, at, "[NO_PAYMENT_REQUEST]", time.Time{}},
		"neither":                             {Business{}, nil, at, "[BUSINESS_NOT_CERTIFIED NO_PAYMENT_REQUEST]", time.Time{}},
		"a change is certified":               {Business{Certified: true, UnderReview: true}, applied, at, "[BUSINESS_UNDER_REVIEW]", time.Time{}},
		"by voucher":                          {Business{}, &Payable{NoList: true}, at, "[NO_INVOICE_NEEDED]", time.Time{}},
		"certified and applied on one day":    {sameDay, applied, at, "[PENDING_SYNC]", november(21).Start()},
		"still, in the day's last second":     {sameDay, applied, november(20).LastSecond(), "[PENDING_SYNC]", november(21).Start()},
		"no longer at midnight":               {sameDay, applied, november(21).Start(), "[]", time.Time{}},
		"midnight is Beijing's":               {Business{Certified: true, Since: november(20).Start().Add(-time.Second)}, applied, at, "[]", time.Time{}},
		"certified again later, the same day": {Business{Certified: true, Since: november(20).At(23, 59)}, applied, at, "[PENDING_SYNC]", november(21).Start()},
	} {
		why, from := Why(c.b, c.p, c.now)
		if fmt.Sprint(why) != c.want || !from.Equal(c.from) {
			t.Errorf("%s: got %s from %s, want %s from %s", name, why, from, c.want, c.from)
		}
	}
}

func TestNumbersOfInvoicesAreOldOrDigital(t *testing.T) {
	for _, right := range [][2]string{{"12345678", "1234567890"}, {"12345678", "123456789012"}, {"12345678901234567890", ""}} {
		if err := checkNumber(right[0], right[1]); err != nil {
			t.Errorf("%q: %v", right, err)
		}
	}
	for _, wrong := range [][2]string{
		{"", ""},
		{"12345678", ""},
		{"1234567", "1234567890"},
		{"12345678", "12345678901"},
		{"12345678901234567890", "1234567890"},
		{"=1234567", "1234567890"},
		{"1234567８", "1234567890"},
		{"1234 678", "1234567890"},
		{"123456789", "1234567890"},
	} {
		if err := checkNumber(wrong[0], wrong[1]); err == nil || !strings.Contains(err.Error(), "invoice_") {
			t.Errorf("%q: got %v", wrong, err)
		}
	}
}

func TestInvoiceInfoSaysAllThatIsWrong(t *testing.T) {
	right := Info{
		TitleType: Enterprise, Title: "某某科技有限公司", TaxpayerID: "91440300MA5EXAMPLE"[:18], Address: "深圳市龙岗区坂田", Phone: "0755-28780808", Bank: "招商银行坂田支行",
		BankAccount: "7559 0000 1111 222", Email: "a@b.cn",
	}
	if err := right.Check("某某科技有限公司"); err != nil {
		t.Fatal(err)
	}
	for _, length := range []int{14, 15, 16, 17, 18, 19, 20, 21} {
		one := right
		one.TaxpayerID = strings.Repeat("9", length)
		legal := length == 15 || length == 17 || length == 18 || length == 20
		if err := one.Check(one.Title); (err == nil) != legal {
			t.Errorf("%d characters: %v", length, err)
		}
	}
	if err := (Info{TitleType: Enterprise, Title: "Another"}).Check("某某科技有限公司"); !errors.Is(err, ErrInfo) {
		t.Errorf("got %v", err)
	} else {
		for _, field := range []string{"title:", "taxpayer_id:", "registered_address:", "registered_phone:", "bank_name:", "bank_account:", "email:"} {
			if !strings.Contains(err.Error(), field) {
				t.Errorf("%v does not name %s", err, field)
			}
		}
	}
	personal := Info{TitleType: Personal, Title: "张三", Recipient: Recipient{Name: "张三", Phone: "13800000000", Address: "北京"}}
	if err := personal.Check("张三"); err != nil {
		t.Error(err)
	}
	if err := personal.Check(""); !errors.Is(err, ErrInfo) || !strings.Contains(err.Error(), "not verified") {
		t.Errorf("got %v", err)
	}
}

// CASES.md B37, B39.
func TestOnlyTheLatestMissedReminderIsTold(t *testing.T) {
	row := ListRow{State: ToInvoice, IssuedAt: november(1).At(15, 0)}
	for _, c := range []struct {
		mark, asOf calendar.Date
		days       int
	}{
		{november(1), november(7), 0},
		{november(7), november(8), 7},
		{november(8), november(9), 0},
		{november(8), november(16), 15},
		{november(1), november(17), 15},
		{november(16), november(30), 0},
		{november(2), november(30).AddDays(1), 30},
		{november(30).AddDays(1), november(30).AddDays(60), 0},
	} {
		days, ok := row.Remind(c.mark.At(9, 0), c.asOf.At(9, 0))
		if days != c.days || ok != (c.days > 0) {
			t.Errorf("from %s to %s: got %d, want %d", c.mark, c.asOf, days, c.days)
		}
	}
	row.State = Mailed
	if days, ok := row.Remind(november(1).Start(), november(30).Start()); ok {
		t.Errorf("told of %d days though it is mailed", days)
	}
	if at, ok := row.NextReminder(november(1).Start()); ok {
		t.Errorf("reminds at %s though it is mailed", at)
	}
}

func TestListIDsSayWhatTheyAreOf(t *testing.T) {
	id := listID(Payable{Source: KooGallery, ID: "202611-b"}, 2)
	if source, payable, ok := id.parts(); source != KooGallery || payable != "202611-b" || !ok || id != "K-202611-b-b" {
		t.Errorf("%s: got %s, %s, %t", id, source, payable, ok)
	}
	for _, wrong := range []ListID{"", "K", "K--a", "K-a", "X-1-a", "K-1-1", "K-1-", "K#1-a", "-1-a"} {
		if _, _, ok := wrong.parts(); ok {
			t.Errorf("%q is none", wrong)
		}
	}
}
