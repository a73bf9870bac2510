package customer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// onDemand is a resource that is paid by use, as the vendor's cloud tells of it.
type onDemand struct {
	table.Head
	Resource OnDemandBody `dynamodbav:"res"`
}

// OnDemandBody is such a resource on the wire: the SDK's CustomerOnDemandResource.
type OnDemandBody struct {
	CustomerID           string       `json:"customer_id" dynamodbav:"customer" minLength:"1" maxLength:"64"`
	RegionCode           string       `json:"region_code" dynamodbav:"region" minLength:"1" maxLength:"64"`
	AvailabilityZoneCode string       `json:"availability_zone_code,omitempty" dynamodbav:"zone,omitempty" maxLength:"64"`
	ServiceTypeCode      string       `json:"service_type_code" dynamodbav:"service" minLength:"1" maxLength:"64"`
	ResourceTypeCode     string       `json:"resource_type_code" dynamodbav:"rtype" minLength:"1" maxLength:"64"`
	ServiceTypeName      string       `json:"service_type_name,omitempty" dynamodbav:"sname,omitempty" maxLength:"128"`
	ResourceTypeName     string       `json:"resource_type_name,omitempty" dynamodbav:"rname,omitempty" maxLength:"128"`
	ResourceID           string       `json:"resource_id" dynamodbav:"id" pattern:"^[A-Za-z0-9._:-]{1,64}$"`
	ResourceName         string       `json:"resource_name,omitempty" dynamodbav:"name,omitempty" maxLength:"128"`
	EffectiveTime        rest.Instant `json:"effective_time" dynamodbav:"-"`
	ExpireTime           rest.Instant `json:"expire_time,omitempty" dynamodbav:"-"`
	From                 time.Time    `json:"-" dynamodbav:"from"`
	To                   time.Time    `json:"-" dynamodbav:"to,omitempty"`
	Status               int          `json:"status" dynamodbav:"status" enum:"1,2,3,4,5,6" doc:"1 normal, 2 grace, 3 frozen, 4 changing, 5, 6 closed"`
	ResourceSpecCode     string       `json:"resource_spec_code,omitempty" dynamodbav:"spec,omitempty" maxLength:"64"`
	ResourceInfo         string       `json:"resource_info,omitempty" dynamodbav:"info,omitempty" maxLength:"256"`
	ProductSpecDesc      string       `json:"product_spec_desc,omitempty" dynamodbav:"desc,omitempty" maxLength:"256"`
}

type onDemandInput struct {
	rest.Lenient
	Body onDemandQuery
}

type onDemandQuery struct {
	rest.Paging
	CustomerID         string       `json:"customer_id" minLength:"1" maxLength:"64"`
	RegionCode         string       `json:"region_code,omitempty" maxLength:"64"`
	ServiceTypeCode    string       `json:"service_type_code,omitempty" maxLength:"64"`
	ResourceIDs        []string     `json:"resource_ids,omitempty" maxItems:"50"`
	EffectiveTimeBegin rest.Instant `json:"effective_time_begin,omitempty"`
	EffectiveTimeEnd   rest.Instant `json:"effective_time_end,omitempty"`
	Status             int          `json:"status,omitempty" enum:"1,2,3,4,5,6"`
	IndirectPartnerID  string       `json:"indirect_partner_id,omitempty" maxLength:"64"`
}

func (q onDemandQuery) admits(o *onDemand) bool {
	r, begin, end := o.Resource, time.Time(q.EffectiveTimeBegin), time.Time(q.EffectiveTimeEnd)
	return (q.RegionCode == "" || q.RegionCode == r.RegionCode) && (q.ServiceTypeCode == "" || q.ServiceTypeCode == r.ServiceTypeCode) &&
		(len(q.ResourceIDs) == 0 || slices.Contains(q.ResourceIDs, r.ResourceID)) && (q.Status == 0 || q.Status == r.Status) &&
		(begin.IsZero() || !r.From.Before(begin)) && (end.IsZero() || !r.From.After(end))
}

// shownOnDemand is a resource with an expiry only where it has one.
type shownOnDemand struct {
	OnDemandBody
	EffectiveTime rest.Instant  `json:"effective_time"`
	ExpireTime    *rest.Instant `json:"expire_time,omitempty"`
}

type onDemandOutput struct {
	rest.CountHeader
	Body struct {
		Resources  []shownOnDemand `json:"resources"`
		TotalCount int             `json:"total_count"`
		Marker     string          `json:"marker,omitempty"`
	}
}

// listOnDemand lists the on-demand resources of a customer of the acting partner.
func (s *Service) listOnDemand(ctx context.Context, in *onDemandInput) (*onDemandOutput, error) {
	q := in.Body
	partner, err := s.acting(ctx, q.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	c, err := s.mine(ctx, partner, q.CustomerID)
	if err != nil {
		return nil, err
	}
	filters := q
	filters.Paging = rest.Paging{}
	query := table.Query{PK: ownerKey(c.ID), Prefix: onDemandPrefix, Scope: fmt.Sprintf("on-demand %v", filters)}
	page, err := rest.List(ctx, s.Table, query, q.Paging, q.admits)
	if err != nil {
		return nil, err
	}
	out := &onDemandOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Resources = page.Total, page.Marker, []shownOnDemand{}
	for _, o := range page.Items {
		out.Body.Resources = append(out.Body.Resources, shownOnDemand{
			OnDemandBody: o.Resource, EffectiveTime: rest.Instant(o.Resource.From), ExpireTime: instantOf(o.Resource.To),
		})
	}
	return out, nil
}

type recordInput struct {
	ResourceID string `path:"resource_id" maxLength:"64"`
	Body       OnDemandBody
}

// recordOnDemand writes down what the vendor's cloud tells of an on-demand resource.
func (s *Service) recordOnDemand(ctx context.Context, in *recordInput) (*struct{}, error) {
	b := in.Body
	if b.ResourceID != in.ResourceID {
		return nil, problem.Invalid("resource_id", "%q is not the path's %q", b.ResourceID, in.ResourceID)
	}
	b.From, b.To = time.Time(b.EffectiveTime), time.Time(b.ExpireTime)
	if !b.To.IsZero() && b.To.Before(b.From) {
		return nil, problem.Invalid("expire_time", "%s is before effective_time %s", b.To.Format(time.RFC3339), b.From.Format(time.RFC3339))
	}
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		c, err := party.ForCaller(ctx, s.Table, rest.Caller(ctx), auth.PartyID(b.CustomerID))
		if err != nil {
			return err
		}
		var old onDemand
		err = s.Table.Get(ctx, onDemandKey(c.ID, b.ResourceID), &old)
		if err != nil && !absent(err) {
			return err
		}
		next := onDemand{Head: onDemandKey(c.ID, b.ResourceID).Head(), Resource: b}
		if absent(err) {
			tx.Create(&next)
		} else {
			tx.Replace(&old, &next)
		}
		s.audit(ctx, tx, event.Event{
			Type: EventOnDemandRecorded, Owner: string(c.ID), Subject: b.ResourceID, Data: map[string]string{"status": fmt.Sprint(b.Status)},
		})
		return nil
	})
}
