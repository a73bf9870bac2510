package subscription

import (
	"context"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Switch is what a caller wants of the auto-renewal of a family.
type Switch struct {
	On    bool
	Times *int          // how often it may renew; nil leaves it, 0 is without limit
	Unit  calendar.Unit // 0 leaves it
}

type autoRenewInput struct {
	rest.Lenient
	ResourceID string `path:"resource_id" maxLength:"64" doc:"A main resource"`
	Body       *struct {
		Times      *int   `json:"auto_renew_times,omitempty" minimum:"0" maximum:"99" doc:"0 is without limit"`
		PeriodType string `json:"period_type,omitempty" enum:"MONTH,YEAR"`
	} `required:"false"`
}

type cancelAutoRenewInput struct {
	rest.Lenient
	ResourceID string `path:"resource_id" maxLength:"64" doc:"A main resource"`
}

var units = map[string]calendar.Unit{"MONTH": calendar.Month, "YEAR": calendar.Year}

func (s *Service) switchOn(ctx context.Context, in *autoRenewInput) (*struct{}, error) {
	wish := Switch{On: true}
	if in.Body != nil {
		wish.Times, wish.Unit = in.Body.Times, units[in.Body.PeriodType]
	}
	return nil, s.Switch(ctx, rest.Caller(ctx), ID(in.ResourceID), wish)
}

func (s *Service) switchOff(ctx context.Context, in *cancelAutoRenewInput) (*struct{}, error) {
	return nil, s.Switch(ctx, rest.Caller(ctx), ID(in.ResourceID), Switch{})
}

// Switch turns the auto-renewal of a main resource, and of what is attached to it, on or off. A read that follows shows it.
//
// Errors: ErrUnknown, ErrNotMain, ErrReleased, ErrNotSwitchable, ErrOffShelf, ErrNoSuchPeriod, ErrAlreadyOff.
func (s *Service) Switch(ctx context.Context, by auth.Principal, id ID, wish Switch) error {
	return s.retry(ctx, func() error {
		family, err := loadFamily(ctx, s.Table, by.Party, id)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		if err := s.mayswitch(ctx, family, wish, now); err != nil {
			return err
		}
		holder, err := party.Get(ctx, s.Table, by.Party)
		if err != nil {
			return err
		}
		return s.Table.Commit(ctx, switched(family, wish, TermsOf(holder), by.Masked(), now))
	})
}

func (s *Service) mayswitch(ctx context.Context, f Family, wish Switch, now time.Time) error {
	if !wish.On {
		return GuardSwitchOff(f.Main)
	}
	catalogue, err := products(ctx, s.Table, f)
	if err != nil {
		return err
	}
	if err := GuardSwitchOn(f.Main, catalogue[f.Main.ProductID], now); err != nil {
		return err
	}
	_, err = Renewal{Family: f, Products: catalogue, Term: RenewalTerm(SwitchOn(f.Main, wish.Times, wish.Unit, now))}.lines()
	return err
}

// switched gives the transaction that turns a family's auto-renewal on or off.
func switched(f Family, wish Switch, terms Terms, by string, now time.Time) *table.Tx {
	tx := table.NewTx()
	f.change(tx, func(one Subscription) Subscription {
		if wish.On {
			return armed(SwitchOn(one, wish.Times, wish.Unit, now), terms, now)
		}
		return armed(SwitchOff(one, now), terms, now)
	})
	event.Append(tx, event.Event{
		Type: EventSwitched, Subject: string(f.Main.ResourceID), Owner: string(f.Main.Customer), At: now, By: by,
		Data: map[string]string{"on": yesNo(wish.On)},
	})
	return tx
}
