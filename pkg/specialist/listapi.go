package specialist

import (
	"context"
	"iter"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// MemberBody is a member on the wire. It is exported for the schema of the operations alone.
type MemberBody struct {
	SpecialistID string        `json:"specialist_id" doc:"The personal account's id"`
	Name         string        `json:"name" doc:"Masked while the account is not bound to you"`
	State        State         `json:"state" enum:"INVITED,EXPIRED,BOUND,SPECIALIST_REVIEWING,SPECIALIST_REJECTED,SPECIALIST,CANCEL_REVIEWING,CANCEL_APPROVED,CANCELLED_BY_VENDOR,UNBOUND"`
	Path         Path          `json:"path,omitempty" enum:"SERVICES,SYSTEM_INTEGRATION,LEARNING,DISTRIBUTION,SOLUTION_PROVIDER"`
	InvitedAt    rest.Instant  `json:"invited_at"`
	ExpiresAt    *rest.Instant `json:"expires_at,omitempty" doc:"Of an open invitation"`
	BoundAt      *rest.Instant `json:"bound_at,omitempty"`
	ChangedAt    rest.Instant  `json:"changed_at"`
	Actions      []Step        `json:"actions" doc:"What an administrator can do now"`
}

// rowBody gives a row of a list, whose state may be late by a moment.
func rowBody(r MemberRow, state State) MemberBody {
	b := MemberBody{
		SpecialistID: string(r.Account), Name: r.Name, State: state, Path: r.Path, InvitedAt: rest.Instant(r.Asked), ChangedAt: rest.Instant(r.Changed),
		Actions: state.Allowed(),
	}
	if state.Bound() {
		b.BoundAt = instant(r.Bound)
	}
	return b
}

// bodyOf gives a member as it stands now.
func (s *Service) bodyOf(m Member) MemberBody {
	b := rowBody(m.MemberRow, m.StateAt(s.Clock.Now()))
	if b.State == Invited {
		b.ExpiresAt = instant(m.Expires)
	}
	return b
}

type listMembersInput struct {
	rest.QueryPaging
	State State `query:"state" enum:"INVITED,EXPIRED,BOUND,SPECIALIST_REVIEWING,SPECIALIST_REJECTED,SPECIALIST,CANCEL_REVIEWING,CANCEL_APPROVED,CANCELLED_BY_VENDOR,UNBOUND" doc:"All when absent"`
}

type listMembersOutput struct {
	rest.CountHeader
	Body struct {
		Specialists []MemberBody `json:"specialists"`
		TotalCount  int          `json:"total_count"`
		Marker      string       `json:"marker,omitempty"`
	}
}

// rowState gives the state of a row at this instant: an invitation is good for seven days.
func (s *Service) rowState(r MemberRow) State {
	return Member{MemberRow: r, Expires: r.Asked.Add(inviteLife)}.StateAt(s.Clock.Now())
}

// list lists the caller's members, those invited last first.
func (s *Service) list(ctx context.Context, in *listMembersInput) (*listMembersOutput, error) {
	caller := rest.Caller(ctx)
	q := table.Query{Index: table.Listed, PK: membersOf(caller.Party), Descending: true, Scope: "specialists " + caller.Masked() + " " + string(in.State)}
	page, err := rest.List(ctx, s.Table, q, in.Paging(), func(m *Member) bool { return in.State == "" || s.rowState(m.MemberRow) == in.State })
	if err != nil {
		return nil, err
	}
	out := &listMembersOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Specialists = page.Total, page.Marker, []MemberBody{}
	for _, m := range page.Items {
		out.Body.Specialists = append(out.Body.Specialists, rowBody(m.MemberRow, s.rowState(m.MemberRow)))
	}
	return out, nil
}

// CertificateBody is a certificate on the wire. It is exported for the schema of the operations alone.
type CertificateBody struct {
	CertificateNo Number          `json:"certificate_no"`
	Type          CertificateType `json:"type" enum:"HCIA,HCIP,HCIE,HCCDA,HCCDP,HCCDE"`
	SpecialistID  AccountID       `json:"specialist_id"`
	Name          string          `json:"name" doc:"Of who holds it"`
	Issued        string          `json:"issued"`
	Expires       string          `json:"expires" doc:"The last day"`
	Source        Origin          `json:"source" enum:"SYNC,UPLOAD"`
	Status        Status          `json:"status" enum:"REVIEWING,VALID,REJECTED,REVOKED"`
	Reason        string          `json:"reason,omitempty" doc:"It was rejected or revoked"`
	Counts        bool            `json:"counts" doc:"Whether it counts for you today"`
}

func (s *Service) certificateBody(c CertificateRow) CertificateBody {
	return CertificateBody{
		CertificateNo: c.Number, Type: c.Type, SpecialistID: c.Account, Name: c.Person, Issued: c.Issued.String(), Expires: c.Expires.String(),
		Source: c.Origin, Status: c.Status, Reason: c.Why, Counts: c.Counts(c.Partner, calendar.DateOf(s.Clock.Now())),
	}
}

type listCertificatesInput struct {
	rest.QueryPaging
	Type   CertificateType `query:"type" enum:"HCIA,HCIP,HCIE,HCCDA,HCCDP,HCCDE" doc:"All when absent"`
	Counts string          `query:"counts" enum:"true,false" doc:"Whether they count for you today; all when absent"`
}

type listCertificatesOutput struct {
	rest.CountHeader
	Body struct {
		Certificates []CertificateBody `json:"certificates"`
		TotalCount   int               `json:"total_count"`
		Marker       string            `json:"marker,omitempty"`
	}
}

// listCertificates lists the certificates of the caller's bound members, those that expire first first.
func (s *Service) listCertificates(ctx context.Context, in *listCertificatesInput) (*listCertificatesOutput, error) {
	caller, today := rest.Caller(ctx), calendar.DateOf(s.Clock.Now())
	q := table.Query{
		Index: table.Listed, PK: certificatesOf(caller.Party), Scope: "certificates " + caller.Masked() + " " + string(in.Type) + " " + in.Counts,
	}
	page, err := rest.List(ctx, s.Table, q, in.Paging(), func(c *Certificate) bool {
		return (in.Type == "" || c.Type == in.Type) && (in.Counts == "" || (in.Counts == "true") == c.Counts(caller.Party, today))
	})
	if err != nil {
		return nil, err
	}
	out := &listCertificatesOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Certificates = page.Total, page.Marker, []CertificateBody{}
	for _, c := range page.Items {
		out.Body.Certificates = append(out.Body.Certificates, s.certificateBody(c.CertificateRow))
	}
	return out, nil
}

type showMemberInput struct {
	SpecialistID string `path:"specialist_id" maxLength:"64"`
}

type showMemberOutput struct {
	Body struct {
		MemberBody
		AccountName  string            `json:"account_name,omitempty"`
		Mobile       string            `json:"mobile,omitempty" doc:"Masked"`
		Email        string            `json:"email,omitempty" doc:"Masked"`
		SyncedAt     *rest.Instant     `json:"certificates_synced_at,omitempty" doc:"When the talent platform last told the certificates"`
		ReviewID     string            `json:"review_id,omitempty" doc:"The last review of the state"`
		Reason       string            `json:"reason,omitempty" doc:"Of the last decision or cancellation"`
		Profile      *profileBody      `json:"profile,omitempty"`
		Certificates []CertificateBody `json:"certificates"`
	}
}

// show shows a member; what the person has and tells only while it is bound. Source: DOMAIN.md 13, "After unbinding no data is shared".
func (s *Service) show(ctx context.Context, in *showMemberInput) (*showMemberOutput, error) {
	m, err := s.Member(ctx, rest.Caller(ctx).Party, AccountID(in.SpecialistID))
	if err != nil {
		return nil, err
	}
	out := &showMemberOutput{}
	b := &out.Body
	b.MemberBody, b.Certificates = s.bodyOf(m), []CertificateBody{}
	if !m.State.Bound() {
		return out, nil
	}
	a, err := s.account(ctx, m.Account)
	if err != nil {
		return nil, err
	}
	held, err := s.certificates(ctx, m.Account)
	if err != nil || a.Partner != m.Partner { // it has left since the member was read
		return out, err
	}
	b.AccountName, b.Mobile, b.Email, b.SyncedAt = a.Name, notify.MaskMobile(a.Mobile), notify.MaskEmail(a.Email), instant(a.Synced)
	b.ReviewID, b.Reason = m.Review, m.Why
	if p := m.Profile; p != nil {
		b.Profile = &profileBody{Employment: p.Employment, Training: p.Training, Projects: p.Projects}
	}
	for _, c := range held {
		b.Certificates = append(b.Certificates, s.certificateBody(c.CertificateRow))
	}
	return out, nil
}

// Counted gives how many certificates of each type count for a partner on a Beijing day, as its list has them: perhaps as they were a moment ago.
// Those that have expired before are not read.
func (s *Service) Counted(ctx context.Context, partner auth.PartyID, day calendar.Date) (map[CertificateType]int, error) {
	counted := map[CertificateType]int{}
	for c, err := range table.All[Certificate](ctx, s.Table, table.Query{Index: table.Listed, PK: certificatesOf(partner), From: day.String()}) {
		if err != nil {
			return nil, err
		}
		if c.Counts(partner, day) {
			counted[c.Type]++
		}
	}
	return counted, nil
}

// Expiring yields the certificates that count for a partner, those that expire first first: all that a reminder speaks of, and the first that one
// will, so that who reads knows when. The list may be as it was a moment ago.
func (s *Service) Expiring(ctx context.Context, partner auth.PartyID, now time.Time) iter.Seq2[CertificateRow, error] {
	today := calendar.DateOf(now)
	farthest := today.AddDays(slices.Max(daysBeforeExpiry))
	return func(yield func(CertificateRow, error) bool) {
		for c, err := range table.All[Certificate](ctx, s.Table, table.Query{Index: table.Listed, PK: certificatesOf(partner), From: today.String()}) {
			if err != nil {
				yield(CertificateRow{}, err)
				return
			}
			if !c.Counts(partner, today) {
				continue
			}
			if !yield(c.CertificateRow, nil) || c.Expires.After(farthest) {
				return
			}
		}
	}
}
