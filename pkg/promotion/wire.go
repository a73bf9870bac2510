package promotion

import (
	"encoding/json"
	"time"

	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
)

// What all answers say alike.
const (
	yuan       = 1 // measure_id
	currency   = "CNY"
	electronic = 1 // media_type
	online     = 3 // fetch_method: issued online
	Reusable   = 2 // is a voucher's coupon_version: what is left can be used again
	unfrozen   = "0"
)

// span is a time from an instant to another, both included to the second; a zero bound is none.
type span struct{ from, to time.Time }

// spanOf reads a span of query parameters that are named field_begin and field_end. Error: CBC.0100.
func spanOf(field, begin, end string) (span, error) {
	from, err := instantOf(field+"_begin", begin)
	if err != nil {
		return span{}, err
	}
	to, err := instantOf(field+"_end", end)
	if err != nil {
		return span{}, err
	}
	return span{from, to}, ordered(field, from, to)
}

func ordered(field string, from, to time.Time) error {
	if (span{from, to}).backwards() {
		return problem.Invalid(field+"_end", "it is before %s_begin", field)
	}
	return nil
}

// backwards reports whether the span ends before it begins.
func (s span) backwards() bool { return !s.from.IsZero() && !s.to.IsZero() && s.to.Before(s.from) }

// has reports whether an instant lies in the span.
func (s span) has(t time.Time) bool {
	t = t.Truncate(time.Second)
	return !t.Before(s.from) && (s.to.IsZero() || !t.After(s.to))
}

func instantOf(field, text string) (time.Time, error) {
	quoted, err := json.Marshal(text)
	if err != nil {
		return time.Time{}, problem.Invalid(field, "%v", err)
	}
	var at rest.Instant
	if err := at.UnmarshalJSON(quoted); err != nil {
		return time.Time{}, problem.Invalid(field, "%v", err)
	}
	return time.Time(at), nil
}

// limitValue is the SDK's LimitValue.
type limitValue struct {
	Value1 string `json:"value1"`
	Value2 string `json:"value2,omitempty"`
}

// limitInfo is the SDK's QuotaLimitInfo.
type limitInfo struct {
	LimitKey    string       `json:"limit_key"`
	LimitValues []limitValue `json:"limit_values"`
}

// useLimit is the SDK's ICouponUseLimitInfoV2.
type useLimit struct {
	LimitKey  string `json:"limit_key"`
	Value1    string `json:"value1"`
	ValueUnit string `json:"value_unit,omitempty"`
}

// infos gives limits as quotas show them.
func (l Limits) infos() []limitInfo {
	all := []limitInfo{}
	for _, one := range l.each() {
		info := limitInfo{LimitKey: one.key}
		for _, v := range one.values {
			info.LimitValues = append(info.LimitValues, limitValue{Value1: v})
		}
		all = append(all, info)
	}
	return all
}

// uses gives limits as vouchers show them.
func (l Limits) uses() []useLimit {
	all := []useLimit{}
	for _, one := range l.each() {
		for _, v := range one.values {
			limit := useLimit{LimitKey: one.key, Value1: v}
			if one.key == limitMinOrder {
				limit.ValueUnit = currency
			}
			all = append(all, limit)
		}
	}
	return all
}

type keyed struct {
	key    string
	values []string
}

func (l Limits) each() []keyed {
	var all []keyed
	add := func(key string, values []string) {
		if len(values) > 0 {
			all = append(all, keyed{key, values})
		}
	}
	add(limitService, l.Services)
	add(limitProduct, l.Products)
	add(limitCustomer, l.Customers)
	if l.MinOrder > 0 {
		add(limitMinOrder, []string{l.MinOrder.String()})
	}
	return all
}

// KindOf gives a voucher's type as lists of vouchers number it: 1 voucher, 2 discount coupon, 4 cash coupon.
func KindOf(c Coupon) int { return kinds[c.Type] }

var kinds = map[int]int{Voucher: 1, DiscountCoupon: 2, CashCoupon: 4}

// instant gives a time as it is shown; none when it is not there.
func instant(t time.Time) *rest.Instant {
	if t.IsZero() {
		return nil
	}
	at := rest.Instant(t)
	return &at
}

func amount(f money.Fen) rest.Amount { return rest.Amount(f) }
