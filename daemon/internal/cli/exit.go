package cli

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"pstsyncd/configs"
	"pstsyncd/lockmgr"
	"pstsyncd/syncjob"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
)

// code is an exit code of the program.
type code int

const (
	exitFine    code = 0
	exitFailed  code = 1
	exitUsage   code = 2
	exitHeld    code = 3
	exitDamaged code = 4
	exitBusy    code = 5
)

// exitCodes is the part of every help text that scripts depend on.
const exitCodes = `Exit codes:
  0  all is well
  1  failed
  2  the command line or the configuration cannot be used
  3  finished, but something is held back or in conflict
  4  a store is damaged or refused
  5  a store is busy`

// usageError: the command line makes no sense.
type usageError struct {
	err  error
	verb string // whose help explains it, empty for the program's
}

func usagef(format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...)}
}

// Error is what is wrong with the command line.
func (e *usageError) Error() string { return e.err.Error() }

// Hint says where to read on.
func (e *usageError) Hint() string {
	return strings.Join(strings.Fields("see 'pstsyncd "+e.verb+" --help'"), " ")
}

// codeOf is the one place that turns errors into exit codes. Where several
// apply the first in the list does: a busy store may be found damaged later.
func codeOf(err error) code {
	var (
		usage *usageError
		field *configs.FieldError
	)
	switch {
	case err == nil:
		return exitFine
	case errors.As(err, &usage), errors.As(err, &field),
		errors.Is(err, syncjob.ErrOptions), errors.Is(err, syncjob.ErrSameStore), errors.Is(err, lockmgr.ErrSameFile):
		return exitUsage
	case errors.Is(err, lockmgr.ErrBusy), errors.Is(err, state.ErrBusy):
		return exitBusy
	case errors.Is(err, errHeld):
		return exitHeld
	case errors.Is(err, errProblems),
		errors.Is(err, pst.ErrCorrupt),
		errors.Is(err, pst.ErrNotPST),
		errors.Is(err, pst.ErrUnsupported),
		errors.Is(err, pst.ErrPassword):
		return exitDamaged
	}
	return exitFailed
}

// errHeld: all that could be done has been, and a person has to look at the rest.
var errHeld = errors.New("something is held back or in conflict")

// errNoEntry: the history has no such entry, or not any more.
var errNoEntry = errors.New("not in the history")

// errProblems: a check that found some.
var errProblems = errors.New("the store has problems")

// hints are for the decisions that a person has to take.
var hints = []struct {
	err  error
	hint string
}{
	{pst.ErrPassword, "name a file that has the password with --password-file, or set " + envPassword},
	{pst.ErrNotPST, "give the path of an Outlook data file (.pst)"},
	{pst.ErrCorrupt, "nothing was written; see 'pstsyncd check', and repair a copy with Outlook's inbox repair tool (scanpst)"},
	{pst.ErrUnsupported, "only .pst files of Outlook 97 and later are handled; an .ost is a server's copy"},
	{pst.ErrFull, "an ANSI store ends at 2 GB: put a Unicode store in its place, or delete what nobody needs and compact it in Outlook"},
	{syncjob.ErrNotDeleted, "it was moved or restored before: look for it with 'pstsyncd ls'"},
	{errNoEntry, "see 'pstsyncd history' for the numbers that there are"},
	{syscall.ENOSPC, "the disk is full: make room, or use another one; nothing half-written is left"},
	{pst.ErrCodePage, "if the store has another code page, and does not name it itself, give --code-page NUMBER"},
}

// hintOf is what an error says about itself, or what is known of its kind.
func hintOf(err error) string {
	var own interface{ Hint() string }
	if errors.As(err, &own) && own.Hint() != "" {
		return own.Hint()
	}
	for _, h := range hints {
		if errors.Is(err, h.err) {
			return h.hint
		}
	}
	return ""
}
