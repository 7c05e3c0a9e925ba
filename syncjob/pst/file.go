package pst

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"log/slog"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
	"pstsyncd/syncjob/vfs"
)

// Options say how to open a store.
type Options struct {
	ReadOnly bool
	Password string       // needed for a store that has one
	CodePage int          // of String8 values in a store that names none; 0 is DefaultCodePage
	Logger   *slog.Logger // nil logs nothing
}

// File is an open store. Its methods show the state committed last; they are
// for one goroutine at a time, and not while a [Tx] of the same File commits.
type File struct {
	reader
	store *ndb.Store
	file  vfs.File // owned by store
	path  string
	fsys  vfs.FS
	opts  Options
}

// Open opens the store at path. It costs the header, the root pages and the
// properties of the message store. ErrNotPST, ErrUnsupported, ErrCorrupt and
// ErrPassword are the refusals; they come before anything is written.
func Open(fsys vfs.FS, path string, o Options) (*File, error) {
	open := fsys.OpenWrite
	if o.ReadOnly {
		open = fsys.Open
	}
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	return OpenFile(fsys, f, path, o)
}

// OpenFile is [Open] for a file that is open already, such as one that has been
// claimed from other programs. It owns f from then on, also when it fails. path
// names the store in errors and says where its journal is.
func OpenFile(fsys vfs.FS, f vfs.File, path string, o Options) (*File, error) {
	journal, err := journalOf(fsys, path)
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	file := &File{file: f, path: path, fsys: fsys, opts: o}
	file.store, err = ndb.Open(f, ndb.Options{
		ReadOnly: o.ReadOnly,
		Journal:  journal,
		Logger:   o.Logger,
		Admit: func(s *ndb.Store) error {
			file.view = s
			return file.readStore(o)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return file, nil
}

// journalOf is the journal of the store at path: it is beside the store itself, by
// whatever name that is opened.
func journalOf(fsys vfs.FS, path string) (ndb.Journal, error) {
	real, err := fsys.RealPath(path)
	return ndb.Journal{FS: fsys, Path: real + ndb.JournalSuffix}, err
}

// Properties of the message store.
const (
	idRecordKey   = 0x0FF9
	idPassword    = 0x67FF
	idCodePage    = 0x66C3
	idReplFlags   = 0x0E38
	idReplHistory = 0x0E34
)

// readStore reads what every later access needs from the message store.
func (f *File) readStore(o Options) error {
	pc, err := f.openPC(disk.NIDMessageStore)
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("no message store: %w", ErrCorrupt)
		}
		return err
	}
	_, key, _, err := pc.Get(idRecordKey)
	if err != nil {
		return err
	}
	if len(key) != len(f.key) {
		return fmt.Errorf("record key of %d bytes: %w", len(key), ErrCorrupt)
	}
	f.key = [16]byte(key)
	if err := f.readCodePage(pc, o.CodePage); err != nil {
		return err
	}
	return checkPassword(pc, f.cp, o.Password)
}

// readCodePage finds out about the code page: one that the store names and that is
// known, or the one given for stores that name none.
func (f *File) readCodePage(pc *ltp.PC, given int) error {
	f.cp, f.cpNamed = cmp.Or(given, DefaultCodePage), given != 0
	if _, err := codePage(f.cp); err != nil {
		return err
	}
	cp, err := intOf(pc, idCodePage)
	if err != nil {
		return err
	}
	if _, known := codePages[int(cp)]; known {
		f.cp, f.cpNamed = int(cp), true
	}
	return nil
}

// checkPassword compares with what the store keeps of its password: the CRC of
// the text in the code page, 0 without a password. [MS-PST] 2.4.3.3.
func checkPassword(pc *ltp.PC, cp int, password string) error {
	want, err := intOf(pc, idPassword)
	if err != nil || want == 0 {
		return err
	}
	text, err := EncodeString8(cp, password)
	if err != nil || disk.CRC(text) != uint32(want) {
		if password != "" {
			return fmt.Errorf("the password given is wrong: %w", ErrPassword)
		}
		return ErrPassword
	}
	return nil
}

// Close closes the file.
func (f *File) Close() error {
	if err := f.store.Close(); err != nil {
		return fmt.Errorf("close store %s: %w", f.path, err)
	}
	return nil
}

// Token identifies the state that the File shows.
func (f *File) Token() Token {
	h := f.store.Header()
	return Token{
		Format:    f.Format(),
		RecordKey: f.key,
		Unique:    h.Unique,
		NextB:     uint64(h.NextB),
		NextP:     uint64(h.NextP),
		NBT:       pageRef(h.Root.NBT),
		BBT:       pageRef(h.Root.BBT),
		LastItem:  h.RgNID[disk.NIDTypeNormalMessage],
	}
}

func pageRef(r disk.BREF) PageRef { return PageRef{BID: uint64(r.BID), IB: r.IB} }

// NodePages visits the pages of the node B-tree for which known is false, and
// does not go below those for which it is true: with the pages of an earlier
// state known, it reads no more than what has changed since. Pages are never
// changed in place.
func (f *File) NodePages(known func(PageRef) bool) iter.Seq2[NodePage, error] {
	return func(yield func(NodePage, error) bool) {
		for p, err := range f.store.NBTPages(func(r disk.BREF) bool { return known(pageRef(r)) }) {
			page := NodePage{Ref: pageRef(p.Ref), Level: p.Level, Lo: p.Lo, Hi: p.Hi}
			for _, n := range p.Entries {
				page.Nodes = append(page.Nodes, nodeRef(n))
			}
			if !yield(page, err) {
				return
			}
		}
	}
}
