package merge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// brake takes back the deletions of a folder and side of which there are too
// many at once, unless a person approved exactly these. A store that opens empty
// must never empty the other one.
func (r *reconciler) brake() {
	type place struct {
		folder FolderID
		side   Side
	}
	deletions := map[place][]int{}
	for i, a := range r.plan.Actions {
		for s := Left; s <= Right; s++ {
			if a.Do[s].Op == Delete {
				at := place{a.Folder, s}
				deletions[at] = append(deletions[at], i)
			}
		}
	}
	var halted []int
	for at, actions := range deletions {
		of := max(r.Folders[at.folder].Count, len(actions))
		if len(actions) <= r.Policy.BrakeItems || len(actions)*100 <= r.Policy.BrakePercent*of {
			continue
		}
		h := Halt{Folder: at.folder, Side: at.side, Deletions: len(actions), Of: of}
		h.Token = r.token(h, actions)
		if r.Approved != nil && r.Approved(h.Token) {
			continue
		}
		r.plan.Halts = append(r.plan.Halts, h)
		halted = append(halted, actions...)
	}
	r.hold(halted)
}

// token names a set of deletions: with one more or one less it is another.
func (r *reconciler) token(h Halt, actions []int) string {
	var names []string
	for _, i := range actions {
		a := r.plan.Actions[i]
		names = append(names, fmt.Sprintf("%d %s", a.Pair, a.Ref[h.Side]))
	}
	slices.Sort(names)
	sum := sha256.New()
	fmt.Fprintln(sum, h.Folder, h.Side)
	for _, n := range names {
		fmt.Fprintln(sum, n)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// hold turns actions into holds.
func (r *reconciler) hold(actions []int) {
	if len(actions) == 0 {
		return
	}
	refs := make(map[PairID][2]string, len(r.Base))
	for _, b := range r.Base {
		refs[b.Pair] = b.Ref
	}
	slices.Sort(actions)
	var kept []Action
	for i, a := range r.plan.Actions {
		if _, halted := slices.BinarySearch(actions, i); halted {
			r.plan.Holds = append(r.plan.Holds, Hold{Pair: a.Pair, Folder: a.Folder, Ref: refs[a.Pair], Reason: Halted})
		} else {
			kept = append(kept, a)
		}
	}
	r.plan.Actions = kept
}
