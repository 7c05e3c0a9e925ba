package daemon_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/configs"
	"pstsyncd/daemon"
)

func TestNewLogger(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*configs.Log)
		want   string
	}{
		{"text", func(*configs.Log) {}, `level=INFO msg=synced added=1 took=84ms`},
		{"json", func(c *configs.Log) { c.Format = "json" }, `"level":"INFO","msg":"synced","added":1,"took":"84ms"`},
		{"level", func(c *configs.Log) { c.Level = "warn" }, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := configs.Default().Log
			tc.change(&c)
			var out bytes.Buffer
			log, closeLog, err := daemon.NewLogger(c, &out)
			require.NoError(t, err)
			log.Info("synced", "added", 1, "took", 84*time.Millisecond)
			require.NoError(t, closeLog())
			assert.Contains(t, out.String(), tc.want)
			assert.Equal(t, tc.want == "", out.Len() == 0)
		})
	}
}

func TestNewLogger_AFileThatCannotBeWritten(t *testing.T) {
	c := configs.Default().Log
	c.File = t.TempDir()
	_, _, err := daemon.NewLogger(c, nil)
	require.Error(t, err)
	c.File = filepath.Join(t.TempDir(), "new", "pstsyncd.log")
	log, closeLog, err := daemon.NewLogger(c, nil)
	require.NoError(t, err)
	log.Info("synced")
	require.NoError(t, closeLog())
	assert.FileExists(t, c.File)
}
