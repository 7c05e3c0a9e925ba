package syncjob

import (
	"encoding/json"
	"fmt"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
	"pstsyncd/syncjob/vfs"
)

// moved is how a store stands to what was recorded of it.
type moved uint8

const (
	unmoved  moved = iota // the same state of the same store
	ahead                 // the same store, written since: its pages say what changed
	doubtful              // the same store, but its pages prove nothing: compare everything
	another               // not the store that was recorded, or an older state of it
)

// store is one of the stores of a job.
type store struct {
	side   merge.Side
	path   string
	pst    *pst.File
	tx     *pst.Tx  // nil before there is something to write
	file   vfs.File // the store, for the independent reader
	count  *vfs.Counters
	fileID string

	last  state.Store // what was recorded; zero when nothing was
	token pst.Token   // of the state that the job found
	moved moved
	// reused: a recorded node is another item, so that the store comes from a state
	// before that item was there.
	reused bool
	// replaced: something was recorded, and of another store or of a later state.
	replaced bool
	wrote    bool // a transaction was committed

	// folders are the folders kept in step, by NID.
	folders map[pst.NID]merge.FolderID
	// nodes are those of the items that were looked at.
	nodes  map[uint32]pst.NodeRef
	values values
}

// keepOpen is a file that is somebody else's to close.
type keepOpen struct{ vfs.File }

func (keepOpen) Close() error { return nil }

// open opens the store of one side.
func (j *job) open(s merge.Side) error {
	e := j.opt.endpoint(s)
	st := &store{side: s, path: e.Path, count: &vfs.Counters{}, nodes: map[uint32]pst.NodeRef{}, values: newValues()}
	j.side[s] = st
	fsys := vfs.Count(j.opt.FS, st.count)
	info, err := fsys.Stat(e.Path)
	if err != nil {
		return j.fail("open", s, err)
	}
	st.fileID = info.ID
	switch {
	case e.File != nil:
		st.file = vfs.CountFile(keepOpen{e.File}, st.count)
	case j.opt.DryRun:
		st.file, err = fsys.Open(e.Path)
	default:
		st.file, err = fsys.OpenWrite(e.Path)
	}
	if err != nil {
		return j.fail("open", s, err)
	}
	st.pst, err = pst.OpenFile(fsys, st.file, e.Path, pst.Options{
		ReadOnly: j.opt.DryRun, Password: e.Password, CodePage: e.CodePage, Logger: j.opt.Logger,
	})
	if err != nil {
		return j.fail("open", s, err)
	}
	st.token = st.pst.Token()
	return nil
}

// close closes what was opened, and notes what passed through the files.
func (j *job) close() {
	for s, st := range j.side {
		if st == nil {
			continue
		}
		if st.tx != nil {
			_ = st.tx.Rollback()
		}
		if st.pst != nil {
			_ = st.pst.Close()
		}
		c := j.res.counts(merge.Side(s))
		c.BytesRead, c.BytesWritten, c.Syncs = st.count.BytesRead.Load(), st.count.BytesWritten.Load(), st.count.Syncs.Load()
	}
}

// compare finds out how the store stands to what was recorded.
func (st *store) compare(last state.Store, seen bool) error {
	if !seen {
		st.moved = another
		return nil
	}
	st.last = last
	defer func() { st.replaced = st.moved == another }()
	var was pst.Token
	if err := json.Unmarshal(last.Token, &was); err != nil {
		return fmt.Errorf("token of %s: %w: %w", sideNames[st.side], state.ErrCorrupt, err)
	}
	switch now := st.token; {
	case st.reused:
		st.moved = another
	case now.RecordKey != was.RecordKey || now.Format != was.Format:
		st.moved = another
	case now == was:
		st.moved = unmoved
	case now.Unique < was.Unique || now.NextB < was.NextB || now.NextP < was.NextP || now.LastItem < was.LastItem:
		// An older state of the store: restored, or rebuilt by a repair. What is not in
		// it was not deleted by anybody.
		st.moved = another
	case last.FileID != "" && st.fileID != "" && last.FileID != st.fileID:
		st.moved = doubtful
	default:
		st.moved = ahead
	}
	return nil
}

// item reads an item of the committed state. The values that are not held in memory
// can be read until the store is closed or the item changed.
func (st *store) item(nid uint32) (*item.Item, error) {
	m, err := st.pst.Message(pst.NID(nid))
	if err != nil {
		return nil, err
	}
	return st.toItem(m.Content)
}

func (st *store) toItem(c pst.Content) (*item.Item, error) {
	return mapi.FromPST(c, st.pst.NameOf, mapi.CodePageOf(st.pst))
}

// begin starts the transaction of a side, if it has none yet.
func (j *job) begin(s merge.Side) (*pst.Tx, error) {
	st := j.side[s]
	if st.tx != nil {
		return st.tx, nil
	}
	tx, err := st.pst.Begin()
	if err != nil {
		return nil, j.fail("write", s, err)
	}
	if st.pst.Token() != st.token {
		// What was decided is about a state that is not there any more.
		_ = tx.Rollback()
		return nil, j.fail("write", s, errChanged)
	}
	st.tx = tx
	return tx, nil
}

// fail wraps an error with the store in which it happened.
func (j *job) fail(op string, s merge.Side, err error) error {
	return &Error{Op: op, Store: sideNames[s], Path: j.opt.endpoint(s).Path, Err: err}
}

// sameFile reports whether both paths lead to one file.
func (j *job) sameFile() bool {
	a, b := j.side[common], j.side[local]
	return a.fileID != "" && a.fileID == b.fileID || absolute(a.path) == absolute(b.path)
}
