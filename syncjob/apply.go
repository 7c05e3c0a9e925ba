package syncjob

import (
	"errors"
	"fmt"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
)

// outcome is an action that was carried out, in the transactions at least.
type outcome struct {
	action merge.Action
	pair   uint64
	nid    [2]uint32 // the item of both sides, those that were created too
}

func newOutcome(a merge.Action) outcome {
	return outcome{action: a, pair: uint64(a.Pair), nid: [2]uint32{nidOf(a.Ref[common]), nidOf(a.Ref[local])}}
}

// edits reports whether the action changes anything on the side.
func (o *outcome) edits(s merge.Side) bool { return o.action.Do[s].Op != merge.Nothing }

// carryOut does what the plan says, and records what was done.
func (j *job) carryOut(plan merge.Plan) error {
	if err := j.checkRoom(plan); err != nil {
		return err
	}
	if err := j.createFolders(&plan); err != nil {
		return err
	}
	for _, a := range plan.Actions {
		if err := j.ctx.Err(); err != nil {
			return err
		}
		if err := j.apply(a); err != nil {
			return err
		}
	}
	done, err := j.commit()
	if err != nil && done == ([2]bool{}) {
		return err
	}
	wrong := j.verify(done)
	recordErr := j.record(plan, done, err == nil && wrong == nil)
	return errors.Join(err, wrong, recordErr)
}

// apply carries out one action in the transactions. An item that can not take
// it is left for the next job.
func (j *job) apply(a merge.Action) error {
	o := newOutcome(a)
	for s := common; s <= local; s++ {
		if !o.edits(s) {
			continue
		}
		if _, err := j.begin(s); err != nil {
			return err
		}
		var err error
		switch a.Do[s].Op {
		case merge.Create:
			err = j.create(&o, s)
		case merge.Update:
			err = j.update(&o, s)
		case merge.Delete:
			err = j.delete(&o, s)
		}
		if err != nil && !ofItem(err) {
			return j.fail(fmt.Sprintf("%s item in", a.Do[s].Op), s, err)
		}
		if err != nil {
			j.leave(o, s, err)
			return nil
		}
	}
	j.done = append(j.done, o)
	return j.spillHistory()
}

// ofItem reports whether an error is about the item at hand, and others can go
// on. A transaction that can not go on after it says so when it commits.
func ofItem(err error) bool {
	if outOfReach(err) {
		return false
	}
	for _, e := range []error{pst.ErrInvalid, pst.ErrTooLarge, pst.ErrNotFound, pst.ErrCorrupt, pst.ErrCodePage, mapi.ErrTooDeep, item.ErrTooLarge} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// leave holds an action that could not be carried out in the store of a side.
func (j *job) leave(o outcome, s merge.Side, err error) {
	h := merge.Hold{Pair: o.action.Pair, Folder: o.action.Folder, Ref: o.action.Ref}
	j.skip = append(j.skip, h)
	d := j.describe(h)
	d.Reason, d.Alone = fmt.Sprintf("for %s: %v", j.side[s].path, err), true
	if errors.Is(err, pst.ErrFolderFull) {
		d.Reason += ": spread the items over more folders, or put a Unicode store in its place"
	}
	j.res.hold(d)
}

// create makes a copy of the other side's item.
func (j *job) create(o *outcome, s merge.Side) error {
	tx := j.side[s].tx
	content, err := j.copyOf(o, s, mapi.Into(tx))
	if err != nil {
		return err
	}
	nid, err := tx.Create(j.folder(o.action.Folder).nid[s], content)
	o.nid[s] = uint32(nid)
	return err
}

// update gives an item what the other side's item has.
func (j *job) update(o *outcome, s merge.Side) error {
	e := o.action.Do[s]
	if len(e.Set)+len(e.Remove) > 0 {
		if err := j.change(o, s); err != nil {
			return err
		}
	}
	if !e.Move {
		return nil
	}
	return j.side[s].tx.Move(pst.NID(o.nid[s]), j.folder(o.action.Folder).nid[s])
}

func (j *job) change(o *outcome, s merge.Side) error {
	tx := j.side[s].tx
	edit, own, err := j.editOf(o, s, mapi.Into(tx))
	if err != nil {
		return err
	}
	before, err := j.replaced(o, s, own)
	if err != nil {
		return err
	}
	if err := tx.Update(pst.NID(o.nid[s]), edit); err != nil {
		return err
	}
	j.took(before...)
	return nil
}

// delete moves an item to Deleted Items.
func (j *job) delete(o *outcome, s merge.Side) error {
	st := j.side[s]
	it, err := st.item(o.nid[s])
	if err != nil {
		return err
	}
	if err := st.tx.MoveToDeletedItems(pst.NID(o.nid[s])); err != nil {
		return err
	}
	j.took(j.deleted(o, s, it))
	return nil
}
