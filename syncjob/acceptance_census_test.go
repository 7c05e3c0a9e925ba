package syncjob_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
)

// census is where each node of a store keeps its bytes. Blocks are never changed
// in place, so a node with the same blocks holds the same.
type census map[pst.NID]pst.NodeRef

func takeCensus(t testing.TB, f *pst.File) census {
	t.Helper()
	c := census{}
	for page, err := range f.NodePages(func(pst.PageRef) bool { return false }) {
		require.NoError(t, err)
		for _, n := range page.Nodes {
			c[n.NID] = n
		}
	}
	return c
}

// Node types of [MS-PST] 2.2.2.1 and nodes of 2.4.1.
const (
	typeNormalFolder   = 0x02
	typeNormalMessage  = 0x04
	typeHierarchyTable = 0x0D
	typeContentsTable  = 0x0E

	nodeNameMap     pst.NID = 0x61
	nodeSearchQueue pst.NID = 0x1E1
	nodeIDMap       pst.NID = 0xC01
	nodeTopics      pst.NID = 0xE01 // the index of conversations
	nodeTopicQueue  pst.NID = 0xE41
)

// touched compares with a later census: items are how many of the folders came,
// changed or went to bin, and wrong are the nodes that changed and should not
// have. Those that may are the ones that count and list the items of the folders
// and of bin, and the indexes of the whole store.
func (c census) touched(now census, folders []pst.NID, bin pst.NID) (items int, wrong []string) {
	may, kept := now.beside(c, append(folders, bin)), map[pst.NID]bool{}
	for _, nid := range folders {
		kept[nid] = true
	}
	for _, nid := range slices.Sorted(maps.Keys(now)) {
		was, there := c[nid]
		n := now[nid]
		ours := nid.Type() == typeNormalMessage && (!there || kept[was.Parent])
		switch {
		case was == n, may[nid]:
		case ours && kept[n.Parent], ours && n.Parent == bin && n.Data == was.Data && n.Sub == was.Sub:
			items++
		case !there && may[folderOf(nid)]: // tables of a folder that was created
		default:
			wrong = append(wrong, fmt.Sprintf("node %v: %+v is %+v", nid, was, n))
		}
	}
	for _, nid := range slices.Sorted(maps.Keys(c)) {
		if _, there := now[nid]; !there {
			wrong = append(wrong, fmt.Sprintf("node %v is gone", nid))
		}
	}
	return items, wrong
}

// beside are the nodes that change when an item of these folders does. was is
// the census before it did.
func (c census) beside(was census, folders []pst.NID) map[pst.NID]bool {
	may := map[pst.NID]bool{nodeNameMap: true, nodeSearchQueue: true, nodeIDMap: true, nodeTopics: true, nodeTopicQueue: true}
	for _, nid := range folders {
		// The folder itself, its table of items, and the table that lists it. Where the
		// folder is new, those of the folder above it too.
		for there := false; !there && c[nid].Parent != nid; nid = c[nid].Parent {
			may[nid], may[of(nid, typeContentsTable)] = true, true
			may[of(c[nid].Parent, typeHierarchyTable)] = true
			_, there = was[nid]
		}
	}
	return may
}

// of is the node of another type that belongs to a folder.
func of(folder pst.NID, kind pst.NID) pst.NID { return folder&^0x1F | kind }

func folderOf(table pst.NID) pst.NID { return of(table, typeNormalFolder) }
