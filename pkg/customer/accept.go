package customer

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// What is refused of an invitation's link. ASSUMED codes.
var (
	ErrDeadLink = problem.New(http.StatusGone, "CBC.99001019", "the invitation was sent again, was revoked or has expired")
	ErrUsedLink = problem.New(http.StatusConflict, "CBC.99001020", "the invitation was accepted already")
	ErrSignIn   = problem.New(http.StatusConflict, "CBC.99001021", "sign in with your account, and accept the invitation there")
)

// candidate is what decides whether a customer can associate with a partner.
type candidate struct {
	Partner        auth.PartyID // that it has
	Registered     time.Time    // business time
	Reported       bool         // by the partner that invites
	FollowedBy     string       // who at the vendor looks after it; empty for nobody
	Obstacles      []Obstacle   // that the vendor knows of
	Blocked        bool         // the customer is frozen or restricted
	PartnerBlocked bool         // the inviting partner is
	PartnerExits   bool         // it is exiting, or has exited
	Type           int          // of the association
}

// barring says which obstacles keep a customer from associating at all, or by resale alone. The others are in the way of an association's end only.
// Source: DOMAIN.md 3, "When a customer cannot associate at all".
var barring = map[Obstacle]struct {
	text   string
	resale bool
}{
	Arrears:             {"it has unsettled bills", false},
	SpecialContract:     {"it has a special contract with the vendor", false},
	ProfessionalService: {"it has a professional-service contract", true},
	ReservedInstance:    {"it has a reserved instance that has not expired", true},
	IndependentMember:   {"it is a member account of an enterprise", true},
	IndependentMembers:  {"it is an enterprise master with independent-accounting members", true},
}

// bars says all that keeps a customer from associating, at once; nothing when it can.
// Source: DOMAIN.md 3, "When a customer cannot associate at all"; DOMAIN.md 0 for a frozen partner.
func bars(c candidate, now time.Time) []string {
	var why []string
	add := func(holds bool, text string) {
		if holds {
			why = append(why, text)
		}
	}
	add(c.Partner != "", "it is associated with a partner already")
	add(!c.Reported && now.Sub(c.Registered) > freshAccount, "it registered more than 7 days ago and the partner has not reported it")
	add(c.FollowedBy != "", "it "+followedBy[c.FollowedBy])
	add(c.Blocked, "it is frozen or restricted")
	for _, o := range c.Obstacles {
		why := barring[o]
		add(why.text != "" && (!why.resale || c.Type == party.Resale), why.text)
	}
	add(c.Type == party.Resale && c.PartnerBlocked && !c.PartnerExits, "the partner is frozen or restricted")
	add(c.PartnerExits, "the partner is exiting")
	return why
}

// Opened is an invitation that a link opens, and whom it is from.
type Opened struct {
	Invitation  Invitation
	PartnerName string
	Known       bool // the mail address that it went to has an account already
}

// Open reads what a link of an invitation is for. Errors: ErrDeadLink; ErrUsedLink for one that is accepted, with the invitation.
func (s *Service) Open(ctx context.Context, l link.Link) (Opened, error) {
	i, err := s.Invitation(ctx, l.Party, l.Object)
	if errors.Is(err, ErrMissing) {
		return Opened{}, ErrDeadLink
	}
	if err != nil {
		return Opened{}, err
	}
	partner, err := party.Get(ctx, s.Table, i.Partner)
	if err != nil {
		return Opened{}, err
	}
	o := Opened{Invitation: i, PartnerName: partner.Name}
	switch {
	case !i.Opens(l), i.State == InviteRevoked, i.StateAt(s.Clock.Now()) == InviteExpired:
		return o, ErrDeadLink
	case i.State == InviteAccepted:
		return o, ErrUsedLink
	}
	if gone, err := s.goneBefore(ctx, i); err != nil {
		return o, err
	} else if gone {
		return o, ErrDeadLink
	}
	if i.Kind == Online {
		holder, err := s.holder(ctx, byEmail, i.Email)
		if o.Known = holder.Party != ""; err != nil || !o.Known {
			return o, err
		}
		o.Invitation, err = s.Invitation(ctx, i.Partner, i.ID) // the account may be by this very link, since it was read
		if err == nil && o.Invitation.State == InviteAccepted {
			err = ErrUsedLink
		}
		return o, err
	}
	return o, nil
}

// Register makes an account for who reads the mail that an invitation went to, and associates it. To do so twice is as once.
//
// Errors: as Open, but for an invitation that this made an account of; ErrSignIn when the address has an account.
func (s *Service) Register(ctx context.Context, l link.Link) (Opened, error) {
	var o Opened
	err := table.Retry(ctx, func() error {
		var err error
		o, err = s.Open(ctx, l)
		if errors.Is(err, ErrUsedLink) && o.Invitation.Customer != "" && o.Invitation.State == InviteAccepted {
			return nil
		}
		if err != nil {
			return err
		}
		if o.Invitation.Kind != Online || o.Known {
			return ErrSignIn
		}
		err = s.enterBy(ctx, &o.Invitation)
		if errors.Is(err, ErrTaken) { // the address got an account since it was looked up, perhaps by this very link
			return errors.Join(table.ErrConflict, err)
		}
		return err
	})
	if err != nil {
		return o, err
	}
	return o, s.letIn(ctx, o.Invitation.Customer)
}

