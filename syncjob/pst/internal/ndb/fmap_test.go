package ndb_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// fmapAt is what the FMap of a store says of a section.
func fmapAt(t *testing.T, b []byte, section int64) int {
	t.Helper()
	at, index, ok := disk.FMapPlace(section)
	require.True(t, ok)
	var m disk.FMap
	require.NoError(t, m.Unmarshal(disk.Unicode, b[disk.SectionOffset(at)+disk.FMapOffset:][:disk.PageSize]))
	return int(m.Bits[index])
}

// What repair programs compare with the AMaps is kept up, in sections that are new,
// that fill up and that become free, and made anew where it was damaged.
func TestFMaps(t *testing.T) {
	f := newSparseFile()
	s, err := ndb.Create(f, disk.Unicode, disk.CryptPermute, ndb.Options{})
	require.NoError(t, err)
	putNode(t, s, 0x200024, 33<<20)
	putNode(t, s, 0x200044, 5<<20)
	b := f.bytes()
	v := requireSound(t, b, 0)
	require.Greater(t, v.sections(), int64(145))
	free := func() (n int) {
		for section := int64(128); section < v.sections(); section++ {
			if fmapAt(t, b, section) == 255 {
				n++
			}
		}
		return n
	}
	full := free()
	require.Less(t, full, 5)

	putNode(t, s, 0x200044, 100)
	putNode(t, s, 0x200044, 200)
	b = f.bytes()
	requireSound(t, b, 0)
	assert.Greater(t, free(), full+10)
	require.NoError(t, s.Close())

	var h disk.Header
	require.NoError(t, h.Unmarshal(disk.Unicode, b))
	h.Root.AMapValid = disk.AMapInvalid
	f.put(t, 0, disk.Unicode.HeaderSize(), h.Marshal)
	for _, damage := range []byte{0x55, 0xFF} {
		_, err = f.WriteAt([]byte{damage}, disk.SectionOffset(128)+disk.FMapOffset+3)
		require.NoError(t, err)
	}
	s, err = ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	requireSound(t, f.bytes(), 0)
	require.NoError(t, s.Close())
}
