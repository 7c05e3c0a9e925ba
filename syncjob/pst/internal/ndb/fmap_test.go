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

// distrustMaps has the header say that the AMaps are not valid.
func distrustMaps(t *testing.T, f *sparseFile) {
	t.Helper()
	b := make([]byte, disk.Unicode.HeaderSize())
	_, err := f.ReadAt(b, 0)
	require.NoError(t, err)
	var h disk.Header
	require.NoError(t, h.Unmarshal(disk.Unicode, b))
	h.Root.AMapValid = disk.AMapInvalid
	f.put(t, 0, disk.Unicode.HeaderSize(), h.Marshal)
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

	distrustMaps(t, f)
	for _, damage := range []byte{0x55, 0xFF} {
		_, err = f.WriteAt([]byte{damage}, disk.SectionOffset(128)+disk.FMapOffset+3)
		require.NoError(t, err)
	}
	s, err = ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	requireSound(t, f.bytes(), 0)
	require.NoError(t, s.Close())
}

// One that is damaged is made anew also where it then says what every new one does.
func TestFMaps_damaged(t *testing.T) {
	f := hugeStore(t, disk.Unicode, 130, 1000)
	distrustMaps(t, f)
	_, err := f.WriteAt([]byte{0x55}, disk.SectionOffset(128)+disk.FMapOffset+300)
	require.NoError(t, err)
	s, err := ndb.Open(f, ndb.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	b := f.bytes()
	assert.Equal(t, 255, fmapAt(t, b, 128))
	assert.Equal(t, 255, fmapAt(t, b, 129))
}
