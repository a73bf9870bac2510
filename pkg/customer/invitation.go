package customer

import (
	"context"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// The kinds of invitation.
const (
	Online  = "ONLINE"  // a link by mail, for who reads that mail
	Offline = "OFFLINE" // a link for anybody, also to be printed as a QR code
)

// Invitation is a partner's offer of an association. Source: DOMAIN.md 4.
type Invitation struct {
	table.Head
	ID       string        `dynamodbav:"id"`
	Partner  auth.PartyID  `dynamodbav:"partner"`
	Kind     string        `dynamodbav:"kind"`
	Type     int           `dynamodbav:"type"` // party.Referral or party.Resale
	Label    string        `dynamodbav:"label,omitempty"`
	Manager  auth.UserID   `dynamodbav:"manager,omitempty"`
	Name     string        `dynamodbav:"name,omitempty"` // of the customer
	Email    string        `dynamodbav:"email,omitempty"`
	Mobile   string        `dynamodbav:"mobile,omitempty"`
	Locale   notify.Locale `dynamodbav:"locale"`
	Report   string        `dynamodbav:"report,omitempty"`
	Via      string        `dynamodbav:"via,omitempty"` // the offline invitation that it was asked for by
	State    InviteState   `dynamodbav:"state"`
	Serial   int           `dynamodbav:"serial"`         // of its link: sending again ends the links before
	Created  time.Time     `dynamodbav:"at"`             // business time, UTC
	Expires  time.Time     `dynamodbav:"expires"`        // business time, UTC
	Customer auth.PartyID  `dynamodbav:"cust,omitempty"` // who accepted an online one
}

// InviteState says how an invitation stands.
type InviteState string

// The states of an invitation. An open one whose time is over reads as expired, and can be sent again.
const (
	InviteOpen     InviteState = "open"
	InviteAccepted InviteState = "accepted"
	InviteRevoked  InviteState = "revoked"
	InviteExpired  InviteState = "expired"
)

// InviteStep is what happens to an invitation.
type InviteStep string

// The steps of an invitation.
const (
	InviteAccepts InviteStep = "accept"
	InviteRevokes InviteStep = "revoke"
	InviteResends InviteStep = "resend"
)

// After gives an invitation's state after a step. It is the whole state machine. Error: ErrState.
func (s InviteState) After(step InviteStep) (InviteState, error) {
	switch {
	case s == InviteOpen && step == InviteAccepts:
		return InviteAccepted, nil
	case (s == InviteOpen || s == InviteExpired) && step == InviteRevokes:
		return InviteRevoked, nil
	case (s == InviteOpen || s == InviteExpired) && step == InviteResends:
		return InviteOpen, nil
	}
	return s, ErrState.Saying("the invitation is %s", s)
}

// StateAt gives the state at a business time.
func (i Invitation) StateAt(now time.Time) InviteState {
	if i.State == InviteOpen && !now.Before(i.Expires) {
		return InviteExpired
	}
	return i.State
}

// Purpose is what the links of invitations are for.
const Purpose = "join"

// WriterInvitation names the writer of the mail that carries an invitation's link.
const WriterInvitation = "customer-invitation"

// Link gives the link that is good for the invitation now.
func (i Invitation) Link() link.Link {
	return link.Link{
		Purpose: Purpose, Party: i.Partner, Object: i.ID, Period: strconv.Itoa(i.Serial), Locale: i.Locale, Expires: i.Expires,
	}
}

// Opens says whether a link is the one that is good for the invitation now.
func (i Invitation) Opens(l link.Link) bool { return l.Period == strconv.Itoa(i.Serial) }

// invite appends to tx a new invitation; an online one goes out by mail.
func (s *Service) invite(ctx context.Context, tx *table.Tx, i Invitation) error {
	if err := s.mayExpand(ctx, tx, i.Partner, i.Type); err != nil {
		return err
	}
	now := s.Clock.Now()
	i.Head, i.State, i.Serial, i.Created = invitationKey(i.Partner, i.ID).Head(), InviteOpen, 1, now
	i.Expires = forever
	if i.Kind == Online {
		i.Expires = now.Add(inviteLife)
		s.mail(ctx, tx, i)
	}
	if i.Report != "" {
		if err := s.attach(ctx, tx, &i); err != nil {
			return err
		}
	}
	tx.Create(&i)
	s.audit(ctx, tx, event.Event{Type: EventInvited, Owner: string(i.Partner), Subject: i.ID, Data: map[string]string{"kind": i.Kind}})
	return nil
}

// mail appends to tx that an invitation's link goes out.
func (s *Service) mail(ctx context.Context, tx *table.Tx, i Invitation) {
	immediate.Append(tx, WriterInvitation, event.Event{
		Owner: string(i.Partner), Subject: i.ID, At: s.Clock.Now(), By: byOf(ctx), Data: map[string]string{"serial": strconv.Itoa(i.Serial)},
	})
}

// attach appends to tx that an invitation is of a report that the caller may see, whose contact it goes to. An online one takes the place of the one
// before: when the contact changes there is one link that dies with it. Errors: ErrMissing, ErrState.
func (s *Service) attach(ctx context.Context, tx *table.Tx, i *Invitation) error {
	old, err := s.mineReport(ctx, i.Partner, i.Report)
	if err != nil {
		return err
	}
	next := old
	if next.State, err = old.StateAt(s.Clock.Now()).After(ReportEdits); err != nil {
		return err
	}
	i.Name, i.Email, i.Mobile = old.Name, old.Email, old.Mobile
	if i.Kind != Online {
		tx.Check(&old)
		return nil
	}
	if i.Email == "" {
		return ErrState.Saying("the report has no mail address; add one first")
	}
	if before, open, err := s.openOf(ctx, old); err != nil {
		return err
	} else if open {
		if err := s.revoke(ctx, tx, before); err != nil {
			return err
		}
	}
	next.Invitation = i.ID
	tx.Replace(&old, &next)
	return nil
}

// openOf reads the online invitation of a report, if it is open or could be sent again.
func (s *Service) openOf(ctx context.Context, r Report) (i Invitation, open bool, err error) {
	if r.Invitation == "" {
		return Invitation{}, false, nil
	}
	i, err = s.Invitation(ctx, r.Partner, r.Invitation)
	return i, err == nil && i.Kind == Online && i.State == InviteOpen, err
}

// readdress appends to tx that the open invitation of a report goes to the report's new contact; its old link dies.
func (s *Service) readdress(ctx context.Context, tx *table.Tx, r Report) error {
	old, open, err := s.openOf(ctx, r)
	if err != nil || !open {
		return err
	}
	if r.Email == "" { // nowhere to send it
		return s.revoke(ctx, tx, old)
	}
	next := old
	next.Email, next.Mobile = r.Email, r.Mobile
	return s.resend(ctx, tx, old, next)
}

// goneBefore says whether the offline invitation that an online one came by is revoked: the online one has ended with it.
func (s *Service) goneBefore(ctx context.Context, i Invitation) (bool, error) {
	if i.Via == "" {
		return false, nil
	}
	via, err := s.Invitation(ctx, i.Partner, i.Via)
	return err == nil && via.State == InviteRevoked, err
}

// resend appends to tx that an invitation goes out again, with another link and for another seven days. Error: ErrState.
func (s *Service) resend(ctx context.Context, tx *table.Tx, old, next Invitation) error {
	now := s.Clock.Now()
	var err error
	if next.State, err = old.StateAt(now).After(InviteResends); err != nil {
		return err
	}
	next.Serial, next.Expires = old.Serial+1, now.Add(inviteLife)
	tx.Replace(&old, &next)
	s.mail(ctx, tx, next)
	s.audit(ctx, tx, event.Event{Type: EventResent, Owner: string(next.Partner), Subject: next.ID})
	return nil
}

// revoke appends to tx that an invitation is good no more. Error: ErrState.
func (s *Service) revoke(ctx context.Context, tx *table.Tx, old Invitation) error {
	next := old
	var err error
	if next.State, err = old.StateAt(s.Clock.Now()).After(InviteRevokes); err != nil {
		return err
	}
	tx.Replace(&old, &next)
	s.audit(ctx, tx, event.Event{Type: EventRevoked, Owner: string(next.Partner), Subject: next.ID})
	return nil
}

// Invitation reads a partner's invitation. Error: ErrMissing.
func (s *Service) Invitation(ctx context.Context, partner auth.PartyID, id string) (Invitation, error) {
	missing := ErrMissing.Saying("you have no invitation %q", id)
	if !table.IsID(id) {
		return Invitation{}, missing
	}
	var i Invitation
	err := s.Table.Get(ctx, invitationKey(partner, id), &i)
	if absent(err) {
		return i, missing
	}
	return i, err
}

// byOf names who does something: the caller, or the system where nobody calls.
func byOf(ctx context.Context) string {
	if caller := rest.Caller(ctx); caller.Party != "" {
		return caller.Masked()
	}
	return "system"
}
