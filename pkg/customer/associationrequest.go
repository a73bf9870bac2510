package customer

import (
	"context"
	"slices"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// The writers of the mails about requests.
const (
	WriterRequested = "association-requested" // to the side that decides
	WriterResult    = "association-result"    // to the side that asked
)

// PartnerOf is the datum of such an event that names the partner under which its record stands.
const PartnerOf = "partner"

// administrator refuses whoever is not its party's administrator, whatever permission items it holds. Source: DOMAIN.md 0, "the only role that may".
func administrator(by auth.Principal) error {
	if !slices.Contains(by.Roles, auth.Admin) {
		return problem.Denied("only the administrator of the party may do this")
	}
	return nil
}

// record reads a record of a partner. Error: ErrMissing.
func (s *Service) record(ctx context.Context, partner auth.PartyID, id string) (Record, error) {
	missing := ErrMissing.Saying("there is no association request %q", id)
	if !table.IsID(id) {
		return Record{}, missing
	}
	var r Record
	err := s.Table.Get(ctx, recordKey(partner, id), &r)
	if absent(err) {
		return r, missing
	}
	return r, err
}

// Record reads the record that an event of a mail is about.
func (s *Service) Record(ctx context.Context, e event.Event) (Record, error) {
	return s.record(ctx, auth.PartyID(e.Data[PartnerOf]), e.Subject)
}

// put appends to tx a new record under its key, listed for its customer.
func (r *Record) put(tx *table.Tx) {
	key := recordKey(r.Partner, r.ID)
	r.PK, r.SK = key.PK, key.SK
	r.G1PK, r.G1SK = recordsOf(r.Customer), r.ID
	tx.Create(r)
}

// began appends to tx the record of an association that begins.
func (s *Service) began(ctx context.Context, tx *table.Tx, c party.Party) {
	now, by := s.Clock.Now(), CustomerSide
	if caller := rest.Caller(ctx); caller.Party != "" && caller.Kind != auth.Customer { // perhaps the partner's distributor
		by = PartnerSide
	}
	r := Record{RecordRow: RecordRow{
		ID: ulid.Make().String(), Kind: Associate, State: RequestDone, Initiator: by, Partner: c.Partner, Customer: c.ID, CustomerName: c.Name,
		Manager: c.Profile.Manager, Type: c.AssociationType, Created: now, Ended: now, By: byOf(ctx),
	}}
	r.put(tx)
}

// submitRequest appends to tx a request, and gives its id. Of two at once one holds, since both write the customer's associations.
//
// Errors: ErrBarred with every guard that does not hold; CBC.0100 for a switch to the type that there is, and for the code.
func (s *Service) submitRequest(ctx context.Context, tx *table.Tx, c party.Party, a ask) (string, error) {
	is, err := s.associationsOf(ctx, c.ID)
	if err != nil {
		return "", err
	}
	f, err := s.facts(ctx, c, is, a)
	if err != nil {
		return "", err
	}
	if items := failing(f); len(items) > 0 {
		return "", refusal(items)
	}
	if err := party.Proven(ctx, s.Codes(), tx, rest.Caller(ctx).Party, a.Code); err != nil {
		return "", err
	}
	now := s.Clock.Now()
	r := Record{RecordRow: RecordRow{
		ID: ulid.Make().String(), Kind: a.Kind, State: RequestPending, Initiator: a.By, Partner: c.Partner, Customer: c.ID, CustomerName: c.Name,
		Manager: c.Profile.Manager, Type: c.AssociationType, Target: a.Target, Reason: a.Reason, Created: now, Until: now.Add(requestLife), By: byOf(ctx),
	}}
	lifecycle.Arm(&r.Head, WorkAssociation, string(c.ID), r.ID, r.Until)
	r.put(tx)
	next := is
	next.Live, next.With = r.ID, c.Partner
	if a.By == PartnerSide {
		next.ByPartner, next.Partner = now, c.Partner
	} else {
		next.ByCustomer, next.Asked = now, c.Partner
	}
	is.keep(tx, c.ID, next)
	tx.Check(&c)
	s.happened(ctx, tx, EventRequested, r)
	s.tell(ctx, tx, WriterRequested, a.By.other(), r)
	return r.ID, nil
}

// happened appends to tx the event of a request.
func (s *Service) happened(ctx context.Context, tx *table.Tx, what string, r Record) {
	event.Append(tx, event.Event{
		Type: what, Owner: string(r.Customer), Subject: r.ID, At: s.Clock.Now(), By: byOf(ctx),
		Data: map[string]string{PartnerOf: string(r.Partner), "kind": string(r.Kind), "state": string(r.State)},
	})
}

// tell appends to tx that a side gets a mail about a request.
func (s *Service) tell(ctx context.Context, tx *table.Tx, writer string, to Side, r Record) {
	owner := r.Customer
	if to == PartnerSide {
		owner = r.Partner
	}
	immediate.Append(tx, writer, event.Event{
		Owner: string(owner), Subject: r.ID, At: s.Clock.Now(), By: byOf(ctx), Data: map[string]string{PartnerOf: string(r.Partner)},
	})
}

// verdict is how a side decides on the other's request.
type verdict struct {
	By     Side
	Agrees bool
	Why    string
	Code   string
}

// answer appends to tx that a side decides on a request of the other. If it agrees and every guard still holds, the association ends or switches
// here, with the partner's access; what hangs on it follows as due work. If a guard does not hold the request has failed.
//
// Errors: ErrState for a request that is not pending, or that is the decider's own; CBC.0100 for the code.
func (s *Service) answer(ctx context.Context, tx *table.Tx, r Record, v verdict) error {
	if r.Kind == Associate || r.Initiator == v.By {
		return ErrState.Saying("the request is for the other side to decide; you can withdraw it")
	}
	if _, err := r.StateAt(s.Clock.Now()).After(RequestAgreed); err != nil {
		return err
	}
	if err := party.Proven(ctx, s.Codes(), tx, rest.Caller(ctx).Party, v.Code); err != nil {
		return err
	}
	next := r
	next.Decided, next.DecidedBy, next.DecidedWhy = s.Clock.Now(), byOf(ctx), v.Why
	if !v.Agrees {
		return s.close(ctx, tx, r, next, RequestRejects)
	}
	return s.execute(ctx, tx, r, next)
}

// close appends to tx that a request ends without effect. The side that asked is told, unless it did it itself.
func (s *Service) close(ctx context.Context, tx *table.Tx, old, next Record, step RequestStep) error {
	state, err := old.State.After(step)
	if err != nil {
		return err
	}
	is, err := s.associationsOf(ctx, old.Customer)
	if err != nil {
		return err
	}
	next.State, next.Ended = state, s.Clock.Now()
	lifecycle.Disarm(&next.Head)
	tx.Replace(&old, &next)
	is.ended(tx, old.Customer)
	s.happened(ctx, tx, EventRequestClosed, next)
	if step != RequestWithdraws {
		s.tell(ctx, tx, WriterResult, old.Initiator, next)
	}
	return nil
}

// withdraw appends to tx that the side that asked takes its request back. Error: ErrState.
func (s *Service) withdraw(ctx context.Context, tx *table.Tx, r Record, by Side) error {
	if r.Kind == Associate || r.Initiator != by {
		return ErrState.Saying("the request is the other side's; you can reject it")
	}
	if _, err := r.StateAt(s.Clock.Now()).After(RequestWithdraws); err != nil {
		return err
	}
	return s.close(ctx, tx, r, r, RequestWithdraws)
}

// execute appends to tx that an association ends or switches, and that what hangs on it is due to be undone. next is the request as it was decided.
func (s *Service) execute(ctx context.Context, tx *table.Tx, old, next Record) error {
	c, err := party.Get(ctx, s.Table, old.Customer)
	if err != nil {
		return err
	}
	is, err := s.associationsOf(ctx, c.ID)
	if err != nil {
		return err
	}
	f, err := s.facts(ctx, c, is, ask{Kind: old.Kind, By: old.Initiator, Target: old.Target, Admin: true})
	if err != nil {
		return err
	}
	f.Executing, f.Changed = true, c.Partner != old.Partner || c.AssociationType != old.Type
	if next.Failed = failing(f); len(next.Failed) > 0 {
		return s.close(ctx, tx, old, next, RequestFails)
	}
	if next.State, err = old.State.After(RequestAgreed); err != nil {
		return err
	}
	lifecycle.Arm(&next.Head, WorkAssociation, string(c.ID), old.ID, s.Clock.Now())
	tx.Replace(&old, &next)
	if old.Kind == Disassociate {
		s.happened(ctx, tx, EventEnded, next)
		_, err = party.Dissociate(ctx, s.Table, tx, c, s.Clock.Now())
		return err
	}
	s.happened(ctx, tx, EventSwitched, next)
	becomes := party.Switched(c, old.Target, s.Clock.Now())
	if old.Target == party.Resale {
		if err := s.mayExpand(ctx, tx, c.Partner, party.Resale); err != nil { // whose freeze is carried down to customers of resale alone
			return err
		}
		if err := account.Own(ctx, s.Table, tx, c.ID); err != nil {
			return err
		}
	}
	return party.Change(ctx, s.Table, tx, c, becomes)
}
