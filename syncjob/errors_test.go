package syncjob_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/state"
)

func TestClassify(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want syncjob.Class
	}{
		{state.ErrBusy, syncjob.Retry},
		{context.Canceled, syncjob.Retry},
		{context.DeadlineExceeded, syncjob.Retry},
		{syscall.ENOSPC, syncjob.Retry},
		{syscall.EIO, syncjob.Retry},
		{fs.ErrNotExist, syncjob.Retry},
		{errors.New("anything else"), syncjob.Retry},

		{pst.ErrPassword, syncjob.Halt},
		{pst.ErrReadOnly, syncjob.Halt},
		{pst.ErrTooLarge, syncjob.Halt},
		{pst.ErrFolderFull, syncjob.Halt},
		{pst.ErrFull, syncjob.Halt},
		{pst.ErrCodePage, syncjob.Halt},
		{fs.ErrPermission, syncjob.Halt},
		{syscall.EROFS, syncjob.Halt},
		{state.ErrVersion, syncjob.Halt},
		{state.ErrCorrupt, syncjob.Halt},
		{state.ErrNotFound, syncjob.Halt},
		{syncjob.ErrOptions, syncjob.Halt},
		{syncjob.ErrSameStore, syncjob.Halt},

		{pst.ErrNotPST, syncjob.Broken},
		{pst.ErrUnsupported, syncjob.Broken},
		{pst.ErrCorrupt, syncjob.Broken},
		{pst.ErrInvalid, syncjob.Broken},
		{pst.ErrNotFound, syncjob.Broken},
		{readback.ErrMismatch, syncjob.Broken},

		// A store that is damaged is damaged, whatever else went wrong.
		{errors.Join(pst.ErrCorrupt, fs.ErrNotExist), syncjob.Broken},
	} {
		wrapped := fmt.Errorf("outer: %w", &syncjob.Error{Op: "open", Store: "local", Path: "x.pst", Err: tt.err})
		assert.Equal(t, tt.want, syncjob.Classify(tt.err), "%v", tt.err)
		assert.Equal(t, tt.want, syncjob.Classify(wrapped), "%v", wrapped)
	}
}

// TestRun_Refuses has stores that no job may touch.
func TestRun_Refuses(t *testing.T) {
	text := filepath.Join(t.TempDir(), "letter.pst")
	require.NoError(t, os.WriteFile(text, []byte("Dear Sir or Madam, this is no store, and long enough to be one.\n"), 0o600))
	for _, tt := range []struct {
		name  string
		path  string
		err   error
		class syncjob.Class
	}{
		{"no store", text, pst.ErrNotPST, syncjob.Broken},
		{"damaged", psttest.Corpus(t, "damaged-amap-invalid.pst"), pst.ErrCorrupt, syncjob.Broken},
		{"password", psttest.Corpus(t, "outlook-password.pst"), pst.ErrPassword, syncjob.Halt},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t, tt.path)
			add(t, o.common, "Contacts", contact("Somebody", nil))
			before := [2]string{sum(t, o.common), sum(t, o.local)}
			_, err := o.try()
			require.ErrorIs(t, err, tt.err)
			assert.Equal(t, tt.class, syncjob.Classify(err))
			assert.ErrorContains(t, err, o.local)
			var e *syncjob.Error
			require.ErrorAs(t, err, &e)
			assert.NotEmpty(t, e.Hint())
			assert.Equal(t, before, [2]string{sum(t, o.common), sum(t, o.local)}, "nothing was written")
		})
	}
}

func TestRun_Missing(t *testing.T) {
	o := newOffice(t, "")
	require.NoError(t, os.Remove(o.common))
	_, err := o.try()
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.Equal(t, syncjob.Retry, syncjob.Classify(err))
	assert.NoFileExists(t, o.common)
}

func TestRun_SameStore(t *testing.T) {
	o := newOffice(t, "")
	require.NoError(t, os.Remove(o.common))
	require.NoError(t, os.Link(o.local, o.common))
	_, err := o.try()
	require.ErrorIs(t, err, syncjob.ErrSameStore)
}

func TestRun_Options(t *testing.T) {
	o := newOffice(t, "")
	for name, maps := range map[string][]syncjob.FolderMap{
		"an empty path":             {{Common: "Contacts"}},
		"a path twice":              {{Common: "A", Local: "Contacts"}, {Common: "B", Local: "Contacts"}},
		"a folder by two spellings": {{Common: "Contacts", Local: "Contacts"}, {Common: "Calendar", Local: "contacts"}},
	} {
		t.Run(name, func(t *testing.T) {
			o.opt.Maps = maps
			_, err := o.try()
			require.ErrorIs(t, err, syncjob.ErrOptions)
		})
	}
	_, err := syncjob.Run(context.Background(), syncjob.Options{})
	require.ErrorIs(t, err, syncjob.ErrOptions)
}

// TestRun_Canceled abandons a job before it has done anything.
func TestRun_Canceled(t *testing.T) {
	o := newOffice(t, "")
	add(t, o.local, "Contacts", contact("Somebody", nil))
	before := [2]string{sum(t, o.common), sum(t, o.local)}
	db, err := state.Open(filepath.Join(t.TempDir(), "state"), state.Options{})
	require.NoError(t, err)
	defer db.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = syncjob.Run(ctx, syncjob.Options{
		Common: syncjob.Endpoint{Path: o.common}, Local: syncjob.Endpoint{Path: o.local}, State: db,
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, before, [2]string{sum(t, o.common), sum(t, o.local)})
}

// TestOpenState_Damaged begins anew, and keeps the damaged file.
func TestOpenState_Damaged(t *testing.T) {
	o := people(t, 3)
	path := syncjob.StatePath(o.state, o.common, o.local)
	require.NoError(t, os.WriteFile(path, []byte("not a state file"), 0o600))
	assert.Equal(t, "common +0 ~0 -0, local +0 ~0 -0", did(o.sync()))
	kept, err := filepath.Glob(path + ".damaged-*")
	require.NoError(t, err)
	assert.Len(t, kept, 1)
	o.idle()
}

func TestStatePath(t *testing.T) {
	a := syncjob.StatePath("dir", "common.pst", "outlook.pst")
	assert.Equal(t, "dir", filepath.Dir(a))
	assert.Equal(t, a, syncjob.StatePath("dir", "./common.pst", "outlook.pst"))
	assert.NotEqual(t, a, syncjob.StatePath("dir", "outlook.pst", "common.pst"))
}
