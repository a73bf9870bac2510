package membership

import (
	"context"
	"errors"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Purpose names the links of invitations.
const Purpose = "plan-invitation"

// invitation is whom a host invites to a plan.
type invitation struct {
	Plan   Plan
	Party  auth.PartyID
	Email  string // where it goes; the account's own when empty
	Locale notify.Locale
}

// hosts gives who runs a plan for a caller. Error: CBC.0155 for somebody else's plan.
func hosts(plan Plan, by auth.Principal) (auth.PartyID, error) {
	if by.Kind != plan.Reviewer {
		return "", problem.Denied("a %s invites to the plan %q and decides on it, and you are a %s", plan.Reviewer, plan.Code, by.Kind)
	}
	if by.Kind == auth.Vendor {
		return Vendor, nil
	}
	return by.Party, nil
}

// invite appends to tx that an account is invited, or invited again: then the link that was sent before is dead.
//
// Errors: party.ErrUnknown; ErrIdentity; ErrState for a member; ErrHost of a distributor that is restricted, frozen or below such a one.
func (s *Service) invite(ctx context.Context, tx *table.Tx, i invitation, host auth.PartyID, by auth.Principal) (Membership, error) {
	if err := s.open(ctx, tx, host); err != nil {
		return Membership{}, err
	}
	p, err := s.invitee(ctx, i, host)
	if err != nil {
		return Membership{}, err
	}
	old, err := Load(ctx, s.Table, p.ID, i.Plan.Code)
	if err != nil {
		return old, err
	}
	now := s.Clock.Now()
	if old.State == Invited && old.Host != host && old.StateAt(now) == Invited {
		return old, ErrState.Saying("%q has an invitation by another distributor, until that is over", p.ID)
	}
	next, err := old.take(Invite, now)
	if err != nil {
		return old, err
	}
	next.Name, next.Host, next.Email, next.Locale = p.Name, host, i.Email, i.Locale
	next.Serial, next.Expires, next.Vouched = old.Serial+1, now.Add(invited), host != Vendor
	if next.Email == "" {
		next.Email = p.Email
	}
	if next.Locale == "" {
		next.Locale = notify.LocaleOf(p.Locale)
	}
	if _, err := s.admitted(ctx, table.NewTx(), p, next); err != nil {
		return old, err
	}
	next.arm(next.Expires)
	s.tell(tx, WriterInvitation, p.ID, next, by.Masked())
	return next, s.put(ctx, tx, old, next, Invite, by.Masked())
}

// invitee reads the account that is invited. A distributor names it with its mail address: what does not match looks like what does not exist, so that
// nobody learns which accounts there are. Error: party.ErrUnknown.
func (s *Service) invitee(ctx context.Context, i invitation, host auth.PartyID) (party.Party, error) {
	unknown := party.ErrUnknown.Saying("there is no account %q with that mail address", i.Party).In("party_id")
	if !table.IsID(string(i.Party)) {
		return party.Party{}, unknown
	}
	p, err := party.Get(ctx, s.Table, i.Party)
	if errors.Is(err, party.ErrUnknown) || err == nil && host != Vendor && !strings.EqualFold(p.Email, i.Email) {
		return party.Party{}, unknown
	}
	return p, err
}

// open refuses what expands the network of a distributor that can't do business, or whose membership has ended, and appends to tx that it stays as it is.
// One that the vendor registered has none. Errors: ErrHost, party.ErrUnknown for what is no distributor. Source: DOMAIN.md 0, "distributor cannot invite
// resellers"; 11.
func (s *Service) open(ctx context.Context, tx *table.Tx, host auth.PartyID) error {
	if host == Vendor {
		return nil
	}
	unknown := party.ErrUnknown.Saying("there is no distributor %q", host).In("distributor_id")
	if !table.IsID(string(host)) {
		return unknown
	}
	d, err := party.Get(ctx, s.Table, host)
	if errors.Is(err, party.ErrUnknown) || err == nil && d.Kind != auth.Distributor {
		return unknown
	}
	if err != nil {
		return err
	}
	blocked, err := party.Blocked(ctx, s.Table, d)
	if err != nil {
		return err
	}
	if blocked {
		return ErrHost.Saying("distributor %q is restricted, frozen or exiting, and takes no resellers", host)
	}
	m, err := Load(ctx, s.Table, host, Distribution)
	if err != nil {
		return err
	}
	if !m.Joined.IsZero() && m.StateAt(s.Clock.Now()) != Joined {
		return ErrHost.Saying("the membership of distributor %q in the distribution plan has ended: it takes no resellers until it has joined again", host)
	}
	tx.Check(&d)
	return nil
}

// Link gives the link of an invitation.
func (m Membership) Link() link.Link {
	return link.Link{Purpose: Purpose, Party: m.Party, Object: string(m.Plan), Period: serial(m.Serial), Locale: m.Locale, Expires: m.Expires}
}
