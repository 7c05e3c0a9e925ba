package daemon

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}

func TestLogFile_IsCutUnderTheEyesOfAFollower(t *testing.T) {
	name := filepath.Join(t.TempDir(), "logs", "pstsyncd.log")
	l, err := openLogFile(name, 10, 2)
	require.NoError(t, err)
	follower, err := os.Open(name)
	require.NoError(t, err)
	defer follower.Close()
	for _, line := range []string{"one\n", "two\n", "three\n", "four\n", "five\n", "a line that is longer\n", "six\n"} {
		n, err := l.Write([]byte(line))
		require.NoError(t, err)
		assert.Len(t, line, n)
	}
	require.NoError(t, l.Close())
	assert.Equal(t, "six\n", text(t, name))
	assert.Equal(t, "a line that is longer\n", text(t, name+".1"))
	assert.Equal(t, "four\nfive\n", text(t, name+".2"))
	assert.NoFileExists(t, name+".3")
	var followed bytes.Buffer
	_, err = followed.ReadFrom(follower)
	require.NoError(t, err)
	assert.Equal(t, "six\n", followed.String())
}

func TestLogFile_GoesOnAfterARestart(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pstsyncd.log")
	for _, line := range []string{"one\n", "two\n", "three\n", "x\n", "five\n"} {
		l, err := openLogFile(name, 10, 0)
		require.NoError(t, err)
		_, err = l.Write([]byte(line))
		require.NoError(t, err)
		require.NoError(t, l.Close())
	}
	assert.Equal(t, "five\n", text(t, name))
	assert.Equal(t, "three\nx\n", text(t, name+".1"))
	assert.Equal(t, "one\ntwo\n", text(t, name+".2"))
}

func TestLogFile_LosesNothingWhereItCannotBeCut(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pstsyncd.log")
	require.NoError(t, os.MkdirAll(filepath.Join(name+".1", "in the way"), 0o700))
	l, err := openLogFile(name, 5, 1)
	require.NoError(t, err)
	for range 3 {
		_, err := l.Write([]byte("line\n"))
		require.NoError(t, err)
	}
	require.NoError(t, l.Close())
	assert.Equal(t, "line\nline\nline\n", text(t, name))
}
