package specialist

import (
	"context"
	"errors"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// What a person does for the personal account that is signed in. The account's id is the caller's party.

// invitation says that a partner has invited an account, however that stands now: the member says so.
type invitation struct {
	table.Head
	Partner auth.PartyID `dynamodbav:"ptnr"`
}

// OwnInvitationBody is an invitation as who was invited sees it. It is exported for the schema of the operations alone.
type OwnInvitationBody struct {
	PartnerID   auth.PartyID  `json:"partner_id"`
	PartnerName string        `json:"partner_name"`
	State       State         `json:"state" enum:"INVITED,EXPIRED,BOUND,SPECIALIST_REVIEWING,SPECIALIST_REJECTED,SPECIALIST,CANCEL_REVIEWING,CANCEL_APPROVED,CANCELLED_BY_VENDOR,UNBOUND" doc:"INVITED: it can be accepted"`
	InvitedAt   rest.Instant  `json:"invited_at" doc:"Last"`
	ExpiresAt   *rest.Instant `json:"expires_at,omitempty" doc:"Of an open invitation"`
	BoundAt     *rest.Instant `json:"bound_at,omitempty" doc:"While the account is bound"`
	Profile     *profileBody  `json:"profile,omitempty" doc:"What the partner is told of you while the account is bound"`
}

type ownInvitationsInput struct{ rest.QueryPaging }

type ownInvitationsOutput struct {
	rest.CountHeader
	Body struct {
		Invitations []OwnInvitationBody `json:"invitations"`
		TotalCount  int                 `json:"total_count"`
		Marker      string              `json:"marker,omitempty"`
	}
}

// ownInvitations lists the partners that have ever invited the account that is signed in, by their id, as things stand now.
func (s *Service) ownInvitations(ctx context.Context, in *ownInvitationsInput) (*ownInvitationsOutput, error) {
	id := AccountID(rest.Caller(ctx).Party)
	q := table.Query{PK: accountPK(id), Prefix: invitationPrefix, Strong: true, Scope: "own invitations " + string(id)}
	page, err := rest.List[invitation](ctx, s.Table, q, in.Paging(), nil)
	if err != nil {
		return nil, err
	}
	var memberKeys, partyKeys []table.Key
	for _, one := range page.Items {
		memberKeys, partyKeys = append(memberKeys, memberKey(one.Partner, id)), append(partyKeys, party.Key(one.Partner))
	}
	members, err := table.GetAll[Member](ctx, s.Table, memberKeys)
	if err != nil {
		return nil, err
	}
	partners, err := table.GetAll[party.Party](ctx, s.Table, partyKeys)
	if err != nil {
		return nil, err
	}
	out := &ownInvitationsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Invitations = page.Total, page.Marker, []OwnInvitationBody{}
	for i := range page.Items {
		if m, p := members[memberKeys[i]], partners[partyKeys[i]]; m != nil && p != nil {
			out.Body.Invitations = append(out.Body.Invitations, s.ownBody(*m, p.Name))
		}
	}
	return out, nil
}

func (s *Service) ownBody(m Member, partner string) OwnInvitationBody {
	b := s.bodyOf(m)
	own := OwnInvitationBody{
		PartnerID: m.Partner, PartnerName: partner, State: b.State, InvitedAt: b.InvitedAt, ExpiresAt: b.ExpiresAt, BoundAt: b.BoundAt,
	}
	if p := m.Profile; p != nil {
		own.Profile = &profileBody{Employment: p.Employment, Training: p.Training, Projects: p.Projects}
	}
	return own
}

type ownProfileInput struct{ Body profileBody }

// setOwnProfile sets what the partner to whom the account that is signed in is bound is told of the person, all of it. Errors: ErrMissing for who is
// bound to nobody, CBC.0100. Source: DOMAIN.md 13, "Member maintains employment, certificates, training, projects".
func (s *Service) setOwnProfile(ctx context.Context, in *ownProfileInput) (*struct{}, error) {
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	caller := rest.Caller(ctx)
	unbound := ErrMissing.Saying("you are bound to no partner, which a profile is for; accept an invitation first")
	_, err := s.once(ctx, func(tx *table.Tx) (string, error) {
		a, err := s.account(ctx, AccountID(caller.Party))
		if errors.Is(err, ErrNoAccount) || err == nil && a.Partner == "" {
			return "", unbound
		}
		if err != nil {
			return "", err
		}
		m, err := s.Member(ctx, a.Partner, a.ID)
		if err == nil && !m.State.Bound() { // it has left since the account was read
			err = unbound
		}
		if err != nil {
			return "", err
		}
		s.profiled(tx, m, in.Body, caller.Masked())
		return "done", nil
	})
	return nil, err
}
