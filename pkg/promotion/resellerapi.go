package promotion

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

type issueQuotasInput struct {
	rest.Lenient
	Body struct {
		QuotaID            string      `json:"quota_id" minLength:"1" maxLength:"64"`
		IndirectPartnerIDs []string    `json:"indirect_partner_ids" minItems:"1" maxItems:"10" maxLength:"64"`
		QuotaAmount        rest.Amount `json:"quota_amount" doc:"Yuan, above 0, two decimals at most: for each"`
		VerificationCode   string      `json:"verification_code,omitempty" maxLength:"16" doc:"If the partner's sensitive operations need one"`
	}
}

type issueQuotasOutput struct{ Body quotasResult }

// issueQuotas issues quotas to resellers.
func (s *Service) issueQuotas(ctx context.Context, in *issueQuotasInput) (*issueQuotasOutput, error) {
	b := in.Body
	if b.QuotaAmount <= 0 {
		return nil, problem.Invalid("quota_amount", "%s is not more than 0", money.Fen(b.QuotaAmount))
	}
	if err := distinct("indirect_partner_ids", b.IndirectPartnerIDs); err != nil {
		return nil, err
	}
	result, err := s.issueDown(ctx, QuotaID(b.QuotaID), b.IndirectPartnerIDs, money.Fen(b.QuotaAmount), b.VerificationCode)
	return &issueQuotasOutput{Body: result}, err
}

type reclaimQuotasInput struct {
	rest.Lenient
	Body struct {
		QuotaIDs         []string `json:"quota_ids" minItems:"1" maxItems:"10" maxLength:"64"`
		Remark           string   `json:"remark,omitempty" maxLength:"256"`
		VerificationCode string   `json:"verification_code,omitempty" maxLength:"16" doc:"If the partner's sensitive operations need one"`
	}
}

type reclaimQuotasOutput struct{ Body backResult }

// reclaimQuotas takes quotas of resellers back.
func (s *Service) reclaimQuotas(ctx context.Context, in *reclaimQuotasInput) (*reclaimQuotasOutput, error) {
	if err := distinct("quota_ids", in.Body.QuotaIDs); err != nil {
		return nil, err
	}
	result, err := s.takeBackQuotas(ctx, in.Body.QuotaIDs, in.Body.Remark, in.Body.VerificationCode)
	return &reclaimQuotasOutput{Body: result}, err
}

type issuedQuotasInput struct {
	rest.QueryPaging
	QuotaID           string `query:"quota_id" maxLength:"64"`
	IndirectPartnerID string `query:"indirect_partner_id" maxLength:"64" doc:"One reseller's"`
	ParentQuotaID     string `query:"parent_quota_id" maxLength:"64" doc:"The distributor's quota that they were issued from"`
}

// issuedQuotaBody is a quota of a reseller as its distributor sees it: the SDK's IssuedCouponQuota.
type issuedQuotaBody struct {
	QuotaBody
	IndirectPartnerID          auth.PartyID `json:"indirect_partner_id"`
	IndirectPartnerAccountName string       `json:"indirect_partner_account_name"`
	IndirectPartnerName        string       `json:"indirect_partner_name"`
	ParentQuotaID              QuotaID      `json:"parent_quota_id"`
}

type issuedQuotasOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount int               `json:"total_count"`
		Quotas     []issuedQuotaBody `json:"quotas"`
		Marker     string            `json:"marker,omitempty"`
	}
}

// listIssuedQuotas lists what a distributor issued to resellers.
func (s *Service) listIssuedQuotas(ctx context.Context, in *issuedQuotasInput) (*issuedQuotasOutput, error) {
	if _, err := s.acting(ctx, in.IndirectPartnerID); err != nil {
		return nil, err
	}
	query := table.Query{
		PK: ownerKey(rest.Caller(ctx).Party), Prefix: childPrefix, Descending: true, Strong: true,
		Scope: "issued quotas " + in.QuotaID + " " + in.IndirectPartnerID + " " + in.ParentQuotaID,
	}
	page, err := rest.List(ctx, s.Table, query, in.Paging(), func(c *child) bool {
		return (in.QuotaID == "" || in.QuotaID == string(c.Quota)) && (in.ParentQuotaID == "" || in.ParentQuotaID == string(c.Parent)) &&
			(in.IndirectPartnerID == "" || in.IndirectPartnerID == string(c.Reseller))
	})
	if err != nil {
		return nil, err
	}
	quotas, err := s.children(ctx, page.Items)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	out := &issuedQuotasOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Quotas = page.Total, page.Marker, []issuedQuotaBody{}
	names := map[auth.PartyID]string{}
	for _, q := range quotas {
		name, known := names[q.Owner]
		if !known {
			reseller, err := party.Get(ctx, s.Table, q.Owner)
			if err != nil {
				return nil, err
			}
			name = reseller.Name
			names[q.Owner] = name
		}
		out.Body.Quotas = append(out.Body.Quotas, issuedQuotaBody{
			QuotaBody: q.body(now), IndirectPartnerID: q.Owner, IndirectPartnerAccountName: name, IndirectPartnerName: name, ParentQuotaID: q.Parent,
		})
	}
	return out, nil
}

