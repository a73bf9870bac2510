package agreement

import (
	"context"
	"slices"
	"strconv"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/lifecycle"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// WriterVersion writes the mail that asks a party to sign a new version.
const WriterVersion = "agreement_version"

// VersionDatum is the number of the version that an event is about, whose subject is the agreement's code.
const VersionDatum = "version"

// system is who acts when nobody does.
const system = "system"

// news is how far a new version is told to those who sign it: it goes through the vendor's lists of parties, some in each transaction, and is removed at the
// end. Customers are not written to: they sign when they join a plan.
type news struct {
	table.Head
	Code  Code        `dynamodbav:"code"`
	N     int         `dynamodbav:"n"`
	Kinds []auth.Kind `dynamodbav:"who"`             // whose lists are left
	After string      `dynamodbav:"after,omitempty"` // where it is in the first of them
}

// announce appends to tx that those who sign a version are told of it.
func announce(tx *table.Tx, v Version, now time.Time) {
	n := news{Head: newsKey(v.Code, v.N).Head(), Code: v.Code, N: v.N, Kinds: slices.DeleteFunc(slices.Clone(v.Audience), isCustomer)}
	if len(n.Kinds) > 0 {
		n.arm(now)
		tx.Create(&n)
	}
}

func isCustomer(k auth.Kind) bool { return k == auth.Customer }

func (n *news) arm(now time.Time) {
	lifecycle.Arm(&n.Head, WorkNews, string(n.Code), "news", now)
}

// DoNews tells those who sign a new version of it, some in each transaction; whom it does not reach is due again at once. It is a lifecycle.Handler.
func (s *Service) DoNews(ctx context.Context, due lifecycle.Due) error {
	var n news
	if err := lifecycle.Load(ctx, s.Table, due.Key, s.Clock.Now(), &n); err != nil {
		return err
	}
	for range toldAtOnce {
		if err := s.tell(ctx, &n); err != nil || len(n.Kinds) == 0 {
			return err
		}
	}
	return nil
}

// tell tells the next parties, in one transaction, and moves on behind them.
func (s *Service) tell(ctx context.Context, n *news) error {
	old, next, now := *n, *n, s.Clock.Now()
	those, err := s.some(ctx, &next)
	if err != nil {
		return err
	}
	keys := make([]table.Key, len(those))
	for i, id := range those {
		keys[i] = signatureKey(id, old.Code, old.N)
	}
	signed, err := table.GetAll[Signature](ctx, s.Table, keys)
	if err != nil {
		return err
	}
	tx := table.NewTx()
	for i, id := range those {
		if signed[keys[i]] == nil {
			immediate.Append(tx, WriterVersion, event.Event{
				Owner: string(id), Subject: string(old.Code), At: now, By: system, Data: map[string]string{VersionDatum: strconv.Itoa(old.N)},
			})
		}
	}
	if len(next.Kinds) == 0 {
		tx.Remove(&old)
	} else {
		next.arm(now)
		tx.Replace(&old, &next)
	}
	*n = next
	return s.Table.Commit(ctx, tx)
}

// some gives the next parties of the lists, and moves on behind them.
func (s *Service) some(ctx context.Context, n *news) (those []auth.PartyID, err error) {
	list := party.OfKind(n.Kinds[0])
	list.From, list.Page = n.After, toldTogether+2
	for p, err := range table.All[party.Party](ctx, s.Table, list) {
		switch {
		case err != nil:
			return nil, err
		case p.G1SK == n.After:
			continue
		case len(those) == toldTogether:
			return those, nil
		}
		those, n.After = append(those, p.ID), p.G1SK
	}
	n.Kinds, n.After = n.Kinds[1:], ""
	return those, nil
}

// Awaited gives the version that an event asks its owner to sign, as it is now. ok is false when there is nothing to sign any more.
func Awaited(ctx context.Context, db *table.Client, e event.Event, now time.Time) (v Version, ok bool, err error) {
	n, err := strconv.Atoi(e.Data[VersionDatum])
	if err != nil {
		return v, false, err
	}
	owner, code := auth.PartyID(e.Owner), Code(e.Subject)
	if err := db.Get(ctx, versionKey(code, n), &v); err != nil {
		return v, false, err
	}
	all, err := loadRegister(ctx, db, anyPurpose)
	if err != nil {
		return v, false, err
	}
	if slices.ContainsFunc(all.current(now), func(e entry) bool { return e.Code == code && e.N > n }) {
		return v, false, nil
	}
	signed, err := signaturesOf(ctx, db, owner, []entry{v.entry()})
	return v, len(signed) == 0, err
}
