package disk

// BTEntry is BTENTRY: a reference from a page above the leaves to a child
// ([MS-PST] 2.2.2.7.7.2).
type BTEntry struct {
	Key uint64 // btkey: the first key of the child, an NID or a BID
	Ref BREF   // BREF: the child
}

func (e *BTEntry) unmarshal(r *reader) {
	e.Key = r.id()
	e.Ref = r.bref()
}

func (e *BTEntry) marshal(w *writer) {
	w.id(e.Key)
	w.bref(e.Ref)
}

// BBTEntry is BBTENTRY: a block, in a leaf of the block B-tree ([MS-PST]
// 2.2.2.7.7.3).
type BBTEntry struct {
	Ref    BREF   // BREF: the block
	Size   uint16 // cb: bytes of data, without padding and trailer
	RefCnt uint16 // cRef: 1 for the entry itself plus 1 for each reference
	Pad    uint32 // dwPadding, Unicode only: garbage in old entries, 0 in new ones
}

func (e *BBTEntry) unmarshal(r *reader) {
	e.Ref = r.bref()
	e.Size = r.u16()
	e.RefCnt = r.u16()
	e.Pad = r.unicode32()
}

func (e *BBTEntry) marshal(w *writer) {
	w.bref(e.Ref)
	w.u16(e.Size)
	w.u16(e.RefCnt)
	w.unicode32(e.Pad)
}

// NBTEntry is NBTENTRY: a node, in a leaf of the node B-tree ([MS-PST]
// 2.2.2.7.7.4).
type NBTEntry struct {
	NID    NID    // nid
	High   uint32 // high half of the 8 bytes of nid, Unicode only: 0
	Data   BID    // bidData: the node's data, 0 for none
	Sub    BID    // bidSub: the root of its subnodes, 0 for none
	Parent NID    // nidParent: the folder, 0 for nodes that are no child of one
	Pad    uint32 // dwPadding, Unicode only: garbage in old entries, 0 in new ones
}

func (e *NBTEntry) unmarshal(r *reader) {
	e.NID, e.High = r.nid()
	e.Data = BID(r.id())
	e.Sub = BID(r.id())
	e.Parent = NID(r.u32())
	e.Pad = r.unicode32()
}

func (e *NBTEntry) marshal(w *writer) {
	w.nid(e.NID, e.High)
	w.id(uint64(e.Data))
	w.id(uint64(e.Sub))
	w.u32(uint32(e.Parent))
	w.unicode32(e.Pad)
}

// Key returns the entry's key in the tree, which High is part of.
func (e *NBTEntry) Key() uint64 { return uint64(e.High)<<32 | uint64(e.NID) }
