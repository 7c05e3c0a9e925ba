package pst

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// reader holds what a File and a Tx read with. Its exported methods are
// methods of both: on a File they see the committed state, on a Tx that state
// with the changes of the transaction.
type reader struct {
	view    ndb.View
	key     [16]byte
	cp      int
	cpNamed bool // cp is not just the default
	names   *nameMap

	// settle brings tables and counts up to date before they are read; nil on
	// a File, where they always are.
	settle func() error
}

// Format is the layout of the store.
func (r *reader) Format() Format { return r.view.Format() }

// RecordKey is the identity of the store (PidTagRecordKey of the message
// store); entry ids of its objects carry it.
func (r *reader) RecordKey() [16]byte { return r.key }

// CodePage is the code page of the store's String8 values.
func (r *reader) CodePage() int { return r.cp }

// CodePageNamed reports whether the code page is known, from the store or from
// [Options]. Where it is not, [DefaultCodePage] is a guess: few stores of Outlook
// name the code page of the computer that wrote them.
func (r *reader) CodePageNamed() bool { return r.cpNamed }

// Root is the folder that holds every other one. The folders that people see
// are below [File.IPMSubtree].
func (r *reader) Root() NID { return disk.NIDRootFolder }

// Node looks up a node's entry; ErrNotFound.
func (r *reader) Node(nid NID) (NodeRef, error) {
	n, err := r.view.Node(nid)
	if err != nil {
		return NodeRef{}, fmt.Errorf("node %s: %w", nid, err)
	}
	return nodeRef(n), nil
}

func nodeRef(n ndb.Node) NodeRef {
	return NodeRef{NID: n.NID, Data: uint64(n.Data.Lookup()), Sub: uint64(n.Sub.Lookup()), Parent: n.Parent}
}

// DisplayName is the name of the store.
func (r *reader) DisplayName() (string, error) {
	pc, err := r.openPC(disk.NIDMessageStore)
	if err != nil {
		return "", err
	}
	return r.textOf(pc, PidTagDisplayName.ID())
}

// openPC opens the property context of a node of the node B-tree.
func (r *reader) openPC(nid NID) (*ltp.PC, error) {
	n, err := r.view.Node(nid)
	if err != nil {
		return nil, fmt.Errorf("node %s: %w", nid, err)
	}
	pc, err := ltp.OpenPC(r.view, n)
	if err != nil {
		return nil, fmt.Errorf("properties of node %s: %w", nid, err)
	}
	return pc, nil
}

// openTC opens the table of a node of the node B-tree.
func (r *reader) openTC(nid NID) (*ltp.TC, error) {
	if r.settle != nil {
		if err := r.settle(); err != nil {
			return nil, err
		}
	}
	n, err := r.view.Node(nid)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", nid, err)
	}
	tc, err := ltp.OpenTC(r.view, n)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", nid, err)
	}
	return tc, nil
}

// maxShortText is more than the bytes of any name or class.
const maxShortText = 8 << 10

// textOf is the string value of a property that is a name or a class, "" when it is
// absent or no string.
func (r *reader) textOf(pc *ltp.PC, id uint16) (string, error) {
	ref, ok, err := pc.Ref(id)
	if err != nil || !ok {
		return "", err
	}
	switch size, err := pc.Size(ref); {
	case err != nil:
		return "", err
	case size > maxShortText:
		return "", disk.Corruptf("property", -1, "%s of %d bytes is no name", ref.Tag, size)
	}
	b, err := pc.Value(ref)
	if err != nil {
		return "", err
	}
	return r.text(ref.Tag, b)
}

// intOf is the value of an Int32 property, 0 when it is absent.
func intOf(pc *ltp.PC, id uint16) (int32, error) {
	_, b, ok, err := pc.Get(id)
	if err != nil || !ok {
		return 0, err
	}
	return int32Of(b), nil
}

func int32Of(b []byte) int32 {
	if len(b) < 4 {
		return 0
	}
	return int32(binary.LittleEndian.Uint32(b))
}

// entryIDSize is the size of an entry id of this kind of store.
const entryIDSize = 24

// EntryID makes the entry id of an object of this store. [MS-PST] 2.4.3.2.
func (r *reader) EntryID(nid NID) []byte { return entryID(r.key, nid) }

func entryID(key [16]byte, nid NID) []byte {
	b := make([]byte, entryIDSize)
	copy(b[4:], key[:])
	binary.LittleEndian.PutUint32(b[20:], uint32(nid))
	return b
}

// NIDOf is the opposite of [File.EntryID]. ErrNotFound is for an entry id that
// is not one of this store, or of nothing in it.
func (r *reader) NIDOf(id []byte) (NID, error) {
	if len(id) != entryIDSize || [16]byte(id[4:20]) != r.key {
		return 0, fmt.Errorf("entry id %x: %w", id, ErrNotFound)
	}
	nid := NID(binary.LittleEndian.Uint32(id[20:]))
	if _, err := r.view.Node(nid); err != nil {
		return 0, fmt.Errorf("entry id of node %s: %w", nid, err)
	}
	return nid, nil
}

// entryOf is the node that an entry id property of an object names.
func (r *reader) entryOf(pc *ltp.PC, id uint16) (NID, error) {
	_, b, ok, err := pc.Get(id)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, fmt.Errorf("property %#04x: %w", id, ErrNotFound)
	}
	return r.NIDOf(b)
}

// readAll reads a value that is bounded by what memory may hold.
func readAll(ra io.ReaderAt, size int64) ([]byte, error) {
	b := make([]byte, size)
	if _, err := ra.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}
