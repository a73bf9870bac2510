package account

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/party"
)

// ErrPartnersRecords: a resale customer asked for what its partner has the records of.
// Source: DOMAIN.md 18, "insufficient permission, contact partner".
var ErrPartnersRecords = problem.New(http.StatusBadRequest, "CBC.18000016", "a resale customer's account changes are with its partner: contact it")

// kinds are the accounts that BSS names by balance_type.
var kinds = map[string]Kind{"BALANCE_TYPE_DEBIT": Cash, "BALANCE_TYPE_CREDIT": CreditLine}

// ChangesQuery is what both lists of change records take.
type ChangesQuery struct {
	BalanceType string `query:"balance_type" required:"true" enum:"BALANCE_TYPE_DEBIT,BALANCE_TYPE_CREDIT" doc:"Cash or credit"`
	Begin       string `query:"trade_time_begin" doc:"First Beijing date, such as 2026-12-01; a year before the last when absent"`
	End         string `query:"trade_time_end" doc:"Last Beijing date; today when absent"`
}

type partnerChangesInput struct {
	rest.Lenient
	rest.QueryPaging
	ChangesQuery
	TradeType         string `query:"trade_type" enum:"RECHARGE,DEDEUCT,REFUND,RFROZEN,TRANS,ADJUST,BEADJUST,BERETRIEVE,BEUNBIND,BONUSCONVERT,TRADE_MODE_TRANSFER"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"For distributors: a reseller of theirs"`
}

// partnerChange is the SDK's AccountChangeRecord.
type partnerChange struct {
	AccountChangeID    string          `json:"account_change_id"`
	TradeDetailType    string          `json:"trade_detail_type"`
	TradeTime          rest.Instant    `json:"trade_time"`
	TradeID            string          `json:"trade_id" doc:"The order, or the adjustment's trans_id"`
	ChangeAmount       rest.AmountText `json:"change_amount" doc:"Yuan"`
	BalanceAfterChange rest.AmountText `json:"balance_after_change" doc:"Yuan"`
	Type               string          `json:"type" enum:"1,2" doc:"1 income, 2 expense"`
	CustomerID         string          `json:"customer_id,omitempty" doc:"Of an adjustment"`
	AccountName        string          `json:"account_name,omitempty" doc:"The customer's name then"`
}

type partnerChangesOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount int             `json:"total_count"`
		Currency   string          `json:"currency"`
		Records    []partnerChange `json:"records"`
		Marker     string          `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

// listPartnerChanges lists what moved a partner's account, the latest first.
func (s *Service) listPartnerChanges(ctx context.Context, in *partnerChangesInput) (*partnerChangesOutput, error) {
	partner, err := s.actingFor(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	w, err := days(in.Begin, in.End, calendar.DateOf(s.Clock.Now()))
	if err != nil {
		return nil, err
	}
	l := list{
		Account: Of(partner, kinds[in.BalanceType]), Window: w,
		Keep:  func(t *Transfer) bool { return in.TradeType == "" || trades[t.Reason].kind == in.TradeType },
		Scope: scope(ctx, "partner changes", partner, in.ChangesQuery, in.TradeType),
	}
	out := &partnerChangesOutput{}
	page, marker, err := s.page(ctx, l, in.Paging())
	if err != nil {
		return nil, err
	}
	out.CountHeader, out.Body.TotalCount, out.Body.Marker = page.Header(), page.Total, marker
	out.Body.Currency, out.Body.Records = currency, []partnerChange{}
	for _, t := range page.Items {
		out.Body.Records = append(out.Body.Records, showPartnerChange(l.Account, t))
	}
	return out, nil
}

func showPartnerChange(id ID, t *Transfer) partnerChange {
	seq, after, received := t.side(id)
	change := partnerChange{
		AccountChangeID: changeID(id, seq), TradeDetailType: trades[t.Reason].detail, TradeTime: rest.Instant(t.At), TradeID: t.Reference,
		ChangeAmount: rest.AmountText(t.Amount), BalanceAfterChange: rest.AmountText(after), Type: "2",
		CustomerID: string(t.Below), AccountName: t.BelowName,
	}
	if received {
		change.Type = "1"
	}
	return change
}

type customerChangesInput struct {
	rest.Lenient
	rest.QueryPaging
	ChangesQuery
	RevenueExpenseType string `query:"revenue_expense_type" enum:"REVENUE,EXPENSE"`
	TradeType          string `query:"trade_type" enum:"RECHARGE,DEDEUCT,REFUND,RFROZEN,TRANS,ADJUST,BEUNBIND,EXPIRED,BONUSCONVERT,TRADE_MODE_TRANSFER,DEPOSIT,BEADJUST,BERETRIEVE"`
	TradeID            string `query:"trade_id" maxLength:"64"`
	PaymentChannelID   string `query:"payment_channel_id" maxLength:"64" doc:"Several are separated by commas; 2 is a bank transfer, ALIPAY and the like are online"`
	PaymentChannelNo   string `query:"payment_channel_no" maxLength:"64"`
}

// customerChange is the SDK's CustomerAccountChangeRecord.
type customerChange struct {
	AccountChangeID    string          `json:"account_change_id"`
	TradeDetailType    string          `json:"trade_detail_type"`
	TradeTime          rest.Instant    `json:"trade_time"`
	TradeID            string          `json:"trade_id"`
	ChangeAmount       rest.AmountText `json:"change_amount" doc:"Yuan"`
	BalanceAfterChange rest.AmountText `json:"balance_after_change" doc:"Yuan"`
	RevenueExpenseType string          `json:"revenue_expense_type" enum:"REVENUE,EXPENSE"`
	BillCycle          string          `json:"bill_cycle" doc:"Beijing month, such as 2026-12"`
	PaymentChannelID   string          `json:"payment_channel_id,omitempty"`
	PaymentChannelNo   string          `json:"payment_channel_no,omitempty"`
	ConsumeTime        *rest.Instant   `json:"consume_time,omitempty"`
	AccountName        string          `json:"account_name"`
}

type customerChangesOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount int              `json:"total_count"`
		Currency   string           `json:"currency"`
		Records    []customerChange `json:"records"`
		Marker     string           `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

