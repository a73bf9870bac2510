package customer

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/party"
)

type customersInput struct {
	rest.Lenient
	Body customersBody
}

type customersBody struct {
	rest.Paging
	AccountName       string       `json:"account_name,omitempty" maxLength:"64" pattern:"^\\S*$" doc:"A part of the login name"`
	Customer          string       `json:"customer,omitempty" maxLength:"128" pattern:"^\\S*$" doc:"A part of the real name"`
	Label             string       `json:"label,omitempty" maxLength:"64" pattern:"^\\S*$" doc:"A part of the label; capitals count"`
	AssociationType   string       `json:"association_type,omitempty" enum:",1,2" doc:"1 referral, 2 resale"`
	AssociatedOnBegin rest.Instant `json:"associated_on_begin,omitempty"`
	AssociatedOnEnd   rest.Instant `json:"associated_on_end,omitempty"`
	CustomerID        string       `json:"customer_id,omitempty" maxLength:"64"`
	IndirectPartnerID string       `json:"indirect_partner_id,omitempty" maxLength:"64" doc:"The reseller whose customers a distributor asks for"`
}

// admits says whether a customer is what the request asks for. Source: SDK QuerySubCustomerListReq.
func (b customersBody) admits(m *party.Member) bool {
	name, account := shownName(m), shownAccount(m)
	begin, end := time.Time(b.AssociatedOnBegin), time.Time(b.AssociatedOnEnd)
	switch {
	case b.CustomerID != "" && b.CustomerID != string(m.Row.ID),
		b.AssociationType != "" && b.AssociationType != strconv.Itoa(m.Row.AssociationType),
		!begin.IsZero() && m.Profile.Associated.Before(begin),
		!end.IsZero() && m.Profile.Associated.After(end):
		return false
	}
	return contains(account, b.AccountName) && contains(name, b.Customer) && strings.Contains(m.Profile.Label, b.Label)
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

func shownName(m *party.Member) string {
	if m.Profile.RealName != "" {
		return m.Profile.RealName
	}
	return m.Row.Name
}

func shownAccount(m *party.Member) string {
	if m.Profile.Account != "" {
		return m.Profile.Account
	}
	return string(m.Row.ID)
}

// customerInfo is a customer on the wire: the SDK's CustomerInformation.
type customerInfo struct {
	Customer        string           `json:"customer,omitempty"`
	AccountName     string           `json:"account_name"`
	CustomerID      string           `json:"customer_id"`
	AssociatedOn    *rest.Instant    `json:"associated_on,omitempty"`
	AssociationType string           `json:"association_type"`
	Label           string           `json:"label,omitempty"`
	Telephone       string           `json:"telephone,omitempty"`
	VerifiedStatus  string           `json:"verified_status" enum:"-1,0,1,2"`
	CountryCode     string           `json:"country_code,omitempty"`
	CustomerType    int              `json:"customer_type" enum:"-1,0,1"`
	IsFrozen        int              `json:"is_frozen" enum:"0,1,2"`
	AccountManagers []accountManager `json:"account_managers,omitempty"`
	XaccountID      string           `json:"xaccount_id,omitempty"`
	XaccountType    string           `json:"xaccount_type,omitempty"`
	CustomerLevel   string           `json:"customer_level,omitempty"`
	Email           string           `json:"email,omitempty"`
}

type accountManager struct {
	AccountName string `json:"account_name"`
}

const china = "0086"

func showCustomer(m *party.Member) customerInfo {
	p := m.Profile
	info := customerInfo{
		Customer: shownName(m), AccountName: shownAccount(m), CustomerID: string(m.Row.ID), AssociationType: strconv.Itoa(m.Row.AssociationType),
		Label: p.Label, Telephone: m.Mobile, VerifiedStatus: strconv.Itoa(p.VerifiedAs - 1), CustomerType: p.CustomerType - 1,
		IsFrozen: int(p.Shown()), XaccountID: p.XAccount, XaccountType: p.XType, CustomerLevel: m.Row.Level, Email: m.Row.Email,
		AssociatedOn: instantOf(p.Associated),
	}
	if m.Mobile != "" {
		info.CountryCode = china
	}
	if p.Manager != "" {
		info.AccountManagers = []accountManager{{AccountName: string(p.Manager)}}
	}
	return info
}

type customersOutput struct {
	rest.CountHeader
	Body struct {
		CustomerInfos []customerInfo `json:"customer_infos"`
		Count         int            `json:"count"`
		Marker        string         `json:"marker,omitempty" doc:"Where the next page starts; absent on the last one"`
	}
}

// listCustomers lists the acting partner's customers in id order.
func (s *Service) listCustomers(ctx context.Context, in *customersInput) (*customersOutput, error) {
	caller := rest.Caller(ctx)
	partner, err := s.acting(ctx, in.Body.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	looks, err := s.looks(ctx, partner)
	if err != nil {
		return nil, err
	}
	page, err := members(ctx, s, partner, in.Body.Paging, "customers "+scopeOf(caller, in.Body), func(m *party.Member) bool {
		return looks(m.Profile.Manager) && in.Body.admits(m)
	})
	if err != nil {
		return nil, err
	}
	out := &customersOutput{CountHeader: page.Header()}
	out.Body.Count, out.Body.Marker, out.Body.CustomerInfos = page.Total, page.Marker, []customerInfo{}
	for _, m := range page.Items {
		out.Body.CustomerInfos = append(out.Body.CustomerInfos, showCustomer(m))
	}
	return out, nil
}

// members reads a page of a partner's customers.
func members(
	ctx context.Context, s *Service, partner auth.PartyID, paging rest.Paging, scope string, wanted func(*party.Member) bool,
) (rest.Page[*party.Member], error) {
	query := party.Customers(partner)
	query.Scope = string(partner) + " " + scope
	return rest.List(ctx, s.Table, query, paging, wanted)
}

// scopeOf binds a marker to who asked for what. The paging is no part of it.
func scopeOf(caller auth.Principal, body customersBody) string {
	body.Paging = rest.Paging{}
	filters, err := json.Marshal(body)
	if err != nil {
		panic(err) // a struct of texts and times
	}
	return caller.Masked() + " " + string(filters)
}
