package pst

import (
	"fmt"
	"time"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// Tx is a transaction: changes that become durable together in Commit, or not
// at all. It reads its own changes with the methods of [File].
//
// An operation that fails has changed nothing, and the transaction can go on
// without it: an item that cannot be stored or read does not spoil the others.
// Where that cannot be had, after an error amid changes that belong together,
// only Rollback is left, and Commit returns that error again.
type Tx struct {
	reader
	file *File
	tx   *ndb.Tx
	now  time.Time // of every modification time that the caller leaves open

	folders map[NID]*folderEdit
	added   *nameEdit
	vetted  bool // ids in use without a name have one, see UnnamedSet
	queue   *searchQueue
	ids     *idMap

	conversations []conversation // messages to be entered into the conversation index

	err error // what makes Commit impossible
}

// Begin starts a transaction. There is one at a time for a File; it sees the
// state of the file now, and the File sees its changes after Commit.
// ErrReadOnly for stores that are not to be written.
func (f *File) Begin() (*Tx, error) {
	ntx, err := f.store.Begin()
	if err != nil {
		return nil, fmt.Errorf("change store %s: %w", f.path, err)
	}
	tx := newTx(ntx, reader{view: ntx, key: f.key, cp: f.cp, cpNamed: f.cpNamed})
	tx.file = f
	return tx, nil
}

func newTx(ntx *ndb.Tx, r reader) *Tx {
	tx := &Tx{reader: r, tx: ntx, now: time.Now(), folders: make(map[NID]*folderEdit)}
	tx.settle = tx.flushFolders
	return tx
}

// Commit makes the changes durable. Without changes it writes nothing. After an
// error the store is as it was before the transaction, or, where the error came
// from the file at the very end, as it is after it: the next Open finds out. The
// File can be used on, unless it is not known what of the file is durable: then
// Begin says [ErrBroken], and only opening the store again helps. [ErrFull] says that
// an ANSI store would grow beyond 2 GB.
func (tx *Tx) Commit() error {
	if tx.err != nil {
		_ = tx.tx.Rollback()
		return fmt.Errorf("commit to store %s: %w", tx.file.path, tx.err)
	}
	if err := tx.flush(); err != nil {
		_ = tx.tx.Rollback()
		return fmt.Errorf("commit to store %s: %w", tx.file.path, err)
	}
	if err := tx.tx.Commit(); err != nil {
		return fmt.Errorf("commit to store %s: %w", tx.file.path, err)
	}
	tx.file.names = nil
	return nil
}

// Rollback gives the changes up. After Commit it does nothing, so that it can
// be deferred.
func (tx *Tx) Rollback() error { return tx.tx.Rollback() }

// flush brings everything that is kept back into the transaction beneath.
func (tx *Tx) flush() error {
	for _, step := range []func() error{tx.flushFolders, tx.flushQueue, tx.flushNames, tx.flushIDs, tx.flushConversations} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// fail remembers an error after which the tables may not agree any more.
func (tx *Tx) fail(err error) error {
	if err != nil && tx.err == nil {
		tx.err = err
	}
	return err
}

// openItem looks up the node of a message.
func (tx *Tx) openItem(nid NID) (ndb.Node, error) {
	if tx.err != nil {
		return ndb.Node{}, tx.err
	}
	if !isMessage(nid) {
		return ndb.Node{}, fmt.Errorf("node %s is not a message: %w", nid, ErrNotFound)
	}
	return tx.tx.Node(nid)
}

// fileTime is a time as a store keeps it: 100 ns since 1601.
func fileTime(t time.Time) int64 {
	const toUnix = 11_644_473_600 // seconds from 1601 to 1970
	return (t.Unix()+toUnix)*1e7 + int64(t.Nanosecond()/100)
}

// folderNode looks up a folder that items and folders can be put in.
func (tx *Tx) folderNode(nid NID) (ndb.Node, error) {
	if nid.Type() != disk.NIDTypeNormalFolder {
		return ndb.Node{}, fmt.Errorf("node %s is not a folder: %w", nid, ErrNotFound)
	}
	n, err := tx.tx.Node(nid)
	if err != nil {
		return n, fmt.Errorf("folder %s: %w", nid, err)
	}
	return n, nil
}
