package damage

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Copy is one damaged copy in the making, change by change. What is to be changed has to
// be there.
type Copy struct {
	store *Store
	bytes []byte
}

// Copy begins a damaged copy.
func (s *Store) Copy() *Copy {
	return &Copy{store: s, bytes: append([]byte(nil), s.bytes...)}
}

// Bytes is the copy. Further changes show in it.
func (c *Copy) Bytes() []byte { return c.bytes }

// Header changes the header.
func (c *Copy) Header(change func(h *disk.Header)) error {
	var h disk.Header
	if err := h.Unmarshal(c.store.format, c.bytes); err != nil {
		return err
	}
	change(&h)
	return h.Marshal(c.store.format, c.bytes)
}

// Page changes the first page of a B-tree, in the order root to leaves, that change
// accepts by returning true.
func (c *Copy) Page(t disk.PageType, change func(ref disk.BREF, p *disk.BTPage) bool) error {
	for _, off := range c.store.pages {
		page := c.bytes[off:][:disk.PageSize]
		var p disk.BTPage
		if p.Unmarshal(c.store.format, page) != nil || p.Trailer.Type != t {
			continue
		}
		if change(disk.BREF{BID: p.Trailer.BID, IB: uint64(off)}, &p) {
			return p.Marshal(c.store.format, page)
		}
	}
	return fmt.Errorf("no %v to be changed", t)
}

// Block changes the decoded data of the first block that change accepts by returning
// true.
func (c *Copy) Block(change func(e disk.BBTEntry, data []byte) bool) error {
	for _, e := range c.store.blocks {
		done := false
		crypt := c.store.header.Crypt
		c.store.block(c.bytes, e, crypt, crypt, func(data []byte) { done = change(e, data) })
		if done {
			return nil
		}
	}
	return fmt.Errorf("no block to be changed")
}

// Spoil is a copy in which the data of a block does not fit its checksum.
func (s *Store) Spoil(bid disk.BID) ([]byte, error) {
	b := append([]byte(nil), s.bytes...)
	for _, e := range s.blocks {
		if e.Ref.BID == bid.Lookup() {
			b[e.Ref.IB] ^= 0xFF
			return b, nil
		}
	}
	return nil, fmt.Errorf("no block %v to be spoilt", bid)
}
