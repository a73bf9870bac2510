package incentive

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Of names the partner that a vendor's user asks about. It is exported for the schema of the operations alone.
type Of struct {
	PartnerID string `query:"partner_id" maxLength:"64" doc:"For the vendor, which names the partner; partners see their own"`
}

// partner gives whose business a call is. Errors: CBC.0100 for a vendor that names none; ErrNotFound for a partner that names another.
func (o Of) partner(ctx context.Context) (auth.PartyID, error) {
	caller := rest.Caller(ctx)
	switch {
	case caller.Kind == auth.Vendor && !table.IsID(o.PartnerID):
		return "", problem.Invalid("partner_id", "%.64q names no partner", o.PartnerID)
	case caller.Kind == auth.Vendor:
		return auth.PartyID(o.PartnerID), nil
	case o.PartnerID != "" && auth.PartyID(o.PartnerID) != caller.Party:
		return "", party.ErrUnknown.Saying("there is no partner %q", o.PartnerID).In("partner_id")
	}
	return caller.Party, nil
}

// StatementBody is an incentive statement on the wire. It is exported for the schema of the operations alone.
type StatementBody struct {
	StatementID     string         `json:"statement_id"`
	PartnerID       auth.PartyID   `json:"partner_id"`
	Period          Month          `json:"period" doc:"A Beijing month such as 2026-11"`
	PlanID          PlanID         `json:"plan_id,omitempty"`
	PlanVersion     int            `json:"plan_version,omitempty"`
	AssociationType string         `json:"association_type" enum:"1,2,--" doc:"1 referral, 2 resale, -- of an incentive that no performance brought"`
	Performance     rest.Amount    `json:"performance"`
	Amount          rest.Amount    `json:"amount"`
	FrozenAmount    rest.Amount    `json:"frozen_amount" doc:"Of the amount, what comes of purchases on credit"`
	State           StatementState `json:"state" enum:"ESTIMATED,TO_CONFIRM,ISSUING,ISSUED"`
	Reason          string         `json:"reason,omitempty" doc:"Of an incentive that no performance brought"`
	ConfirmBy       string         `json:"confirm_by,omitempty" doc:"Beijing date: the last day; what is not asked about is confirmed then"`
	OpenQuestion    bool           `json:"open_question"`
	ClosedAt        *rest.Instant  `json:"closed_at,omitempty"`
	ConfirmedAt     *rest.Instant  `json:"confirmed_at,omitempty"`
	ByDeadline      bool           `json:"confirmed_by_deadline,omitempty"`
	IssuedAt        *rest.Instant  `json:"issued_at,omitempty"`
}

func showStatement(s Statement) StatementBody {
	return StatementBody{
		StatementID: s.ID, PartnerID: s.Partner, Period: s.Month, PlanID: s.Plan, PlanVersion: s.Version, AssociationType: associationName(s.AssociationType),
		Performance: rest.Amount(s.Performance), Amount: rest.Amount(s.Amount), FrozenAmount: rest.Amount(s.Frozen), State: s.State, Reason: s.Why,
		ConfirmBy: s.Deadline.String(), OpenQuestion: s.open(), ClosedAt: instant(s.Closed), ConfirmedAt: instant(s.Confirmed), ByDeadline: s.Elapsed,
		IssuedAt: instant(s.Approved),
	}
}

func associationName(t int) string {
	if t == 0 {
		return "--"
	}
	return strconv.Itoa(t)
}

// instant gives a time on the wire, nil for none.
func instant(at time.Time) *rest.Instant {
	if at.IsZero() {
		return nil
	}
	shown := rest.Instant(at)
	return &shown
}

type statementsInput struct {
	rest.QueryPaging
	Of
	Period string `query:"period" maxLength:"7"`
	State  string `query:"state" enum:"TO_CONFIRM,ISSUING,ISSUED"`
}

type statementsOutput struct {
	rest.CountHeader
	Body struct {
		Statements []StatementBody `json:"statements"`
		TotalCount int             `json:"total_count"`
		Marker     string          `json:"marker,omitempty"`
	}
}

