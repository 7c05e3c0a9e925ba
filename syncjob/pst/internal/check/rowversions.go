package check

import (
	"fmt"
	"slices"
)

// rowVersions are the versions of all rows but those of tables in messages: the
// version in the high half, the row's id in the low one. Outlook draws them from
// one counter.
type rowVersions []uint64

// note takes down a row. It keeps no more rows than a file of that size can have.
func (v *rowVersions) note(c *checker, version, row uint32) {
	if !c.quiet && int64(len(*v)) < c.size/minRowSize {
		*v = append(*v, uint64(version)<<32|uint64(row))
	}
}

// rowVersions reports versions that two rows have (rule 38).
func (c *checker) rowVersions() {
	slices.Sort(c.versions)
	for i := 1; i < len(c.versions); i++ {
		a, b := c.versions[i-1], c.versions[i]
		if a>>32 == b>>32 {
			c.warnf("row-version", "observed", fmt.Sprintf("row %#x", uint32(b)), "version %#x is also that of row %#x", b>>32, uint32(a))
		}
	}
	c.versions = nil
}
