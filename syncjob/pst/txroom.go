package pst

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
)

// checkRows says that a table of a folder takes no further row, which can be in an
// ANSI store only.
func (tx *Tx) checkRows(folder NID, table disk.NIDType) error {
	if tx.Format() != ANSI {
		return nil
	}
	rows, err := tx.rows(folder, table)
	if err != nil {
		return err
	}
	if rows >= ltp.MaxANSIRows {
		return fmt.Errorf("folder %s of an ansi store has %d rows: %w", folder, rows, ErrFolderFull)
	}
	return nil
}

// rows counts the rows of a table of a folder. One that is not open for changes is
// not opened for that.
func (tx *Tx) rows(folder NID, table disk.NIDType) (int, error) {
	if f, ok := tx.folders[folder]; ok && f.tables[table] != nil {
		return f.tables[table].Rows()
	}
	n, err := tx.tx.Node(folder.WithType(table))
	if err != nil {
		return 0, fmt.Errorf("table %s: %w", folder.WithType(table), err)
	}
	tc, err := ltp.OpenTC(tx.tx, n)
	if err != nil {
		return 0, fmt.Errorf("table %s: %w", folder.WithType(table), err)
	}
	return tc.Rows()
}

// bytes are those of all values of a content.
func (c *Content) bytes() int64 {
	total := propBytes(c.Props)
	for _, r := range c.Recipients {
		total += propBytes(r)
	}
	for _, a := range c.Attachments {
		total += propBytes(a.Props)
		if a.Embedded != nil {
			total += a.Embedded.bytes()
		}
	}
	return total
}

func propBytes(props []Property) int64 {
	total := int64(0)
	for _, p := range props {
		total += p.Size()
	}
	return total
}

// Room says whether the store has room for values of n bytes more: ErrFull, where the
// format sets an end to the file, before anything is written. What they need beside
// them is not counted.
func (tx *Tx) Room(n int64) error { return tx.tx.Room(n) }
