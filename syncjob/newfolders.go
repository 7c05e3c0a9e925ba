package syncjob

import (
	"errors"
	"fmt"

	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/pst"
)

// createFolders makes the folders that one side lacks.
func (j *job) createFolders() error {
	for _, f := range j.folders {
		if !f.create {
			continue
		}
		for s, nid := range f.nid {
			if nid != 0 {
				continue
			}
			if err := j.createFolder(f, merge.Side(s)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (j *job) createFolder(f *folderPair, s merge.Side) error {
	there, err := j.side[s.Other()].pst.Folder(f.nid[s.Other()])
	if err != nil {
		return j.fail("read folder of", s.Other(), err)
	}
	class := there.Class
	if class == "" {
		class = f.class
	}
	path := f.want[s]
	if f.class != "" {
		path = pst.EscapeName(there.Name)
	}
	tx, err := j.begin(s)
	if err != nil {
		return err
	}
	nid, err := makePath(tx, path, class)
	if err != nil {
		return j.fail(fmt.Sprintf("create folder %q in", path), s, err)
	}
	f.nid[s], f.NID[s], f.Path[s] = nid, uint32(nid), path
	return nil
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
