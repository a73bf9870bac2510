package performance

import (
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/table"
)

// Transfer moves the performance of a customer's month, or of one order or resource in it, from one partner to another (业绩转移). Its id tells its time.
type Transfer struct {
	table.Head
	ID       string       `dynamodbav:"id"`
	Customer auth.PartyID `dynamodbav:"cust"`
	Month    Month        `dynamodbav:"month"`
	From     auth.PartyID `dynamodbav:"from"`
	To       auth.PartyID `dynamodbav:"to"`
	Order    string       `dynamodbav:"ord,omitempty"` // empty for all
	Resource string       `dynamodbav:"res,omitempty"` // empty for all
	Reason   string       `dynamodbav:"why"`
	At       time.Time    `dynamodbav:"at"` // business time, UTC
	By       string       `dynamodbav:"by"`
}

// takes says whether a transfer is of a line.
func (t *Transfer) takes(l *Line) bool {
	return (t.Order == "" || t.Order == l.Order) && (t.Resource == "" || t.Resource == l.Resource)
}
