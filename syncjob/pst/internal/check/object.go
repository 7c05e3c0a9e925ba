package check

import "pstsyncd/syncjob/pst/internal/disk"

// object checks the subnode of an object property (rule 34).
func (h *heap) object(of owner, b []byte, owned map[disk.NID]bool) {
	var o disk.PCObject
	if err := o.Unmarshal(h.c.f, b); err != nil {
		return
	}
	e := h.n.sub(o.NID)
	if e == nil {
		h.c.errorf("object", "2.3.3.5", h.n.where, "%v is in subnode %v, which is not there", of, o.NID)
		return
	}
	owned[o.NID] = true
	if stored := h.c.stored(e.Data, e.Sub, 0); o.Size == 0 || uint64(o.Size) > stored {
		h.c.warnf("object-size", "2.3.3.5", h.n.where, "%v of %d bytes has %d bytes in subnode %v", of, o.Size, stored, o.NID)
	}
}

// stored counts the bytes of data in a subnode and all below it.
func (c *checker) stored(data, sub disk.BID, depth int) (size uint64) {
	if depth > maxDepth || c.done() {
		return 0
	}
	c.quietly(func() {
		n := c.open(0, data, sub, "")
		size = n.tree.size
		for _, e := range n.subs {
			size += c.stored(e.Data, e.Sub, depth+1)
		}
	})
	return size
}
