package merge

import (
	"cmp"

	"pstsyncd/syncjob/item"
)

// pair is one item on its way through the merge. A nil view means: as the base
// says. Without a base both views are there, or one of them for a new item.
type pair struct {
	base *Base // nil: first contact
	view [2]*View
}

// digests returns what one side holds, for a side that has the item.
func (p *pair) digests(s Side) Digests {
	if p.view[s] != nil {
		return p.view[s].Digests
	}
	return p.base.Digests
}

func (p *pair) folder(s Side) FolderID {
	if p.view[s] != nil {
		return p.view[s].Folder
	}
	return p.base.Folder
}

func (p *pair) ref(s Side) string {
	switch {
	case p.view[s] != nil && p.view[s].State == Absent:
		return ""
	case p.view[s] != nil:
		return p.view[s].Ref
	case p.base != nil:
		return p.base.Ref[s]
	}
	return ""
}

func (p *pair) has(s Side, state State) bool { return p.view[s] != nil && p.view[s].State == state }

// here reports whether the side has the item.
func (p *pair) here(s Side) bool {
	if p.view[s] == nil {
		return p.base != nil
	}
	return p.view[s].State == Present
}

// touched reports whether somebody changed or moved the item since the base.
func (p *pair) touched(s Side, policy Policy) bool {
	if p.base == nil {
		return true
	}
	if p.view[s] == nil {
		return false
	}
	if p.folder(s) != p.base.Folder {
		return true
	}
	changed := false
	walk(p.base.Digests, p.digests(s), nil, func(k item.Key, was, is, _ *item.Digest) {
		changed = changed || !same(was, is) && !policy.Volatile(k) && !policy.Quiet(k)
	})
	return changed
}

// decide turns a pair into an action; false when both sides are as the base
// says. Neither side is unreadable.
func (p *pair) decide(policy Policy) (Action, bool) {
	a := Action{Folder: p.anyFolder(), Ref: [2]string{p.ref(Left), p.ref(Right)}}
	if p.base != nil {
		a.Pair = p.base.Pair
	}
	for s := Left; s <= Right; s++ {
		if p.here(s) {
			continue
		}
		switch o := s.Other(); {
		case !p.here(o):
			// Gone from both: nobody has it, and the base only has to notice.
			a.Forget = true
		case p.touched(o, policy):
			// Gone here, changed or new there. Content is kept: a deletion that was a
			// mistake costs more than one that has to be repeated.
			a.Do[s].Op = Create
			a.Folder, a.Agreed = p.folder(o), p.digests(o)
		default:
			// Gone here, and nobody touched it there since both sides agreed.
			a.Do[o].Op = Delete
			a.Forget = true
		}
		return a, true
	}
	return p.merge(a, policy)
}

func (p *pair) anyFolder() FolderID {
	switch {
	case p.base != nil:
		return p.base.Folder
	case p.view[Left] != nil:
		return p.view[Left].Folder
	default:
		return p.view[Right].Folder
	}
}

// merge is the three-way merge of an item that both sides have.
func (p *pair) merge(a Action, policy Policy) (Action, bool) {
	var base Digests
	if p.base != nil {
		base = p.base.Digests
	}
	news := p.base == nil || a.Ref != p.base.Ref
	walk(base, p.digests(Left), p.digests(Right), func(k item.Key, b, l, r *item.Digest) {
		if policy.Volatile(k) {
			return
		}
		v := l
		switch {
		case same(l, r):
			// Both say the same, if only since now: the base catches up.
		case same(l, b):
			v = r // only the right changed it
		case same(r, b):
			// Only the left changed it.
		case l == nil:
			v = r // removed here and changed there: content is kept
		case r == nil:
			// Changed here and removed there.
		default:
			winner := newest(p.view[Left], p.view[Right])
			if !policy.Quiet(k) {
				winner = policy.winner(p.view[Left], p.view[Right])
				a.Conflicts = append(a.Conflicts, Conflict{k, winner})
			}
			if winner == Right {
				v = r
			}
		}
		a.Do[Left].change(k, l, v)
		a.Do[Right].change(k, r, v)
		if v != nil {
			a.Agreed = append(a.Agreed, item.KeyDigest{Key: k, Digest: *v})
		}
		news = news || !same(b, v)
	})
	if p.mergeFolder(&a, policy) {
		news = true
	}
	return a, news || a.Do[Left].Op != Nothing || a.Do[Right].Op != Nothing
}

// mergeFolder treats the folder like a property that every item has.
func (p *pair) mergeFolder(a *Action, policy Policy) (moved bool) {
	l, r := p.folder(Left), p.folder(Right)
	switch {
	case l == r || p.base != nil && r == a.Folder:
		a.Folder = l
	case p.base != nil && l == a.Folder:
		a.Folder = r
	case policy.winner(p.view[Left], p.view[Right]) == Left:
		a.Folder = l
	default:
		a.Folder = r
	}
	for s, f := range [2]FolderID{l, r} {
		if f != a.Folder {
			a.Do[s].Op, a.Do[s].Move = Update, true
		}
	}
	return p.base != nil && a.Folder != p.base.Folder
}

// change has a side, which has the value is, take over the value want.
func (e *Edit) change(k item.Key, is, want *item.Digest) {
	if same(is, want) {
		return
	}
	e.Op = Update
	if want == nil {
		e.Remove = append(e.Remove, k)
	} else {
		e.Set = append(e.Set, k)
	}
}

// same compares two digests, of which nil is that of a property that is absent.
func same(a, b *item.Digest) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// walk calls f once for every key of the three, in ascending order, with a nil
// where a list does not have the key.
func walk(a, b, c Digests, f func(k item.Key, a, b, c *item.Digest)) {
	lists := [3]Digests{a, b, c}
	for {
		var first *item.Key
		for _, l := range lists {
			if len(l) > 0 && (first == nil || cmp.Less(l[0].Key, *first)) {
				first = &l[0].Key
			}
		}
		if first == nil {
			return
		}
		k, at := *first, [3]*item.Digest{}
		for i, l := range lists {
			if len(l) > 0 && l[0].Key == k {
				at[i], lists[i] = &l[0].Digest, l[1:]
			}
		}
		f(k, at[0], at[1], at[2])
	}
}