// children reads the quotas that pointers name, in their order.
func (s *Service) children(ctx context.Context, to []*child) ([]Quota, error) {
	keys := make([]table.Key, len(to))
	for i, c := range to {
		head := quotaHead(c.Reseller, c.Quota)
		keys[i] = head.Key()
	}
	found, err := table.GetAll[Quota](ctx, s.Table, keys)
	if err != nil {
		return nil, err
	}
	quotas := []Quota{}
	for _, key := range keys {
		if q, ok := found[key]; ok {
			quotas = append(quotas, *q)
		}
	}
	return quotas, nil
}

type quotaRecordsInput struct {
	rest.QueryPaging
	IndirectPartnerID  string `query:"indirect_partner_id" maxLength:"64" doc:"One reseller's"`
	QuotaID            string `query:"quota_id" maxLength:"64" doc:"The reseller's quota"`
	OperationTimeBegin string `query:"operation_time_begin" maxLength:"20" doc:"UTC, such as 2026-12-01T15:59:59Z"`
	OperationTimeEnd   string `query:"operation_time_end" maxLength:"20" doc:"UTC"`
	ParentQuotaID      string `query:"parent_quota_id" maxLength:"64"`
	OperationType      string `query:"operation_type" maxLength:"8" doc:"10 issued, 11 taken back; any other value asks for nothing in particular"`
}

type quotaRecordBody struct {
	ID                         string       `json:"id"`
	Operator                   string       `json:"operator"`
	OperationType              string       `json:"operation_type"`
	QuotaID                    QuotaID      `json:"quota_id"`
	ParentQuotaID              QuotaID      `json:"parent_quota_id"`
	Amount                     rest.Amount  `json:"amount"`
	OperationTime              rest.Instant `json:"operation_time"`
	Result                     string       `json:"result"`
	IndirectPartnerAccountName string       `json:"indirect_partner_account_name"`
	IndirectPartnerID          auth.PartyID `json:"indirect_partner_id"`
	IndirectPartnerName        string       `json:"indirect_partner_name"`
	Remark                     string       `json:"remark"`
}

type quotaRecordsOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount int               `json:"total_count"`
		Records    []quotaRecordBody `json:"records"`
		Marker     string            `json:"marker,omitempty"`
	}
}

// listQuotaRecords lists the operations of a distributor on resellers' quotas.
func (s *Service) listQuotaRecords(ctx context.Context, in *quotaRecordsInput) (*quotaRecordsOutput, error) {
	when, err := spanOf("operation_time", in.OperationTimeBegin, in.OperationTimeEnd)
	if err != nil {
		return nil, err
	}
	if _, err := s.acting(ctx, in.IndirectPartnerID); err != nil {
		return nil, err
	}
	op := in.OperationType
	if op != numbered(QuotaIssued) && op != numbered(QuotaTakenBack) {
		op = ""
	}
	query := recordsOf(rest.Caller(ctx).Party, quotaRecordPrefix, when)
	query.Scope = "quota records " + in.IndirectPartnerID + " " + in.QuotaID + " " + in.ParentQuotaID + " " + op
	page, err := rest.List(ctx, s.Table, query, in.Paging(), func(r *QuotaRecord) bool {
		return when.has(r.At) && (in.QuotaID == "" || in.QuotaID == string(r.Quota)) && (in.ParentQuotaID == "" || in.ParentQuotaID == string(r.Parent)) &&
			(in.IndirectPartnerID == "" || in.IndirectPartnerID == string(r.Reseller)) && (op == "" || op == numbered(r.Operation))
	})
	if err != nil {
		return nil, err
	}
	out := &quotaRecordsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Records = page.Total, page.Marker, []quotaRecordBody{}
	for _, r := range page.Items {
		out.Body.Records = append(out.Body.Records, quotaRecordBody{
			ID: r.ID, Operator: r.Operator, OperationType: numbered(r.Operation), QuotaID: r.Quota, ParentQuotaID: r.Parent, Amount: amount(r.Amount),
			OperationTime: rest.Instant(r.At), Result: resultOf(r.Result), IndirectPartnerAccountName: r.Name, IndirectPartnerID: r.Reseller,
			IndirectPartnerName: r.Name, Remark: r.Remark,
		})
	}
	return out, nil
}
