package customer

import (
	"context"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

const (
	yuan     = 1 // measure_id
	currency = "CNY"
)

type setBudgetInput struct {
	rest.Lenient
	Body struct {
		CustomerID          string      `json:"customer_id" minLength:"1" maxLength:"64"`
		BudgetAmount        rest.Amount `json:"budget_amount"`
		CancelPartnerFrozen string      `json:"cancel_partner_frozen,omitempty" enum:",0,1" doc:"1 unfreezes the account as well"`
		IndirectPartnerID   string      `json:"indirect_partner_id,omitempty" maxLength:"64"`
		BudgetType          string      `json:"budget_type,omitempty" enum:",MONTHLY,PACKAGE" doc:"MONTHLY when absent"`
		FrozenOperateType   *int        `json:"frozen_operate_type,omitempty" enum:"0,1" doc:"When it is exceeded: 0 freeze by hand, 1 by itself"`
	}
}

// highestBudget is the largest budget there is. Source: SDK BudgetRecordInfo.
const highestBudget = money.Fen(2147483647_00)

// updateBudget sets a resale customer's budget.
func (s *Service) updateBudget(ctx context.Context, in *setBudgetInput) (*struct{}, error) {
	b := in.Body
	to := setting{amount: money.Fen(b.BudgetAmount), kind: b.BudgetType, thaw: b.CancelPartnerFrozen == "1"}
	if to.amount < 0 || to.amount > highestBudget {
		return nil, problem.Invalid("budget_amount", "%s is not from 0 to %s", to.amount, highestBudget)
	}
	if to.kind == "" {
		to.kind = budgetMonthly
	}
	if b.FrozenOperateType != nil {
		auto := *b.FrozenOperateType == 1
		to.auto = &auto
	}
	partner, err := s.acting(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		c, err := s.mine(ctx, partner, b.CustomerID)
		if err != nil {
			return err
		}
		return s.setBudget(ctx, tx, c, to, string(rest.Caller(ctx).User))
	})
}

type showBudgetInput struct {
	CustomerID        string `query:"customer_id" required:"true" minLength:"1" maxLength:"64"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
}

type showBudgetOutput struct {
	Body struct {
		BudgetAmount rest.Amount `json:"budget_amount"`
		UsedAmount   rest.Amount `json:"used_amount"`
		MeasureID    int         `json:"measure_id"`
		Currency     string      `json:"currency"`
		BudgetType   string      `json:"budget_type"`
	}
}

// showBudget shows a resale customer's budget; one that was never set is one of nothing.
func (s *Service) showBudget(ctx context.Context, in *showBudgetInput) (*showBudgetOutput, error) {
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	c, err := s.mine(ctx, partner, in.CustomerID)
	if err != nil {
		return nil, err
	}
	if c.AssociationType != party.Resale {
		return nil, ErrNotResale.Saying("customer %q is no resale customer of yours", c.ID)
	}
	b, err := s.budgetOf(ctx, c)
	out := &showBudgetOutput{}
	out.Body.BudgetAmount, out.Body.UsedAmount = rest.Amount(b.Amount), rest.Amount(b.UsedIn(monthOf(s.Clock.Now())))
	out.Body.MeasureID, out.Body.Currency, out.Body.BudgetType = yuan, currency, b.Type
	return out, err
}

type budgetsInput struct {
	rest.Lenient
	Body struct {
		CustomerIDs       []string `json:"customer_ids" minItems:"1" maxItems:"100"`
		IndirectPartnerID string   `json:"indirect_partner_id,omitempty" maxLength:"64"`
	}
}

// budgetInfo is a budget on the wire: the SDK's BudgetInfo.
type budgetInfo struct {
	CustomerID   string      `json:"customer_id"`
	BudgetAmount rest.Amount `json:"budget_amount"`
	UsedAmount   rest.Amount `json:"used_amount"`
	BudgetType   string      `json:"budget_type"`
}

type budgetsOutput struct {
	Body struct {
		MeasureID   int          `json:"measure_id"`
		Currency    string       `json:"currency"`
		BudgetInfos []budgetInfo `json:"budget_infos"`
	}
}

// listBudgets shows the budgets of several customers; those that are no resale customers of the acting partner are left out.
// Source: SDK ListSubCustomerBudget.
func (s *Service) listBudgets(ctx context.Context, in *budgetsInput) (*budgetsOutput, error) {
	partner, err := s.acting(ctx, in.Body.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	ids := in.Body.CustomerIDs
	if err := distinct("customer_ids", ids); err != nil {
		return nil, err
	}
	out := &budgetsOutput{}
	out.Body.MeasureID, out.Body.Currency, out.Body.BudgetInfos = yuan, currency, []budgetInfo{}
	customers, err := s.parties(ctx, ids)
	if err != nil {
		return nil, err
	}
	looks, err := s.looks(ctx, partner)
	if err != nil {
		return nil, err
	}
	month := monthOf(s.Clock.Now())
	for _, id := range ids {
		c, known := customers[id]
		if !known || c.Partner != partner || c.AssociationType != party.Resale || !looks(c.Profile.Manager) {
			continue
		}
		b, err := s.budgetOf(ctx, *c)
		if err != nil {
			return nil, err
		}
		out.Body.BudgetInfos = append(out.Body.BudgetInfos, budgetInfo{
			CustomerID: id, BudgetAmount: rest.Amount(b.Amount), UsedAmount: rest.Amount(b.UsedIn(month)), BudgetType: b.Type,
		})
	}
	return out, nil
}

type budgetRecordsInput struct {
	rest.QueryPaging
	CustomerID        string `query:"customer_id" required:"true" minLength:"1" maxLength:"64"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64"`
	OperationType     string `query:"operation_type" enum:"SETTING,DELETE"`
	BudgetType        string `query:"budget_type" enum:"MONTHLY,PACKAGE"`
}