// enterBy makes the account of an online invitation and associates it, in one transaction.
func (s *Service) enterBy(ctx context.Context, i *Invitation) error {
	tx := table.NewTx()
	if err := s.mayExpand(ctx, tx, i.Partner, i.Type); err != nil {
		return err
	}
	id := ulid.Make().String()
	p := party.Party{
		Row: party.Row{
			ID: auth.PartyID(id), Kind: auth.Customer, Name: i.Name, Email: i.Email, Level: lowestLevel, Partner: i.Partner, AssociationType: i.Type,
		},
		Locale:  string(i.Locale),
		Profile: party.Profile{Account: "c" + strings.ToLower(id), Associated: s.Clock.Now(), Label: i.Label, Manager: i.Manager},
	}
	if err := s.enter(ctx, tx, p); err != nil {
		return err
	}
	next, err := s.used(tx, *i, p, byOf(ctx))
	if err != nil {
		return err
	}
	if err := s.Table.Commit(ctx, tx); err != nil {
		return err
	}
	*i = next
	return nil
}

// used appends to tx that an invitation brought a customer, and gives it as it will be. The condition is the invitation as it was read: one that
// is revoked or sent again meanwhile brings nobody. An offline one goes on.
func (s *Service) used(tx *table.Tx, i Invitation, c party.Party, by string) (Invitation, error) {
	state, err := i.StateAt(s.Clock.Now()).After(InviteAccepts)
	if err != nil {
		return i, err
	}
	next := i
	if i.Kind == Online {
		next.State, next.Customer = state, c.ID
		tx.Replace(&i, &next)
	} else {
		tx.Check(&i)
	}
	event.Append(tx, event.Event{
		Type: EventAccepted, Owner: string(i.Partner), Subject: i.ID, At: s.Clock.Now(), By: by,
		Data: map[string]string{"customer": string(c.ID)},
	})
	return next, nil
}

// reportOf finds the live report that a partner has of a customer, by the customer's mail address or phone number. That the invitation was made for a
// report says nothing: anybody may follow the link of an offline one.
func (s *Service) reportOf(ctx context.Context, partner auth.PartyID, c party.Party) (Report, bool, error) {
	for _, contact := range []string{c.Email, c.Mobile} {
		if contact == "" {
			continue
		}
		held, live, err := s.claimOn(ctx, contact)
		if err != nil {
			return Report{}, false, err
		}
		if !live || held.Partner != partner {
			continue
		}
		r, err := s.report(ctx, partner, held.Report)
		if err != nil || r.State == ReportLive {
			return r, err == nil, err
		}
	}
	return Report{}, false, nil
}

// join appends to tx that a customer with an account accepts an invitation. One association at a time: the condition is the customer itself.
// Errors: ErrBarred with all that is in the way; party.ErrAssociated.
func (s *Service) join(ctx context.Context, tx *table.Tx, c party.Party, i Invitation) error {
	if i.Kind == Online && !strings.EqualFold(c.Email, i.Email) && (i.Mobile == "" || c.Mobile != i.Mobile) {
		return ErrBarred.Saying("the invitation went to another mail address or phone number than the account's")
	}
	of, err := s.candidate(ctx, tx, c, i)
	if err != nil {
		return err
	}
	if why := bars(of, s.Clock.Now()); len(why) > 0 {
		return ErrBarred.Saying("the customer can't be associated: %s", strings.Join(why, "; "))
	}
	next, err := party.Associate(tx, c, i.Partner, i.Type, i.Label, i.Manager, s.Clock.Now())
	if err != nil {
		return err
	}
	if err := s.arrives(ctx, tx, next); err != nil {
		return err
	}
	if err := s.associated(ctx, tx, next); err != nil {
		return err
	}
	_, err = s.used(tx, i, next, byOf(ctx))
	return err
}

// candidate reads what decides whether a customer can accept an invitation, and appends to tx that the partner stays as it is.
func (s *Service) candidate(ctx context.Context, tx *table.Tx, c party.Party, i Invitation) (candidate, error) {
	of := candidate{Partner: c.Partner, Registered: c.Created, Type: i.Type}
	partner, err := party.Get(ctx, s.Table, i.Partner)
	if err != nil {
		return of, err
	}
	if of.PartnerBlocked, err = party.Blocked(ctx, s.Table, partner); err != nil {
		return of, err
	}
	of.PartnerExits = partner.Standing == party.Exiting
	tx.Check(&partner)
	of.Blocked = c.Standing != party.Normal
	known, err := s.obstaclesOf(ctx, c.ID)
	if err != nil {
		return of, err
	}
	of.Obstacles = known.Of
	if _, of.Reported, err = s.reportOf(ctx, i.Partner, c); err != nil {
		return of, err
	}
	of.FollowedBy, err = s.followerOf(ctx, c)
	return of, err
}
