package mapi

import (
	"encoding/binary"
	"fmt"

	"pstsyncd/syncjob/pst"
)

// recurrencePattern is RecurrencePattern, which PidLidTaskRecurrence is and
// PidLidAppointmentRecur begins with ([MS-OXOCAL] 2.2.1.44.1). Dates are minutes since
// 1601-01-01 in the time zone of the series.
type recurrencePattern struct {
	frequency   uint16 // RecurFrequency
	pattern     uint16 // PatternType
	period      uint32 // Period: days in minutes, weeks, or months
	days        uint32 // PatternTypeSpecific: bit 0 is Sunday; or the day of the month
	nth         uint32 // PatternTypeSpecific: 1 to 4, 5 is the last
	end         uint32 // EndType
	occurrences uint32 // OccurrenceCount
	deleted     uint32 // DeletedInstanceCount: days without the regular occurrence
	modified    uint32 // ModifiedInstanceCount: those of them with another instead
	startDate   uint32 // StartDate
	endDate     uint32 // EndDate
}

// RecurFrequency.
const (
	recurDaily   = 0x200A
	recurWeekly  = 0x200B
	recurMonthly = 0x200C
	recurYearly  = 0x200D
)

// PatternType; from patternHjMonth on by the Hijri calendar.
const (
	patternDay        = 0x0
	patternWeek       = 0x1
	patternMonth      = 0x2
	patternMonthNth   = 0x3
	patternMonthEnd   = 0x4
	patternHjMonth    = 0xA
	patternHjMonthNth = 0xB
	patternHjMonthEnd = 0xC
)

// EndType; everything else means that there is no end.
const (
	endAfterDate   = 0x2021
	endAfterNumber = 0x2022
)

// parseRecurrence reads the pattern that b begins with. It checks lengths, counts, and
// the values that decide the layout.
func parseRecurrence(b []byte) (*recurrencePattern, error) {
	in := &cursor{b: b}
	r := &recurrencePattern{}
	in.bytes(4) // ReaderVersion, WriterVersion
	r.frequency, r.pattern = in.u16(), in.u16()
	in.bytes(6) // CalendarType, FirstDateTime
	r.period = in.u32()
	in.bytes(4) // SlidingFlag
	if r.frequency < recurDaily || r.frequency > recurYearly {
		in.failf("frequency 0x%04X", r.frequency)
	}
	r.readSpecific(in)
	r.end, r.occurrences = in.u32(), in.u32()
	in.bytes(4) // FirstDOW
	r.deleted, r.modified = in.skipDates(), in.skipDates()
	r.startDate, r.endDate = in.u32(), in.u32()
	if r.modified > r.deleted {
		in.failf("%d modified days, but only %d deleted", r.modified, r.deleted)
	}
	if in.err != nil {
		return nil, fmt.Errorf("recurrence of %d bytes: %w", len(b), in.err)
	}
	return r, nil
}

// readSpecific reads PatternTypeSpecific.
func (r *recurrencePattern) readSpecific(in *cursor) {
	switch r.pattern {
	case patternDay:
	case patternWeek, patternMonth, patternMonthEnd, patternHjMonth, patternHjMonthEnd:
		r.days = in.u32()
	case patternMonthNth, patternHjMonthNth:
		r.days, r.nth = in.u32(), in.u32()
	default:
		in.failf("pattern 0x%X", r.pattern)
	}
}

// cursor reads little-endian values one after the other and keeps the first
// error; after an error everything is zero.
type cursor struct {
	b   []byte
	err error
}

func (c *cursor) failf(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format+": %w", append(args, pst.ErrCorrupt)...)
	}
}

// bytes takes n bytes; n may be anything that a file can say.
func (c *cursor) bytes(n uint64) []byte {
	if c.err == nil && n > uint64(len(c.b)) {
		c.failf("%d bytes missing", n-uint64(len(c.b)))
	}
	if c.err != nil {
		return nil
	}
	taken := c.b[:n]
	c.b = c.b[n:]
	return taken
}

func (c *cursor) u16() uint16 {
	if b := c.bytes(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// skipDates passes over a list of dates and returns how many they are.
func (c *cursor) skipDates() uint32 {
	n := c.u32()
	c.bytes(4 * uint64(n))
	return n
}
