package ltp

import (
	"errors"
	"io"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ndb"
)

var (
	// ErrTooLarge: a value too large to be given as one slice (open it as a
	// stream instead), or a heap, table or item at the limit of the format.
	ErrTooLarge = ndb.ErrTooLarge

	// ErrNoColumn: the table has no column with that tag. [TCEditor.AddColumns]
	// makes one.
	ErrNoColumn = errors.New("no such column")

	// ErrInvalid: the caller gave a value that does not fit its type, or the
	// same property twice.
	ErrInvalid = errors.New("invalid value")
)

// decodeErr makes an error of decoding a structure say that the store is damaged
// when it says that the structure's bytes end too early: they came from the store.
func decodeErr(structName string, err error) error {
	if errors.Is(err, io.ErrShortBuffer) {
		return disk.Corruptf(structName, -1, "%v", err)
	}
	return err
}
