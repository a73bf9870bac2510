package account

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/money"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/table"
)

// takenOf is what of a top-up was withdrawn.
type takenOf struct {
	table.Head
	Amount money.Fen `dynamodbav:"amount"`
}

func takenHead(partner auth.PartyID, transfer string) table.Head {
	return table.Head{PK: "TAKEN#" + string(partner), SK: transfer}
}

// taken reads what of a top-up was withdrawn.
func (s *Service) taken(ctx context.Context, partner auth.PartyID, transfer string) (takenOf, error) {
	var t takenOf
	head := takenHead(partner, transfer)
	err := s.Table.Get(ctx, head.Key(), &t)
	if errors.Is(err, table.ErrNotFound) {
		return takenOf{Head: head}, nil
	}
	return t, err
}

// take appends to tx that more, or less, of a top-up is withdrawn.
func (s *Service) take(ctx context.Context, tx *table.Tx, partner auth.PartyID, transfer string, more money.Fen) error {
	old, err := s.taken(ctx, partner, transfer)
	if err != nil {
		return err
	}
	next := old
	next.Amount += more
	if old.Ver == 0 {
		tx.Create(&next)
	} else {
		tx.Replace(&old, &next)
	}
	return nil
}

// sources reads the top-ups of a partner that are not withdrawn, the latest first, until they hold an amount; or those that were chosen, in their
// order.
func (s *Service) sources(ctx context.Context, partner auth.PartyID, amount money.Fen, chosen []string) ([]source, error) {
	byID := map[string]source{}
	var latest []source
	looked := 0
	q := table.Query{PK: partition(Of(partner, Cash)), Prefix: "ENTRY#", Descending: true, Strong: true}
	for t, err := range table.All[Transfer](ctx, s.Table, q) {
		if err != nil {
			return nil, err
		}
		if looked++; looked > mostLooked || amount <= 0 && len(chosen) == 0 || len(chosen) > 0 && len(byID) == len(chosen) {
			break
		}
		if t.Reason != TopUp && t.Reason != Opening && t.Reason != Rebate || len(chosen) > 0 && !slices.Contains(chosen, t.ID) {
			continue
		}
		gone, err := s.taken(ctx, partner, t.ID)
		if err != nil {
			return nil, err
		}
		one := source{Transfer: *t, Left: t.Amount - gone.Amount}
		latest, byID[t.ID] = append(latest, one), one
		amount -= one.Left
	}
	if len(chosen) == 0 {
		return latest, nil
	}
	var list []source
	for _, id := range chosen {
		one, ok := byID[id]
		if !ok {
			return nil, problem.Invalid("transfer_ids", "%q is no top-up of yours", id)
		}
		list = append(list, one)
	}
	return list, nil
}

// asked is what a partner asks to withdraw: how much, of which top-ups if it chose, and where to what can't go back.
type asked struct {
	Partner auth.PartyID
	Amount  money.Fen
	Chosen  []string
	Card    BankCard
}

// planned is what a withdrawal would do.
type planned struct {
	Cash     Account // as it was read, before all else
	Owed     money.Fen
	Most     money.Fen // that can be withdrawn
	Parts    []part
	Checks   []CheckItem // of the bank account, when a part needs it
	Verified string
}

// plan says how an amount would go back. It reads the account before the top-ups, so that a write on the condition of the account holds for them too.
// Errors: ErrNotWithdrawable, CBC.0100.
func (s *Service) plan(ctx context.Context, a asked, today calendar.Date) (planned, error) {
	var p planned
	var err error
	if p.Cash, err = loadOrNew(ctx, s.Table, a.Partner, Cash); err != nil {
		return p, err
	}
	if p.Owed, err = s.owed(ctx, a.Partner); err != nil {
		return p, err
	}
	if p.Most = withdrawable(p.Cash, p.Owed); a.Amount > p.Most {
		return p, ErrNotWithdrawable.Saying("%s yuan can be withdrawn: %s of cash that are not earmarked, less %s of invoices owed",
			p.Most, p.Cash.Free(), p.Owed).In("amount")
	}
	entity, err := s.entity(ctx, a.Partner)
	if err != nil {
		return p, err
	}
	from, err := s.sources(ctx, a.Partner, a.Amount, a.Chosen)
	if err != nil {
		return p, err
	}
	if p.Parts, err = divide(a.Amount, from, entity, today); err != nil {
		return p, err
	}
	if !slices.ContainsFunc(p.Parts, func(one part) bool { return one.Route == ByCard }) {
		return p, nil
	}
	if p.Verified, err = s.subject(ctx, a.Partner); err == nil {
		p.Checks = checkCard(a.Card, p.Verified)
	}
	return p, err
}

// submit appends to tx that a partner withdraws: the amount is held. Two at once can't take the same money, since the hold is conditional on the
// account as it was before its top-ups were read. Errors: ErrNotWithdrawable, ErrBankCard, ErrTooMuch.
func (s *Service) submit(ctx context.Context, tx *table.Tx, a asked, id string, now time.Time) error {
	p, err := s.plan(ctx, a, calendar.DateOf(now))
	if err != nil {
		return err
	}
	w := withdrawal{Head: withdrawalHead(a.Partner, id), ID: id, Partner: a.Partner, Amount: a.Amount, Parts: p.Parts, State: Submitted, At: now}
	if p.Checks != nil {
		if err := refuseCard(p.Checks); err != nil {
			return err
		}
		if err := s.sealCard(ctx, &w, a.Card); err != nil {
			return err
		}
	}
	held, err := loadOrNew(ctx, s.Table, w.Partner, OnHold)
	if err != nil {
		return err
	}
	t := Transfer{ID: id, Amount: w.Amount, Reason: WithdrawalHold, Reference: id, At: now}
	if _, _, err := Move(tx, p.Cash, held, t); err != nil {
		return inField(err, "amount")
	}
	for _, one := range w.Parts {
		if err := s.take(ctx, tx, w.Partner, one.Transfer, one.Amount); err != nil {
			return err
		}
	}
	lifecycle.Arm(&w.Head, WorkWithdrawal, string(w.Partner), id, now.Add(withdrawalLife))
	tx.Create(&w)
	s.noteWithdrawal(ctx, tx, w, now)
	return nil
}

// cardPurpose is what a sealed bank account is sealed for.
func cardPurpose(w withdrawal) string { return "withdrawal:" + string(w.Partner) + ":" + w.ID }

// sealCard keeps a bank account with a withdrawal, so that only the vendor's finance reads it.
func (s *Service) sealCard(ctx context.Context, w *withdrawal, c BankCard) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	w.Last4 = c.AccountNo[len(c.AccountNo)-4:]
	w.Card, err = s.Sealer().Seal(ctx, text, cardPurpose(*w))
	return err
}

// openCard reads the bank account of a withdrawal; nil when it has none.
func (s *Service) openCard(ctx context.Context, w withdrawal) (*BankCard, error) {
	if w.Card == nil {
		return nil, nil
	}
	text, err := s.Sealer().Open(ctx, w.Card, cardPurpose(w))
	if err != nil {
		return nil, err
	}
	var c BankCard
	return &c, json.Unmarshal(text, &c)
}
