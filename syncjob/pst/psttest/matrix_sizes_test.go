package psttest_test

import (
	"fmt"
	"strings"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// sizeKinds are things of which there are many.
var sizeKinds = []kind{
	{name: "many attachments", heavy: true, add: func(s *scene) {
		c := mail("Album")
		for i := range 700 { // over 340 subnodes, and over 681
			c.Attachments = append(c.Attachments, psttest.FileAttachment(fmt.Sprintf("%03d.txt", i), fmt.Append(nil, "file ", i)))
		}
		s.add(c, "Subject: Album", "file 699")
	}},
	{name: "many recipients", add: func(s *scene) {
		c := mail("Everybody")
		for i := range 400 {
			c.Recipients = append(c.Recipients, psttest.Recipient(fmt.Sprintf("Person %03d", i), int32(1+i%3)))
		}
		s.add(c, "Subject: Everybody")
	}},
	{name: "heap of many blocks", add: func(s *scene) {
		c := mail("Wide")
		for i := range 300 {
			c.Props = append(c.Props, s.own(pst.TypeBinary, psttest.Noise(700+i)))
		}
		s.add(c, "Subject: Wide")
	}},
	{name: "many properties", add: func(s *scene) {
		c := mail("Long")
		for i := range 500 { // over 447 records of 8 bytes
			c.Props = append(c.Props, s.own(pst.TypeInt32, le32(uint32(i))))
		}
		s.add(c, "Subject: Long")
	}},
	{name: "deep folders", add: func(s *scene) {
		path := s.folder
		for i := range 20 {
			s.add(mail(fmt.Sprint("Level ", i)), fmt.Sprint("Subject: Level ", i))
			s.folder += fmt.Sprintf("/%s %d", strings.Repeat("d", i), i)
		}
		s.folder = path
	}},
	{name: "many folders", add: func(s *scene) {
		path := s.folder
		for i := range 40 {
			s.folder = fmt.Sprintf("%s/folder %02d", path, i)
			s.add(mail(fmt.Sprint("In ", i)), fmt.Sprint("Subject: In ", i))
		}
		s.folder = path
	}},
	{name: "many rows", heavy: true, add: func(s *scene) { addRows(s, 600) }}, // an index of two levels
	{name: "2,000 rows", heavy: true, add: func(s *scene) { addRows(s, 2_000) }},
}

func addRows(s *scene, n int) {
	for i := range n {
		subject := fmt.Sprintf("Row %04d", i)
		s.add(item("IPM.Note", subject), "Subject: "+subject)
	}
}