// budgetRecord is a setting on the wire: the SDK's BudgetRecordInfo.
type budgetRecord struct {
	BudgetAmount       rest.Amount  `json:"budget_amount"`
	OperationType      string       `json:"operation_type"`
	OperationTime      rest.Instant `json:"operation_time"`
	Operator           string       `json:"operator"`
	BudgetType         string       `json:"budget_type"`
	PartnerCorpName    string       `json:"partner_corp_name"`
	PartnerAccountName string       `json:"partner_account_name"`
}

type budgetRecordsOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount int            `json:"total_count"`
		MeasureID  int            `json:"measure_id"`
		Currency   string         `json:"currency"`
		RecordList []budgetRecord `json:"record_list"`
		Marker     string         `json:"marker,omitempty"`
	}
}

const operationSetting = "SETTING"

// listBudgetRecords lists how the acting partner has set a customer's budget, newest first.
func (s *Service) listBudgetRecords(ctx context.Context, in *budgetRecordsInput) (*budgetRecordsOutput, error) {
	partner, err := s.acting(ctx, in.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	c, err := s.mine(ctx, partner, in.CustomerID)
	if err != nil {
		return nil, err
	}
	owner, err := party.Get(ctx, s.Table, partner)
	if err != nil {
		return nil, err
	}
	query := table.Query{
		PK: ownerKey(c.ID), Prefix: budgetSetPrefix + string(partner) + "#", Descending: true,
		Scope: "budgets " + in.CustomerID + " " + in.OperationType + " " + in.BudgetType,
	}
	page, err := rest.List(ctx, s.Table, query, in.Paging(), func(r *budgetSet) bool {
		return in.OperationType != "DELETE" && (in.BudgetType == "" || in.BudgetType == r.Type)
	})
	if err != nil {
		return nil, err
	}
	out := &budgetRecordsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.RecordList = page.Total, page.Marker, []budgetRecord{}
	out.Body.MeasureID, out.Body.Currency = yuan, currency
	for _, r := range page.Items {
		out.Body.RecordList = append(out.Body.RecordList, budgetRecord{
			BudgetAmount: rest.Amount(r.Amount), OperationType: operationSetting, OperationTime: rest.Instant(r.At), Operator: r.Operator,
			BudgetType: r.Type, PartnerCorpName: owner.Name, PartnerAccountName: string(owner.ID),
		})
	}
	return out, nil
}
