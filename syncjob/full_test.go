package syncjob_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// TestRun_FullStore: a job for which an ANSI store has no room does nothing at all, says
// which store that is, and is done when there is less to do.
func TestRun_FullStore(t *testing.T) {
	o := ansiOffice(t)
	add(t, o.local, "Contacts", contact("Ada", nil), contact("Grace", nil))
	o.sync()
	psttest.FillUp(t, o.common, 500)
	set(t, o.common, "Contacts", "Ada", 1, item.Props{phone: item.String("1")})
	photos := contact("Photos", nil)
	photos.Attachments = []item.Attachment{{Props: item.Props{"0x3701": item.Binary(psttest.Noise(1 << 20))}}}
	add(t, o.local, "Contacts", photos, contact("Small", nil))
	remove(t, o.local, "Contacts", "Grace")
	local, state, common := sum(t, o.local), o.history(), contents(t, o.common, "Contacts")

	for range 2 {
		_, err := o.try()
		requireFailed(t, err, pst.ErrFull, syncjob.Halt, o.common, "an ANSI store ends at 2 GB: ")
		assert.Equal(t, local, sum(t, o.local), "the other store is as it was")
		assert.Equal(t, common, contents(t, o.common, "Contacts"), "nothing of the job is there")
		assert.Equal(t, state, o.history())
	}
	info, err := os.Stat(o.common)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(2<<30))

	remove(t, o.local, "Contacts", "Photos")
	assert.Equal(t, "common +1 ~0 -1, local +0 ~1 -0", did(o.sync()))
	o.equalMaps()
	assert.Empty(t, psttest.Problems(t, o.common))
}

// TestRun_FullStoreOfMany: items that fit one by one, and not together, are known to
// before the first is written.
func TestRun_FullStoreOfMany(t *testing.T) {
	o := ansiOffice(t)
	var all []*item.Item
	for range 12 {
		c := contact("Photo", nil)
		c.Attachments = []item.Attachment{{Props: item.Props{"0x3701": item.Binary(psttest.Noise(pst.LargeSize + 1))}}}
		all = append(all, c)
	}
	add(t, o.local, "Contacts", all...)
	const sections, free = psttest.MostANSISections, 40 // and 10 MB of them
	psttest.Inflate(t, o.common, sections, func(section int64, _ int) bool { return section < sections-free })
	before := contents(t, o.common, "Contacts")
	r, err := o.try()
	requireFailed(t, err, pst.ErrFull, syncjob.Halt, o.common, "an ANSI store ends at 2 GB: ")
	assert.Zero(t, r.Common.BytesWritten+r.Local.BytesWritten)
	assert.Equal(t, before, contents(t, o.common, "Contacts"))
}
