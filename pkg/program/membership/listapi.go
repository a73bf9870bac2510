package membership

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Body is a membership on the wire. It is exported for the schema of the operations alone.
type Body struct {
	Plan             PlanCode      `json:"plan"`
	PartyID          auth.PartyID  `json:"party_id"`
	Name             string        `json:"name,omitempty"`
	State            State         `json:"state" enum:"INVITED,APPLIED,UNDER_REVIEW,JOINED,REJECTED,DECLINED,EXPIRED,EXITING,EXITED"`
	Host             auth.PartyID  `json:"host" doc:"Who decides: vendor, or a distributor"`
	Since            rest.Instant  `json:"since"`
	InvitationExpire *rest.Instant `json:"invitation_expire_time,omitempty"`
	JoinedAt         *rest.Instant `json:"joined_at,omitempty"`
	ValidUntil       *rest.Instant `json:"valid_until,omitempty" doc:"End of the term; absent when it has none"`
	CertificateNo    string        `json:"certificate_no,omitempty"`
	Reason           string        `json:"reason,omitempty" doc:"Of a rejection or an exit"`
	FailCheckItems   []Failure     `json:"fail_check_items,omitempty" doc:"Why the application was rejected by the check"`
	MovedCustomers   int           `json:"moved_customers,omitempty" doc:"Of an exit: how many customers the distributor has by now"`
}

func (m Membership) body(now time.Time) Body {
	state := m.StateAt(now)
	b := Body{
		Plan: m.Plan, PartyID: m.Party, Name: m.Name, State: state, Host: m.Host, Since: rest.Instant(m.Since), Reason: m.Why,
		FailCheckItems: m.Failed, MovedCustomers: m.Moved,
	}
	if state == Invited {
		b.InvitationExpire = moment(m.Expires)
	}
	if state == Joined {
		b.JoinedAt, b.ValidUntil, b.CertificateNo = moment(m.Joined), moment(m.Until), m.Certificate
	}
	return b
}

// moment gives a time on the wire, nil for none.
func moment(t time.Time) *rest.Instant {
	if t.IsZero() {
		return nil
	}
	at := rest.Instant(t)
	return &at
}

type clauseBody struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

type planBody struct {
	Code       PlanCode     `json:"code"`
	Name       string       `json:"name"`
	Identity   auth.Kind    `json:"identity,omitempty" doc:"What a member is; an account has one identity at most"`
	InviteOnly bool         `json:"invite_only"`
	Reviewer   auth.Kind    `json:"reviewer" enum:"vendor,distributor"`
	Months     int          `json:"months,omitempty" doc:"How long a membership holds; absent: without end"`
	Guards     []Guard      `json:"guards" doc:"What an account must have settled before it joins"`
	Benefits   []clauseBody `json:"benefits"`
	Duties     []clauseBody `json:"duties"`
	Membership *Body        `json:"membership,omitempty" doc:"The caller's own"`
}

type plansInput struct {
	Locale string `query:"locale" enum:"zh-CN,en-US" doc:"The party's own when absent"`
}

type plansOutput struct {
	Body struct {
		Plans []planBody `json:"plans"`
	}
}

// listPlans lists all plans, a handful.
func (s *Service) listPlans(ctx context.Context, in *plansInput) (*plansOutput, error) {
	caller := rest.Caller(ctx)
	own, err := All(ctx, s.Table, caller.Party)
	if err != nil {
		return nil, err
	}
	l := notify.Locale(in.Locale)
	if l == "" {
		p, err := party.Get(ctx, s.Table, caller.Party)
		if err != nil {
			return nil, err
		}
		l = notify.LocaleOf(p.Locale)
	}
	out := &plansOutput{}
	for _, p := range Plans() {
		b := p.body(l)
		for _, m := range own {
			if m.Plan == p.Code {
				mine := m.body(s.Clock.Now())
				b.Membership = &mine
			}
		}
		out.Body.Plans = append(out.Body.Plans, b)
	}
	return out, nil
}

func (p Plan) body(l notify.Locale) planBody {
	return planBody{
		Code: p.Code, Name: p.Names[l], Identity: p.Identity, InviteOnly: p.InviteOnly, Reviewer: p.Reviewer, Months: p.Months,
		Guards: append([]Guard{}, p.Guards...), Benefits: said(p.Benefits, l), Duties: said(p.Duties, l),
	}
}

