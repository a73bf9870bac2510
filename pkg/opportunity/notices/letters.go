package notices

import (
	"context"
	"errors"
	"time"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/notify/letter"
	"partnercenter/pkg/opportunity"
	"partnercenter/pkg/party"
)

// Writers gives the writers of what goes out at once, by a service that is opened for each.
func Writers(open func() *opportunity.Service) map[string]immediate.Writer {
	return map[string]immediate.Writer{opportunity.WriterDecided: Decided(open), opportunity.WriterEscalated: Escalated(open)}
}

// Decided writes to a partner what the vendor, or time, decided of its opportunity. One that has gone on since is not written about.
func Decided(open func() *opportunity.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		o, to, err := read(ctx, open(), auth.PartyID(e.Owner), e)
		state, step := opportunity.State(e.Data[opportunity.StateDatum]), opportunity.Event(e.Data[opportunity.StepDatum])
		if err != nil || o.State != state {
			return immediate.Message{}, false, gone(err)
		}
		w := wordsOf(notify.LocaleOf(to.Locale))
		said, known := w.decided[step]
		if step == opportunity.VerifyLapse && o.Why.Reason == opportunity.Duplicate {
			said = w.duplicate // time had nothing to do with it
		}
		if !known {
			return immediate.Message{}, false, nil
		}
		l := w.letter(said.title+w.named(o.Name), []string{w.dear(to.Name), said.text}, o, e.At)
		if why := w.why(o.Why.ForPartner()); why != "" {
			l.Notes = append(l.Notes, why)
		}
		if said.todo != "" {
			l.Notes = append(l.Notes, said.todo)
		}
		return immediate.Message{To: to.Address(), Letter: l}, true, nil
	}
}

// Escalated writes to the vendor that an audit lasts too long. One that was decided meanwhile is not written about.
func Escalated(open func() *opportunity.Service) immediate.Writer {
	return func(ctx context.Context, e event.Event) (immediate.Message, bool, error) {
		s, partner := open(), opportunity.PartnerOf(e.Data)
		o, to, err := read(ctx, s, partner, e)
		if err != nil || o.State != opportunity.Auditing {
			return immediate.Message{}, false, gone(err)
		}
		of, err := party.Get(ctx, s.Table, partner)
		if err != nil {
			return immediate.Message{}, false, err
		}
		w := wordsOf(notify.LocaleOf(to.Locale))
		l := w.letter(w.escalated.title+w.named(o.Name), []string{w.dear(to.Name), w.escalated.text + of.Name}, o, e.At)
		l.Notes = []string{w.escalated.todo}
		return immediate.Message{To: to.Address(), Letter: l}, true, nil
	}
}

// read reads what an event is about, and whom it is for.
func read(ctx context.Context, s *opportunity.Service, partner auth.PartyID, e event.Event) (opportunity.Opportunity, party.Party, error) {
	o, err := s.Read(ctx, partner, opportunity.ID(e.Subject))
	if err != nil {
		return o, party.Party{}, err
	}
	to, err := party.Get(ctx, s.Table, auth.PartyID(e.Owner))
	return o, to, err
}

// gone makes nothing of an opportunity that is not there any more.
func gone(err error) error {
	if errors.Is(err, opportunity.ErrMissing) {
		return nil
	}
	return err
}

// letter lays out what an opportunity is, in one table. Whom to ask at the customer stands in none: mails go further than screens.
func (w words) letter(title string, intro []string, o opportunity.Opportunity, at time.Time) letter.Letter {
	rows := []letter.Row{
		{Cells: []string{w.id, string(o.ID)}},
		{Cells: []string{w.name, o.Name}},
		{Cells: []string{w.company, o.Company}},
		{Cells: []string{w.amount, w.yuan(o.Amount)}},
		{Cells: []string{w.state, w.states[o.State]}},
	}
	if !o.Deadline.IsZero() {
		rows = append(rows, letter.Row{Cells: []string{w.until, w.end(o.Deadline, o.Provisional)}})
	}
	return letter.Letter{
		Locale: w.locale, Title: title, Intro: intro, AsOf: at, Groups: []letter.Group{{Title: w.opportunity, Columns: []string{w.field, w.value}, Rows: rows}},
	}
}

// end says until when something must happen: the last day, which counts as a whole.
func (w words) end(at time.Time, provisional bool) string {
	day := calendar.DateOf(at.Add(-time.Second)).String()
	if provisional {
		return day + w.provisional
	}
	return day
}

// why says why an opportunity was rejected or ended.
func (w words) why(why opportunity.Why) string {
	switch {
	case why.Reason == opportunity.Duplicate:
		return w.reason + w.reasons[why.Reason]
	case why.Reason != "" && why.Text != "":
		return w.reason + w.reasons[why.Reason] + w.colon + why.Text
	case why.Reason != "":
		return w.reason + w.reasons[why.Reason]
	case why.Text != "":
		return w.reason + why.Text
	}
	return ""
}
