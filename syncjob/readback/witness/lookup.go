package witness

import (
	"fmt"

	gopst "github.com/mooijtech/go-pst/v6/pkg"
)

// maxDepth bounds a descent. A tree of 20 children a page needs 8 levels for
// more nodes than 32 bits can number.
const maxDepth = 8

// lookup is a [gopst.BTreeStore] that holds nothing. Each Get descends the tree
// in the file, page by page, with go-pst's parser.
type lookup struct {
	file *gopst.File
	kind gopst.BTreeType
	root int64 // offset of the root page
	err  error // why the last Get found nothing, when it was not for want of an entry
}

var _ gopst.BTreeStore = (*lookup)(nil)

// Get is one descent for key.Identifier.
func (l *lookup) Get(key gopst.BTreeNode) (gopst.BTreeNode, bool) {
	node, found, err := l.find(key.Identifier)
	l.err = err
	return node, found
}

// Load is for a store that go-pst fills; this one never says that it is empty.
func (l *lookup) Load(node gopst.BTreeNode) (gopst.BTreeNode, bool) { return node, false }

// Len is not 0, lest go-pst load the tree.
func (l *lookup) Len() int { return 1 }

// Clear has nothing to forget.
func (l *lookup) Clear() {}

func (l *lookup) find(id gopst.Identifier) (found gopst.BTreeNode, ok bool, err error) {
	offset, above := l.root, maxDepth+1
	for {
		entries, level, err := l.page(offset)
		if err != nil {
			return found, false, err
		}
		if level >= above {
			return found, false, fmt.Errorf("page at %#x: level %d below level %d: %w", offset, level, above, ErrBroken)
		}
		if level == 0 {
			found, ok = exact(entries, id)
			return found, ok, nil
		}
		child, ok := below(entries, id)
		if !ok {
			return found, false, nil
		}
		offset, above = child.FileOffset, level
	}
}

// page has go-pst read and take apart one page. Its callback may come twice
// when the first read fails; the first word counts.
func (l *lookup) page(offset int64) (entries []gopst.BTreeNode, level int, err error) {
	called := false
	l.file.GetBTreeNodeEntries(offset, l.kind, func(e []gopst.BTreeNode, lv uint8, cbErr error) {
		if !called {
			entries, level, err = e, int(lv), cbErr
		}
		called = true
	})
	if err != nil {
		return nil, 0, fmt.Errorf("page at %#x: %w", offset, err)
	}
	return entries, level, nil
}

func exact(entries []gopst.BTreeNode, id gopst.Identifier) (gopst.BTreeNode, bool) {
	for _, e := range entries {
		if e.Identifier == id {
			return e, true
		}
	}
	return gopst.BTreeNode{}, false
}

// below is the last child whose first key is not above id.
func below(entries []gopst.BTreeNode, id gopst.Identifier) (gopst.BTreeNode, bool) {
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Identifier <= id {
			return entries[i], true
		}
	}
	return gopst.BTreeNode{}, false
}
