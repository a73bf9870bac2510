// Package subscription owns yearly and monthly resources (包年/包月资源): what a customer holds until when, how it is renewed by hand and by
// itself, what happens when it is not, the orders of that, and the catalogue that prices it.
//
// The rules are pure: Next says what happens to a subscription next and when, the transitions say what it becomes, Announce says what its
// holder is told. The effects stand around them: each is one transaction on the condition that the subscription is still what was
// read, so that one term is never paid twice.
//
// A customer may let its partner pay an order (伙伴支付): the order says who is to pay and who paid, and a refund returns to who paid.
//
// It does not own: money (package account), parties and their associations (package party), what mails look like (package notify).
//
// Source: DOMAIN.md 1 and 2.
package subscription
