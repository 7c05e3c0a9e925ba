package pst

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// folderEdit is what a transaction does in a folder: tables that are open for
// changes, and counts that have to follow. Tables are opened once and written
// once, however many rows change.
type folderEdit struct {
	node   ndb.Node
	tables map[disk.NIDType]*ltp.TCEditor
	counts bool // items came or went, or were read
	unread int  // by how much the number of unread items changed
}

// folder begins or goes on with the changes in a folder.
func (tx *Tx) folder(nid NID) (*folderEdit, error) {
	if f, ok := tx.folders[nid]; ok {
		return f, nil
	}
	n, err := tx.folderNode(nid)
	if err != nil {
		return nil, err
	}
	f := &folderEdit{node: n, tables: make(map[disk.NIDType]*ltp.TCEditor)}
	tx.folders[nid] = f
	return f, nil
}

// table opens a table of a folder for changes.
func (tx *Tx) table(folder NID, t disk.NIDType) (*ltp.TCEditor, error) {
	f, err := tx.folder(folder)
	if err != nil {
		return nil, err
	}
	if e, ok := f.tables[t]; ok {
		return e, nil
	}
	n, err := tx.tx.Node(folder.WithType(t))
	if errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("folder %s has no table %s: %w", folder, folder.WithType(t), ErrCorrupt)
	}
	if err != nil {
		return nil, err
	}
	e, err := ltp.EditTC(tx.tx, n)
	if err != nil {
		return nil, err
	}
	f.tables[t] = e
	return e, nil
}

// flushFolders brings counts up to date and writes the tables that are open.
func (tx *Tx) flushFolders() error {
	if tx.err != nil {
		return tx.err
	}
	for _, nid := range slices.Sorted(maps.Keys(tx.folders)) {
		if f := tx.folders[nid]; f.counts {
			if err := tx.writeCounts(f); err != nil {
				return tx.fail(fmt.Errorf("counts of folder %s: %w", nid, err))
			}
		}
	}
	for _, nid := range slices.Sorted(maps.Keys(tx.folders)) {
		f := tx.folders[nid]
		for _, t := range slices.Sorted(maps.Keys(f.tables)) {
			n, err := f.tables[t].Flush()
			if err == nil {
				err = tx.tx.PutNode(n)
			}
			if err != nil {
				return tx.fail(fmt.Errorf("folder %s: %w", nid, err))
			}
		}
	}
	clear(tx.folders)
	return nil
}

// writeCounts sets the counts in a folder's properties and in the row that its
// parent has of it. [MS-PST] 2.4.4.3.
func (tx *Tx) writeCounts(f *folderEdit) error {
	contents, err := tx.table(f.node.NID, disk.NIDTypeContentsTable)
	if err != nil {
		return err
	}
	items, err := contents.Rows()
	if err != nil {
		return err
	}
	o, err := tx.openObject(f.node)
	if err != nil {
		return err
	}
	o.setInt(idContentCount, int32(items))
	o.setInt(idUnreadCount, max(0, min(int32(items), o.int(idUnreadCount)+int32(f.unread))))
	f.counts, f.unread = false, 0
	return tx.putFolder(f, o, idContentCount, idUnreadCount)
}

// putFolder writes a folder's properties, and those of them with the given ids
// to the row that the parent has of it.
func (tx *Tx) putFolder(f *folderEdit, o *object, ids ...uint16) error {
	if err := o.build(); err != nil {
		return err
	}
	if err := tx.tx.PutNode(o.node); err != nil {
		return err
	}
	f.node = o.node
	if f.node.Parent == f.node.NID || f.node.Parent == 0 {
		return nil // the root folder is in no table
	}
	rows, err := tx.table(f.node.Parent, disk.NIDTypeHierarchyTable)
	if err != nil {
		return err
	}
	var cells []ltp.Cell
	for _, col := range rows.Columns() {
		if !slices.Contains(ids, col.Tag.ID()) {
			continue
		}
		c, ok, err := o.cell(col.Tag)
		if err != nil {
			return err
		}
		if ok {
			cells = append(cells, c)
		}
	}
	err = rows.Update(uint32(f.node.NID), cells)
	if errors.Is(err, ErrNotFound) {
		return tx.addFolderRow(rows, o)
	}
	return err
}

// addFolderRow lists a folder in the hierarchy table of its parent.
func (tx *Tx) addFolderRow(rows *ltp.TCEditor, o *object, extra ...ltp.Cell) error {
	cells, err := o.cells(rows)
	if err != nil {
		return err
	}
	for _, c := range extra {
		if rows.HasColumn(c.Tag) {
			cells = append(cells, c)
		}
	}
	return rows.Set(uint32(o.node.NID), cells)
}

