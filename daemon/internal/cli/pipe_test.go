package cli_test

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/daemon/internal/cli"
)

// listing is the end of a pipe that lists a store when somebody reads from it.
type listing struct {
	list func() string
	text io.Reader
}

func (l *listing) Read(b []byte) (int, error) {
	if l.text == nil {
		l.text = strings.NewReader(l.list())
	}
	return l.text.Read(b)
}

// A store can be listed into the put that changes it, however late the list begins.
func TestPut_FromListOfTheSameStore(t *testing.T) {
	store := filepath.Join(t.TempDir(), "a.pst")
	run := func(stdin io.Reader, args ...string) string {
		var stdout, stderr bytes.Buffer
		code := cli.Run(t.Context(), args, cli.Env{
			Stdin: stdin, Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" },
		})
		require.Zero(t, code, stderr.String())
		return stdout.String()
	}
	run(nil, "init", store)
	id := run(strings.NewReader(`{"class":"IPM.Contact","properties":{"PidTagDisplayName":"Ada Lovelace"}}`), "put", store, "--folder", "Contacts")
	pipe := &listing{list: func() string { return strings.ReplaceAll(run(nil, "ls", "--json", store), "Ada", "Augusta") }}
	assert.Equal(t, id, run(pipe, "put", store))
	assert.Contains(t, run(nil, "ls", store), "Augusta Lovelace")
}
