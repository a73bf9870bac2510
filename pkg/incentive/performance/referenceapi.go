package performance

import (
	"context"
	"strings"

	"partnercenter/pkg/foundation/rest"
)

// serviceTypesInput has BSS's fields.
type serviceTypesInput struct {
	rest.Lenient
	rest.QueryPaging
	ServiceTypeName string `query:"service_type_name" maxLength:"128" doc:"A part of the name"`
}

// ServiceTypeBody is the SDK's ServiceTypes. It is exported for the schema of the operations alone.
type ServiceTypeBody struct {
	ServiceTypeName string `json:"service_type_name"`
	ServiceTypeCode string `json:"service_type_code"`
	Abbreviation    string `json:"abbreviation" doc:"The first letters of the name"`
}

type serviceTypesOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount   int               `json:"total_count"`
		ServiceTypes []ServiceTypeBody `json:"service_types"`
	}
}

// listServiceTypes lists the service types that are known, by name.
func (s *Service) listServiceTypes(ctx context.Context, in *serviceTypesInput) (*serviceTypesOutput, error) {
	known, err := s.services(ctx)
	if err != nil {
		return nil, err
	}
	all := []ServiceTypeBody{}
	for _, t := range sorted(known) {
		if strings.Contains(strings.ToLower(t.Name), strings.ToLower(in.ServiceTypeName)) {
			all = append(all, ServiceTypeBody{t.Name, t.Code, abbreviation(t.Name)})
		}
	}
	page, err := slice(all, in.QueryPaging)
	if err != nil {
		return nil, err
	}
	out := &serviceTypesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.ServiceTypes = page.Total, page.Items
	return out, nil
}

// abbreviation gives the first letters of a name's words; of one word the word.
func abbreviation(name string) string {
	words := strings.Fields(name)
	if len(words) < 2 {
		return name
	}
	var b strings.Builder
	for _, word := range words {
		for _, first := range word {
			b.WriteString(strings.ToUpper(string(first)))
			break
		}
	}
	return b.String()
}

// resourceTypesInput has BSS's fields.
type resourceTypesInput struct {
	rest.Lenient
	rest.QueryPaging
}

// ResourceTypeBody is the SDK's ResourceTypes. It is exported for the schema of the operations alone.
type ResourceTypeBody struct {
	ResourceTypeCode string `json:"resource_type_code"`
	ResourceTypeName string `json:"resource_type_name"`
	ResourceTypeDesc string `json:"resource_type_desc"`
	ServiceTypeCode  string `json:"service_type_code"`
}

type resourceTypesOutput struct {
	rest.CountHeader
	Body struct {
		TotalCount    int                `json:"total_count"`
		ResourceTypes []ResourceTypeBody `json:"resource_types"`
	}
}

// listResourceTypes lists the resource types of all service types that are known.
func (s *Service) listResourceTypes(ctx context.Context, in *resourceTypesInput) (*resourceTypesOutput, error) {
	known, err := s.services(ctx)
	if err != nil {
		return nil, err
	}
	all := []ResourceTypeBody{}
	for _, t := range sorted(known) {
		for _, r := range t.Resources {
			all = append(all, ResourceTypeBody{r.Code, r.Name, r.Name + " of " + t.Name, t.Code})
		}
	}
	page, err := slice(all, in.QueryPaging)
	if err != nil {
		return nil, err
	}
	out := &resourceTypesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.ResourceTypes = page.Total, page.Items
	return out, nil
}

type provincesInput struct {
	rest.Lenient
	rest.QueryPaging
}

type provincesOutput struct {
	Body struct {
		Count     int        `json:"count"`
		Provinces []Division `json:"provinces"`
	}
}

// listProvinces lists China's provinces.
func listProvinces(_ context.Context, in *provincesInput) (*provincesOutput, error) {
	page, err := slice(ofLevel()[province], in.QueryPaging)
	out := &provincesOutput{}
	out.Body.Count, out.Body.Provinces = page.Total, page.Items
	return out, err
}

type citiesInput struct {
	rest.Lenient
	rest.QueryPaging
	ProvinceCode string `query:"province_code" minLength:"1" maxLength:"16" required:"true"`
}

type citiesOutput struct {
	Body struct {
		Count  int        `json:"count"`
		Cities []Division `json:"cities"`
	}
}

// listCities lists the cities of a province.
func listCities(_ context.Context, in *citiesInput) (*citiesOutput, error) {
	all, err := below(city, province, "province_code", in.ProvinceCode)
	if err != nil {
		return nil, err
	}
	page, err := slice(all, in.QueryPaging)
	out := &citiesOutput{}
	out.Body.Count, out.Body.Cities = page.Total, page.Items
	return out, err
}

type countiesInput struct {
	rest.Lenient
	rest.QueryPaging
	CityCode string `query:"city_code" minLength:"1" maxLength:"16" required:"true"`
}

type countiesOutput struct {
	Body struct {
		Count    int        `json:"count"`
		Counties []Division `json:"counties"`
	}
}

// listCounties lists the counties of a city.
func listCounties(_ context.Context, in *countiesInput) (*countiesOutput, error) {
	all, err := below(county, city, "city_code", in.CityCode)
	if err != nil {
		return nil, err
	}
	page, err := slice(all, in.QueryPaging)
	out := &countiesOutput{}
	out.Body.Count, out.Body.Counties = page.Total, page.Items
	return out, err
}
