package pst_test

import (
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs/crashfs"
)

// readAll reads whatever can be read of a store, and gives the errors of the rest
// and the number of items that were whole.
func readAll(b []byte) (items int, errs []error) {
	fsys := crashfs.New()
	fsys.Load(storeName, b)
	f, err := pst.Open(fsys, storeName, pst.Options{ReadOnly: true})
	if err != nil {
		return 0, []error{err}
	}
	defer f.Close()
	for folder, err := range f.Walk(f.Root()) {
		if err != nil {
			return items, append(errs, err)
		}
		for row, err := range f.Items(folder.NID) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			m, err := f.Message(row.NID)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			items++
			for _, p := range m.Props {
				if _, _, err := f.NameOf(p.Tag.ID()); err != nil {
					errs = append(errs, err)
				}
			}
		}
	}
	return items, errs
}

// A sector that reads as zeros is found out wherever it is, and the items that
// are elsewhere can still be read.
func TestFile_damagedSector(t *testing.T) {
	whole, err := os.ReadFile(psttest.Corpus(t, "outlook-mixed.pst"))
	require.NoError(t, err)
	want, errs := readAll(whole)
	require.Empty(t, errs)
	hurt, partial := 0, 0
	for off := 0; off < len(whole); off += 11 * 512 {
		b := append([]byte(nil), whole...)
		clear(b[off : off+512])
		items, errs := readAll(b)
		for _, err := range errs {
			require.True(t, errors.Is(err, pst.ErrCorrupt) || errors.Is(err, pst.ErrNotPST), "sector at %#x: %v", off, err)
		}
		if len(errs) == 0 {
			require.Equal(t, want, items, "sector at %#x", off)
			continue
		}
		hurt++
		if items > 0 {
			partial++
		}
	}
	assert.Greater(t, hurt, 5)
	assert.Positive(t, partial)
}

// sealHeader makes the checksums of the header right.
func sealHeader(b []byte) {
	putUint32(b[4:], disk.CRC(b[8:8+471]))
	putUint32(b[524:], disk.CRC(b[8:8+516]))
}

func putUint32(b []byte, n uint32) { copy(b, uint32s(n)) }
