package syncjob

import (
	"cmp"
	"math"
	"slices"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// typeMessage is the node type of items, [MS-PST] 2.2.2.1.
const typeMessage = 4

// span is a range of NIDs, both ends included.
type span struct{ first, last uint32 }

// walked is what a walk over the changed part of a node B-tree found.
type walked struct {
	nodes []pst.NodeRef // items of the pages that are not known, ascending
	gaps  []span        // all NIDs that are not in a known page, ascending
	pages []state.Page  // those that are not known, ready to be recorded
	// forked: a page has the number of a known one and another place. Two histories
	// of the store have met, and known pages prove nothing.
	forked bool
}

// pageMap is the pages that are known; [state.Tx] is one.
type pageMap interface {
	Page(side state.Side, bid uint64) (state.Page, bool, error)
}

// walk visits the pages of a store that are not known. It costs what changed.
func walk(pages pageMap, side state.Side, file *pst.File) (walked, error) {
	var w walked
	var spans, known []span
	var inner []pst.NodePage
	var failed error
	isKnown := func(ref pst.PageRef) bool {
		p, ok, err := pages.Page(side, ref.BID)
		failed = cmp.Or(failed, err)
		if !ok || err != nil {
			return false
		}
		if p.IB != ref.IB {
			w.forked = true
			return false
		}
		spans = append(spans, span{p.First, p.Last})
		known = append(known, span{p.First, p.Last})
		return true
	}
	for page, err := range file.NodePages(isKnown) {
		if err = cmp.Or(failed, err); err != nil {
			return w, err
		}
		if page.Level > 0 {
			inner = append(inner, page)
			continue
		}
		if len(page.Nodes) == 0 {
			continue // the only page of an empty tree
		}
		s := span{uint32(page.Nodes[0].NID), uint32(page.Nodes[len(page.Nodes)-1].NID)}
		spans = append(spans, s)
		w.pages = append(w.pages, state.Page{BID: page.Ref.BID, IB: page.Ref.IB, First: s.first, Last: s.last})
		for _, n := range page.Nodes {
			if n.NID.Type() == typeMessage {
				w.nodes = append(w.nodes, n)
			}
		}
	}
	w.gaps = complement(known)
	w.addInner(inner, spans)
	return w, failed
}

// addInner works out what is below the pages that are not leaves. spans are
// those of the leaves and of the known pages.
func (w *walked) addInner(inner []pst.NodePage, spans []span) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	at := func(key uint64) int {
		i, _ := slices.BinarySearchFunc(spans, key, func(s span, key uint64) int { return cmp.Compare(uint64(s.first), key) })
		return i
	}
	for _, p := range inner {
		if below := spans[at(p.Lo):at(p.Hi)]; len(below) > 0 {
			w.pages = append(w.pages, state.Page{
				BID: p.Ref.BID, IB: p.Ref.IB, First: below[0].first, Last: below[len(below)-1].last,
			})
		}
	}
}

// complement returns what is between ascending spans, before and after them.
func complement(spans []span) []span {
	var gaps []span
	next := uint64(0)
	for _, s := range spans {
		if uint64(s.first) > next {
			gaps = append(gaps, span{uint32(next), s.first - 1})
		}
		next = uint64(s.last) + 1
	}
	if next <= math.MaxUint32 {
		gaps = append(gaps, span{uint32(next), math.MaxUint32})
	}
	return gaps
}

// find returns the node with this NID.
func (w *walked) find(nid uint32) (pst.NodeRef, bool) {
	i, ok := slices.BinarySearchFunc(w.nodes, nid, func(n pst.NodeRef, nid uint32) int {
		return cmp.Compare(uint32(n.NID), nid)
	})
	if !ok {
		return pst.NodeRef{}, false
	}
	return w.nodes[i], true
}
