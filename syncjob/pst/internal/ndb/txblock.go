package ndb

import (
	"fmt"
	"slices"

	"pstsyncd/syncjob/pst/internal/disk"
)

// newBlock is a block that the transaction has made ([MS-PST] 2.6.1.1.5). Its content is
// written, and then forgotten, when the blocks that wait for it have become too many:
// what a transaction makes and drops again soon is never written.
type newBlock struct {
	ib   uint64 // where it was written, 0 if it was not yet
	data []byte // decoded, until it is written
	size uint16
	refs int // references to it
}

// pendingLimit is how many bytes of blocks wait to be written.
const pendingLimit = 1 << 20

// pendingBlocks are the new blocks not yet written, the oldest first. Those that were
// dropped meanwhile have no data.
type pendingBlocks struct {
	queue []pendingBlock
	live  int // of queue
	bytes int // in those that are live
}

type pendingBlock struct {
	bid   disk.BID
	block *newBlock
}

func (p *pendingBlocks) add(bid disk.BID, b *newBlock) {
	if len(p.queue) > 2*p.live+1000 {
		p.queue = slices.DeleteFunc(p.queue, func(q pendingBlock) bool { return q.block.data == nil })
	}
	p.queue = append(p.queue, pendingBlock{bid, b})
	p.live++
	p.bytes += len(b.data)
}

// drop forgets the content of a block, which was written or is not wanted any more.
func (p *pendingBlocks) drop(b *newBlock) {
	p.live--
	p.bytes -= len(b.data)
	b.data = nil
}

// addBlock makes a block with data, which it owns from then on, and which for an
// internal block has its references counted already.
func (tx *Tx) addBlock(data []byte, internal bool) (disk.BID, error) {
	if err := tx.usable(); err != nil {
		return 0, err
	}
	bid := tx.next.NextB
	if tx.Format() == disk.ANSI && bid > maxANSIBlockID {
		return 0, tx.fail(fmt.Errorf("new block: %w", ErrFull))
	}
	tx.next.NextB += disk.BlockIDStep
	if internal {
		bid |= internalBID
	}
	b := &newBlock{data: data, size: uint16(len(data))}
	tx.blocks[bid] = b
	tx.pending.add(bid, b)
	if tx.pending.bytes > pendingLimit {
		return bid, tx.writePending(pendingLimit / 2)
	}
	return bid, nil
}

const (
	internalBID    disk.BID = 1 << 1
	maxANSIBlockID disk.BID = 1<<32 - 2*disk.BlockIDStep
)

// addParent makes an internal block that refers to children, whose references it
// counts.
func (tx *Tx) addParent(children []disk.BID, size int, marshal marshalFunc) (disk.BID, error) {
	data := make([]byte, size)
	if err := marshal(tx.Format(), data); err != nil {
		return 0, tx.fail(err)
	}
	for _, bid := range children {
		if err := tx.addRef(bid); err != nil {
			return 0, err
		}
	}
	return tx.addBlock(data, true)
}

func (tx *Tx) addXBlock(level uint8, children []disk.BID, total int64) (disk.BID, error) {
	x := disk.XBlock{Level: level, Total: uint32(total), BIDs: children}
	return tx.addParent(children, x.Size(tx.Format()), x.Marshal)
}

func (tx *Tx) addSLBlock(entries []disk.SLEntry) (disk.BID, error) {
	sl := disk.SLBlock{Entries: entries}
	return tx.addParent(slRefs(entries), sl.Size(tx.Format()), sl.Marshal)
}

func (tx *Tx) addSIBlock(entries []disk.SIEntry) (disk.BID, error) {
	si := disk.SIBlock{Entries: entries}
	return tx.addParent(siRefs(entries), si.Size(tx.Format()), si.Marshal)
}

// discard drops a new block to which nothing refers and that nobody else knows.
func (tx *Tx) discard(bid disk.BID) error {
	if b := tx.blocks[bid]; b != nil && b.refs == 0 {
		return tx.destroy(bid, b)
	}
	return nil
}

func (tx *Tx) block(bid disk.BID) ([]byte, error) { return tx.blockTo(bid, nil) }

func (tx *Tx) blockTo(bid disk.BID, buf []byte) ([]byte, error) {
	bid = bid.Lookup()
	b := tx.blocks[bid]
	switch {
	case b == nil && tx.isNew(bid):
		return nil, goneError(bid)
	case b == nil:
		return tx.s.blockTo(bid, buf)
	case b.ib == 0:
		return b.data, nil
	}
	if data, ok := tx.s.blocks.get(bid); ok {
		return data, nil
	}
	return tx.s.readBlock(disk.BREF{BID: bid, IB: b.ib}, int(b.size), buf)
}

func (tx *Tx) blockRef(bid disk.BID) (disk.BREF, error) {
	bid = bid.Lookup()
	if b := tx.blocks[bid]; b != nil {
		return disk.BREF{BID: bid, IB: b.ib}, nil
	}
	return tx.s.blockRef(bid)
}

func (tx *Tx) blockLen(bid disk.BID) (int, error) {
	bid = bid.Lookup()
	b := tx.blocks[bid]
	switch {
	case b == nil && tx.isNew(bid):
		return 0, goneError(bid)
	case b == nil:
		return tx.s.blockLen(bid)
	}
	return int(b.size), nil
}

// writePending writes the oldest waiting blocks until at most keep bytes of them wait.
func (tx *Tx) writePending(keep int) error {
	if len(tx.pending.queue) == 0 {
		return nil
	}
	if err := tx.Room(0); err != nil {
		return tx.fail(err)
	}
	if err := tx.begin(); err != nil {
		return tx.fail(err)
	}
	p := &tx.pending
	n := 0
	for ; n < len(p.queue) && p.bytes > keep; n++ {
		if err := tx.place(p.queue[n]); err != nil {
			return tx.fail(err)
		}
	}
	p.queue = slices.Clone(p.queue[n:])
	if err := tx.run.flush(tx.writeAt); err != nil {
		return tx.fail(err)
	}
	return nil
}

// place gives a block its place in the file and adds it to what is to be written.
func (tx *Tx) place(p pendingBlock) error {
	b := p.block
	if b.data == nil {
		return nil
	}
	f := tx.Format()
	size := f.BlockSize(int(b.size))
	ib, err := tx.space.block(size)
	if err != nil {
		return err
	}
	ref := disk.BREF{BID: p.bid, IB: ib}
	buf, err := tx.run.next(size, ib, tx.writeAt)
	if err != nil {
		return err
	}
	copy(buf, b.data)
	if !disk.Encode(tx.base.Crypt, p.bid, buf[:b.size]) {
		return fmt.Errorf("encoding %#x: %w", tx.base.Crypt, ErrUnsupported)
	}
	t := disk.NewBlockTrailer(ref, int(b.size))
	if err := t.Marshal(f, buf); err != nil {
		return err
	}
	b.ib = ib
	tx.s.blocks.put(p.bid, b.data, len(b.data))
	tx.pending.drop(b)
	return nil
}