func said(of []Clause, l notify.Locale) []clauseBody {
	all := make([]clauseBody, len(of))
	for i, c := range of {
		all[i] = clauseBody{Code: c.Code, Text: c.Texts[l]}
	}
	return all
}

type membersInput struct {
	rest.QueryPaging
	Plan  string `query:"plan" required:"true" maxLength:"40"`
	State string `query:"state" required:"true" enum:"INVITED,APPLIED,UNDER_REVIEW,JOINED,REJECTED,DECLINED,EXPIRED,EXITING,EXITED"`
}

type membersOutput struct {
	rest.CountHeader
	Body struct {
		Members    []Body `json:"members"`
		TotalCount int    `json:"total_count"`
		Marker     string `json:"marker,omitempty"`
	}
}

// listMembers lists the members of a plan that the caller runs. Error: CBC.0155 for somebody else's plan.
func (s *Service) listMembers(ctx context.Context, in *membersInput) (*membersOutput, error) {
	plan, err := planOf(in.Plan)
	if err != nil {
		return nil, err
	}
	host, err := hosts(plan, rest.Caller(ctx))
	if err != nil {
		return nil, err
	}
	q := table.Query{
		Index: table.Listed, PK: members(host, plan.Code, State(in.State)), Descending: true, Scope: "plan members " + string(host) + " " + in.Plan + " " + in.State,
	}
	page, err := rest.List[Membership](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	out := &membersOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Members = page.Total, page.Marker, []Body{}
	for _, m := range page.Items {
		out.Body.Members = append(out.Body.Members, m.body(s.Clock.Now()))
	}
	return out, nil
}

type decideInput struct {
	Body struct {
		Plan      string   `json:"plan" maxLength:"40"`
		PartyIDs  []string `json:"party_ids" minItems:"1" maxItems:"50" uniqueItems:"true"`
		Decision  string   `json:"decision" enum:"approve,reject"`
		Rejection string   `json:"reason,omitempty" maxLength:"200" doc:"Of a rejection, which needs one"`
	}
}

// undecided is a refusal of one membership among several.
type undecided struct {
	ErrorCode string `json:"error_code"`
	ErrorMsg  string `json:"error_msg"`
	PartyID   string `json:"party_id"`
}

type decideOutput struct {
	Body struct {
		ErrorDetails []undecided `json:"error_details" doc:"Those that could not be decided on; the others are"`
	}
}

// decide decides on applications, each in a transaction of its own. Errors of all: CBC.0100, CBC.0155; of one: ErrNone, and those of join.
func (s *Service) decide(ctx context.Context, in *decideInput) (*decideOutput, error) {
	b, caller := in.Body, rest.Caller(ctx)
	plan, err := planOf(b.Plan)
	if err != nil {
		return nil, err
	}
	host, err := hosts(plan, caller)
	if err != nil {
		return nil, err
	}
	if (b.Decision == string(Reject)) != (b.Rejection != "") {
		return nil, problem.Invalid("reason", "a rejection has a reason, and an approval has none")
	}
	out := &decideOutput{}
	out.Body.ErrorDetails = []undecided{}
	for n, id := range b.PartyIDs {
		err := table.Retry(ctx, func() error {
			return rest.ClaimOf(ctx).Do(ctx, s.Table, n, func(tx *table.Tx) error {
				return s.decideOne(ctx, tx, plan, host, auth.PartyID(id), b.Rejection, caller.Masked())
			})
		})
		if refused, foreseen := problem.As(err); foreseen {
			out.Body.ErrorDetails = append(out.Body.ErrorDetails, undecided{ErrorCode: refused.Code, ErrorMsg: refused.Public(), PartyID: id})
		} else if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// decideOne appends to tx that an application is rejected for a reason or, without one, approved. Error: ErrNone for one that is not the host's.
func (s *Service) decideOne(ctx context.Context, tx *table.Tx, plan Plan, host, id auth.PartyID, why, by string) error {
	none := ErrNone.Saying("there is no application of %q for the plan %q", id, plan.Code)
	if !table.IsID(string(id)) {
		return none
	}
	m, err := Load(ctx, s.Table, id, plan.Code)
	if err != nil {
		return err
	}
	if m.State == None || m.Host != host {
		return none
	}
	if why != "" {
		return s.reject(ctx, tx, m, why, nil, by)
	}
	return s.join(ctx, tx, m, by)
}
