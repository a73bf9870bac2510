package customer

import (
	"context"
	"strings"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

type identityInput struct {
	rest.Lenient
	Body struct {
		SearchType  string `json:"search_type" enum:"email,mobile,name"`
		SearchValue string `json:"search_value" minLength:"1" maxLength:"64" doc:"A phone number with its country, such as 0086-13800000000"`
	}
}

type identityOutput struct {
	Body struct {
		CheckResult              string `json:"check_result" enum:"available,used_by_user"`
		MobileRemainAvailableNum *int   `json:"mobile_remain_available_num,omitempty" doc:"How many more customers may register with a number"`
	}
}

// checkIdentity says whether a customer can register with a name, an address or a number.
func (s *Service) checkIdentity(ctx context.Context, in *identityInput) (*identityOutput, error) {
	kind, value := in.Body.SearchType, in.Body.SearchValue
	switch kind {
	case byName:
		if err := checkName("search_value", value); err != nil {
			return nil, err
		}
	case byEmail:
		if !mailAddress().MatchString(value) {
			return nil, problem.Invalid("search_value", "%q is no mail address", value)
		}
	case byMobile:
		number, ofChina := strings.CutPrefix(value, china+"-")
		if !fullMobile().MatchString(value) || !ofChina {
			return nil, problem.Invalid("search_value", "%q is no phone number such as 0086-13800000000", value)
		}
		value = number
	}
	found, err := s.holder(ctx, kind, value)
	if err != nil {
		return nil, err
	}
	out := &identityOutput{}
	out.Body.CheckResult = "available"
	if found.room(kind) == 0 {
		out.Body.CheckResult = "used_by_user"
	}
	if kind == byMobile {
		left := found.room(kind)
		out.Body.MobileRemainAvailableNum = &left
	}
	return out, nil
}
