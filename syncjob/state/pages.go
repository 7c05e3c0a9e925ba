package state

import "encoding/binary"

// Page is a page of a store's node B-tree whose nodes were taken note of. The
// pages below it are known with it.
type Page struct {
	BID         uint64
	IB          uint64 // byte offset in the store
	First, Last uint32 // the lowest and the highest NID in it and below
}

// Page returns the page with this BID as it was recorded; false when it is not
// known.
func (tx *Tx) Page(side Side, bid uint64) (Page, bool, error) {
	v, err := tx.get(bucketPages[side], key64(bid))
	if v == nil || err != nil {
		return Page{}, false, err
	}
	if len(v) != 16 {
		return Page{}, false, corrupt("page 0x%x has %d bytes, want 16", bid, len(v))
	}
	return Page{
		BID: bid, IB: binary.BigEndian.Uint64(v),
		First: binary.BigEndian.Uint32(v[8:]), Last: binary.BigEndian.Uint32(v[12:]),
	}, true, nil
}

// PutPage records a page. Pages that are not part of the tree any more stay
// recorded, which does no harm, until [Tx.DropPages].
func (tx *Tx) PutPage(side Side, p Page) error {
	v := make([]byte, 0, 16)
	v = binary.BigEndian.AppendUint64(v, p.IB)
	v = binary.BigEndian.AppendUint32(v, p.First)
	v = binary.BigEndian.AppendUint32(v, p.Last)
	return tx.guard(func() error {
		b := tx.bolt.Bucket(bucketPages[side])
		if _, err := b.NextSequence(); err != nil {
			return err
		}
		return b.Put(key64(p.BID), v)
	})
}

// PagesPut counts the calls of PutPage since the last DropPages: an upper bound
// of how many pages are recorded.
func (tx *Tx) PagesPut(side Side) (uint64, error) {
	var n uint64
	err := tx.guard(func() error {
		n = tx.bolt.Bucket(bucketPages[side]).Sequence()
		return nil
	})
	return n, err
}

// DropPages forgets all pages of a side: the next run reads the whole tree.
func (tx *Tx) DropPages(side Side) error { return tx.empty(bucketPages[side]) }
