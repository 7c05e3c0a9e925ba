package merge

import (
	"cmp"
	"slices"
	"strings"
)

// Folder is what is known about a pair of folders.
type Folder struct {
	// First says that the folders have no common past: Input holds every item of
	// both, and pairing may rely on that.
	First bool
	// Held leaves everything in the folder alone.
	Held bool
	// Count is how many items both sides are known to share, for the brake.
	Count int
}

// Input is what there is to reconcile. All of it is only read.
type Input struct {
	Folders map[FolderID]Folder
	// Base holds at least the base of every view. An item of the base without a view
	// on a side is unchanged there; that an item is gone has to be said.
	Base []Base
	// Views of each side, by Side: what changed, what is new, what is gone, and what
	// was held by the last run. No two of one side have the same Ref.
	Views [2][]View
	// Approved reports whether a person approved the deletions with this token. Nil:
	// nothing is approved.
	Approved func(token string) bool
	Policy   Policy
}

// Reconcile decides what has to be done so that both sides hold the same items.
func Reconcile(in Input) Plan {
	r := reconciler{Input: in, held: map[FolderID]bool{}}
	r.Policy = r.Policy.withDefaults()
	loose := r.join()
	for s := Left; s <= Right; s++ {
		loose[s] = rebind(s, r.lost(s), loose[s])
	}
	r.findHeld()
	r.pairLoose(loose)
	for i := range r.pairs {
		r.settle(&r.pairs[i])
	}
	r.brake()
	r.sort()
	return r.plan
}

// reconciler carries one run of Reconcile.
type reconciler struct {
	Input
	pairs []pair
	held  map[FolderID]bool
	plan  Plan
}

// join puts bases and views together and returns the views without a base. What
// is gone without ever having been recorded is nobody's business.
func (r *reconciler) join() (loose [2][]*View) {
	r.pairs = make([]pair, len(r.Base))
	var byRef [2]map[string]*pair
	for s := range byRef {
		byRef[s] = make(map[string]*pair, len(r.Base))
		for i := range r.Base {
			r.pairs[i].base = &r.Base[i]
			byRef[s][r.Base[i].Ref[s]] = &r.pairs[i]
		}
	}
	for s, views := range r.Views {
		for i := range views {
			v := &views[i]
			if p := byRef[s][v.Ref]; p != nil {
				p.view[s] = v
			} else if v.State != Absent {
				loose[s] = append(loose[s], v)
			}
		}
	}
	return loose
}

// lost returns the pairs whose item is gone from this side only.
func (r *reconciler) lost(s Side) []*pair {
	var lost []*pair
	for i := range r.pairs {
		if r.pairs[i].has(s, Absent) && !r.pairs[i].has(s.Other(), Absent) {
			lost = append(lost, &r.pairs[i])
		}
	}
	return lost
}

// findHeld holds the folder of every item that can not be read: it may be the
// counterpart of anything else in there.
func (r *reconciler) findHeld() {
	for id, f := range r.Folders {
		if f.Held {
			r.held[id] = true
		}
	}
	for _, views := range r.Views {
		for _, v := range views {
			if v.State == Unreadable {
				r.held[v.Folder] = true
			}
		}
	}
}

// pairLoose makes pairs of the items without a base, folder by folder. An item
// without a counterpart is a pair by itself; those of held folders stay alone.
func (r *reconciler) pairLoose(loose [2][]*View) {
	byFolder := map[FolderID]*[2][]*View{}
	for s, views := range loose {
		for _, v := range views {
			if byFolder[v.Folder] == nil {
				byFolder[v.Folder] = &[2][]*View{}
			}
			byFolder[v.Folder][s] = append(byFolder[v.Folder][s], v)
		}
	}
	for id, views := range byFolder {
		rest := *views
		if !r.held[id] {
			p := pairLoose(views[Left], views[Right], r.Folders[id].First, r.Policy.Quiet)
			for _, both := range p.pairs {
				r.pairs = append(r.pairs, pair{view: both})
			}
			rest = p.loose
		}
		for s := range rest {
			for _, v := range rest[s] {
				alone := pair{}
				alone.view[s] = v
				r.pairs = append(r.pairs, alone)
			}
		}
	}
}

// settle decides about one pair, or holds it.
func (r *reconciler) settle(p *pair) {
	if p.view[Left] == nil && p.view[Right] == nil {
		return // in the base, and nobody looked at it
	}
	if p.has(Left, Unreadable) || p.has(Right, Unreadable) {
		r.holdPair(p, UnreadableItem)
		return
	}
	a, needed := p.decide(r.Policy)
	if !needed {
		return
	}
	if r.anyHeld(p, a) {
		r.holdPair(p, FolderHeld)
		return
	}
	r.plan.Actions = append(r.plan.Actions, a)
}

// holdPair has the next run look again at all that this one saw of the pair: at
// the items of the base, and at an item that took the place of one of them.
func (r *reconciler) holdPair(p *pair, reason Reason) {
	now := [2]string{p.ref(Left), p.ref(Right)}
	if p.base == nil {
		r.plan.Holds = append(r.plan.Holds, Hold{Folder: p.anyFolder(), Ref: now, Reason: reason})
		return
	}
	r.plan.Holds = append(r.plan.Holds, Hold{Pair: p.base.Pair, Folder: p.base.Folder, Ref: p.base.Ref, Reason: reason})
	for s, ref := range now {
		if ref != "" && ref != p.base.Ref[s] {
			h := Hold{Folder: p.view[s].Folder, Reason: reason}
			h.Ref[s] = ref
			r.plan.Holds = append(r.plan.Holds, h)
		}
	}
}

// anyHeld reports whether the item is, was or would be in a held folder.
func (r *reconciler) anyHeld(p *pair, a Action) bool {
	if r.held[a.Folder] || r.held[p.anyFolder()] {
		return true
	}
	for s := range p.view {
		if p.has(Side(s), Present) && r.held[p.view[s].Folder] {
			return true
		}
	}
	return false
}

func (r *reconciler) sort() {
	slices.SortFunc(r.plan.Actions, func(a, b Action) int {
		return order(a.Folder, b.Folder, a.Pair, b.Pair, a.Ref, b.Ref)
	})
	slices.SortFunc(r.plan.Holds, func(a, b Hold) int {
		return order(a.Folder, b.Folder, a.Pair, b.Pair, a.Ref, b.Ref)
	})
	slices.SortFunc(r.plan.Halts, func(a, b Halt) int {
		return cmp.Or(cmp.Compare(a.Folder, b.Folder), cmp.Compare(a.Side, b.Side))
	})
}

func order(fa, fb FolderID, pa, pb PairID, ra, rb [2]string) int {
	return cmp.Or(cmp.Compare(fa, fb), cmp.Compare(pa, pb),
		strings.Compare(ra[Left], rb[Left]), strings.Compare(ra[Right], rb[Right]))
}
