package invoice

import (
	"fmt"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/table"
)

// List is an invoice list as it changes: how far its invoices are. What it says is its Content. Times are business time, UTC.
type List struct {
	table.Head
	ListRow  `dynamodbav:"row"`
	Of       int              `dynamodbav:"of"` // lists of the payment request
	Applied  time.Time        `dynamodbav:"applied"`
	Bill     BillID           `dynamodbav:"bill,omitempty"`  // that is paid; empty for incentives
	Lines    []Line           `dynamodbav:"lines,omitempty"` // of a draft; then they are in its Content
	Invoices []PartnerInvoice `dynamodbav:"inv,omitempty"`   // as they are registered now
	Parcels  []Parcel         `dynamodbav:"parcels,omitempty"`
	Rounds   int              `dynamodbav:"rounds,omitempty"` // rejections so far
	MailedAt time.Time        `dynamodbav:"mailed,omitempty"`
	GotAt    time.Time        `dynamodbav:"got,omitempty"`
	Decided  time.Time        `dynamodbav:"decided,omitempty"`
	PayBy    calendar.Date    `dynamodbav:"payby,omitempty"` // within paymentDays working days after the approval
}

// ListRow is what lists show of an invoice list.
type ListRow struct {
	ID       ListID       `dynamodbav:"id"`
	Partner  auth.PartyID `dynamodbav:"ptnr"`
	Source   Source       `dynamodbav:"src"`
	Payable  string       `dynamodbav:"pay"` // the payment request's number
	Buyer    string       `dynamodbav:"buyer"`
	State    ListState    `dynamodbav:"st"`
	Number   string       `dynamodbav:"no,omitempty"` // once it is issued
	Periods  []Month      `dynamodbav:"per"`
	Rate     Rate         `dynamodbav:"rate"`
	Sums     `dynamodbav:"sums"`
	Created  time.Time `dynamodbav:"at"`
	IssuedAt time.Time `dynamodbav:"issued,omitempty"`
	Reason   string    `dynamodbav:"why,omitempty"` // of the last rejection
}

// Content is what an issued list says. It is created when the list is issued and never written again.
// Source: DOMAIN.md 7, CASES.md B28 and invariant 8.
type Content struct {
	table.Head
	List    ListID       `dynamodbav:"id"`
	Partner auth.PartyID `dynamodbav:"ptnr"`
	Number  string       `dynamodbav:"no"`
	Issued  time.Time    `dynamodbav:"at"` // business time, UTC
	Source  Source       `dynamodbav:"src"`
	Payable string       `dynamodbav:"pay"`
	Periods []Month      `dynamodbav:"per"`
	Buyer   Buyer        `dynamodbav:"buyer"`
	Seller  Seller       `dynamodbav:"seller"`
	Rate    Rate         `dynamodbav:"rate"`
	Lines   []Line       `dynamodbav:"lines"`
	Sums    `dynamodbav:"sums"`
	Remark  string `dynamodbav:"remark"`
}

// Seller is the partner on an invoice.
type Seller struct {
	Title       string `dynamodbav:"title" json:"title"`
	TaxID       string `dynamodbav:"tax,omitempty" json:"taxpayer_id,omitempty"`
	Bank        string `dynamodbav:"bank,omitempty" json:"bank_name,omitempty"`
	BankAccount string `dynamodbav:"acct,omitempty" json:"bank_account,omitempty"`
}

// remark is the text that an invoice bears in its remarks: the payment request's number and its period, in Chinese, whatever the reader's language.
// Source: DOMAIN.md 7, 8.
func remark(payable string, periods []Month) string {
	texts := make([]string, len(periods))
	for i, p := range periods {
		texts[i] = string(p)
	}
	return "申付单号：" + payable + "；账期：" + strings.Join(texts, "、")
}

// PartnerInvoice is an invoice of a partner for a list.
type PartnerInvoice struct {
	Number string        `dynamodbav:"no"`
	Code   string        `dynamodbav:"code,omitempty"` // of an invoice of the old kind
	Kind   Kind          `dynamodbav:"kind"`
	Date   calendar.Date `dynamodbav:"date"`
	Sums   `dynamodbav:"sums"`
	At     time.Time `dynamodbav:"at"` // when it was registered
}

// name is what tells an invoice from all others in the country.
func (i PartnerInvoice) name() string {
	if i.Code == "" {
		return i.Number
	}
	return i.Code + "-" + i.Number
}

// Parcel is how invoices and the list were sent: a courier, or for electronic invoices alone a mail to the mailbox of the list.
type Parcel struct {
	Carrier string    `dynamodbav:"by"`
	Number  string    `dynamodbav:"no"`
	At      time.Time `dynamodbav:"at"`
}

// number writes a list's number: its issuer, the Beijing year, and where it stands in their series.
func number(issuer string, year int, n int64) string {
	return fmt.Sprintf("%s-%d-%06d", issuer, year, n)
}

// meets refuses invoices that do not sum to their list, to the fen, or of which one is none. It names each figure that is off.
// Source: DOMAIN.md 7, "Amount of invoices = requested incentive amount".
func meets(list Sums, invoices []PartnerInvoice) error {
	var sum Sums
	for _, i := range invoices {
		if i.Net+i.Tax != i.Gross || i.Net <= 0 || i.Tax < 0 {
			return ErrSums.Saying("invoice %s: %s without tax and %s of tax are not its %s with tax", i.Number, i.Net, i.Tax, i.Gross).In("invoices")
		}
		sum = sum.Plus(i.Sums)
	}
	var off []string
	for _, f := range []struct {
		name      string
		got, want money.Fen
	}{{"amount without tax", sum.Net, list.Net}, {"tax", sum.Tax, list.Tax}, {"amount with tax", sum.Gross, list.Gross}} {
		if f.got != f.want {
			off = append(off, fmt.Sprintf("%s is %s, the list's is %s (%s off)", f.name, f.got, f.want, f.got-f.want))
		}
	}
	if len(off) > 0 {
		return ErrSums.Saying("the invoices do not sum to the list: %s", strings.Join(off, "; ")).In("invoices")
	}
	return nil
}
