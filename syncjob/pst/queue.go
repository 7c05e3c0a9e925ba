package pst

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// sudSize is the size of a search update descriptor. [MS-PST] 2.4.8.1.
const sudSize = 20

// maxSearchDomain is the size in bytes of a search domain with more folders than a store
// can be used with.
const maxSearchDomain = 1 << 20

// Types and flags of search update descriptors.
const (
	sudMsgAdd    = 0x01
	sudMsgMod    = 0x02
	sudMsgDel    = 0x03
	sudMsgMov    = 0x04
	sudFldAdd    = 0x05
	sudMsgRowMod = 0x0C

	sudMoveOutToIn = 0x0010
	sudMoveInToIn  = 0x0020
	sudMoveInToOut = 0x0040
)

// searchQueue collects descriptors for the search management queue, from which
// Outlook brings its search folders up to date.
type searchQueue struct {
	domain  map[uint32]bool // indexes of the folders that searches look at
	pending []byte
}

// searched reports whether a folder is in the search domain. Only what happens
// there is queued. [MS-PST] 2.4.8.1.
func (tx *Tx) searched(folder NID) (bool, error) {
	if tx.queue == nil {
		q, err := openQueue(tx.tx)
		if err != nil {
			return false, err
		}
		tx.queue = q
	}
	return tx.queue.domain[folder.Index()], nil
}

func openQueue(v ndb.View) (*searchQueue, error) {
	q := &searchQueue{domain: make(map[uint32]bool)}
	n, err := v.Node(disk.NIDSearchDomainObject)
	if errors.Is(err, ErrNotFound) {
		return q, nil
	}
	if err != nil {
		return nil, fmt.Errorf("search domain: %w", err)
	}
	d, err := v.Data(n.Data)
	if err != nil {
		return nil, fmt.Errorf("search domain: %w", err)
	}
	if d.Size() > maxSearchDomain {
		return nil, disk.Corruptf("search domain", -1, "%d bytes", d.Size())
	}
	for i := range d.Blocks() {
		b, err := d.Block(i)
		if err != nil {
			return nil, fmt.Errorf("search domain: %w", err)
		}
		for ; len(b) >= 4; b = b[4:] {
			// The low bits are not the type of a folder but something else, 0 or 3.
			q.domain[NID(binary.LittleEndian.Uint32(b)).Index()] = true
		}
	}
	return q, nil
}

// announce queues descriptors about an object if its folder is searched.
func (tx *Tx) announce(folder, object NID, types ...uint16) error {
	in, err := tx.searched(folder)
	if err != nil || !in {
		return err
	}
	for _, t := range types {
		tx.queue.add(0, t, folder, object)
	}
	return nil
}

// announceMove queues the move of a message.
func (tx *Tx) announceMove(message, from, to NID) error {
	wasIn, err := tx.searched(from)
	if err != nil {
		return err
	}
	isIn := tx.queue.domain[to.Index()]
	switch {
	case wasIn && isIn:
		tx.queue.add(sudMoveInToIn, sudMsgMov, to, message, from)
	case wasIn:
		tx.queue.add(sudMoveInToOut, sudMsgMov, to, message, from)
	case isIn:
		tx.queue.add(sudMoveOutToIn, sudMsgMov, to, message, from)
	}
	return nil
}

func (q *searchQueue) add(flags, kind uint16, data ...NID) {
	var b [sudSize]byte
	binary.LittleEndian.PutUint16(b[0:], flags)
	binary.LittleEndian.PutUint16(b[2:], kind)
	for i, nid := range data {
		binary.LittleEndian.PutUint32(b[4+4*i:], uint32(nid))
	}
	q.pending = append(q.pending, b[:]...)
}

// flushQueue appends what was collected to the queue. A queue that is not made
// of whole descriptors is left alone, as the format demands.
func (tx *Tx) flushQueue() error {
	if tx.queue == nil || len(tx.queue.pending) == 0 {
		return nil
	}
	n, err := tx.tx.Node(disk.NIDSearchManagementQueue)
	if err != nil {
		return fmt.Errorf("search management queue: %w", err)
	}
	if n.Data, err = appendData(tx.tx, n.Data, tx.queue.pending, sudSize); err != nil {
		return fmt.Errorf("search management queue: %w", err)
	}
	tx.queue.pending = nil
	return tx.tx.PutNode(n)
}

// appendData appends records of a size to a data tree, rewriting its last block.
// A tree of another length is returned as it is.
func appendData(tx *ndb.Tx, root disk.BID, records []byte, size int) (disk.BID, error) {
	d, err := tx.Data(root)
	if err != nil {
		return 0, err
	}
	if d.Size()%int64(size) != 0 {
		return root, nil
	}
	e, err := tx.EditData(root)
	if err != nil {
		return 0, err
	}
	last := []byte(nil)
	at := e.Blocks()
	if at > 0 {
		at--
		if last, err = e.Block(at); err != nil {
			return 0, err
		}
	}
	full := tx.Format().MaxBlockData()
	rest := append(append([]byte(nil), last...), records...)
	for ; len(rest) > 0; at++ {
		n := min(len(rest), full)
		if err := e.SetBlock(at, rest[:n]); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return e.Flush()
}
