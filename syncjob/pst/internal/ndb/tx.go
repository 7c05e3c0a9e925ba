package ndb

import (
	"bytes"
	"fmt"
	"iter"
	"math/rand/v2"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Tx is a change of a store, made durable as a whole by Commit or not at all. It
// belongs to one goroutine.
//
// A Tx is a [View] that shows its own changes. Blocks live by references: a new block
// is kept if at Commit something refers to it, and a block whose last reference goes,
// from a node, a subnode or another block, is dropped with all that only it referred to.
// Of the blocks that the transaction has made itself, a drop takes effect at once: to
// move data from one node to another, put the new node before deleting the old.
type Tx struct {
	s    *Store
	base disk.Header // durable state at the beginning
	size int64       // of the file at the beginning

	// next is the header to be: its counters advance as ids are given out, its roots
	// at Commit.
	next disk.Header

	nodes    nodeChanges
	firstBID disk.BID // the ids of new blocks begin here
	blocks   map[disk.BID]*newBlock
	pending  pendingBlocks
	run      writeRun         // of pending blocks
	refs     map[disk.BID]int // change of the references to blocks of the durable state
	space    *space

	begun    bool  // step 1 of Commit may be done
	mapped   bool  // step 3 may be done
	switched bool  // step 4 may be done
	done     bool  // committed or rolled back
	err      error // what makes Commit impossible
	written  int64
}

var (
	_ View = (*Store)(nil)
	_ View = (*Tx)(nil)
)

// Begin starts a transaction. It reads the header anew and recovers where a crash left
// the store in need of it, also where only the AMaps show that. It is the caller who
// sees to it that no other program uses the file. Nothing else is written before a
// change needs to be.
func (s *Store) Begin() (*Tx, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	if s.openTx() != nil {
		return nil, ErrTxOpen
	}
	tx, err := s.begin()
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	s.setTx(tx)
	return tx, nil
}

func (s *Store) begin() (*Tx, error) {
	if err := s.reload(); err != nil {
		return nil, err
	}
	if err := s.checkMaps(); err != nil {
		return nil, err
	}
	return s.newTx()
}

// reload reads the header and forgets what was read before if it is not the same.
func (s *Store) reload() error {
	before := s.current()
	if err := writableKind(&before.header); err != nil {
		return err
	}
	if err := s.load(func() error { return nil }); err != nil {
		return err
	}
	// Not the headers as values, which hold the CRCs of when they were read.
	if !bytes.Equal(s.current().bytes, before.bytes) {
		s.log.Debug("store was changed by another program", "unique", s.Header().Unique)
		s.forget()
		s.setCounted(false)
	}
	return nil
}

// forget empties the caches.
func (s *Store) forget() {
	s.pages.clear()
	s.blocks.clear()
}

func (s *Store) newTx() (*Tx, error) {
	size, err := s.f.Size()
	if err != nil {
		return nil, fmt.Errorf("size of store: %w", err)
	}
	h := s.Header()
	tx := &Tx{
		s:      s,
		base:   h,
		size:   size,
		next:   h,
		nodes:  newNodeChanges(),
		blocks: map[disk.BID]*newBlock{},
		refs:   map[disk.BID]int{},
	}
	if err := tx.fixCounters(); err != nil {
		return nil, err
	}
	tx.skipIDs()
	tx.firstBID = tx.next.NextB
	tx.space, err = newSpace(s, tx.writeAt)
	return tx, err
}

// fixCounters raises counters that are behind what the trees use, so that no id is
// given out twice.
func (tx *Tx) fixCounters() error {
	last, err := tx.s.bbt().last()
	if err != nil {
		return err
	}
	h := &tx.next
	h.NextB = nextBlockID(max(h.NextB, nextBlockID(disk.BID(last)+1)))
	h.NextP = max(h.NextP, h.Root.NBT.BID+1, h.Root.BBT.BID+1)
	return nil
}

// skipIDs leaves out some ids by chance. When a copy of the store is brought back, or a
// file server loses what it said was durable, and other changes follow, these get other
// ids than the lost ones had: who remembers the lost ids does not take one for the other.
func (tx *Tx) skipIDs() {
	const most = 1 << 12
	tx.next.NextB += disk.BID(1+rand.Uint64N(most)) * disk.BlockIDStep
	tx.next.NextP += disk.BID(1 + rand.Uint64N(most))
}

// nextBlockID returns the first block id that is not below bid.
func nextBlockID(bid disk.BID) disk.BID {
	return (bid + disk.BlockIDStep - 1) / disk.BlockIDStep * disk.BlockIDStep
}

// Format returns the form of the file.
func (tx *Tx) Format() disk.Format { return tx.s.Format() }

// Size returns how many bytes the transaction has written so far.
func (tx *Tx) Size() int64 { return tx.written }

// Data opens a data tree.
func (tx *Tx) Data(bid disk.BID) (*Data, error) { return openData(tx, bid) }

func (tx *Tx) capacity() uint64 {
	made := uint64(tx.next.NextB-tx.firstBID) / disk.BlockIDStep
	return tx.base.Root.FileEOF + made*uint64(tx.Format().MaxBlockData())
}

// Subnode looks a subnode up.
func (tx *Tx) Subnode(sub disk.BID, nid disk.NID) (Node, error) { return findSubnode(tx, sub, nid) }

// Subnodes yields the subnodes in a tree.
func (tx *Tx) Subnodes(sub disk.BID) iter.Seq2[Node, error] { return subnodes(tx, sub) }

// fail remembers an error after which the transaction's counts cannot be right.
func (tx *Tx) fail(err error) error {
	if tx.err == nil {
		tx.err = err
	}
	return err
}

// usable returns why the transaction cannot be changed any more.
func (tx *Tx) usable() error {
	if tx.done {
		return ErrTxDone
	}
	return tx.err
}

func (tx *Tx) finish() {
	tx.done = true
	tx.blocks, tx.refs, tx.pending, tx.run, tx.space = nil, nil, pendingBlocks{}, writeRun{}, nil
	tx.nodes = newNodeChanges()
	tx.s.setTx(nil)
}

func (tx *Tx) writeAt(b []byte, off int64) error {
	tx.written += int64(len(b))
	return tx.s.write(b, off)
}
