package mapi

import "encoding/binary"

// Override tells which parts of an occurrence differ from the series.
type Override uint16

// The parts, [MS-OXOCAL] 2.2.1.44.2.
const (
	OverrideSubject       Override = 0x0001
	OverrideMeetingType   Override = 0x0002
	OverrideReminderDelta Override = 0x0004
	OverrideReminder      Override = 0x0008
	OverrideLocation      Override = 0x0010
	OverrideBusyStatus    Override = 0x0020
	OverrideAttachment    Override = 0x0040
	OverrideSubType       Override = 0x0080
	OverrideColor         Override = 0x0100
	OverrideBody          Override = 0x0200
)

// overrideNumbers are those with a number in ExceptionInfo, in its order; the
// location comes after the first three.
var overrideNumbers = [...]Override{
	OverrideMeetingType, OverrideReminderDelta, OverrideReminder,
	OverrideBusyStatus, OverrideAttachment, OverrideSubType, OverrideColor,
}

const numbersBeforeLocation = 3

// Exception is ExceptionInfo, [MS-OXOCAL] 2.2.1.44.2: an occurrence that differs
// from its series. Times are minutes since 1601-01-01, local.
type Exception struct {
	Start, End, OriginalStart uint32
	Overrides                 Override
	Subject, Location         EightBitText
	Numbers                   [len(overrideNumbers)]uint32 // in the order of overrideNumbers
}

// EightBitText is text in a code page, with its length in front twice.
type EightBitText struct {
	LengthPlus1 uint16 // as stored: the length and one more
	Text        []byte
}

// ExtendedException is [MS-OXOCAL] 2.2.1.44.4: the texts of an exception in
// Unicode.
type ExtendedException struct {
	ChangeHighlight   []byte // from writer version 2 of 0x3009 on
	Reserved1         []byte
	Start, End        uint32 // these only with a subject or a location
	OriginalStart     uint32
	Subject, Location []byte // UTF-16LE
	Reserved2         []byte
}

// withHighlight is the writer version from which on extended exceptions have a
// change highlight.
const withHighlight = 0x3009

func readAppointment(in *cursor) *AppointmentRecurrence {
	a := &AppointmentRecurrence{
		ReaderVersion2: in.u32(),
		WriterVersion2: in.u32(),
		StartOffset:    in.u32(),
		EndOffset:      in.u32(),
	}
	for n := in.u16(); n > 0 && in.err == nil; n-- {
		a.Exceptions = append(a.Exceptions, readException(in))
	}
	a.Reserved1 = in.block()
	for i := 0; i < len(a.Exceptions) && in.err == nil; i++ {
		a.Extended = append(a.Extended, readExtended(in, a.WriterVersion2, a.Exceptions[i].Overrides))
	}
	a.Reserved2 = in.block()
	return a
}

func readException(in *cursor) Exception {
	e := Exception{Start: in.u32(), End: in.u32(), OriginalStart: in.u32(), Overrides: Override(in.u16())}
	if e.Overrides&OverrideSubject != 0 {
		e.Subject = readEightBit(in)
	}
	for i, flag := range overrideNumbers {
		if i == numbersBeforeLocation && e.Overrides&OverrideLocation != 0 {
			e.Location = readEightBit(in)
		}
		if e.Overrides&flag != 0 {
			e.Numbers[i] = in.u32()
		}
	}
	return e
}

func readEightBit(in *cursor) EightBitText {
	t := EightBitText{LengthPlus1: in.u16()}
	t.Text = in.bytes(uint64(in.u16()))
	return t
}

func readExtended(in *cursor, version uint32, overrides Override) ExtendedException {
	var e ExtendedException
	if version >= withHighlight {
		e.ChangeHighlight = in.block()
	}
	e.Reserved1 = in.block()
	if overrides&(OverrideSubject|OverrideLocation) == 0 {
		return e
	}
	e.Start, e.End, e.OriginalStart = in.u32(), in.u32(), in.u32()
	if overrides&OverrideSubject != 0 {
		e.Subject = in.bytes(2 * uint64(in.u16()))
	}
	if overrides&OverrideLocation != 0 {
		e.Location = in.bytes(2 * uint64(in.u16()))
	}
	e.Reserved2 = in.block()
	return e
}

func (a *AppointmentRecurrence) append(b []byte) []byte {
	b = appendU32(b, a.ReaderVersion2, a.WriterVersion2, a.StartOffset, a.EndOffset)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(a.Exceptions)))
	for _, e := range a.Exceptions {
		b = e.append(b)
	}
	b = appendBlock(b, a.Reserved1)
	for i, e := range a.Extended {
		b = e.append(b, a.WriterVersion2, a.Exceptions[i].Overrides)
	}
	return appendBlock(b, a.Reserved2)
}

func (e Exception) append(b []byte) []byte {
	b = appendU32(b, e.Start, e.End, e.OriginalStart)
	b = binary.LittleEndian.AppendUint16(b, uint16(e.Overrides))
	if e.Overrides&OverrideSubject != 0 {
		b = e.Subject.append(b)
	}
	for i, flag := range overrideNumbers {
		if i == numbersBeforeLocation && e.Overrides&OverrideLocation != 0 {
			b = e.Location.append(b)
		}
		if e.Overrides&flag != 0 {
			b = appendU32(b, e.Numbers[i])
		}
	}
	return b
}

func (t EightBitText) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint16(b, t.LengthPlus1)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(t.Text)))
	return append(b, t.Text...)
}

func (e ExtendedException) append(b []byte, version uint32, overrides Override) []byte {
	if version >= withHighlight {
		b = appendBlock(b, e.ChangeHighlight)
	}
	b = appendBlock(b, e.Reserved1)
	if overrides&(OverrideSubject|OverrideLocation) == 0 {
		return b
	}
	b = appendU32(b, e.Start, e.End, e.OriginalStart)
	if overrides&OverrideSubject != 0 {
		b = appendWide(b, e.Subject)
	}
	if overrides&OverrideLocation != 0 {
		b = appendWide(b, e.Location)
	}
	return appendBlock(b, e.Reserved2)
}

func appendWide(b, text []byte) []byte {
	return append(binary.LittleEndian.AppendUint16(b, uint16(len(text)/2)), text...)
}

func appendBlock(b, block []byte) []byte {
	return append(appendU32(b, uint32(len(block))), block...)
}
