package mapi

import (
	"encoding/binary"
	"fmt"

	"pstsyncd/syncjob/pst"
)

// Recurrence is RecurrencePattern, and for appointments what follows it in
// AppointmentRecurrencePattern. [MS-OXOCAL] 2.2.1.44.1 and 2.2.1.44.5. Dates and
// times are minutes since 1601-01-01 in the time zone of the series.
type Recurrence struct {
	ReaderVersion, WriterVersion uint16 // 0x3004
	Frequency                    Frequency
	Pattern                      Pattern
	Calendar                     uint16
	FirstDateTime                uint32
	Period                       uint32 // days in minutes, weeks, or months
	Sliding                      uint32 // tasks only
	Days                         uint32 // PatternWeek, PatternMonthNth: bit 0 Sunday; PatternMonth: day of the month
	Nth                          uint32 // PatternMonthNth: 1 to 4, 5 is the last
	End                          EndType
	Occurrences                  uint32
	FirstDayOfWeek               uint32   // 0 Sunday
	Deleted                      []uint32 // days without the regular occurrence, ascending
	Modified                     []uint32 // those of them with another instead
	StartDate, EndDate           uint32

	Appointment *AppointmentRecurrence // nil for a task
	Rest        []byte                 // bytes after the structure
}

// AppointmentRecurrence is what the pattern of an appointment has beyond that of
// a task.
type AppointmentRecurrence struct {
	ReaderVersion2, WriterVersion2 uint32
	StartOffset, EndOffset         uint32 // minutes since midnight
	Exceptions                     []Exception
	Reserved1                      []byte
	Extended                       []ExtendedException // one for each of Exceptions
	Reserved2                      []byte
}

// Frequency is RecurFrequency.
type Frequency uint16

// The frequencies.
const (
	Daily   Frequency = 0x200A
	Weekly  Frequency = 0x200B
	Monthly Frequency = 0x200C
	Yearly  Frequency = 0x200D
)

// Pattern is PatternType.
type Pattern uint16

// The patterns; from PatternHijriMonth on by the Hijri calendar.
const (
	PatternDay           Pattern = 0x0
	PatternWeek          Pattern = 0x1
	PatternMonth         Pattern = 0x2
	PatternMonthNth      Pattern = 0x3
	PatternMonthEnd      Pattern = 0x4
	PatternHijriMonth    Pattern = 0xA
	PatternHijriMonthNth Pattern = 0xB
	PatternHijriMonthEnd Pattern = 0xC
)

// EndType says how a series ends.
type EndType uint32

// The ends. Both EndNever and EndNeverOld mean that it goes on for ever.
const (
	EndByDate   EndType = 0x2021
	EndAfter    EndType = 0x2022
	EndNever    EndType = 0x2023
	EndNeverOld EndType = 0xFFFFFFFF
)

// ParseRecurrence reads the value of PidLidAppointmentRecur. It checks lengths
// and the values that decide the layout, and keeps all others as they are, so
// that [Recurrence.Marshal] gives the same bytes.
func ParseRecurrence(b []byte) (*Recurrence, error) { return parseRecurrence(b, true) }

// ParseTaskRecurrence reads the value of PidLidTaskRecurrence.
func ParseTaskRecurrence(b []byte) (*Recurrence, error) { return parseRecurrence(b, false) }

func parseRecurrence(b []byte, appointment bool) (*Recurrence, error) {
	in := &cursor{b: b}
	r := readPattern(in)
	if appointment && in.err == nil {
		r.Appointment = readAppointment(in)
	}
	if in.err != nil {
		return nil, fmt.Errorf("recurrence of %d bytes: %w", len(b), in.err)
	}
	if len(in.b) > 0 {
		r.Rest = in.b
	}
	return r, nil
}

func readPattern(in *cursor) *Recurrence {
	r := &Recurrence{
		ReaderVersion: in.u16(),
		WriterVersion: in.u16(),
		Frequency:     Frequency(in.u16()),
		Pattern:       Pattern(in.u16()),
		Calendar:      in.u16(),
		FirstDateTime: in.u32(),
		Period:        in.u32(),
		Sliding:       in.u32(),
	}
	if r.Frequency < Daily || r.Frequency > Yearly {
		in.failf("frequency 0x%04X", uint16(r.Frequency))
	}
	words := r.Pattern.words(in)
	if words > 0 {
		r.Days = in.u32()
	}
	if words > 1 {
		r.Nth = in.u32()
	}
	r.End = EndType(in.u32())
	r.Occurrences = in.u32()
	r.FirstDayOfWeek = in.u32()
	r.Deleted = in.u32s()
	r.Modified = in.u32s()
	r.StartDate = in.u32()
	r.EndDate = in.u32()
	if len(r.Modified) > len(r.Deleted) {
		in.failf("%d modified days, but only %d deleted", len(r.Modified), len(r.Deleted))
	}
	return r
}

// words is the number of words of the part that depends on the pattern.
func (p Pattern) words(in *cursor) int {
	switch p {
	case PatternDay:
		return 0
	case PatternWeek, PatternMonth, PatternMonthEnd, PatternHijriMonth, PatternHijriMonthEnd:
		return 1
	case PatternMonthNth, PatternHijriMonthNth:
		return 2
	}
	in.failf("pattern 0x%X", uint16(p))
	return 0
}

// Marshal is the reverse of [ParseRecurrence] and [ParseTaskRecurrence].
func (r *Recurrence) Marshal() []byte {
	le := binary.LittleEndian
	var b []byte
	for _, n := range []uint16{r.ReaderVersion, r.WriterVersion, uint16(r.Frequency), uint16(r.Pattern), r.Calendar} {
		b = le.AppendUint16(b, n)
	}
	b = appendU32(b, r.FirstDateTime, r.Period, r.Sliding)
	b = appendU32(b, []uint32{r.Days, r.Nth}[:r.Pattern.words(&cursor{})]...)
	b = appendU32(b, uint32(r.End), r.Occurrences, r.FirstDayOfWeek)
	b = appendU32(appendU32(b, uint32(len(r.Deleted))), r.Deleted...)
	b = appendU32(appendU32(b, uint32(len(r.Modified))), r.Modified...)
	b = appendU32(b, r.StartDate, r.EndDate)
	if r.Appointment != nil {
		b = r.Appointment.append(b)
	}
	return append(b, r.Rest...)
}

func appendU32(b []byte, values ...uint32) []byte {
	for _, n := range values {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
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

// u32s takes a count and as many numbers.
func (c *cursor) u32s() []uint32 {
	b := c.bytes(4 * uint64(c.u32()))
	var values []uint32
	for ; len(b) > 0; b = b[4:] {
		values = append(values, binary.LittleEndian.Uint32(b))
	}
	return values
}

// block takes a size and as many bytes.
func (c *cursor) block() []byte { return c.bytes(uint64(c.u32())) }
