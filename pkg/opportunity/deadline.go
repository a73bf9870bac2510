package opportunity

import (
	"time"

	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/notify"
)

// patience is in how many working days something must happen to an opportunity in a state, and what happens else.
type patience struct {
	days      int
	otherwise Event
}

var patiences = map[State]patience{
	Auditing:  {auditDays, Escalate},
	Verifying: {verificationDays, VerifyLapse},
	Shared:    {answerDays, AnswerLapse},
}

// Deadline gives until when something must happen to an opportunity that came to a state at an instant: the end of the last of the state's working
// days in China, the day on which it came there not counted. It is provisional while the calendar does not have a day on the way, and may move then.
// ok is false for states that last.
func (s State) Deadline(entered time.Time) (at time.Time, provisional, ok bool) {
	p, ok := patiences[s]
	if !ok {
		return time.Time{}, false, false
	}
	day, provisional := calendar.AddWorkingDays(calendar.DateOf(entered), p.days)
	return day.End(), provisional, true
}

// releaseAt gives from when an opportunity that was delivered at an instant excludes others no longer: the begin of a day in Beijing.
func releaseAt(delivered time.Time) time.Time {
	day := calendar.DateOf(delivered)
	return day.AddMonths(deliveredMonths, day.Day).Start()
}

// lastDay gives the day at whose end a deadline is.
func lastDay(deadline time.Time) calendar.Date { return calendar.DateOf(deadline.Add(-time.Second)) }

// mornings gives when a partner is reminded of an HO that waits for its answer: on its last working day, and on one before. Source: policy.go.
func (r Row) mornings() []time.Time {
	day := lastDay(r.Deadline)
	all := []time.Time{day.At(notify.MorningHour, 0)}
	for n := 0; n < remindedDays; {
		day = day.AddDays(-1)
		if working, _ := calendar.WorkingDay(day); working {
			all = append(all, day.At(notify.MorningHour, 0))
			n++
		}
	}
	return all
}

// Remind tells whether a digest made now says something of an HO to a partner whose last digest was at mark, and by how many days its answer is due
// then: once for each of its mornings that has come, the latest alone, while it waits. Source: CASES.md B39.
func (r Row) Remind(mark, now time.Time) (days int, ok bool) {
	for _, at := range r.mornings() {
		if at.After(mark) && !at.After(now) && at.After(r.Entered) {
			ok = true
		}
	}
	return calendar.DateOf(now).DaysUntil(lastDay(r.Deadline)), ok && r.State == Shared && now.Before(r.Deadline)
}

// NextReminder gives the first morning after an instant on which there is something to say of an HO, if nothing changes until then.
func (r Row) NextReminder(after time.Time) (next time.Time, ok bool) {
	for _, at := range r.mornings() {
		if r.State == Shared && at.After(after) && at.After(r.Entered) && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok
}
