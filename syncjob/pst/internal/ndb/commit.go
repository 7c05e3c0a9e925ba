package ndb

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Commit makes the transaction durable, which [MS-PST] 2.6.1.3.3 asks for without saying
// how. Without changes it writes nothing.
//
// After an error Rollback has to follow. Where it cannot undo what was written the
// store refuses to be written until it is opened again, and may then be in the state
// before or after: the header switches between them in one write, the fourth step.
func (tx *Tx) Commit() error {
	if err := tx.usable(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	st, err := tx.settle()
	if err != nil {
		return fmt.Errorf("commit: %w", tx.fail(err))
	}
	if tx.unchanged(st) {
		return tx.Rollback() // step 1 may be done, for a block that is gone again
	}
	if err := tx.commit(st); err != nil {
		return fmt.Errorf("commit: %w", tx.fail(err))
	}
	tx.finish()
	return nil
}

func (tx *Tx) unchanged(st *settlement) bool {
	return len(tx.nodes.ids) == 0 && len(tx.blocks) == 0 && len(st.dropped) == 0 && len(st.counted) == 0
}

// commit is the order of writes on which everything rests. At every instant, whatever
// part of the writes since the last sync survives, the durable AMap bits cover what
// the durable header reaches.
func (tx *Tx) commit(st *settlement) error {
	if err := tx.Room(int64(2 * disk.PageSize)); err != nil { // a page of either tree
		return err
	}
	// 1. The header says that the AMaps cannot be trusted, and is durable.
	if err := tx.begin(); err != nil {
		return err
	}
	// 2. New blocks and pages go to space that the durable tree does not use. Blocks
	// may have gone there before; the file is extended as needed.
	if err := tx.writeTrees(st); err != nil {
		return err
	}
	next, err := tx.nextHeader()
	if err != nil {
		return err
	}
	// 3. AMap bits of what is new are set. All of it is durable before anything
	// refers to it.
	tx.mapped = true
	if err := tx.space.markTaken(); err != nil {
		return err
	}
	if err := tx.s.sync(); err != nil {
		return err
	}
	if err := tx.s.undisturbed(); err != nil {
		return err
	}
	if err := tx.s.writeJournal(tx.s.Header(), next, validHeader(next)); err != nil {
		return err
	}
	if err := tx.conclude(next); err != nil {
		return tx.s.fail(err)
	}
	tx.s.dropJournal()
	tx.s.setCounted(true)
	tx.s.log.Debug("committed", "bytes", tx.written, "unique", next.Unique)
	return nil
}

// conclude is what cannot be taken back.
func (tx *Tx) conclude(next disk.Header) error {
	// 4. The header, saved in the journal, is replaced, roots and all. When it is
	// durable, so is the transaction.
	tx.switched = true
	if err := tx.writeHeader(next); err != nil {
		return err
	}
	// 5. AMap bits of what is no more referred to are cleared.
	if err := tx.space.clearFreed(); err != nil {
		return err
	}
	if err := tx.space.noteRuns(); err != nil {
		return err
	}
	if err := tx.writeDensityList(next); err != nil {
		return err
	}
	if err := tx.s.sync(); err != nil {
		return err
	}
	// 6. The header says that the AMaps can be trusted.
	return tx.writeHeader(validHeader(next))
}

// begin does step 1, once. It changes no more of the header than dwUnique and
// fAMapValid: only so can finishHeader make one good that was torn.
func (tx *Tx) begin() error {
	if tx.begun {
		return nil
	}
	if err := tx.s.undisturbed(); err != nil {
		return err
	}
	tx.begun = true
	tx.next.Unique++
	h := tx.base
	h.Unique++
	h.Root.AMapValid = disk.AMapInvalid
	return tx.writeHeader(h)
}

// writeHeader writes a header and makes it durable.
func (tx *Tx) writeHeader(h disk.Header) error {
	if err := tx.s.writeHeader(h); err != nil {
		return err
	}
	tx.written += headerImageSize
	return tx.s.sync()
}

// writeTrees writes the blocks that still wait and the changed pages of both trees, and
// notes what these replace.
func (tx *Tx) writeTrees(st *settlement) error {
	if err := tx.writePending(0); err != nil {
		return err
	}
	changes, err := tx.blockChanges(st)
	if err != nil {
		return err
	}
	out := &pageWriter{tx: tx}
	blocks := rewrite{tx: tx, t: tx.s.bbt(), out: out}
	if tx.next.Root.BBT, err = blocks.apply(changes); err != nil {
		return err
	}
	nodes := rewrite{tx: tx, t: tx.s.nbt(), out: out}
	if tx.next.Root.NBT, err = nodes.apply(tx.nodeTreeChanges()); err != nil {
		return err
	}
	if err := out.flush(); err != nil {
		return err
	}
	return tx.free(st, append(blocks.freed, nodes.freed...))
}

// free notes the space of the blocks and pages that are to be freed.
func (tx *Tx) free(st *settlement, pages []disk.BREF) error {
	for _, e := range st.dropped {
		if err := tx.space.free(e.Ref.IB, tx.Format().BlockSize(int(e.Size))); err != nil {
			return err
		}
	}
	for _, ref := range pages {
		if err := tx.space.free(ref.IB, disk.PageSize); err != nil {
			return err
		}
	}
	return nil
}

// nextHeader returns the header of step 4.
func (tx *Tx) nextHeader() (disk.Header, error) {
	free, err := tx.space.freeAfter(tx.base.Root.AMapFree)
	if err != nil {
		return disk.Header{}, err
	}
	tx.next.Unique++
	h := tx.next
	h.Root.FileEOF = tx.space.end
	h.Root.AMapLast = uint64(disk.SectionOffset(tx.space.sections - 1))
	h.Root.AMapFree = free
	h.Root.AMapValid = disk.AMapInvalid
	return h, nil
}

// validHeader returns the header of step 6.
func validHeader(h disk.Header) disk.Header {
	h.Unique++
	h.Root.AMapValid = disk.AMapValid2
	return h
}

func (tx *Tx) writeDensityList(h disk.Header) error {
	d := tx.space.densityListAfter(&h)
	return tx.space.writeMap(disk.DListOffset, d.Marshal)
}
