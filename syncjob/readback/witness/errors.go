package witness

import (
	"errors"
	"fmt"

	gopst "github.com/mooijtech/go-pst/v6/pkg"
)

var (
	// ErrCannot: valid in a PST store, but beyond go-pst. The object has been
	// neither confirmed nor refuted.
	ErrCannot = errors.New("go-pst cannot read this")
	// ErrNotFound: the store has no such node.
	ErrNotFound = errors.New("not found")
	// ErrBroken: go-pst should be able to read it and did not.
	ErrBroken = errors.New("go-pst finds it broken")
)

// beyond are go-pst's own words for what it has not implemented.
var beyond = []error{
	gopst.ErrLocalDescriptorBranchNode,
	gopst.ErrEncryptionTypeUnsupported,
	gopst.ErrFormatTypeUnsupported,
}

// classify gives err one of the package's sentinels. An error of the file
// under the reader keeps its identity besides.
func classify(op string, err error) error {
	if err == nil {
		return nil
	}
	for _, known := range []error{ErrCannot, ErrNotFound, ErrBroken} {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", op, err)
		}
	}
	for _, b := range beyond {
		if errors.Is(err, b) {
			return fmt.Errorf("%s: %w: %w", op, ErrCannot, err)
		}
	}
	return fmt.Errorf("%s: %w: %w", op, ErrBroken, err)
}

// guard turns a panic into ErrBroken: go-pst indexes pages and heaps by what
// the file says.
func guard(op string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: %w: %v", op, ErrBroken, p)
	}
}
