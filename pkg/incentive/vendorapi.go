package incentive

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// TierBody is a tier on the wire. It is exported for the schema of the operations alone.
type TierBody struct {
	From rest.Amount `json:"from" doc:"Yuan of a month's performance that the rule's rows reach together"`
	Rate int         `json:"rate" minimum:"0" maximum:"10000" doc:"Hundredths of a percent: 500 is 5 %"`
}

// RuleBody is a rule on the wire. It is exported for the schema of the operations alone.
type RuleBody struct {
	AssociationType  int        `json:"association_type,omitempty" enum:"0,1,2" doc:"0 or absent is any"`
	ServiceTypeCodes []string   `json:"service_type_codes,omitempty" maxItems:"50" doc:"Any when absent"`
	Tiers            []TierBody `json:"tiers" minItems:"1" maxItems:"20"`
}

type versionInput struct {
	PlanID string `path:"plan_id" maxLength:"40"`
	Body   struct {
		Name           string     `json:"name" minLength:"1" maxLength:"100"`
		EffectiveMonth Month      `json:"effective_month" maxLength:"7" doc:"The first Beijing month that it closes, such as 2026-11"`
		Rules          []RuleBody `json:"rules" minItems:"1" maxItems:"50" doc:"The first that fits a row of performance is its rule"`
	}
}

type versionOutput struct {
	Body struct {
		Version int `json:"version"`
	}
}

func (s *Service) createVersion(ctx context.Context, in *versionInput) (*versionOutput, error) {
	if !table.IsID(in.PlanID) {
		return nil, problem.Invalid("plan_id", "%.40q is not letters, digits, dots, underscores, colons or hyphens", in.PlanID)
	}
	v := Version{Plan: PlanID(in.PlanID), Name: in.Body.Name, From: in.Body.EffectiveMonth}
	for _, r := range in.Body.Rules {
		rule := Rule{AssociationType: r.AssociationType, Services: r.ServiceTypeCodes}
		for _, t := range r.Tiers {
			rule.Tiers = append(rule.Tiers, Tier{From: money.Fen(t.From), Rate: t.Rate})
		}
		v.Rules = append(v.Rules, rule)
	}
	made, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		n, err := s.setPlan(ctx, tx, v, now)
		return strconv.Itoa(n), err
	})
	if err != nil {
		return nil, err
	}
	out := &versionOutput{}
	out.Body.Version, err = strconv.Atoi(made)
	return out, err
}

// VersionBody is a version of a plan on the wire. It is exported for the schema of the operations alone.
type VersionBody struct {
	Version        int        `json:"version"`
	Name           string     `json:"name"`
	EffectiveMonth Month      `json:"effective_month"`
	Rules          []RuleBody `json:"rules"`
}

type planInput struct {
	PlanID string `path:"plan_id" maxLength:"40"`
}

type planOutput struct {
	Body struct {
		Versions []VersionBody `json:"versions"`
	}
}

func (s *Service) showPlan(ctx context.Context, in *planInput) (*planOutput, error) {
	all, err := s.versions(ctx, PlanID(in.PlanID))
	if err == nil && len(all) == 0 {
		err = ErrNotFound.Saying("there is no incentive plan %.40q", in.PlanID).In("plan_id")
	}
	if err != nil {
		return nil, err
	}
	out := &planOutput{}
	for _, v := range all {
		b := VersionBody{Version: v.N, Name: v.Name, EffectiveMonth: v.From}
		for _, r := range v.Rules {
			rule := RuleBody{AssociationType: r.AssociationType, ServiceTypeCodes: r.Services}
			for _, t := range r.Tiers {
				rule.Tiers = append(rule.Tiers, TierBody{From: rest.Amount(t.From), Rate: t.Rate})
			}
			b.Rules = append(b.Rules, rule)
		}
		out.Body.Versions = append(out.Body.Versions, b)
	}
	return out, nil
}

type membershipInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      struct {
		PlanID string `json:"plan_id" minLength:"1" maxLength:"40"`
		Since  string `json:"since" maxLength:"10" doc:"Beijing date such as 2026-11-01"`
		Until  string `json:"until,omitempty" maxLength:"10" doc:"Beijing date: the last day, of who left"`
	}
}

