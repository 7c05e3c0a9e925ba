package syncjob

import (
	"errors"
	"fmt"
	"strings"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// folderPair is two folders that are kept in step.
type folderPair struct {
	state.Folder
	want   [2]string  // paths that the options name; empty for a default folder
	class  string     // container class for one that is missing; empty: that of the other
	nid    [2]pst.NID // 0: missing
	create bool       // the missing one is to be created
	hold   string     // why everything in it is left alone; empty: it is not
	holdAt merge.Side
}

func (f *folderPair) id() merge.FolderID { return merge.FolderID(f.ID) }

// defaults are the folders that every pair of stores keeps in step, with the
// name that they have where nothing else tells them.
var defaults = []struct{ class, name string }{
	{pst.ClassContact, "Contacts"},
	{pst.ClassAppointment, "Calendar"},
}

// pairFolders finds the folders that are to be kept in step, and what the state
// knows of them.
func (j *job) pairFolders(tx *state.Tx) error {
	recorded, err := allFolders(tx)
	if err != nil {
		return err
	}
	known := map[string]state.Folder{}
	for _, f := range recorded {
		known[f.Key] = f
	}
	asked := map[string]bool{}
	for _, f := range j.askedFolders() {
		asked[f.Key] = true
		if was, ok := known[f.Key]; ok {
			f.Folder = was
		}
		if err := j.findFolders(f); err != nil {
			return err
		}
		if f.nid == [2]pst.NID{} && f.hold == "" {
			continue // neither store has this default folder
		}
		if err := j.recordFolder(tx, f); err != nil {
			return err
		}
		j.folders = append(j.folders, f)
	}
	for _, f := range recorded {
		if asked[f.Key] {
			continue
		}
		// Not mapped any more. Nobody looks at its items from now on, so nothing that
		// is recorded of them stays true.
		if err := tx.DeleteFolder(f.ID); err != nil {
			return err
		}
	}
	return j.indexFolders()
}

// askedFolders lists the pairs that the options ask for.
func (j *job) askedFolders() []*folderPair {
	var all []*folderPair
	if len(j.opt.Maps) == 0 {
		for _, d := range defaults {
			f := &folderPair{class: d.class}
			f.Key, f.Path = d.class, [2]string{d.name, d.name}
			all = append(all, f)
		}
	}
	for _, m := range j.opt.Maps {
		f := &folderPair{want: [2]string{m.Common, m.Local}}
		f.Key, f.Path = m.Common+"\x00"+m.Local, f.want
		all = append(all, f)
	}
	return all
}

// findFolders finds both folders of a pair and decides what becomes of one that
// is missing.
func (j *job) findFolders(f *folderPair) error {
	for s := range f.nid {
		nid, err := j.findFolder(f, merge.Side(s))
		if err != nil && !errors.Is(err, pst.ErrNotFound) {
			return j.fail(fmt.Sprintf("find folder %q in", f.Path[s]), merge.Side(s), err)
		}
		f.nid[s] = nid
	}
	for s, nid := range f.nid {
		if nid == 0 {
			j.missing(f, merge.Side(s))
			continue
		}
		path, err := j.side[s].pst.FolderPath(nid)
		if err != nil {
			return j.fail("find folders in", merge.Side(s), err)
		}
		f.Path[s] = path
	}
	return nil
}

// missing decides what becomes of a pair of which one side has no folder.
func (j *job) missing(f *folderPair, s merge.Side) {
	switch {
	case f.Synced:
		f.hold, f.holdAt = "the folder is gone: restore it, or do not map it any more", s
	case f.nid[s.Other()] != 0:
		f.create = true
	case f.class == "":
		f.hold, f.holdAt = "neither store has the folder: check the mapping", s
	}
}

// findFolder finds the folder of one side; ErrNotFound.
func (j *job) findFolder(f *folderPair, s merge.Side) (pst.NID, error) {
	file := j.side[s].pst
	was := pst.NID(f.NID[s])
	if f.class == "" {
		// A path is what a person said. A folder that has it is meant, even if it is
		// another one than before; one that was renamed is followed.
		nid, err := file.FolderByPath(f.want[s])
		if errors.Is(err, pst.ErrNotFound) && j.alive(s, was) {
			return was, nil
		}
		return nid, err
	}
	if was != 0 {
		// Another folder of the class is not what was kept in step.
		if j.alive(s, was) {
			return was, nil
		}
		return 0, pst.ErrNotFound
	}
	nid, err := file.Default(f.class)
	if errors.Is(err, pst.ErrNotFound) {
		nid, err = file.FolderByPath(f.Path[s])
	}
	return nid, err
}

// alive reports whether a folder is there, and not in Deleted Items.
func (j *job) alive(s merge.Side, nid pst.NID) bool {
	if nid == 0 {
		return false
	}
	file := j.side[s].pst
	path, err := file.FolderPath(nid)
	if err != nil {
		return false
	}
	deleted, err := file.DeletedItems()
	if err != nil {
		return true
	}
	below, err := file.FolderPath(deleted)
	return err != nil || path != below && !strings.HasPrefix(path, below+"/")
}

// recordFolder gives the pair its id. A pair of which a folder is another than
// before starts over.
func (j *job) recordFolder(tx *state.Tx, f *folderPair) error {
	for s, nid := range f.nid {
		if f.hold == "" && f.NID[s] != uint32(nid) {
			if f.Synced {
				j.log.Warn("folder was replaced, brought together anew", "store", sideNames[s], "folder", f.Path[s])
				if err := tx.DropItemsOf(f.ID); err != nil {
					return err
				}
			}
			f.Synced, f.NID[s] = false, uint32(nid)
		}
	}
	if f.Synced && j.opt.Private && !j.side[local].last.Private {
		f.Relist = true // private items were passed over until now
	}
	id, err := tx.PutFolder(f.Folder)
	f.ID = id
	return err
}

// indexFolders makes the folders known by NID. One folder in two pairs is a
// mistake of the options.
func (j *job) indexFolders() error {
	for s, st := range j.side {
		st.folders = map[pst.NID]merge.FolderID{}
		for _, f := range j.folders {
			if f.nid[s] == 0 {
				continue
			}
			if _, twice := st.folders[f.nid[s]]; twice {
				return fmt.Errorf("folder %q of %s is in two pairs: %w", f.Path[s], sideNames[s], ErrOptions)
			}
			st.folders[f.nid[s]] = f.id()
		}
	}
	return nil
}

func (j *job) folder(id merge.FolderID) *folderPair {
	for _, f := range j.folders {
		if f.id() == id {
			return f
		}
	}
	return nil
}
