package customer

import (
	"context"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// The new-customer tags. Source: SDK NewCustomerTagItem.
const (
	tagType      = "SMB"
	tagUndecided = "UNDETERMINED" // may become a new customer
)

type tagsInput struct {
	rest.Lenient
	Body struct {
		rest.Paging
		CustomerIDs       []string `json:"customer_ids,omitempty" maxItems:"100" doc:"All customers when absent"`
		IndirectPartnerID string   `json:"indirect_partner_id,omitempty" maxLength:"64"`
	}
}

// tagInfo is a tag on the wire: the SDK's NewCustomerTagItem.
type tagInfo struct {
	CustomerID      string `json:"customer_id"`
	CustomerTagType string `json:"customer_tag_type"`
	NewCustomerTag  string `json:"new_customer_tag" enum:"Y,N,UNDETERMINED"`
	EffectiveTime   string `json:"effective_time,omitempty"`
	ExpireTime      string `json:"expire_time,omitempty"`
}

type tagsOutput struct {
	Body struct {
		NewCustomerTags []tagInfo `json:"new_customer_tags"`
		Marker          string    `json:"marker,omitempty"`
	}
}

// listTags lists the new-customer tags of the acting partner's customers; ids of others are left out.
func (s *Service) listTags(ctx context.Context, in *tagsInput) (*tagsOutput, error) {
	b := in.Body
	partner, err := s.acting(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	looks, err := s.looks(ctx, partner)
	if err != nil {
		return nil, err
	}
	caller, named := rest.Caller(ctx), map[auth.PartyID]bool{}
	scope := "tags " + caller.Masked()
	for _, id := range b.CustomerIDs {
		named[auth.PartyID(id)] = true
		scope += " " + id
	}
	page, err := members(ctx, s, partner, b.Paging, scope, func(m *party.Member) bool {
		return looks(m.Profile.Manager) && (len(named) == 0 || named[m.Row.ID])
	})
	if err != nil {
		return nil, err
	}
	out := &tagsOutput{}
	out.Body.Marker, out.Body.NewCustomerTags = page.Marker, []tagInfo{}
	for _, m := range page.Items {
		tag := tagInfo{
			CustomerID: string(m.Row.ID), CustomerTagType: tagType, NewCustomerTag: m.Profile.NewTag,
			EffectiveTime: m.Profile.TagFrom, ExpireTime: m.Profile.TagTo,
		}
		if tag.NewCustomerTag == "" {
			tag.NewCustomerTag = tagUndecided
		}
		out.Body.NewCustomerTags = append(out.Body.NewCustomerTags, tag)
	}
	return out, nil
}

type setTagInput struct {
	CustomerID string `path:"customer_id" maxLength:"64"`
	Body       struct {
		NewCustomerTag string `json:"new_customer_tag" enum:"Y,N,UNDETERMINED"`
		EffectiveTime  string `json:"effective_time" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"Month, such as 2026-12"`
		ExpireTime     string `json:"expire_time" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$"`
	}
}

// setTag sets a customer's new-customer tag, which the vendor finds out.
func (s *Service) setTag(ctx context.Context, in *setTagInput) (*struct{}, error) {
	b := in.Body
	if b.ExpireTime < b.EffectiveTime {
		return nil, problem.Invalid("expire_time", "%s is before effective_time %s", b.ExpireTime, b.EffectiveTime)
	}
	return nil, s.once(ctx, 0, func(tx *table.Tx) error {
		old, err := party.ForCaller(ctx, s.Table, rest.Caller(ctx), auth.PartyID(in.CustomerID))
		if err != nil {
			return err
		}
		next := old
		next.Profile.NewTag, next.Profile.TagFrom, next.Profile.TagTo = b.NewCustomerTag, b.EffectiveTime, b.ExpireTime
		s.audit(ctx, tx, event.Event{
			Type: EventTagged, Owner: in.CustomerID, Subject: in.CustomerID, Data: map[string]string{"tag": b.NewCustomerTag},
		})
		return party.Change(ctx, s.Table, tx, old, next)
	})
}

// parties reads several parties, strongly consistent; those that do not exist are missing from the answer.
func (s *Service) parties(ctx context.Context, ids []string) (map[string]*party.Party, error) {
	found := map[string]*party.Party{}
	keys := make([]table.Key, 0, len(ids))
	for _, id := range ids {
		if table.IsID(id) {
			keys = append(keys, party.Key(auth.PartyID(id)))
		}
	}
	items, err := table.GetAll[party.Party](ctx, s.Table, keys)
	for _, p := range items {
		found[string(p.ID)] = p
	}
	return found, err
}