// maxFolderName is the limit of a folder's name in UTF-16 units.
const maxFolderName = 255

// CreateFolder makes a folder without items. class is its container class, such
// as IPF.Contact, and may be empty. ErrExists when the parent has a folder of
// that name, whatever the case; ErrCodePage for what an ANSI store cannot say, and
// ErrFolderFull for what it cannot number.
func (tx *Tx) CreateFolder(parent NID, name, class string) (NID, error) {
	nid, err := tx.createFolder(parent, name, class)
	if err != nil {
		return 0, fmt.Errorf("create folder %q: %w", name, err)
	}
	return nid, nil
}

func (tx *Tx) createFolder(parent NID, name, class string) (NID, error) {
	if tx.err != nil {
		return 0, tx.err
	}
	if err := tx.checkFolderName(parent, name); err != nil {
		return 0, err
	}
	for _, s := range []string{name, class} {
		if _, err := tx.EncodeText(s); err != nil {
			return 0, err
		}
	}
	if err := tx.checkRows(parent, disk.NIDTypeHierarchyTable); err != nil {
		return 0, err
	}
	nid := disk.MakeNID(disk.NIDTypeNormalFolder, tx.tx.NewFolderIndex())
	o, err := tx.putNewFolder(ndb.Node{NID: nid, Parent: parent}, name, class)
	if err != nil {
		return 0, tx.fail(err)
	}
	if err := tx.listFolder(parent, o); err != nil {
		return 0, tx.fail(err)
	}
	return nid, tx.fail(tx.announce(parent, nid, sudFldAdd))
}

func (tx *Tx) checkFolderName(parent NID, name string) error {
	if name == "" || len(EncodeUTF16(name)) > 2*maxFolderName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return fmt.Errorf("a name has 1 to %d characters and no control characters: %w", maxFolderName, ErrInvalid)
	}
	if _, err := tx.folderNode(parent); err != nil {
		return err
	}
	_, err := tx.child(parent, name)
	if err == nil {
		return ErrExists
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// putNewFolder makes the node of a folder and those of its three tables, which
// share the blocks of the template tables until they get a row.
func (tx *Tx) putNewFolder(n ndb.Node, name, class string) (*object, error) {
	o, err := tx.editObject(n, nil)
	if err != nil {
		return nil, err
	}
	if err := o.setText(PidTagDisplayName.ID(), name); err != nil {
		return nil, err
	}
	o.setInt(idContentCount, 0)
	o.setInt(idUnreadCount, 0)
	o.setBool(idSubfolders, false)
	if class != "" {
		if err := o.setText(PidTagContainerClass.ID(), class); err != nil {
			return nil, err
		}
	}
	if err := o.build(); err != nil {
		return nil, err
	}
	if err := tx.tx.PutNode(o.node); err != nil {
		return nil, err
	}
	return o, tx.putFolderTables(n.NID)
}

// folderTemplates are the tables that those of a new folder begin as.
var folderTemplates = map[disk.NIDType]NID{
	disk.NIDTypeHierarchyTable:     disk.NIDHierarchyTableTemplate,
	disk.NIDTypeContentsTable:      disk.NIDContentsTableTemplate,
	disk.NIDTypeAssocContentsTable: disk.NIDAssocContentsTableTemplate,
}

func (tx *Tx) putFolderTables(folder NID) error {
	for _, t := range slices.Sorted(maps.Keys(folderTemplates)) {
		template, err := tx.tx.Node(folderTemplates[t])
		if err != nil {
			return fmt.Errorf("template table: %w", err)
		}
		n := ndb.Node{NID: folder.WithType(t), Data: template.Data, Sub: template.Sub}
		if err := tx.tx.PutNode(n); err != nil {
			return err
		}
	}
	return nil
}

// listFolder adds a new folder to its parent's hierarchy table and marks the
// parent as one with subfolders.
func (tx *Tx) listFolder(parent NID, o *object) error {
	rows, err := tx.table(parent, disk.NIDTypeHierarchyTable)
	if err != nil {
		return err
	}
	repl, err := tx.register(o.node.NID)
	if err != nil {
		return err
	}
	if err := tx.addFolderRow(rows, o, repl.cells()...); err != nil {
		return err
	}
	f, err := tx.folder(parent)
	if err != nil {
		return err
	}
	p, err := tx.openObject(f.node)
	if err != nil {
		return err
	}
	if b := p.vals[idSubfolders].Data; len(b) > 0 && b[0] != 0 {
		return nil
	}
	p.setBool(idSubfolders, true)
	return tx.putFolder(f, p, idSubfolders)
}

func uint32Bytes(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
