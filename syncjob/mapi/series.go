package mapi

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"pstsyncd/syncjob/item"
)

// Series says for people when a recurring appointment or task takes place: "every 2
// weeks on Mon, Wed, 10 times, 1 left out". It is empty for an item that does not recur
// and for one whose pattern cannot be read.
func Series(it *item.Item) string {
	for _, k := range []item.Key{KeyRecurrence, KeyTaskRecurrence} {
		if b, ok := it.Props.Binary(k); ok {
			if r, err := parseRecurrence(b); err == nil {
				return r.String()
			}
		}
	}
	return ""
}

// noEndDate is the end of a series without end, as a date.
const noEndDate = 0x5AE980DF

// String describes the series.
func (r *recurrencePattern) String() string {
	s := r.rhythm()
	switch {
	case r.end == endAfterNumber:
		s += fmt.Sprintf(", %d times", r.occurrences)
	case r.end == endAfterDate && r.endDate != noEndDate:
		s += ", until " + minutes(r.endDate).Format(time.DateOnly)
	}
	if r.modified > 0 {
		s += fmt.Sprintf(", %d changed", r.modified)
	}
	if n := r.deleted - r.modified; n > 0 {
		s += fmt.Sprintf(", %d left out", n)
	}
	return s
}

func (r *recurrencePattern) rhythm() string {
	switch {
	case r.pattern == patternWeek:
		return every(r.period, "week") + " on " + weekdays(r.days)
	case r.pattern == patternDay:
		return every(r.period/(24*60), "day")
	case r.pattern >= patternHjMonth:
		return every(r.period, "month") + " on " + r.dayOfMonth() + " (Hijri)"
	case r.frequency == recurYearly && r.period%12 == 0:
		return every(r.period/12, "year") + " on " + r.dayOfMonth() + " of " + minutes(r.startDate).Month().String()
	default:
		return every(r.period, "month") + " on " + r.dayOfMonth()
	}
}

func (r *recurrencePattern) dayOfMonth() string {
	switch r.pattern {
	case patternMonthNth, patternHjMonthNth:
		return "the " + nth(r.nth) + " " + weekdays(r.days)
	case patternMonthEnd, patternHjMonthEnd:
		return "the last day"
	default:
		return fmt.Sprintf("day %d", r.days)
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
