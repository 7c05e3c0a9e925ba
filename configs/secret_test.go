package configs_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/configs"
)

func TestSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte("from file\r\n"), 0o600))
	c := configs.Default()
	c.Password.CommonFile = file

	common, local, err := c.Secrets(env("PSTSYNCD_LOCAL_PASSWORD", "from env"))
	require.NoError(t, err)
	assert.Equal(t, "from file", common.Reveal())
	assert.Equal(t, "from env", local.Reveal())

	common, _, err = c.Secrets(env("PSTSYNCD_COMMON_PASSWORD", "wins"))
	require.NoError(t, err)
	assert.Equal(t, "wins", common.Reveal())

	c.Password.LocalFile = file + ".none"
	_, _, err = c.Secrets(env())
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestSecret_ShowsItselfNowhere(t *testing.T) {
	c := configs.Default()
	s, _, err := c.Secrets(env("PSTSYNCD_COMMON_PASSWORD", "open sesame"))
	require.NoError(t, err)
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "secret", s)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "secret", s, "in", struct{ S configs.Secret }{s})
	fmt.Fprintf(&b, "%v %+v %#v %s %q", s, s, s, s, s)
	assert.NotContains(t, b.String(), "sesame")
	assert.Contains(t, b.String(), "[hidden]")
}
