package ltp

import "errors"

var (
	// ErrTooLarge: a value too large to be given as one slice (open it as a
	// stream instead), or a heap, table or item at the limit of the format.
	ErrTooLarge = errors.New("too large")

	// ErrNoColumn: the table has no column with that tag. [TCEditor.AddColumns]
	// makes one.
	ErrNoColumn = errors.New("no such column")

	// ErrInvalid: the caller gave a value that does not fit its type, or the
	// same property twice.
	ErrInvalid = errors.New("invalid value")
)
