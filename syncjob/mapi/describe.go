package mapi

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"pstsyncd/syncjob/item"
)

// noEndDate is the end of a series without end, as a date.
const noEndDate = 0x5AE980DF

// String describes the series for people: "every 2 weeks on Mon, Wed, 10 times".
func (r *Recurrence) String() string {
	s := r.rhythm()
	switch {
	case r.End == EndAfter:
		s += fmt.Sprintf(", %d times", r.Occurrences)
	case r.End == EndByDate && r.EndDate != noEndDate:
		s += ", until " + minutes(r.EndDate).Format(time.DateOnly)
	}
	if n := len(r.Modified); n > 0 {
		s += fmt.Sprintf(", %d changed", n)
	}
	if n := len(r.Deleted) - len(r.Modified); n > 0 {
		s += fmt.Sprintf(", %d left out", n)
	}
	return s
}

func (r *Recurrence) rhythm() string {
	if r.Frequency == Daily && r.Pattern == PatternDay {
		return every(r.Period/(24*60), "day")
	}
	unit, period := map[Frequency]string{Daily: "day", Weekly: "week", Monthly: "month", Yearly: "month"}[r.Frequency], r.Period
	switch {
	case r.Pattern == PatternWeek:
		unit = "week"
	case r.Frequency == Yearly && period%12 == 0:
		unit, period = "year", period/12
	}
	switch r.Pattern {
	case PatternWeek:
		return every(period, unit) + " on " + weekdays(r.Days)
	case PatternMonthNth, PatternHijriMonthNth:
		return every(period, unit) + " on the " + nth(r.Nth) + " " + weekdays(r.Days)
	default:
		return every(period, unit) + fmt.Sprintf(" on day %d", r.Days)
	}
}

func every(n uint32, unit string) string {
	if n <= 1 {
		return "every " + unit
	}
	return fmt.Sprintf("every %d %ss", n, unit)
}

// weekdays names the days of a mask whose bit 0 is Sunday.
func weekdays(mask uint32) string {
	var days []string
	for m := mask & 0x7F; m != 0; m &= m - 1 {
		days = append(days, time.Weekday(bits.TrailingZeros32(m)).String()[:3])
	}
	return strings.Join(days, ", ")
}

func nth(n uint32) string {
	names := [...]string{"", "first", "second", "third", "fourth", "last"}
	if n < uint32(len(names)) {
		return names[n]
	}
	return fmt.Sprint(n)
}

// minutes makes a time of minutes since 1601-01-01.
func minutes(n uint32) time.Time {
	return item.FromFileTime(uint64(n) * 60 * 1e7)
}
