package notices

import (
	"context"
	"slices"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/digest"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/party"
)

// Source gives the source of the digests of partners: the HOs that wait for their answer, by a service that is opened for each. It says nothing to anybody
// else. When an HO is told of is decided by opportunity.Row.Remind. With digest.Join it stands behind the sources that are more urgent.
func Source(open func() *opportunity.Service) digest.Source {
	return func(ctx context.Context, ask digest.Ask) (digest.Content, error) {
		s := open()
		reader, err := party.Get(ctx, s.Table, ask.Party)
		if err != nil || !slices.Contains([]auth.Kind{auth.Partner, auth.Distributor, auth.Reseller}, reader.Kind) {
			return digest.Content{}, err
		}
		w := wordsOf(notify.LocaleOf(reader.Locale))
		c := digest.Content{To: reader.Address()}
		group := digest.Group{Title: w.waiting, Note: w.waitingNote, Columns: []string{w.name, w.company, w.amount, w.until}}
		for o, err := range s.Waiting(ctx, ask.Party) {
			if err != nil {
				return digest.Content{}, err
			}
			if at, ok := o.NextReminder(ask.AsOf); ok && (c.Next.IsZero() || at.Before(c.Next)) {
				c.Next = at
			}
			days, ok := o.Remind(ask.Mark, ask.AsOf)
			if !ok {
				continue
			}
			// read again, and now for sure: what was answered a moment ago is not told of
			now, err := s.Read(ctx, o.Partner, o.ID)
			if err != nil {
				return digest.Content{}, err
			}
			if now.State == opportunity.Shared {
				group.Lines = append(group.Lines, digest.Line{
					Cells: []string{o.Name, o.Company, w.yuan(o.Amount), w.end(o.Deadline, o.Provisional) + w.daysLeft(days)},
				})
			}
		}
		if len(group.Lines) > 0 {
			c.Subject, c.Intro, c.Groups = w.waitingSubject(len(group.Lines)), []string{w.dear(reader.Name)}, []digest.Group{group}
		}
		return c, nil
	}
}
