package psttest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// TestInterop_Limits shows on stores that Outlook wrote what readers cannot read of
// any store, see limits.
func TestInterop_Limits(t *testing.T) {
	t.Run("pst-extractor, ansi", func(t *testing.T) {
		assert.NotEmpty(t, psttest.PSTExtractor.Read(t, psttest.Corpus(t, "outlook97-ansi.pst")).Cannot)
	})
	t.Run("associated items", func(t *testing.T) {
		path := psttest.Corpus(t, "outlook-mail-fai.pst")
		all := associated(psttest.GoPST.Read(t, path))
		require.NotEmpty(t, all)
		for _, r := range []psttest.Reader{psttest.PSTExtractor, psttest.PFFExport} {
			t.Run(r.Name, func(t *testing.T) { assert.Less(t, len(associated(r.Read(t, path))), len(all)) })
		}
	})
	t.Run("readpst, kinds of items", func(t *testing.T) {
		path := psttest.Corpus(t, "outlook-mixed.pst")
		kinds := []string{"IPM.Task", "IPM.StickyNote", "IPM.DistList"}
		var without []string
		for _, it := range psttest.GoPST.Read(t, path).Items {
			if class := pst.DecodeUTF16(it.Props[pst.PidTagMessageClass]); slices.Contains(kinds, class) {
				without = append(without, pst.DecodeUTF16(it.Props[psttest.TagSubject]))
			}
		}
		require.Len(t, without, 4)
		for _, it := range psttest.ReadPST.Read(t, path).Items {
			assert.False(t, slices.ContainsFunc(without, func(subject string) bool {
				return subject != "" && strings.Contains(it.Text, strings.TrimLeft(subject, "\x01"))
			}), it.Folder)
		}
	})
}

func associated(l psttest.Listing) []psttest.ReadItem {
	return slices.DeleteFunc(slices.Clone(l.Items), func(it psttest.ReadItem) bool { return it.NID.Type() != 0x08 })
}
