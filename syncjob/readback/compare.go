package readback

import (
	"errors"
	"maps"
	"slices"

	"pstsyncd/syncjob/readback/witness"
)

// maxEmbedded bounds how deep messages in messages are followed.
const maxEmbedded = 16

// nidRecipients is the subnode of a message that is its recipient table.
const nidRecipients = 0x692

// compare holds one want against the store.
func compare(s *witness.Store, w Want) outcome {
	var c comparison
	path := []uint32{w.NID}
	if w.Gone {
		c.gone(s, path)
		return c.outcome
	}
	o, err := s.Object(w.NID)
	if err != nil {
		c.unread(path, err)
		return c.outcome
	}
	c.object(path, o, w, 0)
	return c.outcome
}

// comparison gathers the outcome of one want. A quick one is after a yes or no:
// it compares sizes first and may stop at the first difference.
type comparison struct {
	outcome
	quick bool
}

// fits says that nothing differed and everything could be read.
func (c *comparison) fits() bool { return c.Mismatched == 0 && c.Cannot == "" }

// unread notes an object or value that go-pst did not deliver.
func (c *comparison) unread(path []uint32, err error) {
	if errors.Is(err, witness.ErrCannot) {
		c.cannot(where(path) + ": " + err.Error())
		return
	}
	c.differs(Mismatch{Path: slices.Clone(path), Got: Absent, Detail: err.Error()})
}

func (c *comparison) gone(s *witness.Store, path []uint32) {
	there, err := s.Has(path[0])
	switch {
	case err != nil:
		c.unread(path, err)
	case there:
		c.differs(Mismatch{Path: path, Want: Absent, Detail: "deleted, and still there"})
	default:
		c.equal()
	}
}

func (c *comparison) object(path []uint32, o *witness.Object, w Want, depth int) {
	c.values(path, o.Props(), w.Props)
	if c.quick && !c.fits() {
		return
	}
	if w.Parts {
		c.recipients(append(path, nidRecipients), o, w.Recipients)
		c.attachments(path, o, w.Attachments, depth)
	}
	if w.Embedded != nil {
		c.embedded(path, o, *w.Embedded, depth)
	}
}

// values compares what is wanted, by property id: one of another type is different.
func (c *comparison) values(path []uint32, props []witness.Prop, want map[uint32]Value) {
	byID := make(map[uint32]witness.Prop, len(props))
	for _, p := range props {
		byID[p.Tag>>16] = p
	}
	for _, tag := range slices.Sorted(maps.Keys(want)) {
		if c.quick && !c.fits() {
			return
		}
		p, ok := byID[tag>>16]
		if !ok {
			c.value(path, tag, want[tag], Absent, "")
			continue
		}
		got, err := c.read(p, want[tag])
		if err != nil {
			c.unreadValue(path, tag, want[tag], err)
			continue
		}
		detail := ""
		if p.Tag != tag {
			detail = "another type"
		}
		c.value(path, tag, want[tag], got, detail)
	}
}

func (c *comparison) value(path []uint32, tag uint32, want, got Value, detail string) {
	if want == got && detail == "" {
		c.equal()
		return
	}
	c.differs(Mismatch{Path: slices.Clone(path), Tag: tag, Want: want, Got: got, Detail: detail})
}

func (c *comparison) unreadValue(path []uint32, tag uint32, want Value, err error) {
	if errors.Is(err, witness.ErrCannot) {
		c.unread(path, err)
		return
	}
	c.value(path, tag, want, Absent, err.Error())
}

// read is the value of p. When only a yes or no matters, one of another size is
// not read.
func (c *comparison) read(p witness.Prop, want Value) (Value, error) {
	r, err := p.Open()
	if err != nil {
		return Value{}, err
	}
	if c.quick && r.Size() != want.Size {
		return Value{Size: r.Size()}, nil
	}
	return ofSection(r)
}
