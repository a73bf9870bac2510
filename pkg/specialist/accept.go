package specialist

import (
	"context"
	"errors"
	"strconv"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify/link"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Opened is an invitation that a link opens.
type Opened struct {
	Member      Member
	Account     Account
	PartnerName string
	Done        bool // it is accepted by this link
}

// Open reads what a link of an invitation is for. Error: ErrDeadLink.
func (s *Service) Open(ctx context.Context, l link.Link) (Opened, error) {
	var o Opened
	var err error
	if o.Member, err = s.Member(ctx, l.Party, AccountID(l.Object)); err != nil {
		if errors.Is(err, ErrMissing) {
			err = ErrDeadLink
		}
		return o, err
	}
	if o.Account, err = s.account(ctx, o.Member.Account); err != nil {
		return o, err
	}
	partner, err := party.Get(ctx, s.Table, l.Party)
	if err != nil {
		return o, err
	}
	o.PartnerName = partner.Name
	serial := strconv.Itoa(o.Member.Serial)
	o.Done = o.Member.State.Bound() && l.Period == strconv.Itoa(o.Member.Accepted)
	if !o.Done && (l.Period != serial || o.Member.StateAt(s.Clock.Now()) != Invited) {
		return o, ErrDeadLink
	}
	return o, nil
}

// Accept binds the account of who holds an invitation's link to the partner. To do so twice is as once. Errors: ErrDeadLink, ErrBarred.
func (s *Service) Accept(ctx context.Context, l link.Link) (Opened, error) {
	var o Opened
	err := table.Persist(ctx, func() error {
		var err error
		if o, err = s.Open(ctx, l); err != nil || o.Done {
			return err
		}
		tx := table.NewTx()
		if err := s.accept(ctx, tx, o.Member, o.Account, person(o.Account.ID)); err != nil {
			return err
		}
		o.Done = true
		return s.Table.Commit(ctx, tx)
	})
	return o, err
}

// accept appends to tx that an account is bound to the partner that has invited it. What it holds counts for the partner from then on: the
// certificates are listed in the same transaction. Errors: ErrState, ErrBarred.
func (s *Service) accept(ctx context.Context, tx *table.Tx, m Member, a Account, by string) error {
	now := s.Clock.Now()
	next, err := m.stepped(StepAccept, now)
	if err != nil {
		return err
	}
	if err := barred(a, m.Partner, s); err != nil {
		return err
	}
	held, err := s.certificates(ctx, a.ID)
	if err != nil {
		return err
	}
	next.Accepted, next.Bound, next.Name = m.Serial, now, nameOf(a)
	bound := a.bound(m.Partner, now)
	tx.Replace(&m, &next)
	tx.Replace(&a, &bound)
	relist(tx, held, m.Partner)
	s.tell(tx, EventBound, by, next, "", nil)
	return nil
}

// relist appends to tx that certificates count for a partner from now on; with none, for nobody. What a vendor has remarked on an upload of the partner
// before, and the transfers that it asked for, are not the next one's.
func relist(tx *table.Tx, held []Certificate, partner auth.PartyID) {
	for i := range held {
		next := held[i]
		if next.Status == Rejected {
			next.Why = ""
		}
		if partner != "" {
			next.Moving = ""
		}
		show(&next, partner)
		tx.Replace(&held[i], &next)
	}
}

// nameOf gives what a partner calls a person that belongs to it.
func nameOf(a Account) string {
	if a.Person != "" {
		return a.Person
	}
	return a.Name
}

type acceptInput struct {
	Body struct {
		PartnerID string `json:"partner_id" minLength:"1" maxLength:"64" doc:"Who has invited"`
	}
}

// acceptOwn accepts a partner's invitation for the account that is signed in. To accept again changes nothing.
func (s *Service) acceptOwn(ctx context.Context, in *acceptInput) (*struct{}, error) {
	caller, partner := rest.Caller(ctx), auth.PartyID(in.Body.PartnerID)
	missing := ErrMissing.Saying("you have no invitation of %q", in.Body.PartnerID).In("partner_id")
	if !table.IsID(in.Body.PartnerID) {
		return nil, missing
	}
	_, err := s.once(ctx, func(tx *table.Tx) (string, error) {
		m, err := s.Member(ctx, partner, AccountID(caller.Party))
		if _, refused := problem.As(err); refused {
			return "", missing
		}
		if err != nil {
			return "", err
		}
		a, err := s.account(ctx, m.Account)
		if err != nil || m.State.Bound() {
			return "done", err
		}
		return "done", s.accept(ctx, tx, m, a, caller.Masked())
	})
	return nil, err
}
