package ndb

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/vfs"
)

// Cache limits, in bytes of file content.
const (
	pageCacheLimit  = 1 << 20
	blockCacheLimit = 2 << 20
)

// Options of [Open].
type Options struct {
	ReadOnly bool         // nothing is written, not even by recovery
	Journal  Journal      // where the header is saved while it is replaced
	Logger   *slog.Logger // nil: nothing is logged

	// Admit, if not nil, is asked by Open when the store can be read, and before anything
	// is written to it. Its error refuses the store.
	Admit func(*Store) error
}

// Journal says where the copy of the header is kept while the header is replaced.
// With the zero value there is none, and a header whose first 512 bytes were torn
// by a crash while its roots were replaced is refused as corrupt.
type Journal struct {
	FS   vfs.FS
	Path string // by convention the path of the store and [JournalSuffix]
}

// JournalSuffix follows the path of a store in the path of its journal.
const JournalSuffix = ".pstsyncd-journal"

// Store is an open file. Its methods, but for Begin and Close, may be called from
// many goroutines and show the state committed last, also while a transaction is open.
// A call or iteration that a Commit overtakes goes on in the state before, whose space
// the transaction after that one may overwrite: it then fails with [disk.ErrCorrupt].
// So does the use of a [Node] that was read before and is not there any more.
type Store struct {
	f    vfs.File
	opts Options
	log  *slog.Logger

	pages  *cache[disk.BREF, *disk.BTPage]
	blocks *cache[disk.BID, []byte]

	mu       sync.Mutex // guards what follows
	image    headerImage
	counted  bool  // the header's free space is known to be right
	broken   error // the failed write, after which nothing is written any more
	doubtful bool  // broken is for good
	tx       *Tx
}

// Open opens the store in f and owns f from then on, also when it fails. It reads
// the header and the root pages.
//
// Unless o.ReadOnly is set, it first repairs what a crash may have left, which
// rewrites the allocation maps. The refusals are [ErrNotPST], [ErrUnsupported] and
// [disk.ErrCorrupt].
func Open(f vfs.File, o Options) (*Store, error) {
	s := newStore(f, o)
	if err := s.open(); err != nil {
		_ = f.Close()
		return nil, err
	}
	return s, nil
}

func newStore(f vfs.File, o Options) *Store {
	s := &Store{
		f:      f,
		opts:   o,
		log:    o.Logger,
		pages:  newCache[disk.BREF, *disk.BTPage](pageCacheLimit),
		blocks: newCache[disk.BID, []byte](blockCacheLimit),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

func (s *Store) open() error { return s.load(s.admit) }

// admit checks that a store can be read, and asks whether it may be written.
func (s *Store) admit() error {
	for _, t := range []tree{s.nbt(), s.bbt()} {
		if _, err := t.rootPage(); err != nil {
			return err
		}
	}
	if s.opts.Admit != nil {
		return s.opts.Admit(s)
	}
	return nil
}

// load reads the header and, in a store that may be written and is admitted, recovers.
func (s *Store) load(admit func() error) error {
	img, err := readHeaderImage(s.f)
	torn := errors.Is(err, errHeaderCRC)
	if torn {
		img, err = s.restoreHeader(img)
	}
	if err != nil {
		return err
	}
	s.setImage(img)
	if err := admit(); err != nil {
		return err
	}
	if s.opts.ReadOnly || writableKind(&img.header) != nil {
		if torn || img.cutOff() {
			s.log.Info("last writer was cut off: store is read as it is, and repaired when it is next opened for writing")
		}
		return nil
	}
	return s.recover(torn)
}

func (s *Store) setImage(img headerImage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.image = img
}

func (s *Store) current() headerImage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.image
}

// openTx returns the transaction that is open, nil if none is.
func (s *Store) openTx() *Tx {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tx
}

func (s *Store) setTx(tx *Tx) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tx = tx
}

// Header returns the header of the state committed last.
func (s *Store) Header() disk.Header { return s.current().header }

// Format returns the form of the file.
func (s *Store) Format() disk.Format { return s.current().format }

// Close closes the file. A transaction that is still open is rolled back.
func (s *Store) Close() error {
	var err error
	if tx := s.openTx(); tx != nil {
		err = tx.Rollback()
	}
	if cerr := s.f.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("close store: %w", cerr)
	}
	return err
}
