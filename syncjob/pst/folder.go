package pst

import (
	"fmt"
	"iter"
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// Property ids of folders and of the message store.
const (
	idDisplayName    = 0x3001
	idContentCount   = 0x3602
	idUnreadCount    = 0x3603
	idSubfolders     = 0x360A
	idContainerClass = 0x3613
	idIPMSubtree     = 0x35E0
	idWastebasket    = 0x35E3
)

// maxFolderDepth bounds the way from a folder to the root and down again.
const maxFolderDepth = 256

// IPMSubtree is the folder that holds the folders people see. Paths start below
// it.
func (r *reader) IPMSubtree() (NID, error) {
	nid, err := r.storeEntry(idIPMSubtree)
	if err != nil {
		return 0, fmt.Errorf("ipm subtree: %w", err)
	}
	return nid, nil
}

// DeletedItems is the folder that [Tx.MoveToDeletedItems] moves to.
func (r *reader) DeletedItems() (NID, error) {
	nid, err := r.storeEntry(idWastebasket)
	if err != nil {
		return 0, fmt.Errorf("deleted items folder: %w", err)
	}
	return nid, nil
}

func (r *reader) storeEntry(id uint16) (NID, error) {
	pc, err := r.openPC(disk.NIDMessageStore)
	if err != nil {
		return 0, err
	}
	nid, err := r.entryOf(pc, id)
	if err != nil {
		return 0, err
	}
	if nid.Type() != disk.NIDTypeNormalFolder {
		return 0, fmt.Errorf("node %s is not a folder: %w", nid, ErrCorrupt)
	}
	return nid, nil
}

// Folder reads one folder; ErrNotFound.
func (r *reader) Folder(nid NID) (Folder, error) {
	f, err := r.readFolder(nid)
	if err != nil {
		return Folder{}, fmt.Errorf("folder %s: %w", nid, err)
	}
	return f, nil
}

func (r *reader) readFolder(nid NID) (Folder, error) {
	if nid.Type() != disk.NIDTypeNormalFolder {
		return Folder{}, ErrNotFound
	}
	if r.settle != nil {
		if err := r.settle(); err != nil {
			return Folder{}, err
		}
	}
	n, err := r.view.Node(nid)
	if err != nil {
		return Folder{}, err
	}
	f := Folder{NID: nid, Parent: n.Parent}
	pc, err := ltp.OpenPC(r.view, n)
	if err != nil {
		return f, err
	}
	if err := r.folderProps(pc, &f); err != nil {
		return f, err
	}
	tc, err := r.openTC(nid.WithType(disk.NIDTypeAssocContentsTable))
	if err != nil {
		return f, err
	}
	f.Associated, err = tc.Rows()
	return f, err
}

func (r *reader) folderProps(pc *ltp.PC, f *Folder) (err error) {
	if f.Name, err = r.textOf(pc, idDisplayName); err != nil {
		return err
	}
	if f.Class, err = r.textOf(pc, idContainerClass); err != nil {
		return err
	}
	items, err := intOf(pc, idContentCount)
	if err != nil {
		return err
	}
	unread, err := intOf(pc, idUnreadCount)
	if err != nil {
		return err
	}
	_, sub, _, err := pc.Get(idSubfolders)
	f.Items, f.Unread, f.HasSubfolders = int(items), int(unread), len(sub) > 0 && sub[0] != 0
	return err
}

// FolderProps are all properties of a folder as they are stored.
func (r *reader) FolderProps(nid NID) ([]Property, error) {
	if r.settle != nil {
		if err := r.settle(); err != nil {
			return nil, err
		}
	}
	pc, err := r.openPC(nid)
	if err != nil {
		return nil, err
	}
	props, err := readProps(pc, nil, new(held))
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", nid, err)
	}
	return props, nil
}

