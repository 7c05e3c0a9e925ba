package psttest_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// fixedTypes are the types of a fixed size, with values at their ends. [MS-OXCDATA]
// 2.11.1.
var fixedTypes = map[pst.PropType][][]byte{
	pst.TypeInt16:    {le16(0), le16(1), le16(math.MaxUint16), le16(1 << 15)},
	pst.TypeInt32:    {le32(0), le32(math.MaxUint32), le32(1 << 31)},
	pst.TypeFloat32:  {le32(math.Float32bits(-1.5)), le32(math.Float32bits(math.MaxFloat32))},
	pst.TypeFloat64:  {le64(math.Float64bits(1.0 / 3)), le64(math.Float64bits(math.Inf(-1)))},
	pst.TypeCurrency: {le64(123_4500), le64(1<<64 - 1)},
	pst.TypeAppTime:  {le64(math.Float64bits(46143.625))},
	pst.TypeError:    {le32(0x8004010F)},
	pst.TypeBoolean:  {{0}, {1}},
	pst.TypeInt64:    {le64(0), le64(1<<63 - 1), le64(1 << 63)},
	pst.TypeTime:     {le64(0), le64(0x01DC_0000_1234_5678), le64(0x0CB3_4557_A3DD_4000)},
	pst.TypeGUID:     {psttest.Noise(16), make([]byte, 16)},
}

// otherTypes are those that hold bytes which the format does not look into.
var otherTypes = []pst.PropType{pst.TypeBinary, pst.TypeServerID, pst.TypeRestriction, pst.TypeRuleAction}

func le16(n uint16) []byte { return binary.LittleEndian.AppendUint16(nil, n) }
func le32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
func le64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

// valueKinds are the values that a property can have.
var valueKinds = []kind{
	{name: "every type", add: func(s *scene) {
		for _, t := range slices.Sorted(maps.Keys(fixedTypes)) {
			s.typed(t, fixedTypes[t]...)
		}
		for _, t := range otherTypes {
			s.typed(t, psttest.Noise(20), psttest.Noise(2_000))
		}
		s.typed(pst.TypeString8, []byte("\x80 in a code page"))
		s.typed(pst.TypeUnicode, utf16le("text"))
	}},
	{name: "every multiple type", add: func(s *scene) {
		for _, t := range slices.Sorted(maps.Keys(fixedTypes)) {
			if t != pst.TypeBoolean && t != pst.TypeError { // neither can be
				s.typed(t|pst.TypeMultiple, fixedTypes[t][0], bytes.Join(fixedTypes[t], nil))
			}
		}
		many := make([][]byte, 300)
		for i := range many {
			many[i] = fmt.Appendf(nil, "value %d", i)
		}
		for _, t := range []pst.PropType{pst.TypeBinary, pst.TypeString8} {
			s.typed(t|pst.TypeMultiple, multi([]byte("one")), multi([]byte("one"), nil, []byte("three")), multi(many...))
		}
		s.typed(pst.TypeUnicode|pst.TypeMultiple, multi(utf16le("one"), utf16le("two")))
	}},
	{name: "named properties", add: func(s *scene) {
		c := s.contact("Many Names")
		for i := range 60 {
			c.Props = append(c.Props, s.number(setOwn, uint32(0x9000+i), int32(i)))
			id := s.named(setOwn, 0, fmt.Sprintf("name-%d-%s", i, strings.Repeat("x", i)))
			c.Props = append(c.Props, psttest.Int(pst.MakeTag(id, pst.TypeInt32), int32(-i)))
		}
		id := s.named(setPublic, 0, "größe-サイズ")
		c.Props = append(c.Props, psttest.Int(pst.MakeTag(id, pst.TypeInt32), 7))
		s.add(c, card("Many Names"))
	}},
	{name: "empty values", add: func(s *scene) {
		c := s.contact("Empty Values")
		for _, t := range []pst.PropType{pst.TypeBinary, pst.TypeUnicode, pst.TypeString8, pst.TypeInt32 | pst.TypeMultiple, pst.TypeBinary | pst.TypeMultiple} {
			c.Props = append(c.Props, s.own(t, []byte{}))
		}
		c.Recipients = [][]pst.Property{{psttest.Int(psttest.TagRecipient, 1), psttest.Text(pst.PidTagDisplayName, "")}}
		s.add(c, card("Empty Values"))
		blank := mail("Blank file")
		blank.Attachments = []pst.Attachment{psttest.FileAttachment("blank.bin", []byte{})}
		s.add(blank, "Subject: Blank file")
	}},
	{name: "sizes of values", add: func(s *scene) {
		for i, n := range []int{1, 1023, 1024, 1025, 3579, 3580, 3581, 8175, 8176, 8177, 8180, 8181, 16_352, 16_353, 100_000} {
			c := mail(fmt.Sprint("Size ", i))
			c.Props = append(c.Props, s.own(pst.TypeBinary, psttest.Noise(n)), s.own(pst.TypeUnicode, utf16le(strings.Repeat("ü", n/2))))
			c.Attachments = []pst.Attachment{psttest.FileAttachment("size.bin", psttest.Noise(n))}
			s.add(c, fmt.Sprint("Subject: Size ", i))
		}
	}},
	{name: "xxblock", heavy: true, add: func(s *scene) {
		c := mail("Huge")
		const n = 17_000_000 // over 1,021 blocks of 8,176 bytes, and over 2,043 of 8,180
		c.Attachments = []pst.Attachment{{Props: []pst.Property{psttest.Text(psttest.TagLongName, "huge.bin"), psttest.Stream(psttest.TagFileData, n)}}}
		c.Props = append(c.Props, psttest.Stream(pst.MakeTag(s.named(setOwn, 0x8F00, ""), pst.TypeBinary), n))
		s.add(c, "Subject: Huge")
	}},
	{name: "text", add: func(s *scene) {
		words := []string{"Žofie Müller €", strings.Repeat("long name ", 25) + "end", "tab\there"}
		if !s.format.ansi() {
			words = append(words, "王小明", "Ελένη", "שלום", "𝒳 family 👩‍👩‍👧")
		}
		for _, w := range words {
			c := s.contact("x y")
			c.Props = merged(c.Props, []pst.Property{psttest.Text(pst.PidTagDisplayName, w), psttest.Text(psttest.TagSubject, w), psttest.Text(psttest.TagTopic, w), psttest.Text(tagMessageText, strings.Repeat(w, 50)), psttest.Int(0x3FFD0003, 1252)}, nil)
			s.add(c, card("x y"), w)
		}
	}},
}

// typed adds a contact with values of one type.
func (s *scene) typed(t pst.PropType, values ...[]byte) {
	name := fmt.Sprintf("Type %#04x", uint16(t))
	c := s.contact(name)
	for _, v := range values {
		c.Props = append(c.Props, s.own(t, v))
	}
	s.add(c, card(name))
}

// own is a property under a name of its own.
func (s *scene) own(t pst.PropType, b []byte) pst.Property {
	return pst.Property{Tag: pst.MakeTag(s.named(setOwn, uint32(0xA000+len(s.names)), ""), t), Data: b}
}
