package syncjob

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/state"
)

// ref names an item of a store to merge.
func ref(nid uint32) string { return fmt.Sprintf("%08x", nid) }

// nidOf is the reverse of ref; 0 for the empty one.
func nidOf(ref string) uint32 {
	n, _ := strconv.ParseUint(ref, 16, 32)
	return uint32(n)
}

// gather finds what differs from the state and reads it: the input of merge.
func (j *job) gather(tx *state.Tx) (merge.Input, error) {
	in := merge.Input{Folders: map[merge.FolderID]merge.Folder{}, Policy: j.opt.policy()}
	pairs := map[uint64]bool{}
	for s := common; s <= local; s++ {
		found, err := j.look(tx, s)
		if err != nil {
			return in, err
		}
		if in.Views[s], err = j.read(s, found); err != nil {
			return in, err
		}
		for nid := range found {
			if pair, ok, err := tx.PairOf(state.Side(s), nid); err != nil {
				return in, err
			} else if ok {
				pairs[pair] = true
			}
		}
	}
	for _, pair := range slices.Sorted(maps.Keys(pairs)) {
		it, ok, err := tx.Item(pair)
		if err != nil {
			return in, err
		}
		if ok {
			in.Base = append(in.Base, baseOf(it))
		}
	}
	if j.reused(in) {
		return in, errReused
	}
	for _, f := range j.folders {
		n, err := tx.Count(f.ID)
		if err != nil {
			return in, err
		}
		in.Folders[f.id()] = merge.Folder{First: !f.Synced, Held: f.hold != "", Count: n}
	}
	return in, nil
}

func baseOf(it state.Item) merge.Base {
	return merge.Base{
		Pair: merge.PairID(it.Pair), Folder: merge.FolderID(it.Folder),
		Ref:     [2]string{ref(it.Node[common].NID), ref(it.Node[local].NID)},
		Digests: it.Digests,
	}
}

// read turns candidates into views: of an item that is there it reads all, and
// keeps digests.
func (j *job) read(s merge.Side, found map[uint32]candidate) ([]merge.View, error) {
	views := make([]merge.View, 0, len(found))
	for _, nid := range slices.Sorted(maps.Keys(found)) {
		c := found[nid]
		v := merge.View{Ref: ref(nid), Folder: c.folder, State: c.state}
		if f := j.folder(c.folder); c.state == merge.Present && (f == nil || f.hold == "") {
			if err := j.ctx.Err(); err != nil {
				return nil, err
			}
			read, err := j.readView(s, nid, c.folder)
			switch {
			case outOfReach(err):
				return nil, j.fail(fmt.Sprintf("read item 0x%x of", nid), s, err)
			case err != nil:
				v.State, c.reason = merge.Unreadable, err
			default:
				v = read
			}
		}
		if v.State == merge.Unreadable {
			j.reasons[s][nid] = c.reason
		}
		j.side[s].nodes[nid] = c.node
		views = append(views, v)
	}
	return views, nil
}

func (j *job) readView(s merge.Side, nid uint32, folder merge.FolderID) (merge.View, error) {
	it, err := j.side[s].item(nid)
	if err != nil {
		return merge.View{}, err
	}
	if s == local && !j.opt.Private && mapi.PrivateItem(it) {
		j.private[nid] = true
	}
	st := j.side[s]
	st.values.recall(it)
	v, err := merge.NewView(ref(nid), folder, it, j.opt.policy())
	if err == nil {
		st.values.learn(nid, it)
	}
	return v, err
}

// reused finds stores in which a recorded node is another item now: neither its
// search key nor its time of creation is what it was. Stores do not use an id twice,
// so a store that does is one that was set back, with a new history since. What it
// lacks was not deleted, and what it has in that place is no change.
func (j *job) reused(in merge.Input) bool {
	found := false
	for s, st := range j.side {
		bases := map[string]merge.Digests{}
		for _, b := range in.Base {
			bases[b.Ref[s]] = b.Digests
		}
		for _, v := range in.Views[s] {
			b, known := bases[v.Ref]
			if known && !st.reused && v.State == merge.Present && differ(b, v.Digests, item.KeySearchKey) && differ(b, v.Digests, item.KeyCreated) {
				st.reused, found = true, true
			}
		}
	}
	return found
}

// differ reports whether both have the property, and not the same.
func differ(a, b merge.Digests, k item.Key) bool {
	x, ok := a.Get(k)
	y, too := b.Get(k)
	return ok && too && x != y
}
