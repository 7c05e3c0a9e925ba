package psttest_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// kind is one kind of thing that a store holds.
type kind struct {
	name  string
	heavy bool // left out unless the whole matrix is asked for
	add   func(s *scene)
	then  func(s *scene) // in a transaction after that
}

// Property sets. [MS-OXPROPS] 1.3.2.
var (
	setAppointment = outlookSet(0x02)
	setTask        = outlookSet(0x03)
	setAddress     = outlookSet(0x04)
	setCommon      = outlookSet(0x08)
	setNote        = outlookSet(0x0E)
	setPublic      = [16]byte{0x29, 0x03, 0x02, 8: 0xC0, 15: 0x46}
	setOwn         = [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
)

func outlookSet(n byte) [16]byte { return [16]byte{n, 0x20, 0x06, 8: 0xC0, 15: 0x46} }

func hex4(n uint32) string { return fmt.Sprintf("%#04x", n) }

const tagMessageText = psttest.TagBody

var start = time.Date(2026, 5, 1, 15, 0, 0, 0, time.UTC)

// outlookKinds are the kinds of items that Outlook has.
var outlookKinds = []kind{
	{name: "contact", add: func(s *scene) {
		s.add(s.contact("Ada Lovelace"), card("Ada Lovelace"), "N:Lovelace;Ada", "ORG:Engines", "NOTE:Met in London")
		s.add(s.contact("Charles Babbage"), card("Charles Babbage"), "N:Babbage;Charles")
	}},
	{name: "contact with photo", add: func(s *scene) {
		c := s.contact("Mary Somerville")
		photo := psttest.FileAttachment("ContactPicture.jpg", psttest.Noise(6_000))
		photo.Props = append(photo.Props, pst.Property{Tag: 0x7FFF000B, Data: []byte{1}})
		c.Attachments = []pst.Attachment{photo}
		c.Props = append(c.Props, s.flag(setAddress, 0x8015, true))
		s.add(c, card("Mary Somerville"))
	}},
	{name: "distribution list", add: func(s *scene) {
		c := item("IPM.DistList", "Team")
		c.Props = append(c.Props, s.namedText(setAddress, 0x8053, "Team"),
			pst.Property{Tag: pst.MakeTag(s.named(setAddress, 0x8055, ""), pst.TypeBinary|pst.TypeMultiple), Data: multi(psttest.Noise(60), psttest.Noise(90))},
			pst.Property{Tag: pst.MakeTag(s.named(setAddress, 0x8054, ""), pst.TypeBinary|pst.TypeMultiple), Data: multi(psttest.Noise(120), psttest.Noise(150))})
		s.add(c)
	}},
	{name: "appointment", add: func(s *scene) {
		s.add(s.appointment("Tea"), "SUMMARY:Tea", "DTSTART;VALUE=DATE-TIME:20260501T150000Z", "LOCATION:London")
	}},
	{name: "series", add: addSeries},
	{name: "meeting", add: func(s *scene) {
		c := s.appointment("Board")
		c.Props = append(c.Props, s.number(setAppointment, 0x8217, 1))
		c.Recipients = [][]pst.Property{psttest.Recipient("Ada", 1), psttest.Recipient("Charles", 1), psttest.Recipient("Mary", 2), psttest.Recipient("Room", 3)}
		s.add(c, "SUMMARY:Board")
	}},
	{name: "task", add: func(s *scene) {
		c := item("IPM.Task", "Buy tea")
		c.Props = append(c.Props, s.number(setTask, 0x8101, 1), s.time(setTask, 0x8105, start), s.flag(setTask, 0x811C, false))
		s.add(c)
	}},
	{name: "note", add: func(s *scene) {
		c := item("IPM.StickyNote", "Milk")
		c.Props = append(c.Props, psttest.Text(tagMessageText, "Milk\r\nand sugar"), s.number(setNote, 0x8B00, 3))
		s.add(c)
	}},
	{name: "mail", add: func(s *scene) {
		c := mail("Minutes")
		c.Recipients = [][]pst.Property{psttest.Recipient("Ada", 1), psttest.Recipient("Charles", 2)}
		c.Attachments = []pst.Attachment{psttest.FileAttachment("minutes.txt", []byte(strings.Repeat("minutes ", 700)))}
		s.add(c, "Subject: Minutes", "What was said", "minutes minutes minutes")
	}},
	{name: "private", add: func(s *scene) {
		c := s.appointment("Doctor")
		c.Props = append(c.Props, psttest.Int(0x00360003, 2), s.flag(setCommon, 0x8506, true))
		s.add(c, "SUMMARY:Doctor")
	}},
	{name: "associated", add: func(s *scene) {
		c := item("IPM.Configuration.Calendar", "")
		c.Associated = true
		c.Props = append(c.Props, psttest.Bytes(0x7C070102, psttest.Noise(700)))
		s.add(c)
	}},
	{name: "embedded message", add: func(s *scene) {
		inner := mail("Innermost")
		inner.Attachments = []pst.Attachment{psttest.FileAttachment("deep.bin", psttest.Noise(5_000))}
		middle := mail("Between")
		middle.Recipients = [][]pst.Property{psttest.Recipient("Mary", 1)}
		middle.Attachments = []pst.Attachment{psttest.EmbeddedMessage(inner), psttest.FileAttachment("flat.bin", psttest.Noise(400))}
		outer := mail("Outermost")
		outer.Attachments = []pst.Attachment{psttest.FileAttachment("first.bin", psttest.Noise(10)), psttest.EmbeddedMessage(middle), psttest.EmbeddedMessage(mail("Second"))}
		s.add(outer, "Subject: Outermost", "Subject: Between", "Subject: Innermost", "Subject: Second")
	}},
	{name: "categories", add: func(s *scene) {
		c := s.contact("Grace Hopper")
		words := multi(utf16le("Red"), utf16le("Büro"), utf16le("A very long category with many words in it"))
		c.Props = append(c.Props, pst.Property{Tag: pst.MakeTag(s.named(setPublic, 0, "Keywords"), pst.TypeUnicode|pst.TypeMultiple), Data: words})
		s.add(c, card("Grace Hopper"))
	}},
}

func utf16le(s string) []byte { return psttest.Text(0, s).Data }

// card is what a vCard has of the name of a contact.
func card(name string) string {
	first, last, _ := strings.Cut(name, " ")
	return "FN:" + last + `\, ` + first
}

// item has what every item has.
func item(class, subject string) pst.Content {
	c := pst.Content{Props: []pst.Property{psttest.Text(pst.PidTagMessageClass, class)}}
	if subject != "" {
		c.Props = append(c.Props, psttest.Text(psttest.TagSubject, subject), psttest.Text(psttest.TagTopic, subject))
	}
	return c
}

func mail(subject string) pst.Content {
	c := item("IPM.Note", subject)
	c.Props = append(c.Props, psttest.Text(tagMessageText, "What was said"), psttest.Bytes(0x10130102, []byte("<p>What was said</p>")),
		psttest.Text(0x0C1A001F, "Ada"), psttest.Text(0x0C1F001F, "ada@example.com"), psttest.Text(0x0C1E001F, "SMTP"),
		psttest.Time(0x00390040, start), psttest.Time(0x0E060040, start.Add(time.Second)), psttest.Int(pst.PidTagMessageFlags, 0))
	return c
}

func (s *scene) contact(name string) pst.Content {
	first, last, _ := strings.Cut(name, " ")
	c := item("IPM.Contact", name)
	c.Props = append(c.Props, psttest.Text(pst.PidTagDisplayName, name), psttest.Text(psttest.TagGivenName, first), psttest.Text(0x3A11001F, last),
		psttest.Text(0x3A08001F, "+44 20 1234"), psttest.Text(psttest.TagCompany, "Engines"), psttest.Text(tagMessageText, "Met in London"),
		psttest.Time(0x3A420040, start), s.namedText(setAddress, 0x8005, last+", "+first), s.namedText(setAddress, 0x8083, "ada@example.com"),
		s.number(setAddress, 0x8022, 1))
	return c
}

func (s *scene) appointment(subject string) pst.Content {
	c := item("IPM.Appointment", subject)
	c.Props = append(c.Props, psttest.Time(psttest.TagStartDate, start), psttest.Time(psttest.TagEndDate, start.Add(time.Hour)),
		s.time(setAppointment, 0x820D, start), s.time(setAppointment, 0x820E, start.Add(time.Hour)), s.namedText(setAppointment, 0x8208, "London"),
		s.number(setAppointment, 0x8205, 2), s.flag(setAppointment, 0x8215, false))
	return c
}

func (s *scene) namedText(set [16]byte, id uint32, text string) pst.Property {
	return psttest.Text(pst.MakeTag(s.named(set, id, ""), pst.TypeUnicode), text)
}

func (s *scene) number(set [16]byte, id uint32, n int32) pst.Property {
	return psttest.Int(pst.MakeTag(s.named(set, id, ""), pst.TypeInt32), n)
}

func (s *scene) time(set [16]byte, id uint32, at time.Time) pst.Property {
	return psttest.Time(pst.MakeTag(s.named(set, id, ""), pst.TypeTime), at)
}

func (s *scene) flag(set [16]byte, id uint32, on bool) pst.Property {
	b := []byte{0}
	if on {
		b[0] = 1
	}
	return pst.Property{Tag: pst.MakeTag(s.named(set, id, ""), pst.TypeBoolean), Data: slices.Clone(b)}
}
