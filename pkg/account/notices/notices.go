package notices

import (
	"context"
	"errors"

	"partnercenter/pkg/account"
	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/foundation/table"
	"partnercenter/pkg/party"
)

// Source gives the source of the digests of partners of every kind: their accounts that have fallen below the threshold since the last digest and are
// still below it. It says nothing to anybody else.
func Source(db *table.Client) digest.Source {
	return func(ctx context.Context, ask digest.Ask) (digest.Content, error) {
		reader, err := party.Get(ctx, db, ask.Party)
		if err != nil || reader.Kind == auth.Customer || reader.Kind == auth.Vendor {
			return digest.Content{}, err
		}
		var low []account.Account
		for _, kind := range []account.Kind{account.Cash, account.CreditLine} {
			a, err := account.Load(ctx, db, account.Of(reader.ID, kind))
			switch {
			case errors.Is(err, table.ErrNotFound):
			case err != nil:
				return digest.Content{}, err
			case a.LowSince.After(ask.Mark) && !a.LowSince.After(ask.AsOf):
				low = append(low, a)
			}
		}
		return content(reader, low), nil
	}
}

// content gives the section: one table.
func content(reader party.Party, low []account.Account) digest.Content {
	c := digest.Content{To: reader.Address()}
	if len(low) == 0 {
		return c
	}
	w := wordsOf(notify.LocaleOf(reader.Locale))
	group := digest.Group{Title: w.title, Note: w.note, Columns: w.columns[:], Urgent: true}
	for _, a := range low {
		group.Lines = append(group.Lines, digest.Line{Cells: []string{w.kinds[a.Kind], w.yuan(a.Balance), w.yuan(a.WarnBelow)}})
	}
	c.Subject, c.Intro = w.subject(low[0]), []string{w.dear(reader.Name)}
	c.Groups = []digest.Group{group}
	return c
}