// Folders are the folders directly below parent, without search folders.
func (r *reader) Folders(parent NID) iter.Seq2[Folder, error] {
	return func(yield func(Folder, error) bool) {
		for id, err := range r.subfolders(parent) {
			var f Folder
			if err == nil {
				f, err = r.Folder(id)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// subfolders are the ids of the hierarchy table that name normal folders.
func (r *reader) subfolders(parent NID) iter.Seq2[NID, error] {
	return func(yield func(NID, error) bool) {
		tc, err := r.openTC(parent.WithType(disk.NIDTypeHierarchyTable))
		if err != nil {
			yield(0, err)
			return
		}
		for id, err := range tc.IDs() {
			if err != nil {
				yield(0, fmt.Errorf("hierarchy table of folder %s: %w", parent, err))
				return
			}
			if NID(id).Type() == disk.NIDTypeNormalFolder && !yield(NID(id), nil) {
				return
			}
		}
	}
}

// PathFolder is a folder and its path below the folder that a walk began at.
type PathFolder struct {
	Path string
	Folder
}

// Walk visits every folder below root, a folder before those in it. The walk
// ends with the first error.
func (r *reader) Walk(root NID) iter.Seq2[PathFolder, error] {
	return func(yield func(PathFolder, error) bool) {
		r.walk(root, "", maxFolderDepth, yield)
	}
}

func (r *reader) walk(nid NID, path string, depth int, yield func(PathFolder, error) bool) bool {
	if depth == 0 {
		yield(PathFolder{}, fmt.Errorf("folder %s is nested too deep: %w", nid, ErrCorrupt))
		return false
	}
	for f, err := range r.Folders(nid) {
		if err == nil && f.Parent != nid {
			err = fmt.Errorf("folder %s is listed in folder %s and belongs to %s: %w", f.NID, nid, f.Parent, ErrCorrupt)
		}
		if err != nil {
			yield(PathFolder{}, err)
			return false
		}
		p := EscapeName(f.Name)
		if path != "" {
			p = path + "/" + p
		}
		if !yield(PathFolder{p, f}, nil) {
			return false
		}
		if !r.walk(f.NID, p, depth-1, yield) {
			return false
		}
	}
	return true
}

// FolderByPath finds a folder by its path below the IPM subtree, which itself
// is the empty path. A name that differs only in case is taken where no folder
// has the very name. ErrNotFound.
func (r *reader) FolderByPath(path string) (NID, error) {
	nid, err := r.IPMSubtree()
	if err != nil {
		return 0, err
	}
	for _, name := range SplitPath(path) {
		if nid, err = r.child(nid, name); err != nil {
			return 0, fmt.Errorf("folder %q: %w", path, err)
		}
	}
	return nid, nil
}

func (r *reader) child(parent NID, name string) (NID, error) {
	var folded NID
	for id, err := range r.subfolders(parent) {
		if err != nil {
			return 0, err
		}
		pc, err := r.openPC(id)
		if err != nil {
			return 0, err
		}
		got, err := r.textOf(pc, idDisplayName)
		if err != nil {
			return 0, fmt.Errorf("name of folder %s: %w", id, err)
		}
		if got == name {
			return id, nil
		}
		if folded == 0 && strings.EqualFold(got, name) {
			folded = id
		}
	}
	if folded == 0 {
		return 0, fmt.Errorf("no folder %q here: %w", name, ErrNotFound)
	}
	return folded, nil
}

// FolderPath is the path of a folder below the IPM subtree. ErrNotFound is for
// one that is elsewhere.
func (r *reader) FolderPath(nid NID) (string, error) {
	top, err := r.IPMSubtree()
	if err != nil {
		return "", err
	}
	path := ""
	for at, depth := nid, 0; at != top; depth++ {
		if depth == maxFolderDepth {
			return "", fmt.Errorf("folder %s: its parents form a cycle: %w", nid, ErrCorrupt)
		}
		n, err := r.view.Node(at)
		if err != nil {
			return "", fmt.Errorf("folder %s: %w", nid, err)
		}
		if n.Parent == at || n.Parent == 0 {
			return "", fmt.Errorf("folder %s is not below the ipm subtree: %w", nid, ErrNotFound)
		}
		pc, err := ltp.OpenPC(r.view, n)
		if err != nil {
			return "", fmt.Errorf("folder %s: %w", at, err)
		}
		name, err := r.textOf(pc, idDisplayName)
		if err != nil {
			return "", fmt.Errorf("folder %s: %w", at, err)
		}
		if path = EscapeName(name) + "/" + path; at == nid {
			path = EscapeName(name)
		}
		at = n.Parent
	}
	return path, nil
}
