package incentive

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// Setting is how a partner's incentives are applied for by themselves (自动申请).
type Setting struct {
	table.Head
	Partner auth.PartyID `dynamodbav:"ptnr"`
	Auto    bool         `dynamodbav:"auto"`
	Method  Method       `dynamodbav:"how"`
	Refused string       `dynamodbav:"why,omitempty"` // why the last attempt made no payment request
}

// setting reads a partner's setting: nothing is applied for by itself until it says so.
func (s *Service) setting(ctx context.Context, partner auth.PartyID) (Setting, error) {
	var one Setting
	err := s.Table.Get(ctx, settingKey(partner), &one)
	if errors.Is(err, table.ErrNotFound) {
		return Setting{Partner: partner}, nil
	}
	return one, err
}

// set appends to tx how a partner's incentives are applied for; what is open already is tried at once.
func (s *Service) set(ctx context.Context, tx *table.Tx, partner auth.PartyID, auto bool, method Method, now time.Time) error {
	old, err := s.setting(ctx, partner)
	if err != nil {
		return err
	}
	next := old
	next.Auto, next.Method, next.Refused = auto, method, ""
	lifecycle.Disarm(&next.Head)
	if auto {
		lifecycle.Arm(&next.Head, WorkApply, string(partner), "apply", now)
	}
	if old.Ver == 0 {
		key := settingKey(partner)
		next.PK, next.SK = key.PK, key.SK
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	note(ctx, tx, step{kind: EventSetting, owner: partner, subject: string(partner), what: "set", becomes: string(method)}, now)
	return nil
}

// given appends to tx what follows when a partner has an incentive more that can be applied for: that is done, when its partner has it applied for by itself,
// and it ends when the partner's year is over.
func (s *Service) given(ctx context.Context, tx *table.Tx, partner auth.PartyID, now time.Time) error {
	if err := s.armEnd(ctx, tx, partner, now); err != nil {
		return err
	}
	old, err := s.setting(ctx, partner)
	if err != nil || !old.Auto {
		return err
	}
	next := old
	lifecycle.Arm(&next.Head, WorkApply, string(partner), "apply", now)
	tx.Replace(&old, &next)
	return nil
}

// DoApply applies for all that can be, request by request. What is refused is tried again the next morning, as long as there is something to pay; why is
// kept with the setting. It is a lifecycle.Handler.
func (s *Service) DoApply(ctx context.Context, due lifecycle.Due) error {
	var old Setting
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &old); err != nil {
		return err
	}
	now := s.Clock.Now()
	next := old
	next.Refused = ""
	lifecycle.Disarm(&next.Head)
	tx := table.NewTx()
	r, err := s.apply(ctx, tx, old.Partner, nil, old.Method, true, now)
	if len(r.Takes) == mostIncentives { // there may be more
		lifecycle.Arm(&next.Head, WorkApply, string(old.Partner), "apply", now)
	}
	if refusal, foreseen := problem.As(err); foreseen {
		tx = table.NewTx()
		if !errors.Is(err, ErrNet) {
			next.Refused = refusal.Public()
			lifecycle.Arm(&next.Head, WorkApply, string(old.Partner), "apply", calendar.DateOf(now).AddDays(1).At(applyHour, 0))
		}
	} else if err != nil {
		return err
	}
	tx.Replace(&old, &next)
	return s.Table.Commit(ctx, tx)
}
