package psttest_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// verdict is a cell of the table: what one reader makes of one kind in one format.
type verdict struct {
	equal   int            // values
	cannot  map[string]int // things that the reader cannot read, by the reason
	differs []string
}

// judge compares a reader's listing of a store with what was meant, by kind. What
// belongs to no kind is under the empty one.
func judge(s *scene, r psttest.Reader, l psttest.Listing) map[string]*verdict {
	j := &judgement{scene: s, reader: r.Name, by: map[string]*verdict{}}
	for _, m := range s.items {
		if j.by[m.kind] == nil {
			j.by[m.kind] = &verdict{cannot: map[string]int{}}
		}
	}
	j.by[""] = &verdict{cannot: map[string]int{}}
	if l.Cannot != "" {
		for _, v := range j.by {
			v.cannot[l.Cannot]++
		}
		return j.by
	}
	if r.Name == psttest.ReadPST.Name {
		j.files(l)
	} else {
		j.items(l)
	}
	j.complaints(l)
	return j.by
}

type judgement struct {
	*scene
	reader string
	by     map[string]*verdict
	now    *verdict
	of     *meant
}

// items compares item by item and value by value.
func (j *judgement) items(l psttest.Listing) {
	listed := l.ByNID()
	for _, nid := range slices.Sorted(maps.Keys(j.scene.items)) {
		j.of = j.scene.items[nid]
		j.now = j.by[j.of.kind]
		got, ok := listed[nid]
		switch {
		case !ok:
			j.missing(wholeItem, 0, "is not listed")
		case got.Complaint != "":
			j.missing(wholeItem, 0, got.Complaint)
		case !strings.HasSuffix("/"+got.Folder, "/"+j.of.folder):
			j.differs("is in folder %q", got.Folder)
		default:
			j.object(fmt.Sprintf("item %v", nid), &j.of.content, &got)
		}
	}
	for _, it := range l.Items {
		if _, ok := j.scene.items[it.NID]; !ok && !j.scene.had[it.NID] {
			j.now = j.by[""]
			j.differs("item %v in %s was not meant", it.NID, it.Folder)
		}
	}
}

func (j *judgement) differs(form string, args ...any) {
	j.now.differs = append(j.now.differs, fmt.Sprintf(form, args...))
}

// missing is for what the reader does not give.
func (j *judgement) missing(p part, tag pst.Tag, form string, args ...any) {
	for _, limit := range limits {
		if limit.reader == j.reader && limit.applies(j.of, p, tag) {
			j.now.cannot[limit.reason]++
			return
		}
	}
	j.differs("%s: "+form, append([]any{j.of.subject()}, args...)...)
}

func (m *meant) subject() string {
	p, _ := m.content.Prop(psttest.TagSubject.ID())
	return fmt.Sprintf("%q", bytes.ReplaceAll(p.Data, []byte{0}, nil))
}

// object compares a message, also one within another.
func (j *judgement) object(where string, want *pst.Content, got *psttest.ReadItem) {
	j.values(where, j.expected(want), got.Props, ofMessage)
	j.called(where, want.Props, got.Names)
	if len(got.Recipients) != len(want.Recipients) {
		j.missing(recipients, 0, "%s has %d recipients, %d were meant", where, len(got.Recipients), len(want.Recipients))
	} else {
		for i, r := range got.Recipients {
			j.row(fmt.Sprintf("%s recipient %d", where, i), want.Recipients[i], r)
		}
	}
	if len(got.Attachments) != len(want.Attachments) {
		j.missing(attachments, 0, "%s has %d attachments, %d were meant", where, len(got.Attachments), len(want.Attachments))
		return
	}
	for i, a := range got.Attachments {
		in := fmt.Sprintf("%s attachment %d", where, i)
		wanted := want.Attachments[i]
		j.row(in, wanted.Props, a)
		switch {
		case wanted.Embedded == nil && got.Embedded[i] != nil:
			j.differs("%s: a message was not meant", in)
		case wanted.Embedded != nil && got.Embedded[i] == nil:
			j.missing(embedded, 0, "%s: no message", in)
		case wanted.Embedded != nil:
			j.object(in, wanted.Embedded, got.Embedded[i])
		}
	}
}

// row compares a recipient or an attachment. A reader that gives rows and not
// objects gives the columns of the table only.
func (j *judgement) row(where string, want []pst.Property, got psttest.Values) {
	switch {
	case got == nil: // it only counts them
	case j.reader == psttest.PFFExport.Name:
		for _, p := range want {
			if b, ok := got[p.Tag]; ok {
				j.compare(where, p, b)
			} else if p.Tag == psttest.TagFileData {
				j.missing(oneValue, p.Tag, "%s has no data", where)
			}
		}
	default:
		j.values(where, want, got, ofRow)
	}
}

func (j *judgement) values(where string, want []pst.Property, got psttest.Values, computed map[uint16]bool) {
	meant := map[pst.Tag]bool{}
	for _, p := range want {
		meant[p.Tag] = true
		if b, ok := got[p.Tag]; ok && b != nil {
			j.compare(where, p, b)
		} else {
			j.missing(oneValue, p.Tag, "%s has no %v", where, p.Tag)
		}
	}
	for tag := range got {
		if !meant[tag] && !computed[tag.ID()] {
			j.differs("%s: property %v was not meant", where, tag)
		}
	}
}

func (j *judgement) compare(where string, want pst.Property, got []byte) {
	meant := value(j, want)
	if bytes.Equal(meant, got) {
		j.now.equal++
		return
	}
	j.differs("%s property %v: %d bytes %.40x, meant are %d bytes %.40x", where, want.Tag, len(got), got, len(meant), meant)
}

// called compares the names of named properties.
func (j *judgement) called(where string, props []pst.Property, names map[uint16]string) {
	for _, p := range props {
		meant, named := j.scene.names[p.Tag.ID()]
		got, ok := names[p.Tag.ID()]
		switch {
		case !named || !ok:
		case got != meant:
			j.differs("%s property %v is called %q, meant is %q", where, p.Tag, got, meant)
		default:
			j.now.equal++
		}
	}
}
