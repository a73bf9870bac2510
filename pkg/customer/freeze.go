package customer

import (
	"context"
	"net/http"

	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// What a partner freezes, by BSS's names.
const (
	freezeAccount = "ACCOUNT"
	freezeAll     = "ACCOUNT_AND_RESOURCE"
)

// frozen gives what is frozen of a customer after its partner freezes its account, or its resources as well.
// Error: ErrAlreadyFrozen. Source: DOMAIN.md 5, "INTL variant".
func frozen(was party.Freeze, what string) (party.Freeze, error) {
	next := party.AccountFrozen
	if what == freezeAll {
		next = party.ResourcesFrozen
	}
	if was >= next {
		return was, ErrAlreadyFrozen
	}
	return next, nil
}

// thawed gives what is frozen of a customer after its partner unfreezes its account, or its resources as well. Resources stay frozen with
// their account alone. Error: ErrNotFrozen. ASSUMED that each freeze is lifted by its own kind.
func thawed(was party.Freeze, what string) (party.Freeze, error) {
	switch {
	case was == party.NotFrozen:
		return was, ErrNotFrozen.Saying("the customer is not frozen")
	case was == party.ResourcesFrozen && what != freezeAll:
		return was, ErrNotFrozen.Saying("its resources are frozen as well: unfreeze it by %s", freezeAll)
	}
	return party.NotFrozen, nil
}

type freezeInput struct {
	rest.Lenient
	Body struct {
		FreezeBody
		FreezeType string `json:"freeze_type,omitempty" enum:"ACCOUNT,ACCOUNT_AND_RESOURCE" doc:"ACCOUNT when absent"`
	}
}

type unfreezeInput struct {
	rest.Lenient
	Body struct {
		FreezeBody
		UnfreezeType string `json:"unfreeze_type,omitempty" enum:"ACCOUNT,ACCOUNT_AND_RESOURCE" doc:"ACCOUNT when absent"`
	}
}

// FreezeBody is what freezing and unfreezing have in common. It is exported for the schema of the operations alone.
type FreezeBody struct {
	CustomerIDs       []string `json:"customer_ids" minItems:"1" maxItems:"100"`
	Reason            string   `json:"reason" minLength:"1" maxLength:"200"`
	IndirectPartnerID string   `json:"indirect_partner_id,omitempty" maxLength:"64"`
}

// failedCustomer is a refusal of one customer among several: the SDK's CustomerErrorDetail.
type failedCustomer struct {
	ErrorCode string `json:"error_code"`
	ErrorMsg  string `json:"error_msg"`
	ID        string `json:"id"`
}

type failedOutput struct {
	Body struct {
		ErrorDetails []failedCustomer `json:"error_details,omitempty"`
	}
}

// freeze freezes customers of the acting partner, each by itself.
func (s *Service) freeze(ctx context.Context, in *freezeInput) (*failedOutput, error) {
	return s.each(ctx, in.Body.FreezeBody, EventFrozen, func(_ context.Context, c party.Party) (party.Freeze, error) {
		return frozen(c.Profile.Frozen, in.Body.FreezeType)
	})
}

// thawedBy gives what is frozen of a customer after a partner that may be frozen itself, or stand below one that is, unfreezes it. Such a partner unfreezes
// accounts and no resources. An account that is frozen with its resources stays so, since BSS's is_frozen has no state for resources alone (0 none,
// 1 account, 2 account and resources), and the account's freeze can't be lifted without the resources'.
// Errors: party.ErrBlocked, ErrNotFrozen. Source: DOMAIN.md 0, "Partner restricted/frozen cascade"; 4, is_frozen.
func thawedBy(partnerFrozen bool, was party.Freeze, what string) (party.Freeze, error) {
	switch {
	case partnerFrozen && what == freezeAll:
		return was, party.ErrBlocked.Saying("the partner or its distributor is frozen: accounts alone can be unfrozen, and no resources")
	case partnerFrozen && was == party.ResourcesFrozen:
		return was, party.ErrBlocked.Saying("the account is frozen with its resources, which can't be unfrozen while the partner or its distributor is frozen")
	}
	return thawed(was, what)
}

// unfreeze unfreezes customers of the acting partner, each by itself. How those above stand is read behind each customer, on which the unfreezing is
// conditional: a freeze that was carried down to it since is seen.
func (s *Service) unfreeze(ctx context.Context, in *unfreezeInput) (*failedOutput, error) {
	return s.each(ctx, in.Body.FreezeBody, EventUnfrozen, func(ctx context.Context, c party.Party) (party.Freeze, error) {
		above, _, err := s.blockedAbove(ctx, c.Partner)
		if err != nil {
			return c.Profile.Frozen, err
		}
		return thawedBy(above, c.Profile.Frozen, in.Body.UnfreezeType)
	})
}

// each judges every customer of a request by itself, in their order.
func (s *Service) each(
	ctx context.Context, b FreezeBody, happened string, step func(context.Context, party.Party) (party.Freeze, error),
) (*failedOutput, error) {
	partner, err := s.acting(ctx, b.IndirectPartnerID)
	if err != nil {
		return nil, err
	}
	if err := distinct("customer_ids", b.CustomerIDs); err != nil {
		return nil, err
	}
	if err := reasoned(b.Reason); err != nil {
		return nil, err
	}
	out := &failedOutput{}
	for n, id := range b.CustomerIDs {
		err := s.once(ctx, n, func(tx *table.Tx) error {
			old, err := s.mine(ctx, partner, id)
			if err != nil {
				return err
			}
			next := old
			if next.Profile.Frozen, err = step(ctx, old); err != nil {
				return err
			}
			s.audit(ctx, tx, event.Event{Type: happened, Owner: id, Subject: id, Why: b.Reason, Data: map[string]string{"partner": string(partner)}})
			return party.Change(ctx, s.Table, tx, old, next)
		})
		refusal, refused := problem.As(err)
		switch {
		case refused && refusal.Status != http.StatusConflict:
			out.Body.ErrorDetails = append(out.Body.ErrorDetails, failedCustomer{ErrorCode: refusal.Code, ErrorMsg: refusal.Public(), ID: id})
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// distinct refuses an id that is there twice. Error: CBC.0100.
func distinct(field string, ids []string) error {
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			return problem.Invalid(field, "%q is there twice", id)
		}
		seen[id] = true
	}
	return nil
}
