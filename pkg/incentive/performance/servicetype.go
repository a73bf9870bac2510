package performance

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"partnercenter/pkg/foundation/table"
)

// ServiceType is a cloud service type that somebody has consumed, ordered, or set a policy for, with its resource types.
type ServiceType struct {
	table.Head
	Code      string         `dynamodbav:"code"`
	Name      string         `dynamodbav:"name"`
	Resources []ResourceType `dynamodbav:"rts,omitempty"`
}

// ResourceType is one type of a service's resources.
type ResourceType struct {
	Code string `dynamodbav:"c"`
	Name string `dynamodbav:"n"`
}

// noteService adds a line's service type and resource type to some.
func noteService(all map[string]*ServiceType, l *Line, resourceName string) {
	t := all[l.Service]
	if t == nil {
		t = &ServiceType{Head: serviceKey(l.Service).Head(), Code: l.Service, Name: l.ServiceName}
		all[l.Service] = t
	}
	if l.ResourceType != "" {
		t.with(ResourceType{l.ResourceType, cut(resourceName, longName)})
	}
}

// with adds a resource type, and says whether it is a new one.
func (t *ServiceType) with(r ResourceType) bool {
	if slices.ContainsFunc(t.Resources, func(has ResourceType) bool { return has.Code == r.Code }) {
		return false
	}
	t.Resources = append(t.Resources, r)
	return true
}

// services reads all service types by code, perhaps as they were a moment ago.
func (s *Service) services(ctx context.Context) (map[string]*ServiceType, error) {
	all := map[string]*ServiceType{}
	for shard := range shards {
		for t, err := range table.All[ServiceType](ctx, s.Table, table.Query{PK: servicesOf(shard), Prefix: servicePrefixK}) {
			if err != nil {
				return nil, err
			}
			all[t.Code] = t
		}
	}
	return all, nil
}

// learn keeps the service types that were not known. Of two that learn one at once, what the second knew besides comes with its next line.
func (s *Service) learn(ctx context.Context, seen map[string]*ServiceType) error {
	known, err := s.services(ctx)
	if err != nil {
		return err
	}
	for code, t := range seen {
		has := known[code]
		if has == nil {
			err = s.Table.Create(ctx, t)
		} else {
			next := *has
			next.Resources = slices.Clone(has.Resources)
			fresh := false
			for _, r := range t.Resources {
				fresh = next.with(r) || fresh
			}
			if !fresh {
				continue
			}
			err = s.Table.Replace(ctx, has, &next)
		}
		if err != nil && !errors.Is(err, table.ErrConflict) {
			return err
		}
	}
	return nil
}

// sorted gives service types by name.
func sorted(all map[string]*ServiceType) []*ServiceType {
	return slices.SortedFunc(maps.Values(all), func(a, b *ServiceType) int {
		if by := strings.Compare(a.Name, b.Name); by != 0 {
			return by
		}
		return strings.Compare(a.Code, b.Code)
	})
}
