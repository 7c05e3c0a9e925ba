package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/configs"
	"pstsyncd/lockmgr"
	"pstsyncd/syncjob"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/state"
)

// TestCodeOf lists every error that a person or a script is to tell apart.
func TestCodeOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want code
		hint string // part of it
	}{
		{nil, exitFine, ""},
		{errors.New("anything else"), exitFailed, ""},
		{fs.ErrPermission, exitFailed, ""},
		{pst.ErrNotFound, exitFailed, ""},
		{pst.ErrReadOnly, exitFailed, ""},
		{pst.ErrFull, exitFailed, "2 GB"},
		{pst.ErrCodePage, exitFailed, "--code-page"},
		{syncjob.ErrNotDeleted, exitFailed, "pstsyncd ls"},
		{errNoEntry, exitFailed, "pstsyncd history"},
		{syscall.ENOSPC, exitFailed, "make room"},
		{&lockmgr.MissingError{Path: "a.pst"}, exitFailed, "pstsyncd init"},
		{&lockmgr.MissingError{Path: "a.pst", Folder: true}, exitFailed, "share is connected"},
		{&lockmgr.ReadOnlyError{Path: "a.pst"}, exitFailed, "right to write"},
		{&readback.MismatchError{}, exitFailed, ""},
		{usagef("no"), exitUsage, "see 'pstsyncd --help'"},
		{&usageError{err: errors.New("no"), verb: "ls"}, exitUsage, "see 'pstsyncd ls --help'"},
		{&configs.FieldError{}, exitUsage, ""},
		{syncjob.ErrOptions, exitUsage, ""},
		{syncjob.ErrSameStore, exitUsage, ""},
		{lockmgr.ErrSameFile, exitUsage, ""},
		{errHeld, exitHeld, ""},
		{errProblems, exitDamaged, ""},
		{pst.ErrCorrupt, exitDamaged, "scanpst"},
		{pst.ErrNotPST, exitDamaged, ".pst"},
		{pst.ErrUnsupported, exitDamaged, ".ost"},
		{pst.ErrPassword, exitDamaged, "--password-file"},
		{&lockmgr.BusyError{Path: "a.pst"}, exitBusy, "close the program"},
		{state.ErrBusy, exitBusy, ""},
	} {
		t.Run(fmt.Sprint(tt.err), func(t *testing.T) {
			wrapped := tt.err
			if wrapped != nil {
				wrapped = errors.Join(fmt.Errorf("while testing: %w", tt.err), nil)
			}
			assert.Equal(t, tt.want, codeOf(wrapped))
			assert.Contains(t, hintOf(wrapped), tt.hint)
			if tt.hint == "" {
				assert.Empty(t, hintOf(wrapped))
			}
		})
	}
}

// TestExitCodes_documented: the help text has a line for each code.
func TestExitCodes_documented(t *testing.T) {
	for c := exitFine; c <= exitBusy; c++ {
		assert.Contains(t, exitCodes, fmt.Sprintf("\n  %d  ", c))
	}
	assert.Equal(t, 1+int(exitBusy)+1, len(strings.Split(exitCodes, "\n")))
}

func TestParseID(t *testing.T) {
	for _, text := range []string{"200024", "0x200024", "0X200024"} {
		nid, err := parseID(text)
		assert.NoError(t, err)
		assert.EqualValues(t, 0x200024, nid)
		assert.Equal(t, "200024", idOf(nid))
	}
	for _, text := range []string{"", "0x", "Ada", "122", "200023", "100200024", "-4"} {
		_, err := parseID(text)
		assert.Error(t, err, text)
	}
}

func TestTalk(t *testing.T) {
	var out bytes.Buffer
	log := (&app{Env: Env{Stderr: &out}}).talk()
	log.Debug("not for people")
	log.With("store", "common").Info("store is busy, waiting", "path", "a.pst")
	log.Warn("two\nlines")
	assert.Equal(t, "pstsyncd: store is busy, waiting store=common path=a.pst\npstsyncd: two\npstsyncd: lines\n", out.String())
}
