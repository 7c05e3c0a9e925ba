package psttest_test

import (
	"encoding/binary"
	"time"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// addSeries adds a yearly series, and a weekly one of which one meeting was moved
// and another one deleted.
func addSeries(s *scene) {
	yearly := s.appointment("Birthday")
	yearly.Props = append(yearly.Props, s.flag(setAppointment, 0x8223, true), s.recurrence(pattern{frequency: 0x200D, period: 12, day: 1, count: 10}))
	s.add(yearly, "SUMMARY:Birthday", "FREQ=YEARLY")

	weekly := s.appointment("Lessons")
	weekly.Props = append(weekly.Props, s.flag(setAppointment, 0x8223, true), s.recurrence(pattern{
		frequency: 0x200B, period: 1, day: 1 << uint(start.Weekday()), count: 8,
		deleted: []time.Time{start.AddDate(0, 0, 7), start.AddDate(0, 0, 14)},
		moved:   []time.Time{start.AddDate(0, 0, 14)},
	}))
	exception := s.appointment("Lessons, later")
	exception.Props = append(exception.Props, psttest.Text(pst.PidTagDisplayName, "exception"))
	a := psttest.EmbeddedMessage(exception)
	a.Props = append(a.Props, psttest.Int(0x7FFD0003, 0), pst.Property{Tag: 0x7FFE000B, Data: []byte{1}},
		psttest.Time(0x7FFB0040, start.AddDate(0, 0, 14).Add(time.Hour)), psttest.Time(0x7FFC0040, start.AddDate(0, 0, 14).Add(2*time.Hour)))
	weekly.Attachments = []pst.Attachment{a}
	weekly.Recipients = [][]pst.Property{psttest.Recipient("Ada", 1)}
	s.add(weekly, "SUMMARY:Lessons", "FREQ=WEEKLY")
}

// pattern is a series of hours that begins at start.
type pattern struct {
	frequency      uint16
	period         uint32
	day            uint32 // of the month, or the days of the week as a mask
	count          uint32
	deleted, moved []time.Time // deleted are those moved too
}

// recurrence is PidLidAppointmentRecur. [MS-OXOCAL] 2.2.1.44.5.
func (s *scene) recurrence(p pattern) pst.Property {
	var b []byte
	u16 := func(n uint16) { b = binary.LittleEndian.AppendUint16(b, n) }
	u32 := func(n uint32) { b = binary.LittleEndian.AppendUint32(b, n) }
	u16(0x3004)
	u16(0x3004)
	u16(p.frequency)
	if p.frequency == 0x200D {
		u16(2) // a day of the month
	} else {
		u16(1) // days of the week
	}
	day := minutes(start) - minutes(start)%1440
	u32(day % (p.period * 1440))
	u32(p.period)
	u32(0) // sliding
	u32(p.day)
	u32(0x2022) // ends after a number of times
	u32(p.count)
	u32(0) // the week begins on Sunday
	u32(uint32(len(p.deleted)))
	for _, at := range p.deleted {
		u32(minutes(at) - minutes(at)%1440)
	}
	u32(uint32(len(p.moved)))
	for _, at := range p.moved {
		u32(minutes(at) - minutes(at)%1440)
	}
	u32(day)
	u32(day + p.count*7*1440)
	u32(0x3006)
	u32(0x3009)
	u32(15 * 60)
	u32(16 * 60)
	u16(uint16(len(p.moved)))
	for _, at := range p.moved {
		u32(minutes(at) + 60)
		u32(minutes(at) + 120)
		u32(minutes(at))
		u16(0) // nothing but the time is other
	}
	u32(0)
	for range p.moved {
		u32(4) // ChangeHighlight
		u32(0)
		u32(0)
	}
	u32(0)
	return psttest.Bytes(pst.MakeTag(s.named(setAppointment, 0x8216, ""), pst.TypeBinary), b)
}

// minutes since 1601, as a recurrence counts them.
func minutes(at time.Time) uint32 { return uint32((at.Unix() + 11_644_473_600) / 60) }
