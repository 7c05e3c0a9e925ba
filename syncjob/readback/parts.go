package readback

import (
	"errors"
	"fmt"
	"slices"

	"pstsyncd/syncjob/readback/witness"
)

// recipients finds for each row wanted one that has its values.
func (c *comparison) recipients(path []uint32, o *witness.Object, want []map[uint32]Value) {
	rows, err := o.Recipients()
	if err != nil {
		c.unread(path, err)
		return
	}
	for i, w := range want {
		at := slices.IndexFunc(rows, func(r witness.Row) bool {
			try := comparison{quick: true}
			try.values(path, r, w)
			return try.fits()
		})
		switch {
		case at >= 0:
			c.equal()
			rows = slices.Delete(rows, at, at+1)
		case len(rows) > 0:
			c.values(path, rows[0], w)
		default:
			c.differs(Mismatch{Path: slices.Clone(path), Got: Absent, Detail: fmt.Sprintf("recipient %d is missing", i)})
		}
	}
	if extra := len(rows); extra > 0 && c.Mismatched == 0 {
		c.differs(Mismatch{Path: slices.Clone(path), Want: Absent, Detail: fmt.Sprintf("%d recipients too many", extra)})
	}
}

// attachments finds for each one wanted the subnode named, or one that has its values.
func (c *comparison) attachments(path []uint32, o *witness.Object, want []Want, depth int) {
	left := o.Attachments()
	for i, w := range want {
		nid := w.NID
		if nid == 0 {
			nid = c.match(path, o, left, w, depth)
		}
		if nid == 0 {
			c.differs(Mismatch{Path: slices.Clone(path), Got: Absent, Detail: fmt.Sprintf("attachment %d is missing", i)})
			continue
		}
		left = slices.DeleteFunc(left, func(n uint32) bool { return n == nid })
		c.attachment(append(path, nid), o, nid, w, depth)
	}
	if len(left) > 0 {
		c.differs(Mismatch{Path: slices.Clone(path), Want: Absent, Detail: fmt.Sprintf("%d attachments too many", len(left))})
	}
}

// match is the first attachment that fits, else the first at all: its
// differences are worth reporting. 0 is none left.
func (c *comparison) match(path []uint32, o *witness.Object, left []uint32, w Want, depth int) uint32 {
	for _, nid := range left {
		try := comparison{quick: true}
		try.attachment(append(path, nid), o, nid, w, depth)
		if try.fits() {
			return nid
		}
	}
	if len(left) == 0 {
		return 0
	}
	return left[0]
}

func (c *comparison) attachment(path []uint32, o *witness.Object, nid uint32, w Want, depth int) {
	a, err := o.Sub(nid)
	if err != nil {
		c.unread(path, err)
		return
	}
	c.object(path, a, w, depth)
}

func (c *comparison) embedded(path []uint32, o *witness.Object, w Want, depth int) {
	if depth == maxEmbedded {
		c.cannot(where(path) + ": messages nested too deep")
		return
	}
	m, err := o.Embedded()
	if errors.Is(err, witness.ErrNotFound) {
		c.differs(Mismatch{Path: slices.Clone(path), Got: Absent, Detail: "embedded message is missing"})
		return
	}
	if err != nil {
		c.unread(path, err)
		return
	}
	c.object(path, m, w, depth+1)
}
