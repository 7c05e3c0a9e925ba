package disk

import (
	"errors"
	"fmt"
)

var (
	// ErrCorrupt is matched by every error that says: these bytes cannot be what
	// they are referred to as. Reading them again does not help.
	ErrCorrupt = errors.New("corrupt")

	// ErrRange is returned by Marshal for a value that does not fit its field,
	// such as an offset beyond 4 GiB in an ANSI file.
	ErrRange = errors.New("value out of range for the format")
)

// CorruptError says which structure is damaged, where and how. It matches
// [ErrCorrupt].
type CorruptError struct {
	Struct string // the name in [MS-PST], lower case: "header", "btpage", "amap"
	Offset int64  // within the structure, or in the file where the caller knows it; -1 unknown
	Detail string
	Err    error // io.ErrShortBuffer where the bytes end too early, else nil
}

// Corruptf returns a [*CorruptError].
func Corruptf(structName string, off int64, format string, args ...any) error {
	return &CorruptError{Struct: structName, Offset: off, Detail: fmt.Sprintf(format, args...)}
}

// Error says where something is wrong, and what.
func (e *CorruptError) Error() string {
	where := ""
	if e.Offset >= 0 {
		where = fmt.Sprintf(" at %#x", e.Offset)
	}
	if e.Err != nil {
		return fmt.Sprintf("corrupt %s%s: %s: %v", e.Struct, where, e.Detail, e.Err)
	}
	return fmt.Sprintf("corrupt %s%s: %s", e.Struct, where, e.Detail)
}

// Is reports whether target is [ErrCorrupt].
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }

// Unwrap returns Err.
func (e *CorruptError) Unwrap() error { return e.Err }
