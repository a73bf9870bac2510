package performance

import (
	"context"
	"fmt"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// StandingBody says when a partner is in the plan and certified, and which of its customers' contracts have incentive 0. It is exported for the schema of
// the operations alone.
type StandingBody struct {
	PlanFrom string         `json:"in_plan_from,omitempty" maxLength:"10" doc:"Beijing date such as 2026-01-01; absent is since ever"`
	PlanTo   string         `json:"in_plan_until,omitempty" maxLength:"10" doc:"Included; absent is no end"`
	CertFrom string         `json:"certified_from,omitempty" maxLength:"10"`
	CertTo   string         `json:"certified_until,omitempty" maxLength:"10"`
	Deals    []ZeroDealBody `json:"zero_incentive_contracts,omitempty" maxItems:"100" doc:"Contracts with incentive 0: what their customers consume by then is no performance"`
}

// ZeroDealBody is a contract with incentive 0 on the wire. It is exported for the schema of the operations alone.
type ZeroDealBody struct {
	CustomerID string `json:"customer_id" minLength:"1" maxLength:"64"`
	From       string `json:"from,omitempty" maxLength:"10" doc:"Beijing date; absent is since ever"`
	To         string `json:"until,omitempty" maxLength:"10" doc:"Included; absent is no end"`
}

type standingInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      StandingBody
}

type standingOutput struct{ Body StandingBody }

// setStanding says when a partner is in the plan and certified, and which contracts have incentive 0. Slips follow when they are recounted, at the latest
// by their review; final ones do not.
func (s *Service) setStanding(ctx context.Context, in *standingInput) (*standingOutput, error) {
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	next, err := in.Body.standing(partner.ID)
	if err != nil {
		return nil, err
	}
	for n, d := range next.Deals {
		if _, err := s.customer(ctx, d.Customer); err != nil {
			return nil, inField(err, dealField(n, "customer_id"))
		}
	}
	err = rest.ClaimOf(ctx).Do(ctx, s.Table, 0, func(tx *table.Tx) error {
		old := Standing{Head: standingKey(partner.ID).Head()}
		err := s.Table.Get(ctx, old.Key(), &old)
		switch {
		case absent(err):
			tx.Create(&next)
		case err != nil:
			return err
		default:
			tx.Replace(&old, &next)
		}
		s.tell(tx, EventStandingSet, string(partner.ID), string(partner.ID), rest.Caller(ctx).Masked(), in.Body.told())
		return nil
	})
	return &standingOutput{Body: in.Body}, err
}

// told gives what the audit trail keeps.
func (b StandingBody) told() map[string]string {
	data := map[string]string{"in_plan": b.PlanFrom + "/" + b.PlanTo, "certified": b.CertFrom + "/" + b.CertTo}
	var deals []string
	for _, d := range b.Deals {
		deals = append(deals, d.CustomerID+" "+d.From+"/"+d.To)
	}
	if len(deals) > 0 {
		data["zero_incentive_contracts"] = strings.Join(deals, ", ")
	}
	return data
}

func dealField(n int, field string) string {
	return fmt.Sprintf("zero_incentive_contracts[%d].%s", n, field)
}

// standing reads the dates. Error: CBC.0100.
func (b StandingBody) standing(partner auth.PartyID) (Standing, error) {
	st := Standing{Head: standingKey(partner).Head(), Partner: partner}
	var err error
	if st.PlanFrom, st.PlanTo, err = between("in_plan_from", b.PlanFrom, "in_plan_until", b.PlanTo); err != nil {
		return st, err
	}
	if st.CertFrom, st.CertTo, err = between("certified_from", b.CertFrom, "certified_until", b.CertTo); err != nil {
		return st, err
	}
	for n, d := range b.Deals {
		one := ZeroDeal{Customer: auth.PartyID(d.CustomerID)}
		if one.From, one.To, err = between(dealField(n, "from"), d.From, dealField(n, "until"), d.To); err != nil {
			return st, err
		}
		st.Deals = append(st.Deals, one)
	}
	return st, nil
}

// between reads two dates, each of which may be absent. Error: CBC.0100.
func between(fromField, fromText, toField, toText string) (from, to calendar.Date, err error) {
	for _, one := range []struct {
		field, text string
		into        *calendar.Date
	}{{fromField, fromText, &from}, {toField, toText, &to}} {
		if one.text == "" {
			continue
		}
		if *one.into, err = calendar.ParseDate(one.text); err != nil {
			return from, to, problem.Invalid(one.field, "%v", err)
		}
	}
	if !to.IsZero() && to.Before(from) {
		return from, to, problem.Invalid(toField, "%s is before %s %s", to, fromField, from)
	}
	return from, to, nil
}

type partnerPath struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
}

func (s *Service) showStanding(ctx context.Context, in *partnerPath) (*standingOutput, error) {
	partner, err := s.partner(ctx, in.PartnerID)
	if err != nil {
		return nil, err
	}
	st, err := s.standing(ctx, partner.ID)
	b := StandingBody{PlanFrom: st.PlanFrom.String(), PlanTo: st.PlanTo.String(), CertFrom: st.CertFrom.String(), CertTo: st.CertTo.String()}
	for _, d := range st.Deals {
		b.Deals = append(b.Deals, ZeroDealBody{CustomerID: string(d.Customer), From: d.From.String(), To: d.To.String()})
	}
	return &standingOutput{Body: b}, err
}
