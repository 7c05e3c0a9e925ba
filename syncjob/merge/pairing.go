package merge

import (
	"crypto/sha256"
	"slices"
	"strings"

	"pstsyncd/syncjob/item"
)

// Pairing finds out which items without a base are one and the same item. Every
// rule works inside one folder pair and one message class. In this order:
//
//  1. The search key, which copies keep: unique on both sides. (First contact.)
//  2. Equal content, first including and then without quiet properties. Of n and
//     m equal items, the smaller number is paired one to one: equal items can not
//     be confused, and are not to multiply.
//  3. The search key again, unique among those that are left, together with the
//     natural key.
//  4. The global object id of an appointment, unique on both sides.
//  5. The natural key, unique on both sides. (First contact.)
//
// At first contact a whole folder is at hand, so "unique" means something. Later
// only what is new on both sides is, and a copy that a person made and then
// turned into something else still has the search key and the global id of its
// origin: rules 1 and 5 are not used then, and 4 asks for the natural key too.

// pairing is the loose items of one folder pair.
type pairing struct {
	loose [2][]*View // not paired yet, in order of Ref
	all   [2][]*View // what uniqueness is judged by
	pairs [][2]*View
}

// pairLoose pairs the items of one folder; what is left has no counterpart.
func pairLoose(left, right []*View, firstContact bool, quiet func(item.Key) bool) *pairing {
	p := &pairing{loose: [2][]*View{left, right}}
	for s := range p.loose {
		slices.SortFunc(p.loose[s], func(a, b *View) int { return strings.Compare(a.Ref, b.Ref) })
	}
	p.all = p.loose
	if firstContact {
		p.unique(p.all, keyed(item.KeySearchKey, false))
	}
	p.equalContent(func(item.Key) bool { return false })
	p.equalContent(quiet)
	p.unique(p.loose, keyed(item.KeySearchKey, true))
	p.unique(p.all, keyed(keyGlobalID, !firstContact))
	p.unique(p.all, keyed(keyCleanGlobalID, !firstContact))
	if firstContact {
		p.unique(p.all, func(v *View) (mark, bool) {
			return mark{v.class(), v.Natural, item.Digest{}}, v.Natural != item.Digest{}
		})
	}
	return p
}

// mark is what two views must share to be paired.
type mark struct{ class, key, natural item.Digest }

// keyed marks views by the value of a property, and by the natural key if asked.
func keyed(k item.Key, withNatural bool) func(*View) (mark, bool) {
	return func(v *View) (mark, bool) {
		d, ok := v.Digests.Get(k)
		m := mark{class: v.class(), key: d}
		if withNatural {
			m.natural = v.Natural
		}
		return m, ok
	}
}

func (v *View) class() item.Digest {
	d, _ := v.Digests.Get(item.KeyMessageClass)
	return d
}

// unique pairs loose views whose mark nobody else has among, on either side.
func (p *pairing) unique(among [2][]*View, markOf func(*View) (mark, bool)) {
	var count [2]map[mark]int
	for s, views := range among {
		count[s] = map[mark]int{}
		for _, v := range views {
			if m, ok := markOf(v); ok {
				count[s][m]++
			}
		}
	}
	p.match(func(v *View) (mark, bool) {
		m, ok := markOf(v)
		return m, ok && count[Left][m] == 1 && count[Right][m] == 1
	})
}

// equalContent pairs views that are equal in everything but what is left out.
func (p *pairing) equalContent(leftOut func(item.Key) bool) {
	p.match(func(v *View) (mark, bool) { return mark{key: content(v.Digests, leftOut)}, true })
}

// match pairs the first loose views of both sides that have one mark, then the
// second ones, and so on.
func (p *pairing) match(markOf func(*View) (mark, bool)) {
	waiting := map[mark][]*View{}
	for _, r := range p.loose[Right] {
		if m, ok := markOf(r); ok {
			waiting[m] = append(waiting[m], r)
		}
	}
	paired := map[*View]bool{}
	for _, l := range p.loose[Left] {
		m, ok := markOf(l)
		if !ok || len(waiting[m]) == 0 {
			continue
		}
		r := waiting[m][0]
		waiting[m] = waiting[m][1:]
		p.pairs = append(p.pairs, [2]*View{l, r})
		paired[l], paired[r] = true, true
	}
	for s := range p.loose {
		rest := make([]*View, 0, len(p.loose[s]))
		for _, v := range p.loose[s] {
			if !paired[v] {
				rest = append(rest, v)
			}
		}
		p.loose[s] = rest
	}
}

// content digests the whole item but for what is left out.
func content(d Digests, leftOut func(item.Key) bool) item.Digest {
	h := sha256.New()
	for _, e := range d {
		if !leftOut(e.Key) {
			h.Write([]byte(e.Key))
			h.Write(e.Digest[:])
		}
	}
	return item.Digest(h.Sum(nil)[:16])
}

// rebind gives a base whose item is gone from one side the loose item of that
// side that carries its search key: stores that were repaired or compacted have
// the same items under other names. The key must be unique among the loose items
// and among the bases that lost theirs.
func rebind(side Side, lost []*pair, loose []*View) (rest []*View) {
	missing, found := map[mark][]*pair{}, map[mark][]*View{}
	for _, p := range lost {
		if m, ok := baseMark(p.base); ok {
			missing[m] = append(missing[m], p)
		}
	}
	for _, v := range loose {
		if m, ok := keyed(item.KeySearchKey, false)(v); ok {
			found[m] = append(found[m], v)
		}
	}
	for _, v := range loose {
		m, _ := keyed(item.KeySearchKey, false)(v)
		if len(found[m]) == 1 && len(missing[m]) == 1 {
			missing[m][0].view[side] = v
		} else {
			rest = append(rest, v)
		}
	}
	return rest
}

func baseMark(b *Base) (mark, bool) {
	d, ok := b.Digests.Get(item.KeySearchKey)
	class, _ := b.Digests.Get(item.KeyMessageClass)
	return mark{class: class, key: d}, ok
}
