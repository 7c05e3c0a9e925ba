package psttest_test

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// Properties that the engine computes or fills in.
var (
	ofMessage = set(0x001A, 0x0E02, 0x0E03, 0x0E04, 0x0E07, 0x0E08, 0x0E30, 0x0E33, 0x0E34, 0x3007, 0x3008, 0x300B)
	ofRow     = set(
		0x0E0F, 0x0FF9, 0x0FFE, 0x0FFF, 0x3001, 0x3002, 0x3003, 0x300B, 0x3900, 0x39FF, 0x3A40, 0x67F2, 0x67F3, // columns of recipients
		0x0E20, 0x3701, 0x3705, 0x370B, // of attachments; 0x3701 of an embedded message is the object
	)
)

func set(ids ...uint16) map[uint16]bool {
	s := map[uint16]bool{}
	for _, id := range ids {
		s[id] = true
	}
	return s
}

// expected are the properties of a message as they have to be stored: as meant, but
// for the flags that follow from the rest. [MS-OXCMSG] 2.2.1.6.
func (j *judgement) expected(c *pst.Content) []pst.Property {
	flags := uint32(1) // read, unless it says otherwise
	if p, ok := c.Prop(pst.PidTagMessageFlags.ID()); ok {
		flags = binary.LittleEndian.Uint32(p.Data)
	}
	if len(c.Attachments) > 0 {
		flags |= 0x10
	}
	if c.Associated {
		flags |= 0x40
	}
	return merged(c.Props, []pst.Property{{Tag: pst.PidTagMessageFlags, Data: le32(flags)}}, nil)
}

// files compares the files that readpst makes: those of a kind's folder say what
// was meant, and there are no others.
func (j *judgement) files(l psttest.Listing) {
	made := map[string][]string{}
	for _, it := range l.Items {
		_, folder, _ := strings.Cut(it.Folder, "/")
		made[folder] = append(made[folder], it.Text)
	}
	for _, nid := range slices.Sorted(maps.Keys(j.scene.items)) {
		j.of = j.scene.items[nid]
		j.now = j.by[j.of.kind]
		texts := made[j.of.folder]
		if len(j.of.says) == 0 {
			j.missing(wholeItem, 0, "makes no file")
			continue
		}
		for i, part := range j.of.says {
			if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, part) }) {
				j.now.equal++
			} else {
				j.missing(saidPart(i), 0, "no file says %q", part)
			}
		}
	}
}

// complaints are held against the whole store, except where a limit explains them.
func (j *judgement) complaints(l psttest.Listing) {
	j.now = j.by[""]
	for _, c := range l.Complaints {
		if !j.explained(c, l) {
			j.differs("complains: %s", c)
		}
	}
}

// explained reports whether a complaint is about an item that was not read whole, or
// about what limits say of kinds of the store, and counts it with these.
func (j *judgement) explained(complaint string, l psttest.Listing) bool {
	if slices.ContainsFunc(l.Items, func(it psttest.ReadItem) bool { return it.Complaint == complaint }) {
		return true // held against the item
	}
	found := false
	for _, limit := range limits {
		if limit.reader != j.reader || limit.complaint == nil || !limit.complaint.MatchString(complaint) {
			continue
		}
		for _, m := range j.scene.items {
			if limit.applies(m, wholeItem, 0) || slices.ContainsFunc(m.content.Props, func(p pst.Property) bool { return limit.applies(m, oneValue, p.Tag) }) {
				j.by[m.kind].cannot[limit.reason]++
				found = true
			}
		}
	}
	return found
}

// saidPart is what the first of the things that a file says stands for, and what the
// others do.
func saidPart(i int) part {
	if i == 0 {
		return wholeItem
	}
	return oneValue
}