func (s *Service) listStatements(ctx context.Context, in *statementsInput) (*statementsOutput, error) {
	partner, err := in.partner(ctx)
	if err != nil {
		return nil, err
	}
	if in.Period != "" && Month(in.Period).First().IsZero() {
		return nil, problem.Invalid("period", "%q is no month such as 2026-11", in.Period)
	}
	q := table.Query{PK: ownerKey(partner), Prefix: statementPrefix + in.Period, Descending: true, Scope: "statements " + in.Period + " " + in.State}
	page, err := rest.List(ctx, s.Table, q, in.Paging(), func(one *Statement) bool { return in.State == "" || string(one.State) == in.State })
	if err != nil {
		return nil, err
	}
	out := &statementsOutput{CountHeader: page.Header()}
	out.Body.Statements, out.Body.TotalCount, out.Body.Marker = []StatementBody{}, page.Total, page.Marker
	for _, one := range page.Items {
		out.Body.Statements = append(out.Body.Statements, showStatement(*one))
	}
	return out, nil
}

// DetailBody is what a row of performance is worth, on the wire. It is exported for the schema of the operations alone.
type DetailBody struct {
	ServiceTypeCode string      `json:"service_type_code"`
	IncentivePolicy int         `json:"incentive_policy"`
	Performance     rest.Amount `json:"performance"`
	Rate            string      `json:"rate" doc:"A percentage such as 5.00"`
	Amount          rest.Amount `json:"amount"`
	FrozenAmount    rest.Amount `json:"frozen_amount"`
}

// QuestionBody is a question on the wire. It is exported for the schema of the operations alone.
type QuestionBody struct {
	Question   string        `json:"question"`
	AskedAt    rest.Instant  `json:"asked_at"`
	Answer     string        `json:"answer,omitempty"`
	AnsweredAt *rest.Instant `json:"answered_at,omitempty"`
}

// StatementShown is a statement with what it sums. It is exported for the schema of the operations alone.
type StatementShown struct {
	StatementBody
	Details   []DetailBody   `json:"details"`
	Questions []QuestionBody `json:"questions"`
}

func showDetails(rows []Detail) []DetailBody {
	all := []DetailBody{}
	for _, d := range rows {
		all = append(all, DetailBody{
			ServiceTypeCode: d.Service, IncentivePolicy: d.Policy, Performance: rest.Amount(d.Performance), Rate: percent(d.Rate), Amount: rest.Amount(d.Amount),
			FrozenAmount: rest.Amount(d.Frozen),
		})
	}
	return all
}

// percent writes a rate in hundredths of a percent.
func percent(rate int) string {
	const hundred = 100
	return strconv.Itoa(rate/hundred) + "." + strconv.Itoa(hundred + rate%hundred)[1:]
}

type statementInput struct {
	Of
	StatementID string `path:"statement_id" maxLength:"64"`
}

type statementOutput struct{ Body StatementShown }

func (s *Service) showStatement(ctx context.Context, in *statementInput) (*statementOutput, error) {
	partner, err := in.partner(ctx)
	if err != nil {
		return nil, err
	}
	one, err := LoadStatement(ctx, s.Table, partner, in.StatementID)
	if err != nil {
		return nil, err
	}
	var sums details
	if err := s.Table.Get(ctx, detailKey(partner, one.ID), &sums); err != nil && !errors.Is(err, table.ErrNotFound) {
		return nil, err
	}
	out := &statementOutput{Body: StatementShown{StatementBody: showStatement(one), Details: showDetails(sums.Rows), Questions: []QuestionBody{}}}
	for _, q := range one.Questions {
		out.Body.Questions = append(out.Body.Questions, QuestionBody{
			Question: q.Text, AskedAt: rest.Instant(q.Asked), Answer: q.Answer, AnsweredAt: instant(q.Answered),
		})
	}
	return out, nil
}

type estimateOutput struct {
	Body struct {
		Statements []StatementShown `json:"statements" doc:"One for each association type with performance; none for a partner in no plan"`
	}
}

