package ndb_test

import (
	"io"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// sparseFile is a file in memory that keeps only what was written to it.
type sparseFile struct {
	format disk.Format // of the store in it
	mu     sync.Mutex
	size   int64
	chunks map[int64]*[chunkSize]byte
}

const chunkSize = 4096

func newSparseFile() *sparseFile { return &sparseFile{chunks: map[int64]*[chunkSize]byte{}} }

func (f *sparseFile) ReadAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for n < len(p) && off+int64(n) < f.size {
		at := off + int64(n)
		part := p[n:min(len(p), n+chunkSize-int(at%chunkSize), int(f.size-off))]
		if c := f.chunks[at/chunkSize]; c != nil {
			copy(part, c[at%chunkSize:])
		} else {
			clear(part)
		}
		n += len(part)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *sparseFile) WriteAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n := 0; n < len(p); {
		at := off + int64(n)
		c := f.chunks[at/chunkSize]
		if c == nil {
			c = new([chunkSize]byte)
			f.chunks[at/chunkSize] = c
		}
		n += copy(c[at%chunkSize:], p[n:])
	}
	f.size = max(f.size, off+int64(len(p)))
	return len(p), nil
}

func (f *sparseFile) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.chunks {
		if i*chunkSize >= size {
			delete(f.chunks, i)
		}
	}
	f.size = size
	return nil
}

func (f *sparseFile) Size() (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.size, nil
}

func (f *sparseFile) Sync() error  { return nil }
func (f *sparseFile) Close() error { return nil }

func (f *sparseFile) bytes() []byte {
	b := make([]byte, f.size)
	_, _ = f.ReadAt(b, 0)
	return b
}

// page writes a page or header at off.
func (f *sparseFile) put(t testing.TB, off int64, size int, marshal func(disk.Format, []byte) error) {
	t.Helper()
	b := make([]byte, size)
	require.NoError(t, marshal(f.format, b))
	_, err := f.WriteAt(b, off)
	require.NoError(t, err)
}

// hugeStore returns an empty store of that many sections, in which all but the first
// are allocated up to the last free slots, and which has no density list.
func hugeStore(t testing.TB, format disk.Format, sections int64, free int) *sparseFile {
	t.Helper()
	f := newSparseFile()
	f.format = format
	s, err := ndb.Create(f, format, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	h := s.Header()
	for i := range sections {
		m := disk.NewAMap(i)
		if i > 0 {
			m.Set(0, disk.AMapSlots-free)
			h.Root.AMapFree += uint64(free) * disk.BlockAlign
		}
		if i > 0 {
			f.put(t, disk.SectionOffset(i), disk.PageSize, m.Marshal)
		}
		_, fmap, fpmap := disk.MapPagesAt(i)
		if p := disk.NewPMap(i); i%disk.PMapInterval == 0 {
			f.put(t, disk.SectionOffset(i)+disk.PMapOffset, disk.PageSize, p.Marshal)
		}
		if p := disk.NewFMap(i); fmap {
			f.put(t, disk.SectionOffset(i)+disk.FMapOffset, disk.PageSize, p.Marshal)
		}
		if p := disk.NewFPMap(i); fpmap {
			f.put(t, disk.SectionOffset(i)+disk.FPMapOffset, disk.PageSize, p.Marshal)
		}
	}
	f.put(t, disk.DListOffset, disk.PageSize, func(disk.Format, []byte) error { return nil })
	h.Root.FileEOF = uint64(disk.SectionOffset(sections))
	h.Root.AMapLast = uint64(disk.SectionOffset(sections - 1))
	f.put(t, 0, format.HeaderSize(), h.Marshal)
	require.NoError(t, f.Truncate(int64(h.Root.FileEOF)))
	return f
}
