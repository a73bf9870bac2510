package customer

import (
	"context"
	"fmt"
	"time"

	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/party"
)

type resellersInput struct {
	rest.Lenient
	Body resellersBody
}

type resellersBody struct {
	rest.Paging
	AccountName       string       `json:"account_name,omitempty" maxLength:"64"`
	AssociatedOnBegin rest.Instant `json:"associated_on_begin,omitempty"`
	AssociatedOnEnd   rest.Instant `json:"associated_on_end,omitempty"`
	IndirectPartnerID string       `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"One reseller alone"`
}

func (b resellersBody) admits(m *party.Member) bool {
	begin, end := time.Time(b.AssociatedOnBegin), time.Time(b.AssociatedOnEnd)
	return (b.IndirectPartnerID == "" || b.IndirectPartnerID == string(m.Row.ID)) &&
		(b.AccountName == "" || b.AccountName == shownAccount(m)) &&
		(begin.IsZero() || !m.Profile.Associated.Before(begin)) && (end.IsZero() || !m.Profile.Associated.After(end))
}

// resellerInfo is a reseller on the wire: the SDK's IndirectPartnerInfo.
type resellerInfo struct {
	IndirectPartnerID  string        `json:"indirect_partner_id"`
	MobilePhone        string        `json:"mobile_phone,omitempty"`
	Email              string        `json:"email,omitempty"`
	AccountName        string        `json:"account_name"`
	Name               string        `json:"name"`
	AssociatedOn       *rest.Instant `json:"associated_on,omitempty"`
	AccountManagerID   string        `json:"account_manager_id,omitempty"`
	AccountManagerName string        `json:"account_manager_name,omitempty"`
}

type resellersOutput struct {
	rest.CountHeader
	Body struct {
		Count            int            `json:"count"`
		IndirectPartners []resellerInfo `json:"indirect_partners"`
		Marker           string         `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

// listResellers lists the calling distributor's resellers in id order. Somebody else's reseller matches nothing.
func (s *Service) listResellers(ctx context.Context, in *resellersInput) (*resellersOutput, error) {
	b := in.Body
	caller := rest.Caller(ctx)
	query := party.Resellers(caller.Party)
	query.Scope = fmt.Sprintf("resellers %s %q %q %v %v", caller.Masked(), b.AccountName, b.IndirectPartnerID, b.AssociatedOnBegin, b.AssociatedOnEnd)
	page, err := rest.List(ctx, s.Table, query, b.Paging, b.admits)
	if err != nil {
		return nil, err
	}
	out := &resellersOutput{CountHeader: page.Header()}
	out.Body.Count, out.Body.Marker, out.Body.IndirectPartners = page.Total, page.Marker, []resellerInfo{}
	for _, m := range page.Items {
		out.Body.IndirectPartners = append(out.Body.IndirectPartners, showReseller(m))
	}
	return out, nil
}

func showReseller(m *party.Member) resellerInfo {
	return resellerInfo{
		IndirectPartnerID: string(m.Row.ID), MobilePhone: m.Mobile, Email: m.Row.Email, AccountName: shownAccount(m), Name: m.Row.Name,
		AccountManagerID: string(m.Profile.Manager), AccountManagerName: string(m.Profile.Manager), AssociatedOn: instantOf(m.Profile.Associated),
	}
}
