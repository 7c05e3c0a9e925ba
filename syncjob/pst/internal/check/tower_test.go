package check_test

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// tower says where the pages of a B-tree are: level by level, from its first page on.
type tower struct {
	perLeaf int64
	first   int64
	levels  []int64 // pages
	entries int64   // in the leaves
}

func newTower(entries int64, perLeaf int, first int64) tower {
	t := tower{perLeaf: int64(perLeaf), first: first, entries: entries}
	for pages := (entries + t.perLeaf - 1) / t.perLeaf; ; pages = (pages + t.fan() - 1) / t.fan() {
		t.levels = append(t.levels, pages)
		if pages == 1 {
			return t
		}
	}
}

func (t *tower) fan() int64 { return int64(disk.Unicode.InnerMax()) }

func (t *tower) pages() (n int64) {
	for _, pages := range t.levels {
		n += pages
	}
	return n
}

func (t *tower) root() int64 { return t.first + t.pages() - 1 }

// at finds the level of a page, its place in it and where the level below begins.
func (t *tower) at(page int64) (level int, i, below int64) {
	start := t.first
	for level, pages := range t.levels {
		if page < start+pages {
			return level, page - start, below
		}
		below, start = start, start+pages
	}
	panic(fmt.Sprintf("page %d is not in the tree", page))
}