func (s *Service) showEstimate(ctx context.Context, in *Of) (*estimateOutput, error) {
	partner, err := in.partner(ctx)
	if err != nil {
		return nil, err
	}
	out := &estimateOutput{}
	out.Body.Statements = []StatementShown{}
	var m Membership
	err = s.Table.Get(ctx, memberKey(partner), &m)
	if errors.Is(err, table.ErrNotFound) || err == nil && !m.closing() {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	all, _, err := s.closed(ctx, m, m.Next, s.Clock.Now())
	for _, one := range all {
		one.State, one.Closed, one.Deadline = Estimated, time.Time{}, calendar.Date{}
		out.Body.Statements = append(out.Body.Statements, StatementShown{
			StatementBody: showStatement(one.Statement), Details: showDetails(one.details.Rows), Questions: []QuestionBody{},
		})
	}
	return out, err
}

type decideInput struct {
	StatementID string `path:"statement_id" maxLength:"64"`
	Body        struct {
		Decision string `json:"decision" enum:"CONFIRM,FEEDBACK"`
		Question string `json:"question,omitempty" doc:"Of feedback: 1 to 1,000 characters"`
	}
}

func (s *Service) decideStatement(ctx context.Context, in *decideInput) (*struct{}, error) {
	what := StepConfirm
	if in.Body.Decision == "FEEDBACK" {
		what = StepAsk
	}
	if err := checkText("question", in.Body.Question, what == StepAsk); err != nil {
		return nil, err
	}
	return nil, s.stepOnce(ctx, rest.Caller(ctx).Party, in.StatementID, what, in.Body.Question)
}

// stepOnce does a step of a statement as the effect of the caller's request.
func (s *Service) stepOnce(ctx context.Context, partner auth.PartyID, id string, what StatementStep, text string) error {
	_, err := s.once(ctx, func(tx *table.Tx, now time.Time) (string, error) {
		one, err := LoadStatement(ctx, s.Table, partner, id)
		if err != nil {
			return "", err
		}
		return id, s.step(ctx, tx, one, what, text, now)
	})
	return err
}

// checkText refuses a text that is blank or too long, and any where a step needs none, since it would be lost. Error: CBC.0100.
func checkText(field, text string, needed bool) error {
	switch n := utf8.RuneCountInString(text); {
	case !needed && n > 0:
		return problem.Invalid(field, "this decision has none")
	case needed && (strings.TrimSpace(text) == "" || n > mostText):
		return problem.Invalid(field, "it is blank, or longer than %d characters", mostText)
	}
	return nil
}

type incentivesInput struct {
	rest.QueryPaging
	Of
	State string `query:"state" enum:"PAYABLE,FROZEN,REQUESTED,EXPIRED,NETTED,TRANSFERRED"`
}

// IncentiveBody is an incentive on the wire. It is exported for the schema of the operations alone.
type IncentiveBody struct {
	IncentiveID      string        `json:"incentive_id"`
	StatementID      string        `json:"statement_id,omitempty"`
	Period           Month         `json:"period"`
	AssociationType  string        `json:"association_type" enum:"1,2,--"`
	Amount           rest.Amount   `json:"amount" doc:"Negative where more was given than earned"`
	State            Hold          `json:"state" enum:"PAYABLE,FROZEN,REQUESTED,EXPIRED,NETTED,TRANSFERRED"`
	Reason           string        `json:"reason,omitempty" doc:"Why it can't be applied for"`
	PaymentRequestID string        `json:"payment_request_id,omitempty"`
	Methods          []Method      `json:"methods" doc:"By which it can be paid"`
	IssuedAt         rest.Instant  `json:"issued_at"`
	EndedAt          *rest.Instant `json:"ended_at,omitempty"`
}

type incentivesOutput struct {
	rest.CountHeader
	Body struct {
		Incentives []IncentiveBody `json:"incentives"`
		TotalCount int             `json:"total_count"`
		Marker     string          `json:"marker,omitempty"`
	}
}

func (s *Service) listIncentives(ctx context.Context, in *incentivesInput) (*incentivesOutput, error) {
	partner, err := in.partner(ctx)
	if err != nil {
		return nil, err
	}
	q := table.Query{PK: ownerKey(partner), Prefix: incentivePrefix, Descending: true, Scope: "incentives " + in.State}
	page, err := rest.List(ctx, s.Table, q, in.Paging(), func(one *Incentive) bool { return in.State == "" || string(one.State) == in.State })
	if err != nil {
		return nil, err
	}
	out := &incentivesOutput{CountHeader: page.Header()}
	out.Body.Incentives, out.Body.TotalCount, out.Body.Marker = []IncentiveBody{}, page.Total, page.Marker
	for _, i := range page.Items {
		b := IncentiveBody{
			IncentiveID: i.ID, StatementID: i.Statement, Period: i.Month, AssociationType: associationName(i.AssociationType), Amount: rest.Amount(i.Amount),
			State: i.State, Reason: i.Why, PaymentRequestID: i.Request, Methods: []Method{}, IssuedAt: rest.Instant(i.Issued), EndedAt: instant(i.Ended),
		}
		for _, m := range Methods() {
			if m.Allows(i.AssociationType, i.Month) {
				b.Methods = append(b.Methods, m)
			}
		}
		out.Body.Incentives = append(out.Body.Incentives, b)
	}
	return out, nil
}
