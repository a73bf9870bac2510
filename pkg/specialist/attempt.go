package specialist

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// refusedPrefix begins what a request's claim keeps of an attempt that was refused: the refusal is behind it.
const refusedPrefix = "REFUSED "

// attempt is once of an effect that begins with admitted, and appends nothing behind that when it refuses. What is refused then is counted, too: a
// refusal also tells something of accounts that are not the caller's. A repeat of the request is refused as it was, and counted once.
func (s *Service) attempt(ctx context.Context, effect func(tx *table.Tx) (string, error)) (string, error) {
	answer, err := s.once(ctx, func(tx *table.Tx) (string, error) {
		answer, err := effect(tx)
		refusal, refused := problem.As(err)
		if !refused || tx.Len() == 0 {
			return answer, err
		}
		kept, err := json.Marshal(refusal)
		return refusedPrefix + string(kept), err
	})
	if err != nil {
		return "", err
	}
	text, refused := strings.CutPrefix(answer, refusedPrefix)
	if !refused {
		return answer, nil
	}
	var refusal problem.Error
	if err := json.Unmarshal([]byte(text), &refusal); err != nil {
		return "", err
	}
	return "", &refusal
}

// admitted appends to tx that the caller tries to invite somebody, which is looked at before any account is. Errors: ErrNotJoined, ErrLimit.
func (s *Service) admitted(ctx context.Context, tx *table.Tx) error {
	caller := rest.Caller(ctx)
	if err := s.joined(ctx, caller.Party, ""); err != nil {
		return err
	}
	return s.count(ctx, tx, caller)
}

// day is how many invitations an administrator has made on a day, whatever became of them.
type day struct {
	table.Head
	N int `dynamodbav:"n"`
}

// count appends to tx that the caller makes one more attempt to invite somebody today. The count is in the attempt's own transaction: of many at once
// exactly as many are made as are left. Error: ErrLimit.
func (s *Service) count(ctx context.Context, tx *table.Tx, caller auth.Principal) error {
	const days = 3 // the wall clock and the business clock need not agree on the day
	today := calendar.DateOf(s.Clock.Now())
	var old day
	err := s.Table.Get(ctx, dayKey(caller.Party, caller.User, today), &old)
	if absent(err) {
		first := &day{Head: dayKey(caller.Party, caller.User, today).Head(), N: 1}
		first.TTL = s.Wall.Now().Add(days * 24 * time.Hour).Unix()
		tx.Create(first)
		return nil
	}
	if err != nil {
		return err
	}
	if old.N >= invitesPerDay {
		return ErrLimit.Saying("you have made %d invitations on %s, those that were refused or had several accounts to choose from included, as many as a day has; go on tomorrow (Beijing time)", old.N, today)
	}
	next := old
	next.N++
	tx.Replace(&old, &next)
	return nil
}