func (s *Service) putMembership(ctx context.Context, in *membershipInput) (*struct{}, error) {
	m := Membership{Partner: auth.PartyID(in.PartnerID), Plan: PlanID(in.Body.PlanID)}
	for _, d := range []struct {
		field, value string
		to           *calendar.Date
	}{{"since", in.Body.Since, &m.Since}, {"until", in.Body.Until, &m.Until}} {
		if d.value == "" && d.field == "until" {
			continue
		}
		day, err := calendar.ParseDate(d.value)
		if err != nil {
			return nil, problem.Invalid(d.field, "%v", err)
		}
		if day.Year > lastYear {
			return nil, problem.Invalid(d.field, "%s is after %d; who does not leave has no last day", day, lastYear)
		}
		*d.to = day
	}
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) { return "set", s.setMembership(ctx, tx, m, now) })
	return nil, err
}

type specialInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      struct {
		Period Month       `json:"period" maxLength:"7" doc:"A Beijing month such as 2026-11"`
		Amount rest.Amount `json:"amount" doc:"Yuan, above 0"`
		Reason string      `json:"reason" minLength:"1" maxLength:"200"`
	}
}

type specialOutput struct {
	Body struct {
		StatementID string `json:"statement_id"`
	}
}

func (s *Service) createSpecial(ctx context.Context, in *specialInput) (*specialOutput, error) {
	amount := money.Fen(in.Body.Amount)
	if amount <= 0 {
		return nil, problem.Invalid("amount", "%s is not more than 0", amount)
	}
	if in.Body.Period.First().IsZero() {
		return nil, problem.Invalid("period", "%.20q is no month such as 2026-11", in.Body.Period)
	}
	id, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		p, err := s.partner(ctx, auth.PartyID(in.PartnerID))
		if err != nil {
			return "", err
		}
		id := string(in.Body.Period) + "-special-" + table.NewID(now)
		one := made{Statement: Statement{
			Head: statementKey(p.ID, id).Head(), ID: id, Partner: p.ID, Month: in.Body.Period, Amount: amount, State: Estimated, Why: in.Body.Reason,
			Closed: now, Deadline: deadline(now),
		}}
		if one.Statement, err = one.stepped(StepClose, "", now); err != nil {
			return "", err
		}
		s.create(ctx, tx, one, WriterStatement, now)
		return id, nil
	})
	out := &specialOutput{}
	out.Body.StatementID = id
	return out, err
}

type reviewInput struct {
	PartnerID   string `path:"partner_id" maxLength:"64"`
	StatementID string `path:"statement_id" maxLength:"64"`
	Body        struct {
		Decision string `json:"decision" enum:"APPROVE,ANSWER"`
		Answer   string `json:"answer,omitempty" doc:"1 to 1,000 characters"`
	}
}

func (s *Service) reviewStatement(ctx context.Context, in *reviewInput) (*struct{}, error) {
	what := StepApprove
	if in.Body.Decision == "ANSWER" {
		what = StepAnswer
	}
	if err := checkText("answer", in.Body.Answer, what == StepAnswer); err != nil {
		return nil, err
	}
	return nil, s.stepOnce(ctx, auth.PartyID(in.PartnerID), in.StatementID, what, in.Body.Answer)
}