// keeps says whether an entry of a customer's account is asked for.
func (in *customerChangesInput) keeps(t *Transfer, id ID) bool {
	_, _, received := t.side(id)
	channel, number := channelOf(t)
	switch {
	case in.RevenueExpenseType != "" && (in.RevenueExpenseType == revenue) != received,
		in.TradeType != "" && trades[t.Reason].kind != in.TradeType,
		in.TradeID != "" && t.Reference != in.TradeID,
		in.PaymentChannelID != "" && !slices.Contains(strings.Split(in.PaymentChannelID, ","), channel),
		in.PaymentChannelNo != "" && number != in.PaymentChannelNo:
		return false
	}
	return true
}

const (
	revenue = "REVENUE"
	expense = "EXPENSE"
)

// channelOf gives how money came into the system, and its number there.
func channelOf(t *Transfer) (channel, number string) {
	if t.Reason != TopUp && t.Reason != Opening {
		return "", ""
	}
	if by, number, online := strings.Cut(t.Reference, ":"); online && isChannel(by) {
		return by, number
	}
	return paymentTransfer, t.Reference
}

// listCustomerChanges lists what moved the calling customer's account, the latest first. Error: ErrPartnersRecords.
func (s *Service) listCustomerChanges(ctx context.Context, in *customerChangesInput) (*customerChangesOutput, error) {
	holder, err := party.Get(ctx, s.Table, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	if holder.AssociationType == party.Resale {
		return nil, ErrPartnersRecords
	}
	w, err := days(in.Begin, in.End, calendar.DateOf(s.Clock.Now()))
	if err != nil {
		return nil, err
	}
	id := Of(holder.ID, kinds[in.BalanceType])
	l := list{
		Account: id, Window: w, Keep: func(t *Transfer) bool { return in.keeps(t, id) },
		Scope: scope(ctx, "customer changes", holder.ID, in.ChangesQuery,
			in.RevenueExpenseType, in.TradeType, in.TradeID, in.PaymentChannelID, in.PaymentChannelNo),
	}
	page, marker, err := s.page(ctx, l, in.Paging())
	if err != nil {
		return nil, err
	}
	out := &customerChangesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker = page.Total, marker
	out.Body.Currency, out.Body.Records = currency, []customerChange{}
	for _, t := range page.Items {
		out.Body.Records = append(out.Body.Records, showCustomerChange(holder, id, t))
	}
	return out, nil
}

func showCustomerChange(holder party.Party, id ID, t *Transfer) customerChange {
	seq, after, received := t.side(id)
	change := customerChange{
		AccountChangeID: changeID(id, seq), TradeDetailType: trades[t.Reason].detail, TradeTime: rest.Instant(t.At), TradeID: t.Reference,
		ChangeAmount: rest.AmountText(t.Amount), BalanceAfterChange: rest.AmountText(after), RevenueExpenseType: expense,
		BillCycle: calendar.DateOf(t.At).String()[:len("2006-01")], AccountName: holder.Name,
	}
	change.PaymentChannelID, change.PaymentChannelNo = channelOf(t)
	if received {
		change.RevenueExpenseType = revenue
	} else if trades[t.Reason].kind == "DEDEUCT" {
		at := rest.Instant(t.At.Truncate(time.Second))
		change.ConsumeTime = &at
	}
	return change
}

// scope binds a marker to who asked whose records by which filters.
func scope(ctx context.Context, what string, whose auth.PartyID, q ChangesQuery, filters ...string) string {
	parts := append([]string{what, string(rest.Caller(ctx).Party), string(whose), q.BalanceType, q.Begin, q.End}, filters...)
	return strings.Join(parts, "\x1f")
}
