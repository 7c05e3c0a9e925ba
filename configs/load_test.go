package configs_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/configs"
)

// env is an environment of the given names and values.
func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pstsyncd.toml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestLoad_NothingGivesTheDefaults(t *testing.T) {
	c, err := configs.Load("", env())
	require.NoError(t, err)
	assert.Equal(t, configs.Default(), c)
}

func TestLoad_LaterSourcesWin(t *testing.T) {
	path := write(t, `
common = "/office/common.pst"
[watch]
quiet = "5s"
poll = "3s"
[[map]]
common = "Contacts/Team"
local = "Contacts"
`)
	c, err := configs.Load(path, env("PSTSYNCD_WATCH_QUIET", "7s", "PSTSYNCD_LOCAL", "/home/outlook.pst", "PSTSYNCD_BRAKE_ITEMS", "99"))
	require.NoError(t, err)
	want := configs.Default()
	want.Common, want.Local = c.Common, "/home/outlook.pst"
	want.Watch.Quiet, want.Watch.Poll = 7*time.Second, 3*time.Second
	want.Brake.Items = 99
	want.Map = []configs.Map{{Common: "Contacts/Team", Local: "Contacts"}}
	assert.Equal(t, want, c)
}

func TestLoad_Strict(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"unknown key", "common = \"a\"\ncomon = \"b\"\n", []string{"line 2", "comon"}},
		{"unknown key in a table", "[watch]\nquiet = \"2s\"\n[log]\nquiet = \"2s\"\n", []string{"line 4", "log.quiet"}},
		{"unknown table", "[watch]\n\n[wach] # typing error\nquiet = \"2s\"\n", []string{"line 3", "no setting wach", "line 4"}},
		{"unknown key of a pair", "[[map]]\ncommon = \"a\"\nremote = \"b\"\n", []string{"line 3", "map.remote"}},
		{"every one of them", "a = 1\nb = 2\n", []string{"line 1", "line 2"}},
		{"wrong type", "common = 5\n", []string{"line 1"}},
		{"no duration", "[watch]\nquiet = \"soon\"\n", []string{"line 2", "soon"}},
		{"twice", "common = \"a\"\ncommon = \"b\"\n", []string{"line 2"}},
		{"no TOML", "common: a\n", []string{"line 1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := write(t, tc.text)
			_, err := configs.Load(path, env())
			require.ErrorContains(t, err, path)
			for _, w := range tc.want {
				assert.ErrorContains(t, err, w)
			}
		})
	}
}

func TestLoad_BadEnvironment(t *testing.T) {
	_, err := configs.Load("", env("PSTSYNCD_WATCH_QUIET", "soon", "PSTSYNCD_LOG_KEEP", "few"))
	require.ErrorContains(t, err, `PSTSYNCD_WATCH_QUIET = "soon": want a duration such as "2s"`)
	require.ErrorContains(t, err, `PSTSYNCD_LOG_KEEP = "few": want a whole number`)
}

func TestLoad_MissingFile(t *testing.T) {
	_, err := configs.Load(filepath.Join(t.TempDir(), "none.toml"), env())
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestLoad_RelativePathsCountFromTheFile(t *testing.T) {
	path := write(t, "common = \"sub/common.pst\"\nlocal = \"~/outlook.pst\"\nstate_dir = \"state\"\n")
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	c, err := configs.Load(path, env())
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(filepath.Dir(path), "sub", "common.pst"), c.Common)
	assert.Equal(t, filepath.Join(home, "outlook.pst"), c.Local)
	assert.Equal(t, filepath.Join(filepath.Dir(path), "state"), c.StateDir)
	assert.Empty(t, c.Log.File, "an empty path stays empty")
}

func TestStateDirectory(t *testing.T) {
	c := configs.Default()
	dir, err := c.StateDirectory(os.Getenv)
	require.NoError(t, err)
	assert.True(t, filepath.IsAbs(dir))
	assert.Equal(t, "pstsyncd", filepath.Base(dir))
	c.StateDir = "elsewhere"
	dir, err = c.StateDirectory(os.Getenv)
	require.NoError(t, err)
	assert.Equal(t, "elsewhere", dir)
}
