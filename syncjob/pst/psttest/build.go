package psttest

import (
	"bytes"
	"encoding/binary"
	"io"
	"time"

	"pstsyncd/syncjob/pst"
)

// Properties of the items that this package builds.
const (
	TagSubject   pst.Tag = 0x0037001F
	TagTopic     pst.Tag = 0x0070001F
	TagBody      pst.Tag = 0x1000001F
	TagGivenName pst.Tag = 0x3A06001F
	TagStartDate pst.Tag = 0x00600040
	TagEndDate   pst.Tag = 0x00610040
	TagFileName  pst.Tag = 0x3704001F
	TagLongName  pst.Tag = 0x3707001F
	TagFileData  pst.Tag = 0x37010102
	TagRecipient pst.Tag = 0x0C150003
)

// Text is a string property.
func Text(tag pst.Tag, s string) pst.Property {
	return pst.Property{Tag: tag, Data: pst.EncodeUTF16(s)}
}

// Int is a property of 4 bytes.
func Int(tag pst.Tag, n int32) pst.Property {
	return pst.Property{Tag: tag, Data: binary.LittleEndian.AppendUint32(nil, uint32(n))}
}

// Time is a property with a point in time.
func Time(tag pst.Tag, at time.Time) pst.Property {
	ticks := (at.Unix()+11_644_473_600)*1e7 + int64(at.Nanosecond()/100)
	return pst.Property{Tag: tag, Data: binary.LittleEndian.AppendUint64(nil, uint64(ticks))}
}

// Bytes is a binary property.
func Bytes(tag pst.Tag, b []byte) pst.Property { return pst.Property{Tag: tag, Data: b} }

// Stream is a property of n bytes that is given as a stream.
func Stream(tag pst.Tag, n int64) pst.Property {
	return pst.Property{Tag: tag, Large: &pst.Large{Size: n, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(new(pattern), n)), nil
	}}}
}

// pattern is an endless stream in which no two blocks are alike.
type pattern struct{ at uint32 }

func (p *pattern) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(p.at ^ p.at>>8 ^ p.at>>13)
		p.at++
	}
	return len(b), nil
}

// Contact is a contact with a name and, if it is not empty, a note.
func Contact(name, note string) pst.Content {
	c := pst.Content{Props: []pst.Property{
		Text(pst.PidTagMessageClass, "IPM.Contact"),
		Text(TagSubject, name),
		Text(TagTopic, name),
		Text(pst.PidTagDisplayName, name),
		Text(TagGivenName, name),
	}}
	if note != "" {
		c.Props = append(c.Props, Text(TagBody, note))
	}
	return c
}

// Appointment is an appointment of an hour.
func Appointment(subject string, start time.Time) pst.Content {
	return pst.Content{Props: []pst.Property{
		Text(pst.PidTagMessageClass, "IPM.Appointment"),
		Text(TagSubject, subject),
		Text(TagTopic, subject),
		Time(TagStartDate, start),
		Time(TagEndDate, start.Add(time.Hour)),
	}}
}

// Recipient is one of a message's recipients, kind 1 for To.
func Recipient(name string, kind int32) []pst.Property {
	return []pst.Property{
		Int(TagRecipient, kind),
		Text(pst.PidTagDisplayName, name),
		Text(0x3003001F, name+"@example.com"),
	}
}

// FileAttachment is an attached file.
func FileAttachment(name string, data []byte) pst.Attachment {
	return pst.Attachment{Props: []pst.Property{Text(TagFileName, name), Text(TagLongName, name), Bytes(TagFileData, data)}}
}

// EmbeddedMessage is an attached message.
func EmbeddedMessage(c pst.Content) pst.Attachment {
	return pst.Attachment{Props: []pst.Property{Text(pst.PidTagDisplayName, "embedded")}, Embedded: &c}
}

// Noise is n bytes that no encoding or alignment makes look right by chance.
func Noise(n int) []byte {
	var b bytes.Buffer
	_, _ = io.CopyN(&b, new(pattern), int64(n)) // a buffer takes everything
	return b.Bytes()
}
