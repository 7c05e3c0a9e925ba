package state

import (
	"encoding/binary"
	"slices"
	"strings"

	"pstsyncd/syncjob/item"
)

// Item is what both stores agreed on about one item.
type Item struct {
	Pair    uint64 // durable name of the item
	Folder  uint32 // id of the folder pair that it is in
	Node    [2]Node
	Digests item.DigestList // of what is compared
	Large   [2][]Large      // the values that are not in memory, by side; may be incomplete
}

// Large is a value that an item has on one side, and what it is known to be: as long as
// the item still has a value of this name it need not be read.
type Large struct {
	ID     uint64 // of the value in its store
	Type   item.Type
	Digest item.Digest
}

// Node is where an item is in one store, and what its content was made of: an
// item whose node is the same has not changed.
type Node struct {
	NID    uint32
	Parent uint32 // NID of the folder
	Data   uint64 // BID of the data tree
	Sub    uint64 // BID of the subnode tree, 0 for none
}

// A record is the folder id (4), for each side NID (4), parent (4), data (8) and
// sub (8), then for each large value a 0, its side (1), ID (8), type (2) and digest (16),
// then for each property the number of its key, which is not 0, as a varint and the
// digest (16), to the end.
const (
	nodeSize   = 24
	recordHead = 4 + 2*nodeSize
	largeSize  = 1 + 1 + 8 + 2 + len(item.Digest{})
)

func (tx *Tx) encodeItem(it Item) ([]byte, error) {
	b := make([]byte, 0, recordHead+len(it.Digests)*18)
	b = binary.BigEndian.AppendUint32(b, it.Folder)
	for _, n := range it.Node {
		b = binary.BigEndian.AppendUint32(b, n.NID)
		b = binary.BigEndian.AppendUint32(b, n.Parent)
		b = binary.BigEndian.AppendUint64(b, n.Data)
		b = binary.BigEndian.AppendUint64(b, n.Sub)
	}
	for side, all := range it.Large {
		for _, l := range all {
			b = append(b, 0, byte(side))
			b = binary.BigEndian.AppendUint64(b, l.ID)
			b = binary.BigEndian.AppendUint16(b, uint16(l.Type))
			b = append(b, l.Digest[:]...)
		}
	}
	for _, d := range it.Digests {
		id, err := tx.keyID(d.Key)
		if err != nil {
			return nil, err
		}
		b = binary.AppendUvarint(b, uint64(id))
		b = append(b, d.Digest[:]...)
	}
	return b, nil
}

func (tx *Tx) decodeItem(pair uint64, b []byte) (Item, error) {
	it := Item{Pair: pair}
	if len(b) < recordHead {
		return it, corrupt("item %d has %d bytes, want at least %d", pair, len(b), recordHead)
	}
	it.Folder = binary.BigEndian.Uint32(b)
	for s := range it.Node {
		n := b[4+s*nodeSize:]
		it.Node[s] = Node{
			NID:    binary.BigEndian.Uint32(n),
			Parent: binary.BigEndian.Uint32(n[4:]),
			Data:   binary.BigEndian.Uint64(n[8:]),
			Sub:    binary.BigEndian.Uint64(n[16:]),
		}
	}
	b = b[recordHead:]
	for len(b) >= largeSize && b[0] == 0 && b[1] < 2 {
		it.Large[b[1]] = append(it.Large[b[1]], Large{
			ID:     binary.BigEndian.Uint64(b[2:]),
			Type:   item.Type(binary.BigEndian.Uint16(b[10:])),
			Digest: item.Digest(b[12:largeSize]),
		})
		b = b[largeSize:]
	}
	it.Digests = make(item.DigestList, 0, len(b)/17)
	for len(b) > 0 {
		id, n := binary.Uvarint(b)
		k, known, err := tx.keyOf(uint32(id))
		if err != nil {
			return it, err
		}
		if n <= 0 || len(b) < n+len(item.Digest{}) || !known {
			return it, corrupt("item %d: property %d", pair, len(it.Digests))
		}
		it.Digests = append(it.Digests, item.KeyDigest{Key: k, Digest: item.Digest(b[n : n+16])})
		b = b[n+16:]
	}
	if !slices.IsSortedFunc(it.Digests, func(a, b item.KeyDigest) int { return strings.Compare(string(a.Key), string(b.Key)) }) {
		return it, corrupt("item %d: properties are not in order", pair)
	}
	return it, nil
}
