package invoice

import (
	"context"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

type invoicesInput struct {
	rest.Lenient
	DomainID  string `path:"domain_id" maxLength:"64"`
	StartTime string `query:"start_time" required:"true" maxLength:"20" doc:"UTC such as 2026-12-01T08:05:01Z: requests from then on"`
	EndTime   string `query:"end_time" required:"true" maxLength:"20" doc:"And until then, included"`
	Offset    int    `query:"offset" minimum:"0" maximum:"10000" doc:"Records to skip"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"10"`
}

// intlInvoice is a request as BSS lists it. Source: SDK bssintl, InvoiceRequestInfoIntl.
type intlInvoice struct {
	RequestID    string       `json:"requestId"`
	CancelReason string       `json:"cancelReason,omitempty" doc:"Of a refusal"`
	TitleType    int          `json:"titleType" doc:"0 person, 1 enterprise"`
	ChannelType  int          `json:"channelType" doc:"0 the vendor's own"`
	InvoiceType  int          `json:"invoiceType" doc:"0 special VAT, 1 ordinary VAT"`
	Title        string       `json:"invoiceTitle"`
	Amount       rest.Amount  `json:"invoiceAmount" doc:"CNY, with tax"`
	Method       int          `json:"invoiceMethod" doc:"0 by bill cycle"`
	Class        int          `json:"invoiceClass" doc:"0 tax invoice"`
	State        int          `json:"invoiceState" doc:"0 draft (withdrawn or rejected), 1 to review, 5 wait for the file, 6 wait for mailing, 7 wait for the receipt, 8 done, 9 returned, 11 a withdrawal is to be reviewed, 13 a return is to be reviewed"`
	ApplyOpera   string       `json:"applyOpera" doc:"Who asked"`
	AddressInfo  *intlAddress `json:"addressInfo,omitempty"`
	ApplyTime    string       `json:"applyTime"`
	Mode         string       `json:"invoiceMode" doc:"0 paper, 1 electronic"`
	Email        string       `json:"email,omitempty"`
	RequestMode  string       `json:"requestMode" doc:"0 request, 1 return, 2 returned"`
	Number       string       `json:"invoiceNo,omitempty"`
	TradeType    int          `json:"tradeType" doc:"6 monthly"`
	BillCycle    string       `json:"billCycle"`
}

// intlAddress is where paper goes. Source: SDK bssintl, PostAddressInfoIntl.
type intlAddress struct {
	Recipient string `json:"recipients,omitempty"`
	Mobile    string `json:"mobilePhone,omitempty"`
	Address   string `json:"address,omitempty"`
	Postcode  string `json:"zipCode,omitempty"`
}

type invoicesOutput struct {
	Body struct {
		Count    int           `json:"count"`
		Invoices []intlInvoice `json:"invoices"`
	}
}

// listInvoices lists the caller's requests in the way of bssintl. Errors: CBC.0151 for another account; CBC.0100 for times that are none.
func (s *Service) listInvoices(ctx context.Context, in *invoicesInput) (*invoicesOutput, error) {
	caller := rest.Caller(ctx)
	if in.DomainID != string(caller.Party) {
		return nil, auth.ErrAccessDenied.Saying("the credential is not of account %.64q", in.DomainID).In("domain_id")
	}
	from, to, err := between(in.StartTime, in.EndTime)
	if err != nil {
		return nil, err
	}
	q := table.Query{PK: ownerKey(caller.Party), From: requestPrefix + idAt(from), To: requestPrefix + idAt(to.Add(time.Second)), Descending: true, Scope: "intlinvoices"}
	page, err := rest.List(ctx, s.Table, q, rest.Paging{Offset: &in.Offset, Limit: &in.Limit}, func(v *VendorInvoice) bool {
		return !v.At.Before(from) && v.At.Before(to.Add(time.Second))
	})
	if err != nil {
		return nil, err
	}
	out := &invoicesOutput{}
	out.Body.Count, out.Body.Invoices = page.Total, []intlInvoice{}
	for _, v := range page.Items {
		out.Body.Invoices = append(out.Body.Invoices, v.intl())
	}
	return out, nil
}

// idAt gives the least id that is made at an instant.
func idAt(at time.Time) string {
	var id ulid.ULID
	if id.SetTime(ulid.Timestamp(at)) != nil {
		return ""
	}
	return id.String()
}

// between reads two UTC times. Error: CBC.0100.
func between(start, end string) (from, to time.Time, err error) {
	for field, text := range map[string]string{"start_time": start, "end_time": end} {
		at, err := time.Parse("2006-01-02T15:04:05Z", text)
		if err != nil || at.Year() < 1970 {
			return from, to, problem.Invalid(field, "%.40q is not a UTC time such as 2026-12-01T15:59:59Z", text)
		}
		if field == "start_time" {
			from = at
		} else {
			to = at
		}
	}
	if from.After(to) {
		return from, to, problem.Invalid("start_time", "%s is after end_time %s", start, end)
	}
	return from, to, nil
}

func (v *VendorInvoice) intl() intlInvoice {
	i := intlInvoice{
		RequestID: v.ID, CancelReason: v.Reason, Title: v.Title, Amount: rest.Amount(v.Amount), State: v.intlState(), ApplyOpera: v.By,
		ApplyTime: v.At.UTC().Format("2006-01-02T15:04:05Z"), Mode: "1", Email: v.Info.Email, RequestMode: "0", Number: v.Number, TradeType: 6,
	}
	if v.Info.TitleType == Enterprise {
		i.TitleType = 1
	}
	if !v.Kind.Special() {
		i.InvoiceType = 1
	}
	if v.Kind.Paper() {
		to := v.Info.Recipient
		i.Mode, i.Email, i.AddressInfo = "0", "", &intlAddress{Recipient: to.Name, Mobile: to.Phone, Address: to.Address, Postcode: to.Postcode}
	}
	switch v.State {
	case ReturnReview:
		i.RequestMode = "1"
	case Returned:
		i.RequestMode = "2"
	default:
	}
	cycles := make([]string, len(v.Months))
	for n, m := range v.Months {
		cycles[n] = strings.Replace(string(m), "-", "", 1)
	}
	i.BillCycle = strings.Join(cycles, ",")
	return i
}

// intlState gives the state by BSS's number of it. Source: DOMAIN.md 9, "INTL ListInvoices states".
func (v *VendorInvoice) intlState() int {
	switch v.State {
	case ToReview:
		return 1
	case Issuing:
		switch {
		case v.Asked:
			return 11
		case v.Kind.Paper():
			return 6
		}
		return 5
	case ToSign:
		return 7
	case Signed, Issued:
		return 8
	case Returned:
		return 9
	case ReturnReview:
		return 13
	default: // withdrawn or rejected: it can be asked for anew
		return 0
	}
}
