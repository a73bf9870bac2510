package invoice

import (
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Buyer is a company of the vendor that partners invoice: what stands on their invoices, and where these go. It issues the lists.
type Buyer struct {
	Code        string    `dynamodbav:"code" json:"buyer_code"`
	Title       string    `dynamodbav:"title" json:"title" maxLength:"128"`
	TaxID       string    `dynamodbav:"tax" json:"taxpayer_id" maxLength:"20" doc:"15, 17, 18 or 20 digits and capital letters"`
	Address     string    `dynamodbav:"addr" json:"registered_address" maxLength:"256"`
	Phone       string    `dynamodbav:"tel" json:"registered_phone" maxLength:"32"`
	Bank        string    `dynamodbav:"bank" json:"bank_name" maxLength:"128"`
	BankAccount string    `dynamodbav:"acct" json:"bank_account" maxLength:"34"`
	Mailbox     string    `dynamodbav:"mail" json:"mailbox" maxLength:"254" doc:"Where electronic invoices go"`
	Recipient   Recipient `dynamodbav:"to" json:"recipient" doc:"Where paper invoices and lists go"`
}

// Check refuses a buyer that is not complete. Error: ErrInfo, which says everything that is wrong.
func (b Buyer) Check() error {
	if !isBuyerCode(b.Code) {
		return problem.Invalid("buyer_code", "%.20q is not 1 to %d letters, digits, dots, underscores, colons or hyphens", b.Code, longestBuyerCode)
	}
	if !isText(b.Title, 2) {
		return problem.Invalid("title", "the buyer's title has two characters at least")
	}
	if b.Recipient == (Recipient{}) {
		return problem.Invalid("recipient", "paper invoices need a name, a phone number and an address")
	}
	return Info{
		TitleType: Enterprise, Title: b.Title, TaxpayerID: b.TaxID, Address: b.Address, Phone: b.Phone, Bank: b.Bank, BankAccount: b.BankAccount,
		Email: b.Mailbox, Recipient: b.Recipient,
	}.Check(b.Title)
}

// isBuyerCode holds for codes of buyers.
func isBuyerCode(code string) bool { return table.IsID(code) && len(code) <= longestBuyerCode }

// buyerItem is the item of a buyer.
type buyerItem struct {
	table.Head
	Buyer `dynamodbav:"buyer"`
}