type thawInput struct {
	PartnerID   string `path:"partner_id" maxLength:"64"`
	IncentiveID string `path:"incentive_id" maxLength:"64"`
	Body        struct {
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"What was repaid, and when"`
	}
}

func (s *Service) thawIncentive(ctx context.Context, in *thawInput) (*struct{}, error) {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		return in.IncentiveID, s.thaw(ctx, tx, auth.PartyID(in.PartnerID), in.IncentiveID, in.Body.Reason, now)
	})
	return nil, err
}

type transferInput struct {
	PartnerID   string `path:"partner_id" maxLength:"64"`
	IncentiveID string `path:"incentive_id" maxLength:"64"`
	Body        struct {
		ToPartnerID string `json:"to_partner_id" minLength:"1" maxLength:"64" doc:"Another account of the same company"`
		Reason      string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

type transferOutput struct {
	Body struct {
		IncentiveID string `json:"incentive_id" doc:"As the other account has it"`
	}
}

func (s *Service) transferIncentive(ctx context.Context, in *transferInput) (*transferOutput, error) {
	out := &transferOutput{}
	var err error
	out.Body.IncentiveID, err = s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		return s.transfer(ctx, tx, auth.PartyID(in.PartnerID), in.IncentiveID, auth.PartyID(in.Body.ToPartnerID), in.Body.Reason, now)
	})
	return out, err
}

type resultInput struct {
	PartnerID        string `path:"partner_id" maxLength:"64"`
	PaymentRequestID string `path:"payment_request_id" maxLength:"64"`
	Body             struct {
		Result        string `json:"result" enum:"PAID,RETURNED"`
		BankReference string `json:"bank_reference,omitempty" maxLength:"64" doc:"Of a payment"`
		Reason        string `json:"reason,omitempty" maxLength:"200" doc:"Of a return, which needs one"`
	}
}

func (s *Service) recordResult(ctx context.Context, in *resultInput) (*struct{}, error) {
	e := Pay
	if in.Body.Result == "RETURNED" {
		e = PayFail
	}
	if (e == PayFail) != (in.Body.Reason != "") {
		return nil, problem.Invalid("reason", "the partner has to know why the bank returned it; a payment has none")
	}
	if e == PayFail && in.Body.BankReference != "" {
		return nil, problem.Invalid("bank_reference", "a payment has one, and what was returned none")
	}
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		told := Told{At: now, Reason: in.Body.Reason, Reference: in.Body.BankReference}
		return in.PaymentRequestID, s.pay(ctx, tx, auth.PartyID(in.PartnerID), in.PaymentRequestID, e, told)
	})
	return nil, err
}

type settleInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      struct {
		Amount rest.Amount `json:"amount" doc:"Yuan, above 0 and at most what is owed"`
		Reason string      `json:"reason" minLength:"1" maxLength:"200"`
	}
}

func (s *Service) settle(ctx context.Context, in *settleInput) (*struct{}, error) {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		return "settled", s.settleOwed(ctx, tx, auth.PartyID(in.PartnerID), money.Fen(in.Body.Amount), in.Body.Reason, now)
	})
	return nil, err
}

type judgeInput struct {
	PartnerID string `path:"partner_id" maxLength:"64"`
	Body      struct {
		Decision string `json:"decision" enum:"CERTIFY,REFUSE"`
		Reason   string `json:"reason,omitempty" maxLength:"200" doc:"Of a refusal, which needs one"`
	}
}

func (s *Service) judgeBusiness(ctx context.Context, in *judgeInput) (*struct{}, error) {
	approve := in.Body.Decision == "CERTIFY"
	if approve == (in.Body.Reason != "") {
		return nil, problem.Invalid("reason", "the partner has to know why it is refused; a certification has none")
	}
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		return "decided", s.decideBusiness(ctx, tx, auth.PartyID(in.PartnerID), approve, in.Body.Reason, now)
	})
	return nil, err
}

type workInput struct {
	rest.QueryPaging
	Awaits string `query:"awaits" required:"true" enum:"QUESTION,STATEMENT,PAYMENT,FAILED,BUSINESS"`
}

// waiting is what awaits the vendor, as the index has it.
type waiting struct {
	table.Head
	Row Waiting `dynamodbav:"row"`
}

// WorkBody is something that awaits the vendor, on the wire. It is exported for the schema of the operations alone.
type WorkBody struct {
	PartnerID auth.PartyID `json:"partner_id"`
	ID        string       `json:"id,omitempty" doc:"Of the statement or payment request"`
	Amount    rest.Amount  `json:"amount"`
	Since     rest.Instant `json:"since"`
}

type workOutput struct {
	rest.CountHeader
	Body struct {
		Work       []WorkBody `json:"work"`
		TotalCount int        `json:"total_count"`
		Marker     string     `json:"marker,omitempty"`
	}
}

func (s *Service) listWork(ctx context.Context, in *workInput) (*workOutput, error) {
	this := MonthOf(calendar.DateOf(s.Clock.Now()))
	var partitions []string
	for n := -workMonths; n <= 0; n++ {
		partitions = append(partitions, workOf(Awaits(in.Awaits), this.Plus(n)))
	}
	page, err := rest.ListAll[waiting](ctx, s.Table, partitions, "incentive work "+in.Awaits, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &workOutput{CountHeader: page.Header()}
	out.Body.Work, out.Body.TotalCount, out.Body.Marker = []WorkBody{}, page.Total, page.Marker
	for _, w := range page.Items {
		out.Body.Work = append(out.Body.Work, WorkBody{
			PartnerID: w.Row.Partner, ID: w.Row.ID, Amount: rest.Amount(w.Row.Amount), Since: rest.Instant(w.Row.Since),
		})
	}
	return out, nil
}
