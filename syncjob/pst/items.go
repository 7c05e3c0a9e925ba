package pst

import (
	"fmt"
	"iter"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Items are the rows of a folder's contents table.
func (r *reader) Items(folder NID) iter.Seq2[Row, error] {
	return r.rows(folder, disk.NIDTypeContentsTable)
}

// AssociatedItems are the rows of the table of a folder's associated items.
func (r *reader) AssociatedItems(folder NID) iter.Seq2[Row, error] {
	return r.rows(folder, disk.NIDTypeAssocContentsTable)
}

func (r *reader) rows(folder NID, table disk.NIDType) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		tc, err := r.openTC(folder.WithType(table))
		if err != nil {
			yield(Row{}, err)
			return
		}
		for row, err := range tc.All() {
			if err != nil {
				yield(Row{}, fmt.Errorf("items of folder %s: %w", folder, err))
				return
			}
			if !yield(Row{NID: NID(row.ID), RowVersion: row.Version()}, nil) {
				return
			}
		}
	}
}

// HasRow reports whether a folder's table lists the item.
func (r *reader) HasRow(folder, item NID) (bool, error) {
	tc, err := r.openTC(tableOf(folder, item))
	if err != nil {
		return false, err
	}
	_, ok, err := tc.Row(uint32(item))
	if err != nil {
		return false, fmt.Errorf("row %s of folder %s: %w", item, folder, err)
	}
	return ok, nil
}

// tableOf is the table of a folder that lists an item or a subfolder.
func tableOf(folder, child NID) NID {
	switch child.Type() {
	case disk.NIDTypeAssocMessage:
		return folder.WithType(disk.NIDTypeAssocContentsTable)
	case disk.NIDTypeNormalFolder, disk.NIDTypeSearchFolder:
		return folder.WithType(disk.NIDTypeHierarchyTable)
	default:
		return folder.WithType(disk.NIDTypeContentsTable)
	}
}
