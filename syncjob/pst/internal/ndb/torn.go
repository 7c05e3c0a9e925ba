package ndb

import (
	"bytes"

	"pstsyncd/syncjob/pst/internal/disk"
)

// tornSize is how much of the beginning of a header carries the roots and the first CRC,
// and is one sector of a disk.
const tornSize = 512

// headerStep is a write of a header that changes only dwUnique, by one, and fAMapValid.
// No journal is written for it.
type headerStep struct{ from, to uint8 }

// headerSteps are those that there are: the first of a commit or of a recovery, and the
// last of a rollback.
var headerSteps = []headerStep{
	{disk.AMapValid1, disk.AMapInvalid},
	{disk.AMapValid2, disk.AMapInvalid},
	{disk.AMapInvalid, disk.AMapValid1},
	{disk.AMapInvalid, disk.AMapValid2},
}

// uniqueSteps are how far a dwUnique of which only the first bytes were written may be
// behind the one that was being written: with a carry out of these bytes, they are zeros.
var uniqueSteps = []uint32{0, 1, 1 << 8, 1 << 16, 1 << 24}

// finishHeader returns, in place of a header that was torn within its first 512 bytes by
// a write without a journal, the one that was being written. What proves it is that every
// byte, those of the CRC included, is up to one place that of the header to be and from
// there on that of the header that was. A header in which somebody only changed fAMapValid
// and left the CRC looks the same, and so the AMaps are not to be trusted. It writes
// nothing.
func finishHeader(torn headerImage) (headerImage, bool) {
	for _, step := range headerSteps {
		for _, behind := range uniqueSteps {
			to := torn.header
			to.Unique += behind
			to.Root.AMapValid = step.to
			from := to
			from.Unique--
			from.Root.AMapValid = step.from
			after, err := torn.with(to)
			if err != nil {
				return torn, false
			}
			before, err := torn.with(from)
			if err != nil {
				return torn, false
			}
			if isTorn(torn.bytes[:tornSize], before.bytes, after.bytes) {
				return after, true
			}
		}
	}
	return torn, false
}

// isTorn reports whether b is the beginning of after and then what follows in before.
func isTorn(b, before, after []byte) bool {
	i := 0
	for i < len(b) && b[i] == after[i] {
		i++
	}
	return bytes.Equal(b[i:], before[i:len(b)])
}
