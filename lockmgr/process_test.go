package lockmgr_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pstsyncd/lockmgr"
)

const patience = 20 * time.Second

// TestMain makes the test binary its own second process: with HOLD set it holds a file in that way until its standard
// input ends.
func TestMain(m *testing.M) {
	if how := os.Getenv("LOCKMGR_TEST_HOLD"); how != "" {
		release, err := holders[how](os.Getenv("LOCKMGR_TEST_PATH"))
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("held")
		io.Copy(io.Discard, os.Stdin)
		release()
		return
	}
	os.Exit(m.Run())
}

// holders are the ways to hold a file; systems add their own.
var holders = map[string]func(path string) (release func(), err error){
	"office": func(path string) (func(), error) {
		l, err := lockmgr.AcquireOffice(path)
		return func() { l.Release() }, err
	},
	"claim": func(path string) (func(), error) {
		c, err := lockmgr.Acquire(context.Background(), path, lockmgr.Write)
		return func() { c.Release() }, err
	},
	"claim-read": func(path string) (func(), error) {
		c, err := lockmgr.Acquire(context.Background(), path, lockmgr.Read)
		return func() { c.Release() }, err
	},
	"open": func(path string) (func(), error) {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		return func() { f.Close() }, err
	},
}

// holder is a second process.
type holder struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.Closer
	out   *bufio.Reader
}

// spawn starts a second process that takes path in the given way; awaitHeld tells when it has.
func spawn(t *testing.T, how, path string) *holder {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "LOCKMGR_TEST_HOLD="+how, "LOCKMGR_TEST_PATH="+path)
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	h := &holder{t: t, cmd: cmd, stdin: stdin, out: bufio.NewReader(stdout)}
	t.Cleanup(h.kill)
	return h
}

func (h *holder) awaitHeld() {
	h.t.Helper()
	line, err := h.out.ReadString('\n')
	require.NoError(h.t, err)
	require.Equal(h.t, "held\n", line)
}

// hold is spawn and awaitHeld.
func hold(t *testing.T, how, path string) *holder {
	t.Helper()
	h := spawn(t, how, path)
	h.awaitHeld()
	return h
}

func (h *holder) letGo() {
	h.stdin.Close()
	h.cmd.Wait()
}

// kill is kill -9.
func (h *holder) kill() {
	h.cmd.Process.Kill()
	h.cmd.Wait()
}

// newStore makes a file to lock.
func newStore(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte("!BDN"), 0o600))
	return path
}

// symlink makes a symbolic link that leads somewhere, or skips.
func symlink(t *testing.T, target, link string) {
	t.Helper()
	err := os.Symlink(target, link)
	if got, evalErr := filepath.EvalSymlinks(link); err != nil || evalErr != nil || got == link {
		t.Skipf("SKIPPED: symbolic links: none can be made here, on Windows turn on developer mode: %v", err)
	}
}
