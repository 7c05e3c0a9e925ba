package syncjob

import (
	"cmp"
	"errors"
	"fmt"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
)

// createFolders makes the folders that one side lacks. One that the format can not
// have is held, and what the plan wants in it.
func (j *job) createFolders(plan *merge.Plan) error {
	for _, f := range j.folders {
		if !f.create {
			continue
		}
		for s, nid := range f.nid {
			if nid != 0 {
				continue
			}
			err := j.createFolder(f, merge.Side(s))
			if refused(err) {
				j.holdFolder(plan, f, merge.Side(s), err)
				break
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// refused reports whether a folder can not be in a store, by its name say.
func refused(err error) bool {
	return errors.Is(err, pst.ErrCodePage) || errors.Is(err, pst.ErrInvalid) || errors.Is(err, pst.ErrTooLarge)
}

// holdFolder leaves a folder and its items alone after all.
func (j *job) holdFolder(plan *merge.Plan, f *folderPair, s merge.Side, err error) {
	f.hold, f.holdAt = err.Error(), s
	j.res.hold(Hold{Store: sideNames[s], Folder: f.Path[s], Reason: f.hold})
	kept := plan.Actions[:0]
	for _, a := range plan.Actions {
		if a.Folder != f.id() {
			kept = append(kept, a)
			continue
		}
		plan.Holds = append(plan.Holds, merge.Hold{Pair: a.Pair, Folder: a.Folder, Ref: a.Ref, Reason: merge.FolderHeld})
		j.res.hold(j.describe(plan.Holds[len(plan.Holds)-1]))
	}
	plan.Actions = kept
}

// newFolder is what a missing folder is to be like.
func (j *job) newFolder(f *folderPair, s merge.Side) (path, class string, err error) {
	there, err := j.side[s.Other()].pst.Folder(f.nid[s.Other()])
	if err != nil {
		return "", "", j.fail("read folder of", s.Other(), err)
	}
	path = f.want[s]
	if f.class != "" {
		path = pst.EscapeName(there.Name)
	}
	return path, cmp.Or(there.Class, f.class), nil
}

func (j *job) createFolder(f *folderPair, s merge.Side) error {
	path, class, err := j.newFolder(f, s)
	if err != nil {
		return err
	}
	tx, err := j.begin(s)
	if err != nil {
		return err
	}
	nid, err := makePath(tx, path, class)
	if err != nil {
		return j.notCreated(path, s, err)
	}
	f.nid[s], f.NID[s], f.Path[s] = nid, uint32(nid), path
	return nil
}

func (j *job) notCreated(path string, s merge.Side, err error) error {
	return j.fail(fmt.Sprintf("create folder %q in", path), s, err)
}

// makePath creates the folder with this path, and those above it that are
// missing.
func makePath(tx *pst.Tx, path, class string) (pst.NID, error) {
	at, err := tx.IPMSubtree()
	if err != nil {
		return 0, err
	}
	names := pst.SplitPath(path)
	for i, name := range names {
		nid, err := tx.FolderByPath(pst.JoinPath(names[:i+1]...))
		if errors.Is(err, pst.ErrNotFound) {
			nid, err = tx.CreateFolder(at, name, class)
		}
		if err != nil {
			return 0, err
		}
		at = nid
	}
	return at, nil
}
