package account

import (
	"strconv"
	"strings"
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/document"
	"partnercenter/pkg/foundation/export"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/notify"
)

// statementColumns are those of a statement's CSV, by the names that change records have.
var statementColumns = []string{
	"account_id", "bill_cycle", "account_change_id", "trade_time", "trade_type", "trade_detail_type", "trade_id", "other_account_id", "account_name",
	"amount_in", "amount_out", "balance_after_change",
}

// The rows of a statement's CSV that are no entries, by their trade types: the balance before the month; the sums, and the balance after it.
const (
	openingRow = "OPENING_BALANCE"
	closingRow = "CLOSING_BALANCE"
)

// sheet gives the statement as CSV. Its columns and types are the same in every language.
func (s statement) sheet() ([]byte, error) {
	file := export.NewSheet(statementColumns...)
	for _, a := range s.Accounts {
		account, cycle := string(a.Account), s.cycle()
		if err := file.Row(account, cycle, "", "", openingRow, "", "", "", "", "", "", a.Opening.String()); err != nil {
			return nil, err
		}
		for _, t := range a.Entries {
			seq, after, _ := t.side(a.Account)
			in, out := a.amounts(t, money.Fen.String)
			if err := file.Row(account, cycle, changeID(a.Account, seq), t.At.UTC().Format(time.RFC3339), trades[t.Reason].kind, trades[t.Reason].detail,
				t.Reference, string(t.other(a.Account)), t.BelowName, in, out, after.String()); err != nil {
				return nil, err
			}
		}
		if err := file.Row(account, cycle, "", "", closingRow, "", "", "", "", a.In.String(), a.Out.String(), a.Closing.String()); err != nil {
			return nil, err
		}
	}
	return file.Bytes(), nil
}

// amounts writes what an entry brought or took, one of which is empty.
func (a section) amounts(t *Transfer, write func(money.Fen) string) (in, out string) {
	if _, _, received := t.side(a.Account); received {
		return write(t.Amount), ""
	}
	return "", write(t.Amount)
}

// locale is the language of the statement: that of whose accounts they are.
func (s statement) locale() notify.Locale { return notify.LocaleOf(s.Partner.Locale) }

// document describes the statement for print.
func (s statement) document() document.Document {
	w := wordsOf(s.locale())
	first, last := s.Month, s.Month.AddMonths(1, 1).AddDays(-1)
	d := document.Document{
		Title: w.title, Subtitle: s.cycle(), Issuer: w.issuer, Note: w.note, PageOf: w.pageOf, Made: s.Made,
		Blocks: []document.Block{document.Facts{
			{Name: w.partner, Value: s.Partner.Name},
			{Name: w.id, Value: string(s.Partner.ID)},
			{Name: w.period, Value: first.String() + " – " + last.String()},
			{Name: w.made, Value: beijing(s.Made)},
			{Name: w.currency, Value: w.yuan},
		}, s.summary(w)},
	}
	for _, a := range s.Accounts {
		d.Blocks = append(d.Blocks, document.Heading(w.accounts[a.Kind]))
		if len(a.Entries) == 0 {
			d.Blocks = append(d.Blocks, document.Paragraph(w.nothing))
			continue
		}
		d.Blocks = append(d.Blocks, s.table(w, a))
	}
	return d
}

// summary has a row for each account.
func (s statement) summary(w *statementWords) document.Table {
	t := document.Table{Columns: []document.Column{
		{Title: w.account, Weight: 4},
		{Title: w.opening, Weight: 3, Right: true},
		{Title: w.in, Weight: 3, Right: true},
		{Title: w.out, Weight: 3, Right: true},
		{Title: w.closing, Weight: 3, Right: true},
	}}
	for _, a := range s.Accounts {
		t.Rows = append(t.Rows, document.Row{Cells: []string{
			w.accounts[a.Kind], document.Amount(a.Opening), document.Amount(a.In), document.Amount(a.Out), document.Amount(a.Closing),
		}})
	}
	return t
}

// table has an account's entries, between the balance before them and the sums.
func (s statement) table(w *statementWords, a section) document.Table {
	t := document.Table{Columns: []document.Column{ // weighed in points: a time and amounts of millions take one line
		{Title: w.number, Weight: 29},
		{Title: w.at, Weight: 87},
		{Title: w.trade, Weight: 58},
		{Title: w.reference, Weight: 76},
		{Title: w.other, Weight: 86},
		{Title: w.in, Weight: 57, Right: true},
		{Title: w.out, Weight: 57, Right: true},
		{Title: w.balance, Weight: 65, Right: true},
	}}
	t.Rows = append(t.Rows, document.Row{Cells: []string{"", w.opening, "", "", "", "", "", document.Amount(a.Opening)}, Strong: true})
	for _, e := range a.Entries {
		seq, after, _ := e.side(a.Account)
		in, out := a.amounts(e, document.Amount)
		t.Rows = append(t.Rows, document.Row{Cells: []string{
			strconv.FormatInt(seq, 10), beijing(e.At), w.reasons[e.Reason], e.Reference, w.party(e, s.Partner.ID, e.other(a.Account)),
			in, out, document.Amount(after),
		}})
	}
	t.Rows = append(t.Rows, document.Row{
		Cells: []string{"", w.closing, "", "", "", document.Amount(a.In), document.Amount(a.Out), document.Amount(a.Closing)}, Strong: true,
	})
	return t
}

// beijing writes an instant as people in Beijing do.
func beijing(at time.Time) string { return at.In(calendar.Beijing).Format("2006-01-02 15:04:05") }

// holderOf gives the party and the kind of an account.
func holderOf(id ID) (holder string, kind Kind) {
	dot := strings.LastIndexByte(string(id), '.')
	return string(id)[:max(dot, 0)], Kind(string(id)[dot+1:])
}
