// Package calendar is the business calendar: dates in Beijing, terms in months and years counted from an anchor day, and
// China's working days.
//
// A date and an instant meet here and nowhere else. Instants are in UTC; a date begins and ends at midnight in Beijing,
// which has had no daylight saving time since 1991, so that no time zone database is needed.
//
// Source: DOMAIN.md 1, Decision 1; DESIGN.md "Time".
package calendar
