package calendar

import (
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// WorkingDay tells whether people work in China on a date: by the State Council's calendar, with its holidays and the
// weekend days worked instead. For a year that the calendar does not have yet (it is published in November), Monday to
// Friday less 1 January, and the answer is provisional.
func WorkingDay(d Date) (working, provisional bool) {
	weekday := d.Start().In(Beijing).Weekday()
	working = weekday != time.Saturday && weekday != time.Sunday
	if !published(d.Year) {
		return working && (d.Month != time.January || d.Day != 1), true
	}
	if exception := HolidayUtil.GetHolidayByYmd(d.Year, int(d.Month), d.Day); exception != nil {
		working = exception.IsWork()
	}
	return working, false
}

// AddWorkingDays gives the n-th working day after a date, n > 0; for n = 0 the date itself. The answer is provisional
// when a day on the way is.
func AddWorkingDays(d Date, n int) (day Date, provisional bool) {
	for n > 0 {
		d = d.AddDays(1)
		working, unsure := WorkingDay(d)
		provisional = provisional || unsure
		if working {
			n--
		}
	}
	return d, provisional
}

// published tells whether the calendar has a year: if so, it has its National Day in October. The first days of a year may
// stand in the calendar of the year before.
func published(year int) bool { return HolidayUtil.GetHolidaysByYm(year, int(time.October)).Len() > 0 }
