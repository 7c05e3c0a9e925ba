package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/configs"
)

func logged(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}

// TestLogFile_cut: the file that is followed stays, old text moves behind it.
func TestLogFile_cut(t *testing.T) {
	name := filepath.Join(t.TempDir(), "logs", "pstsyncd.log")
	l, err := openLog(name, 10, 2)
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

	assert.Equal(t, "six\n", logged(t, name))
	assert.Equal(t, "a line that is longer\n", logged(t, name+".1"))
	assert.Equal(t, "four\nfive\n", logged(t, name+".2"))
	assert.NoFileExists(t, name+".3")
	var followed bytes.Buffer
	_, err = followed.ReadFrom(follower)
	require.NoError(t, err)
	assert.Equal(t, "six\n", followed.String())
}

// TestLogFile_reopen: a restart goes on where the log ended.
func TestLogFile_reopen(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pstsyncd.log")
	for _, line := range []string{"one\n", "two\n", "three\n"} {
		l, err := openLog(name, 10, 0)
		require.NoError(t, err)
		_, err = l.Write([]byte(line))
		require.NoError(t, err)
		require.NoError(t, l.Close())
	}
	assert.Equal(t, "three\n", logged(t, name))
	assert.Equal(t, "one\ntwo\n", logged(t, name+".1"))
}

// TestLogFile_stuck: where old text cannot go, nothing is lost.
func TestLogFile_stuck(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pstsyncd.log")
	require.NoError(t, os.MkdirAll(filepath.Join(name+".1", "in the way"), 0o700))
	l, err := openLog(name, 5, 1)
	require.NoError(t, err)
	for range 3 {
		_, err := l.Write([]byte("line\n"))
		require.NoError(t, err)
	}
	require.NoError(t, l.Close())
	assert.Equal(t, "line\nline\nline\n", logged(t, name))
}

func TestNewLogger(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*configs.Log)
		want   string
	}{
		{"text", func(*configs.Log) {}, `level=INFO msg=done added=1`},
		{"json", func(c *configs.Log) { c.Format = "json" }, `"level":"INFO","msg":"done","added":1`},
		{"level", func(c *configs.Log) { c.Level = "warn" }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := configs.Default().Log
			tt.change(&c)
			var out bytes.Buffer
			log, closer, err := newLogger(c, &out)
			require.NoError(t, err)
			log.Info("done", "added", 1)
			require.NoError(t, closer.Close())
			if tt.want == "" {
				assert.Empty(t, out.String())
				return
			}
			assert.Contains(t, out.String(), tt.want)
		})
	}
}
